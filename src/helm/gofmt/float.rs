//! `strconv.FormatFloat` for 64-bit floats.

/// Formats like `strconv.FormatFloat(x, verb, precision, 64)`; `None` is the shortest text that reads back the same.
///
/// Verbs: `e`, `E`, `f`, `g`, `G`, `x`, `X`, `b`.
pub fn format_float(x: f64, verb: char, precision: Option<usize>) -> String {
    if x.is_nan() {
        return "NaN".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    match verb {
        'e' | 'E' => exponent_form(&Digits::new(x, precision.map(|p| p + 1)), precision, verb),
        'f' | 'F' => match precision {
            Some(precision) => format!("{x:.precision$}"),
            None => format!("{x}"),
        },
        'x' | 'X' => hexadecimal(x, precision, verb),
        'b' => binary(x),
        _ => general(x, precision, verb),
    }
}

/// Significant decimal digits and the exponent of the first.
struct Digits {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Digits {
    /// `count` significant digits, or as few as identify the number.
    fn new(x: f64, count: Option<usize>) -> Digits {
        let text = match count {
            Some(count) => format!("{:.*e}", count.max(1) - 1, x.abs()),
            None => format!("{:e}", x.abs()),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        Digits {
            negative: x.is_sign_negative(),
            digits: mantissa.chars().filter(|c| *c != '.').collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }
}

fn exponent_form(digits: &Digits, precision: Option<usize>, verb: char) -> String {
    let (first, rest) = digits.digits.split_at(1);
    let mut out = format!("{}{first}", digits.sign());
    let wanted = precision.unwrap_or(rest.len());
    if wanted > 0 {
        out.push('.');
        out.push_str(rest);
        out.extend(std::iter::repeat_n('0', wanted.saturating_sub(rest.len())));
    }
    let sign = if digits.exponent < 0 { '-' } else { '+' };
    out.push_str(&format!("{verb}{sign}{:02}", digits.exponent.abs()));
    out
}

/// Go prints an exponent from 1e6 on when the precision is the shortest possible.
const SHORTEST_THRESHOLD: i32 = 6;

fn general(x: f64, precision: Option<usize>, verb: char) -> String {
    let mut digits = Digits::new(x, precision.map(|p| p.max(1)));
    let threshold = match precision {
        None => SHORTEST_THRESHOLD,
        Some(p) => {
            let trimmed = digits.digits.trim_end_matches('0').len().max(1);
            digits.digits.truncate(trimmed);
            let (p, count) = (p.max(1) as i32, trimmed as i32);
            if p > count && count > digits.exponent { count } else { p }
        }
    };
    if digits.exponent < -4 || digits.exponent >= threshold {
        let verb = if verb == 'G' { 'E' } else { 'e' };
        return exponent_form(&digits, None, verb);
    }
    let mut out = String::from(digits.sign());
    if digits.exponent < 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-digits.exponent - 1) as usize));
        out.push_str(&digits.digits);
        return out;
    }
    let whole = digits.exponent as usize + 1;
    if digits.digits.len() <= whole {
        out.push_str(&digits.digits);
        out.extend(std::iter::repeat_n('0', whole - digits.digits.len()));
    } else {
        out.push_str(&digits.digits[..whole]);
        out.push('.');
        out.push_str(&digits.digits[whole..]);
    }
    out
}

fn parts(x: f64) -> (bool, u64, i32) {
    let bits = x.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let (mantissa, exponent) = if exponent == 0 { (mantissa, 1) } else { (mantissa | (1 << 52), exponent) };
    (x.is_sign_negative(), mantissa, exponent - 1023 - 52)
}

fn binary(x: f64) -> String {
    let (negative, mantissa, exponent) = parts(x);
    format!("{}{mantissa}p{exponent:+}", if negative { "-" } else { "" })
}

fn hexadecimal(x: f64, precision: Option<usize>, verb: char) -> String {
    let (negative, mut mantissa, mut exponent) = parts(x);
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() as i32 - 3;
        mantissa <<= shift;
        exponent += 60 - shift;
    }
    // The mantissa now has its leading 1 at bit 60: fifteen hexadecimal digits behind the point.
    if let Some(precision) = precision.filter(|p| *p < 15 && mantissa != 0) {
        let dropped = 60 - 4 * precision as u32;
        let (extra, half) = (mantissa & ((1 << dropped) - 1), 1u64 << (dropped - 1));
        mantissa >>= dropped;
        if extra > half || (extra == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let lead = mantissa >> 60;
    let mut tail = format!("{:015x}", mantissa & ((1 << 60) - 1));
    match precision {
        None => tail.truncate(tail.trim_end_matches('0').len()),
        Some(precision) => {
            tail.truncate(precision);
            tail.extend(std::iter::repeat_n('0', precision.saturating_sub(15)));
        }
    }
    let point = if tail.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("{}0x{lead}{point}{tail}p{sign}{:02}", if negative { "-" } else { "" }, exponent.abs());
    if verb == 'X' { text.to_uppercase() } else { text }
}
