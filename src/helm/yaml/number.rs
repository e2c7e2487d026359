//! Numbers as Go's strconv and encoding/json print them.

/// The shortest decimal digits of a finite, positive `x` and the power of ten of the first one.
fn shortest(scientific: String) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// What nearly every number of a chart is: a whole one that is neither zero, whose sign would be lost, nor at or above
/// `end`, which is at most 2⁵³.
fn whole(x: f64, end: f64) -> Option<String> {
    (x != 0.0 && x.fract() == 0.0 && x.abs() < end).then(|| (x as i64).to_string())
}

/// `strconv.FormatFloat(x, 'g', -1, …)`: scientific from 1e6 up and below 1e-4. `scientific` is Rust's `{:e}`.
fn general(x: f64, scientific: impl FnOnce() -> String) -> String {
    if let Some(text) = whole(x, 1e6) {
        return text;
    }
    if x.is_nan() {
        return "NaN".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0");
    }
    let (digits, exponent) = shortest(scientific());
    let body = if !(-4..6).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        format!("{first}{dot}{rest}e{mark}{:02}", exponent.abs())
    } else {
        plain(&digits, exponent)
    };
    format!("{sign}{body}")
}

/// `digits` with the decimal point where `exponent` puts it.
fn plain(digits: &str, exponent: i32) -> String {
    let count = digits.len() as i32;
    if exponent < 0 {
        format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize))
    } else if exponent + 1 >= count {
        format!("{digits}{}", "0".repeat((exponent + 1 - count) as usize))
    } else {
        let (whole, fraction) = digits.split_at((exponent + 1) as usize);
        format!("{whole}.{fraction}")
    }
}

/// `strconv.FormatFloat(x, 'g', -1, 64)`.
pub fn float_g(x: f64) -> String {
    general(x, || format!("{:e}", x.abs()))
}

/// `strconv.FormatFloat(x, 'g', -1, 32)`, which sigs.k8s.io/yaml uses for float keys and for floats wanted as text.
pub fn float_g32(x: f64) -> String {
    let narrow = x as f32;
    general(f64::from(narrow), || format!("{:e}", narrow.abs()))
}

/// The number as encoding/json writes it: exponents below 1e-6 and from 1e21, without a leading zero.
pub fn float_json(x: f64) -> String {
    if let Some(text) = whole(x, 9_007_199_254_740_992.0) {
        return text;
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0");
    }
    let (digits, exponent) = shortest(format!("{:e}", x.abs()));
    if !(-6..21).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{dot}{rest}e{mark}{}", two_unless_negative(exponent));
    }
    format!("{sign}{}", plain(&digits, exponent))
}

/// encoding/json cleans `e-09` to `e-9`, but leaves `e+21` alone.
fn two_unless_negative(exponent: i32) -> String {
    if exponent < 0 { exponent.abs().to_string() } else { format!("{exponent:02}") }
}
