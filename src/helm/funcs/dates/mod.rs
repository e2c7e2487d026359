//! Dates: `now`, formatting by Go's layouts, durations.

mod duration;
mod format;
mod layout;
mod parse;
mod time;

use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use self::duration::{GoDuration, parse as parse_duration};
pub use self::parse::parse as parse_time;

use self::time::{Time, Zone};
use super::args::{text, utf8};
use super::cast::decimal;
use super::{Function, Outcome};
use crate::helm::template::Env;
use crate::helm::value::{Type, Value};

const TIME: Type = Type::Named(time::TYPE);
const FORMATTED: &[Type] = &[Type::Str, Type::Any];
const MODIFIED: &[Type] = &[Type::Str, TIME];
const IN_ZONE: &[Type] = &[Type::Str, Type::Any, Type::Str];

pub const TABLE: &[Function] = &[
    Function::env("now", &[], |env, _| Ok(object(Time { at: env.now(), zone: Zone::local(env) }))),
    Function::env("date", FORMATTED, |env, a| in_zone(env, text(a, 0), &a[1], "Local")),
    Function::env("dateInZone", IN_ZONE, |env, a| in_zone(env, text(a, 0), &a[1], &utf8(text(a, 2)))),
    Function::env("date_in_zone", IN_ZONE, |env, a| in_zone(env, text(a, 0), &a[1], &utf8(text(a, 2)))),
    Function::env("htmlDate", &[Type::Any], |env, a| in_zone(env, HTML, &a[0], "Local")),
    Function::env("htmlDateInZone", &[Type::Any, Type::Str], html_in_zone),
    Function::pure("dateModify", MODIFIED, |a| Ok(modified(a).unwrap_or_else(|_| a[1].clone()))),
    Function::pure("date_modify", MODIFIED, |a| Ok(modified(a).unwrap_or_else(|_| a[1].clone()))),
    Function::pure("mustDateModify", MODIFIED, modified),
    Function::pure("must_date_modify", MODIFIED, modified),
    Function::env("ago", &[Type::Any], ago),
    Function::env("toDate", &[Type::Str, Type::Str], |env, a| {
        Ok(object(parse::parse(&utf8(text(a, 0)), &utf8(text(a, 1)), env).unwrap_or_else(|_| Time::zero())))
    }),
    Function::env("mustToDate", &[Type::Str, Type::Str], |env, a| {
        parse::parse(&utf8(text(a, 0)), &utf8(text(a, 1)), env).map(object)
    }),
    Function::pure("unixEpoch", &[TIME], |a| {
        Ok(Value::str(&given(&a[0]).map_or(0, |time| time.at.as_second()).to_string()))
    }),
    Function::pure("duration", &[Type::Any], seconds),
    Function::env("durationRound", &[Type::Any], rounded),
];

const HTML: &[u8] = b"2006-01-02";

fn object(time: Time) -> Value {
    Value::Object(Rc::new(time))
}

fn given(value: &Value) -> Option<Time> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref::<Time>().cloned(),
        _ => None,
    }
}

/// The instant of a time or of a number of seconds; now for anything else.
fn instant(env: &Env, value: &Value) -> Result<Timestamp, String> {
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => {
            Timestamp::from_second(*seconds).map_err(|_| format!("{seconds} seconds are out of range of dates"))
        }
        value => Ok(given(value).map_or_else(|| env.now(), |time| time.at)),
    }
}

fn in_zone(env: &Env, layout: &[u8], value: &Value, zone: &str) -> Outcome {
    let zone = match zone {
        "Local" => Zone::local(env),
        "" | "UTC" => Zone::utc(),
        name => TimeZone::get(name).map_or_else(|_| Zone::utc(), Zone::Known),
    };
    let time = Time { at: instant(env, value)?, zone };
    Ok(Value::str(&format::format(&time, &utf8(layout))))
}

fn html_in_zone(env: &Env, arguments: &[Value]) -> Outcome {
    in_zone(env, HTML, &arguments[0], &utf8(text(arguments, 1)))
}

fn modified(arguments: &[Value]) -> Outcome {
    let by = duration::parse(&utf8(text(arguments, 0)))?;
    let time = given(&arguments[1]).unwrap_or_else(Time::zero);
    time.plus(by).map(object)
}

fn ago(env: &Env, arguments: &[Value]) -> Outcome {
    let nanoseconds = env.now().as_nanosecond() - instant(env, &arguments[0])?.as_nanosecond();
    let second = 1_000_000_000;
    let whole = (nanoseconds + nanoseconds.signum() * second / 2) / second * second;
    Ok(Value::str(&GoDuration::clamped(whole).to_string()))
}

fn seconds(arguments: &[Value]) -> Outcome {
    let seconds = match &arguments[0] {
        Value::Str(text) => decimal(&utf8(text)),
        Value::Int64(seconds) => *seconds,
        _ => 0,
    };
    Ok(Value::str(&GoDuration(seconds.wrapping_mul(1_000_000_000)).to_string()))
}

/// The largest unit only: `3d`, `2mo`.
fn rounded(env: &Env, arguments: &[Value]) -> Outcome {
    let nanoseconds = match &arguments[0] {
        Value::Str(text) => duration::parse(&utf8(text)).map_or(0, |duration| duration.0),
        Value::Int64(nanoseconds) => *nanoseconds,
        value => match given(value) {
            Some(time) => GoDuration::clamped(env.now().as_nanosecond() - time.at.as_nanosecond()).0,
            None => 0,
        },
    };
    const UNITS: [(u64, &str); 6] =
        [(365 * 24 * 3600, "y"), (30 * 24 * 3600, "mo"), (24 * 3600, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let size = nanoseconds.unsigned_abs();
    let unit = UNITS.into_iter().find(|(seconds, _)| size > seconds * 1_000_000_000);
    Ok(Value::str(&unit.map_or("0s".into(), |(seconds, name)| format!("{}{name}", size / (seconds * 1_000_000_000)))))
}

#[cfg(test)]
mod tests;
