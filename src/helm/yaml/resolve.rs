//! What a plain scalar means: YAML 1.1 as go-yaml understands it, with integers in Go's base-0 syntax.

use super::timestamp::is_timestamp;

/// The two go-yaml versions that Helm uses differ in booleans and octals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// yaml.v2: `y`, `n`, `on`, `off` are booleans.
    V2,
    /// yaml.v3: they are not, and `0o17` may carry a sign after its prefix.
    V3,
}

/// A resolved plain scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `~`, `null` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of at most 64 bits, signed or not.
    Int(i128),
    /// A float, also `.inf` and `.nan`.
    Float(f64),
    /// A date; yaml.v2 hands it on as the text it was.
    Timestamp,
    /// None of these: text.
    Text,
}

/// Resolves a plain scalar without a tag.
pub fn plain(text: &str, rules: Rules) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text, rules),
        b'.' => special_float(text).or_else(|| dotted(text)).map_or(Scalar::Text, Scalar::Float),
        b'+' | b'-' | b'0'..=b'9' => special_float(text).map(Scalar::Float).unwrap_or_else(|| number(text, rules)),
        _ => Scalar::Text,
    }
}

fn word(text: &str, rules: Rules) -> Scalar {
    match text {
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        _ if rules == Rules::V3 => return Scalar::Text,
        _ => {}
    }
    old_bool(text).map_or(Scalar::Text, Scalar::Bool)
}

/// The booleans of YAML 1.1 that are words in YAML 1.2.
pub fn old_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A float that begins with its point; as in Go, an underscore may stand between digits.
fn dotted(text: &str) -> Option<f64> {
    text.as_bytes().get(1).filter(|b| b.is_ascii_digit())?;
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let separated = text.match_indices('_').all(|(at, _)| digit(at - 1) && digit(at + 1));
    let plain = if separated { text.replace('_', "") } else { return None };
    plain.parse().ok().filter(|x: &f64| x.is_finite())
}

fn number(text: &str, rules: Rules) -> Scalar {
    if is_timestamp(text) {
        return Scalar::Timestamp;
    }
    let stripped;
    let plain = if text.contains('_') {
        stripped = text.replace('_', "");
        stripped.as_str()
    } else {
        text
    };
    if let Some(int) = base_zero(plain).or_else(|| prefixed(plain, "0b", 2)) {
        return Scalar::Int(int);
    }
    if decimal_float(plain)
        && let Some(x) = plain.parse().ok().filter(|x: &f64| x.is_finite())
    {
        return Scalar::Float(x);
    }
    match rules {
        Rules::V3 => prefixed(plain, "0o", 8).map_or(Scalar::Text, Scalar::Int),
        Rules::V2 => Scalar::Text,
    }
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint`, which takes no sign.
fn base_zero(text: &str) -> Option<i128> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    let magnitude = i128::from(digits_only(digits, base)?);
    let value = if negative { -magnitude } else { magnitude };
    let fits = value >= i128::from(i64::MIN) && (value <= i128::from(i64::MAX) || !signed);
    fits.then_some(value)
}

fn digits_only(digits: &str, base: u32) -> Option<u64> {
    digits.bytes().next().filter(u8::is_ascii_alphanumeric)?;
    u64::from_str_radix(digits, base).ok()
}

/// The sign after the prefix, `0b-11`, which go-yaml lets through by accident.
fn prefixed(text: &str, prefix: &str, base: u32) -> Option<i128> {
    let rest = text.strip_prefix(prefix)?;
    rest.bytes().next().filter(|b| matches!(b, b'+' | b'-'))?;
    i64::from_str_radix(rest, base).ok().map(i128::from)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn decimal_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let shaped = digits(whole) && fraction.is_none_or(digits);
    let filled = !whole.is_empty() || fraction.is_some_and(|f| !f.is_empty());
    let raised = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    shaped && filled && raised
}

/// Base 60 in the sense of YAML 1.1, which go-yaml does not read but quotes: `[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?`.
pub fn base_sixty(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let head = parts.next().unwrap_or_default().as_bytes();
    let headed = head.first().is_some_and(u8::is_ascii_digit) && head.iter().all(|b| b.is_ascii_digit() || *b == b'_');
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    let (last, fraction) = last.split_once('.').map_or((*last, ""), |(l, f)| (l, f));
    headed
        && middle.iter().chain([&last]).all(|part| sixtieth(part))
        && fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

fn sixtieth(part: &str) -> bool {
    matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}
