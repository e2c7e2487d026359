//! `time.Time` as templates see it.

use std::any::Any;
use std::rc::Rc;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::duration::GoDuration;
use super::format::{MONTHS, WEEKDAYS, format};
use crate::helm::funcs::args::{int, text, utf8};
use crate::helm::template::Env;
use crate::helm::value::{Kind, Object, Type, Value};

/// The name of the type in Go.
pub const TYPE: &str = "time.Time";

/// An instant and where it is looked at from.
#[derive(Debug, Clone)]
pub struct Time {
    pub at: Timestamp,
    pub zone: Zone,
}

/// A time zone, or an offset with the name that a text gave to it.
#[derive(Debug, Clone)]
pub enum Zone {
    Known(TimeZone),
    Named { name: String, offset: Offset },
}

impl Zone {
    pub fn utc() -> Zone {
        Zone::Known(TimeZone::UTC)
    }

    pub fn local(env: &Env) -> Zone {
        Zone::Known(env.zone())
    }

    /// The offset at an instant, and its abbreviation; no name when only an offset is known.
    pub fn at(&self, at: Timestamp) -> (Offset, String) {
        match self {
            Zone::Named { name, offset } => (*offset, name.clone()),
            Zone::Known(zone) => {
                let info = zone.to_offset_info(at);
                (info.offset(), info.abbreviation().to_string())
            }
        }
    }
}

impl Time {
    /// Go's zero time: year 1, UTC.
    pub fn zero() -> Time {
        let at = Timestamp::from_second(-62_135_596_800).unwrap_or(Timestamp::MIN);
        Time { at, zone: Zone::utc() }
    }

    /// What a clock in the zone shows, the offset in seconds, and the name of the zone.
    pub fn local(&self) -> (DateTime, i32, String) {
        let (offset, name) = self.zone.at(self.at);
        (offset.to_datetime(self.at), offset.seconds(), name)
    }

    pub fn plus(&self, by: GoDuration) -> Result<Time, String> {
        let at = self.at.checked_add(SignedDuration::from_nanos(by.0));
        Ok(Time { at: at.map_err(|_| "the date is out of range")?, zone: self.zone.clone() })
    }

    fn in_zone(&self, zone: Zone) -> Value {
        Value::Object(Rc::new(Time { at: self.at, zone }))
    }

    fn add_date(&self, arguments: &[Value]) -> Result<Value, String> {
        let (local, offset, _) = self.local();
        let span = jiff::Span::new()
            .try_years(int(arguments, 0))
            .and_then(|span| span.try_months(int(arguments, 1)))
            .map_err(|_| "the date is out of range")?;
        // Go overflows a short month into the next one: 31 January and a month is 3 March.
        let first = local.date().first_of_month().checked_add(span);
        let days = i64::from(local.day()) - 1 + int(arguments, 2);
        let date = first.and_then(|first| first.checked_add(jiff::Span::new().try_days(days)?));
        let moved = date.map_err(|_| "the date is out of range")?.to_datetime(local.time());
        let at = match &self.zone {
            Zone::Known(zone) => zone.to_timestamp(moved),
            Zone::Named { .. } => Offset::from_seconds(offset).and_then(|offset| offset.to_timestamp(moved)),
        };
        let at = at.map_err(|_| "the date is out of range")?;
        Ok(Value::Object(Rc::new(Time { at, zone: self.zone.clone() })))
    }
}

fn other(arguments: &[Value]) -> Option<Timestamp> {
    match arguments.first() {
        Some(Value::Object(object)) => object.as_any().downcast_ref::<Time>().map(|time| time.at),
        _ => None,
    }
}

impl Object for Time {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        match name {
            "Year" | "Month" | "Day" | "Weekday" | "YearDay" | "Hour" | "Minute" | "Second" | "Nanosecond" | "Unix"
            | "UnixMilli" | "UnixMicro" | "UnixNano" | "UTC" | "Local" | "String" | "IsZero" => Some(&[]),
            "Format" => Some(&[Type::Str]),
            "AddDate" => Some(&[Type::Int, Type::Int, Type::Int]),
            "Before" | "After" | "Equal" | "Sub" | "Compare" => Some(&[Type::Named(TYPE)]),
            "Add" | "Round" | "Truncate" => Some(&[Type::Named("time.Duration")]),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let (local, _, _) = self.local();
        let number = |n: i64| Ok(Value::Int(n));
        let order = || other(arguments).map(|other| self.at.cmp(&other));
        let by = || match arguments.first() {
            Some(Value::Object(object)) => object.as_any().downcast_ref::<GoDuration>().copied().unwrap_or_default(),
            _ => GoDuration::default(),
        };
        match name {
            "Year" => number(i64::from(local.year())),
            "Month" => Ok(Word::value("time.Month", i64::from(local.month()), MONTHS[local.month() as usize - 1])),
            "Day" => number(i64::from(local.day())),
            "Weekday" => {
                let day = local.date().weekday().to_sunday_zero_offset();
                Ok(Word::value("time.Weekday", i64::from(day), WEEKDAYS[day as usize]))
            }
            "YearDay" => number(i64::from(local.date().day_of_year())),
            "Hour" => number(i64::from(local.hour())),
            "Minute" => number(i64::from(local.minute())),
            "Second" => number(i64::from(local.second())),
            "Nanosecond" => number(i64::from(local.subsec_nanosecond())),
            "Unix" => Ok(Value::Int64(self.at.as_nanosecond().div_euclid(1_000_000_000) as i64)),
            "UnixMilli" => Ok(Value::Int64(self.at.as_nanosecond().div_euclid(1_000_000) as i64)),
            "UnixMicro" => Ok(Value::Int64(self.at.as_nanosecond().div_euclid(1_000) as i64)),
            "UnixNano" => Ok(Value::Int64(self.at.as_nanosecond() as i64)),
            "UTC" => Ok(self.in_zone(Zone::utc())),
            "Local" => Ok(self.in_zone(Zone::Known(TimeZone::system()))),
            "String" => Ok(Value::bytes(self.print())),
            "IsZero" => Ok(Value::Bool(self.at == Time::zero().at)),
            "Format" => Ok(Value::str(&format(self, &utf8(text(arguments, 0))))),
            "AddDate" => self.add_date(arguments),
            "Before" => Ok(Value::Bool(order().is_some_and(|order| order.is_lt()))),
            "After" => Ok(Value::Bool(order().is_some_and(|order| order.is_gt()))),
            "Equal" => Ok(Value::Bool(order().is_some_and(|order| order.is_eq()))),
            "Compare" => number(order().map_or(0, |order| order as i64)),
            "Sub" => {
                let other = other(arguments).unwrap_or(self.at);
                let difference = self.at.as_nanosecond() - other.as_nanosecond();
                Ok(Value::Object(Rc::new(GoDuration::clamped(difference))))
            }
            "Add" => self.plus(by()).map(|time| Value::Object(Rc::new(time))),
            "Round" | "Truncate" => {
                let step = i128::from(by().0);
                let since = self.at.as_nanosecond() - Time::zero().at.as_nanosecond();
                let rest = if step > 0 { since.rem_euclid(step) } else { 0 };
                let up = name == "Round" && rest * 2 >= step && rest > 0;
                let change = if up { step - rest } else { -rest };
                self.plus(GoDuration::clamped(change)).map(|time| Value::Object(Rc::new(time)))
            }
            _ => Err(format!("no method {name}")),
        }
    }

    fn plain(&self) -> Value {
        Value::str(&format(self, "2006-01-02T15:04:05.999999999Z07:00"))
    }

    fn print(&self) -> Vec<u8> {
        format(self, "2006-01-02 15:04:05.999999999 -0700 MST").into_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A number of a named type that prints as a word: a month or a weekday.
struct Word {
    kind: &'static str,
    number: i64,
    word: &'static str,
}

impl Word {
    fn value(kind: &'static str, number: i64, word: &'static str) -> Value {
        Value::Object(Rc::new(Word { kind, number, word }))
    }
}

impl Object for Word {
    fn type_name(&self) -> &str {
        self.kind
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        (name == "String").then_some(&[])
    }

    fn call(&self, _: &str, _: &[Value]) -> Result<Value, String> {
        Ok(Value::str(self.word))
    }

    fn plain(&self) -> Value {
        Value::Int(self.number)
    }

    fn print(&self) -> Vec<u8> {
        self.word.into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
