//! The duration functions of Helm 4.

use std::rc::Rc;

use super::dates::GoDuration;
use super::strings::trim_space;
use super::{Function, Outcome};
use crate::helm::gofmt::{parse_float, quote};
use crate::helm::value::{Type, Value};

const ONE: &[Type] = &[Type::Any];
const TWO: &[Type] = &[Type::Any, Type::Any];
const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3600 * SECOND;

pub const TABLE: &[Function] = &[
    Function::pure("mustToDuration", ONE, |a| of(&a[0]).map(object)).only_helm4(),
    Function::pure("durationNanoseconds", ONE, |a| whole(a, 1)).only_helm4(),
    Function::pure("durationMicroseconds", ONE, |a| whole(a, 1_000)).only_helm4(),
    Function::pure("durationMilliseconds", ONE, |a| whole(a, 1_000_000)).only_helm4(),
    Function::pure("durationSeconds", ONE, |a| fractional(a, SECOND, 1.0)).only_helm4(),
    Function::pure("durationMinutes", ONE, |a| fractional(a, 60 * SECOND, 1.0)).only_helm4(),
    Function::pure("durationHours", ONE, |a| fractional(a, HOUR, 1.0)).only_helm4(),
    Function::pure("durationDays", ONE, |a| fractional(a, HOUR, 24.0)).only_helm4(),
    Function::pure("durationWeeks", ONE, |a| {
        fractional(a, HOUR, 24.0).map(|days| match days {
            Value::Float(days) => Value::Float(days / 7.0),
            other => other,
        })
    })
    .only_helm4(),
    Function::pure("durationRoundTo", TWO, |a| Ok(stepped(a, GoDuration::round))).only_helm4(),
    Function::pure("durationTruncateTo", TWO, |a| Ok(stepped(a, GoDuration::truncate))).only_helm4(),
];

fn object(duration: GoDuration) -> Value {
    Value::Object(Rc::new(duration))
}

/// A duration out of text, or of a number of seconds.
fn of(value: &Value) -> Result<GoDuration, String> {
    match value {
        Value::Nil | Value::Missing => Err("invalid duration".into()),
        Value::Str(text) => {
            let text = String::from_utf8_lossy(trim_space(text)).into_owned();
            if text.is_empty() {
                return Err("empty duration".into());
            }
            match (super::dates::parse_duration(&text), parse_float(&text)) {
                (Ok(duration), _) => Ok(duration),
                (Err(_), Some(seconds)) => of_seconds(seconds),
                (Err(_), None) => {
                    Err(format!("could not parse duration {}", quote(value.as_bytes().unwrap_or_default())))
                }
            }
        }
        Value::Int(seconds) | Value::Int64(seconds) => {
            let nanoseconds = seconds.checked_mul(SECOND);
            nanoseconds.map(GoDuration).ok_or_else(|| format!("duration seconds overflow: {seconds}"))
        }
        Value::Byte(seconds) => Ok(GoDuration(i64::from(*seconds) * SECOND)),
        Value::Float(seconds) => of_seconds(*seconds),
        Value::Object(object) => match object.as_any().downcast_ref::<GoDuration>() {
            Some(duration) => Ok(*duration),
            None => Err(format!("unsupported duration type {}", value.type_name())),
        },
        other => Err(format!("unsupported duration type {}", other.type_name())),
    }
}

fn of_seconds(seconds: f64) -> Result<GoDuration, String> {
    let shown = crate::helm::gofmt::format_float(seconds, 'g', None);
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {shown}"));
    }
    let nanoseconds = seconds * SECOND as f64;
    if nanoseconds.abs() > i64::MAX as f64 {
        return Err(format!("duration seconds overflow: {shown}"));
    }
    Ok(GoDuration(nanoseconds as i64))
}

fn whole(arguments: &[Value], unit: i64) -> Outcome {
    Ok(Value::Int64(of(&arguments[0]).map_or(0, |duration| duration.0 / unit)))
}

fn fractional(arguments: &[Value], unit: i64, divisor: f64) -> Outcome {
    Ok(Value::Float(of(&arguments[0]).map_or(0.0, |duration| duration.in_units(unit) / divisor)))
}

fn stepped(arguments: &[Value], by: fn(GoDuration, GoDuration) -> GoDuration) -> Value {
    let duration = of(&arguments[0]).unwrap_or_default();
    match of(&arguments[1]) {
        Ok(step) => object(by(duration, step)),
        Err(_) => object(duration),
    }
}
