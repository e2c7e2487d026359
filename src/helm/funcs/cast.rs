//! Numbers out of anything: `int`, `int64`, `float64` and the rules they share with all arithmetic.

use super::args::text;
use super::{Function, Outcome};
use crate::helm::gofmt::parse_float;
use crate::helm::template::parse_int;
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("int", &[Type::Any], |a| Ok(Value::Int(to_int64(&a[0])))),
    Function::pure("int64", &[Type::Any], |a| Ok(Value::Int64(to_int64(&a[0])))),
    Function::pure("float64", &[Type::Any], |a| Ok(Value::Float(to_float64(&a[0])))),
    Function::pure("atoi", &[Type::Str], atoi),
    Function::pure("toDecimal", &[Type::Any], to_decimal),
];

/// A whole number out of anything; 0 where there is none. Text is read with Go's base prefixes.
pub fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Int(i) | Value::Int64(i) => *i,
        Value::Byte(b) => i64::from(*b),
        Value::Float(x) => truncate(*x),
        Value::Bool(b) => i64::from(*b),
        Value::Str(text) => {
            std::str::from_utf8(text).ok().and_then(|t| parse_int(without_zero_decimals(t))).unwrap_or(0)
        }
        _ => 0,
    }
}

/// Go's conversion on the usual processors: out of range is the least number.
fn truncate(x: f64) -> i64 {
    if x > -9.3e18 && x < 9_223_372_036_854_775_808.0 { x as i64 } else { i64::MIN }
}

/// `1.00` without its decimals; `1.5` as it is.
fn without_zero_decimals(text: &str) -> &str {
    let kept = text.trim_end_matches('0');
    match kept.strip_suffix('.') {
        Some(whole) if kept.len() < text.len() && !whole.is_empty() => whole,
        _ => text,
    }
}

/// A float out of anything; 0 where there is none.
pub fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Float(x) => *x,
        Value::Int(i) | Value::Int64(i) => *i as f64,
        Value::Byte(b) => f64::from(*b),
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Str(text) => {
            let number = std::str::from_utf8(text).ok().and_then(parse_float);
            // Go's error for a number out of range comes with a value, but Sprig drops both.
            number.filter(|x| x.is_finite() || !text.iter().any(u8::is_ascii_digit)).unwrap_or(0.0)
        }
        _ => 0.0,
    }
}

fn atoi(arguments: &[Value]) -> Outcome {
    let text = std::str::from_utf8(text(arguments, 0)).unwrap_or("");
    Ok(Value::Int(decimal(text)))
}

/// `strconv.ParseInt(text, 10, 64)` without its error: the nearest number when out of range, 0 for a syntax error.
pub fn decimal(text: &str) -> i64 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

fn to_decimal(arguments: &[Value]) -> Outcome {
    let text = crate::helm::gofmt::to_text(&arguments[0])?;
    let text = String::from_utf8_lossy(&text);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let octal = !digits.is_empty() && digits.bytes().all(|b| (b'0'..=b'7').contains(&b));
    Ok(Value::Int64(if octal { i64::from_str_radix(&text, 8).unwrap_or(0) } else { 0 }))
}
