//! `time.Duration`: reading and writing `1h2m3.5s`.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::helm::gofmt::quote;
use crate::helm::value::{Kind, Object, Type, Value};

/// Nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GoDuration(pub i64);

const SECOND: i64 = 1_000_000_000;

impl GoDuration {
    /// The nearest duration that fits.
    pub fn clamped(nanoseconds: i128) -> GoDuration {
        GoDuration(nanoseconds.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// Rounded to a multiple of `step`, halves away from zero.
    pub fn round(self, step: GoDuration) -> GoDuration {
        if step.0 <= 0 {
            return self;
        }
        let (whole, rest) = (i128::from(self.0), i128::from(self.0 % step.0));
        let step = i128::from(step.0);
        let up = rest.abs() * 2 >= step;
        GoDuration::clamped(whole - rest + if up { step * rest.signum() } else { 0 })
    }

    /// Cut to a multiple of `step`.
    pub fn truncate(self, step: GoDuration) -> GoDuration {
        if step.0 <= 0 { self } else { GoDuration(self.0 - self.0 % step.0) }
    }
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let small = |unit: u64, name: &str| format!("{}{name}", fraction(size, unit));
        let text = match size {
            0 => "0s".into(),
            1..1_000 => format!("{size}ns"),
            1_000..1_000_000 => small(1_000, "µs"),
            1_000_000..1_000_000_000 => small(1_000_000, "ms"),
            _ => {
                let seconds = size / SECOND as u64;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                let rest = fraction(size % (60 * SECOND as u64), SECOND as u64);
                match (hours, minutes) {
                    (0, 0) => format!("{rest}s"),
                    (0, minutes) => format!("{minutes}m{rest}s"),
                    (hours, minutes) => format!("{hours}h{minutes}m{rest}s"),
                }
            }
        };
        write!(f, "{sign}{text}")
    }
}

/// `size / unit` without trailing zeros.
fn fraction(size: u64, unit: u64) -> String {
    let (whole, rest) = (size / unit, size % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{rest:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// `time.ParseDuration`.
///
/// # Errors
/// In Go's words.
pub fn parse(text: &str) -> Result<GoDuration, String> {
    let invalid = || format!("time: invalid duration {}", quote(text.as_bytes()));
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(GoDuration(0));
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0u128;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole_length = digits(rest);
        let (whole, after) = rest.split_at(whole_length);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => after.split_at(digits(after)),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let unit_length = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (name, after) = after.split_at(unit_length);
        if name.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text.as_bytes())));
        }
        let unit: u128 = match name {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => {
                let (name, text) = (quote(name.as_bytes()), quote(text.as_bytes()));
                return Err(format!("time: unknown unit {name} in duration {text}"));
            }
        };
        let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let kept = &fraction[..fraction.len().min(18)];
        let part: u128 = if kept.is_empty() { 0 } else { kept.parse().map_err(|_| invalid())? };
        let nanoseconds =
            whole.checked_mul(unit).and_then(|n| n.checked_add(part * unit / 10u128.pow(kept.len() as u32)));
        total = nanoseconds.and_then(|n| total.checked_add(n)).filter(|n| *n <= 1 << 63).ok_or_else(invalid)?;
        rest = after;
    }
    match i128::try_from(total).map(|total| if negative { -total } else { total }).map(i64::try_from) {
        Ok(Ok(total)) => Ok(GoDuration(total)),
        _ => Err(invalid()),
    }
}

impl Object for GoDuration {
    fn type_name(&self) -> &str {
        "time.Duration"
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        match name {
            "Seconds" | "Minutes" | "Hours" | "Milliseconds" | "Microseconds" | "Nanoseconds" | "String" | "Abs" => {
                Some(&[])
            }
            "Round" | "Truncate" => Some(&[Type::Named("time.Duration")]),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let by = || match arguments.first() {
            Some(Value::Object(object)) => object.as_any().downcast_ref::<GoDuration>().copied().unwrap_or_default(),
            _ => GoDuration::default(),
        };
        let duration = |duration: GoDuration| Ok(Value::Object(Rc::new(duration)));
        match name {
            "Seconds" => Ok(Value::Float(self.in_units(SECOND))),
            "Minutes" => Ok(Value::Float(self.in_units(60 * SECOND))),
            "Hours" => Ok(Value::Float(self.in_units(3600 * SECOND))),
            "Milliseconds" => Ok(Value::Int64(self.0 / 1_000_000)),
            "Microseconds" => Ok(Value::Int64(self.0 / 1_000)),
            "Nanoseconds" => Ok(Value::Int64(self.0)),
            "String" => Ok(Value::str(&self.to_string())),
            "Abs" => duration(GoDuration(self.0.saturating_abs())),
            "Round" => duration(self.round(by())),
            "Truncate" => duration(self.truncate(by())),
            _ => Err(format!("no method {name}")),
        }
    }

    fn plain(&self) -> Value {
        Value::Int64(self.0)
    }

    fn print(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl GoDuration {
    /// As Go calculates it: the whole units, then the rest.
    pub fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }
}
