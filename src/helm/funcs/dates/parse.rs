//! `time.ParseInLocation`.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::format::{MONTHS, WEEKDAYS};
use super::layout::{Element, next};
use super::time::{Time, Zone};
use crate::helm::template::Env;

/// Why an element does not fit.
enum Misfit {
    /// The text is not of this form.
    Bad,
    /// The number is not of this range; the text is what Go calls it.
    Range(&'static str),
}

#[derive(Default)]
struct Parts {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    year_day: Option<i16>,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i32>,
    zone_name: String,
}

/// The quotes of Go's `time`, which escapes bytes.
fn show(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' | 0x7f => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out + "\""
}

/// Reads a time by a layout, in the local zone unless the text names another.
///
/// # Errors
/// Go's `parsing time …`.
pub fn parse(layout: &str, text: &str, env: &Env) -> Result<Time, String> {
    let prefix = |word: &str, rest: &str, message: &str| {
        if message.is_empty() {
            let (text, layout, rest, word) = (show(text), show(layout), show(rest), show(word));
            format!("parsing time {text} as {layout}: cannot parse {rest} as {word}")
        } else {
            format!("parsing time {}{message}", show(text))
        }
    };
    let mut parts = Parts::default();
    let (mut pattern, mut rest) = (layout, text);
    loop {
        let (literal, element, after) = next(pattern);
        rest = skip(rest, literal).map_err(|rest| prefix(literal, rest, ""))?;
        let Some((element, word)) = element else {
            if !rest.is_empty() {
                return Err(prefix("", rest, &format!(": extra text: {}", show(rest))));
            }
            break;
        };
        let held = rest;
        pattern = after;
        rest = parts.read(element, word, rest, pattern).map_err(|misfit| match misfit {
            Misfit::Bad => prefix(word, held, ""),
            Misfit::Range(what) => prefix(word, rest, &format!(": {what} out of range")),
        })?;
    }
    parts.finish(env).map_err(|message| prefix("", rest, &message))
}

/// Skips literal text; a space stands for any number of them.
fn skip<'t>(mut text: &'t str, literal: &str) -> Result<&'t str, &'t str> {
    let mut rest = literal;
    while let Some(char) = rest.chars().next() {
        if char == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return Err(text);
            }
            rest = rest.trim_start_matches(' ');
            text = text.trim_start_matches(' ');
            continue;
        }
        text = text.strip_prefix(char).ok_or(text)?;
        rest = &rest[char.len_utf8()..];
    }
    Ok(text)
}

/// One or two digits; two when `fixed`.
fn number(text: &str, fixed: bool) -> Result<(i8, &str), Misfit> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if digits == 0 || (fixed && digits < 2) {
        return Err(Misfit::Bad);
    }
    Ok((text[..digits].parse().map_err(|_| Misfit::Bad)?, &text[digits..]))
}

fn take(text: &str, length: usize) -> Result<(&str, &str), Misfit> {
    text.split_at_checked(length).ok_or(Misfit::Bad)
}

fn in_range(number: i8, most: i8, what: &'static str) -> Result<i8, Misfit> {
    if number <= most { Ok(number) } else { Err(Misfit::Range(what)) }
}

/// The position of a name at the start, whatever its case.
fn lookup<'t>(names: &[&str], length: Option<usize>, text: &'t str) -> Result<(usize, &'t str), Misfit> {
    let found = names
        .iter()
        .map(|name| &name[..length.unwrap_or(name.len())])
        .position(|name| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    let at = found.ok_or(Misfit::Bad)?;
    Ok((at, &text[length.unwrap_or(names[at].len())..]))
}

/// A point or comma with digits behind it, to nanoseconds.
fn nanoseconds(text: &str) -> Result<i32, Misfit> {
    let digits = text.strip_prefix(['.', ',']).ok_or(Misfit::Bad)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Misfit::Bad);
    }
    format!("{digits:0<9}")[..9].parse().map_err(|_| Misfit::Bad)
}

fn fraction_length(text: &str) -> usize {
    match text.strip_prefix(['.', ',']) {
        Some(digits) => match digits.bytes().take_while(u8::is_ascii_digit).count() {
            0 => 0,
            count => count + 1,
        },
        None => 0,
    }
}

impl Parts {
    fn read<'t>(&mut self, element: Element, word: &str, text: &'t str, after: &str) -> Result<&'t str, Misfit> {
        let fixed = word.starts_with('0');
        Ok(match element {
            Element::Year => {
                let (digits, rest) = take(text, 2)?;
                let year: i16 = digits.parse().map_err(|_| Misfit::Bad)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
                rest
            }
            Element::LongYear => {
                let (digits, rest) = take(text, 4)?;
                if !digits.starts_with(|c: char| c.is_ascii_digit()) {
                    return Err(Misfit::Bad);
                }
                self.year = digits.parse().map_err(|_| Misfit::Bad)?;
                rest
            }
            Element::Month | Element::LongMonth => {
                let length = (element == Element::Month).then_some(3);
                let (month, rest) = lookup(&MONTHS, length, text)?;
                self.month = Some(month as i8 + 1);
                rest
            }
            Element::NumMonth | Element::ZeroMonth => {
                let (month, rest) = number(text, fixed)?;
                if !(1..=12).contains(&month) {
                    return Err(Misfit::Range("month"));
                }
                self.month = Some(month);
                rest
            }
            Element::Weekday => lookup(&WEEKDAYS, Some(3), text)?.1,
            Element::LongWeekday => lookup(&WEEKDAYS, None, text)?.1,
            Element::Day | Element::UnderDay | Element::ZeroDay => {
                let padded = element == Element::UnderDay;
                let text = if padded { text.strip_prefix(' ').unwrap_or(text) } else { text };
                let (day, rest) = number(text, fixed)?;
                self.day = Some(day);
                rest
            }
            Element::UnderYearDay | Element::ZeroYearDay => {
                let text = if fixed { text } else { text.trim_start_matches(' ') };
                let digits = text.bytes().take(3).take_while(u8::is_ascii_digit).count();
                if digits == 0 || (fixed && digits < 3) {
                    return Err(Misfit::Bad);
                }
                self.year_day = text[..digits].parse().ok();
                &text[digits..]
            }
            Element::Hour => {
                let (hour, rest) = number(text, false)?;
                self.hour = in_range(hour, 23, "hour")?;
                rest
            }
            Element::Hour12 | Element::ZeroHour12 => {
                let (hour, rest) = number(text, fixed)?;
                self.hour = in_range(hour, 12, "hour")?;
                rest
            }
            Element::Minute | Element::ZeroMinute => {
                let (minute, rest) = number(text, fixed)?;
                self.minute = in_range(minute, 59, "minute")?;
                rest
            }
            Element::Second | Element::ZeroSecond => {
                let (second, rest) = number(text, fixed)?;
                self.second = in_range(second, 59, "second")?;
                // A fraction may follow even where the layout has none.
                let length = fraction_length(rest);
                let in_layout = matches!(next(after), ("", Some((Element::Fraction { .. }, _)), _));
                if length > 0 && !in_layout {
                    self.nanosecond = nanoseconds(&rest[..length])?;
                    &rest[length..]
                } else {
                    rest
                }
            }
            Element::UpperPm | Element::LowerPm => {
                let (word, rest) = take(text, 2)?;
                let upper = element == Element::UpperPm;
                self.afternoon = match word {
                    "PM" if upper => Some(true),
                    "AM" if upper => Some(false),
                    "pm" if !upper => Some(true),
                    "am" if !upper => Some(false),
                    _ => return Err(Misfit::Bad),
                };
                rest
            }
            Element::Offset { utc_z: true, .. } if text.starts_with('Z') => {
                self.utc = true;
                &text[1..]
            }
            Element::Offset { minutes, seconds, colons, .. } => self.read_offset(text, minutes, seconds, colons)?,
            Element::ZoneName => {
                if let Some(rest) = text.strip_prefix("UTC") {
                    self.utc = true;
                    return Ok(rest);
                }
                let length = zone_name_length(text).ok_or(Misfit::Bad)?;
                self.zone_name = text[..length].into();
                &text[length..]
            }
            Element::Fraction { digits, trimmed: false } => {
                let (fraction, rest) = take(text, digits + 1)?;
                self.nanosecond = nanoseconds(fraction)?;
                rest
            }
            Element::Fraction { .. } => {
                let length = fraction_length(text);
                if length > 0 {
                    self.nanosecond = nanoseconds(&text[..length])?;
                }
                &text[length..]
            }
        })
    }

    fn read_offset<'t>(
        &mut self,
        text: &'t str,
        minutes: bool,
        seconds: bool,
        colons: bool,
    ) -> Result<&'t str, Misfit> {
        let (sign, mut rest) = take(text, 1)?;
        let mut fields = [0i32; 3];
        let wanted = 1 + usize::from(minutes) + usize::from(seconds);
        for (i, field) in fields.iter_mut().take(wanted).enumerate() {
            if i > 0 && colons {
                rest = rest.strip_prefix(':').ok_or(Misfit::Bad)?;
            }
            let (digits, after) = take(rest, 2)?;
            *field = i32::from(number(digits, true)?.0);
            rest = after;
        }
        let ranges = [(24, "time zone offset hour"), (60, "time zone offset minute"), (60, "time zone offset second")];
        for (field, (most, what)) in fields.iter().zip(ranges) {
            if *field > most {
                return Err(Misfit::Range(what));
            }
        }
        let offset = (fields[0] * 60 + fields[1]) * 60 + fields[2];
        self.offset = match sign {
            "+" => Some(offset),
            "-" => Some(-offset),
            _ => return Err(Misfit::Bad),
        };
        Ok(rest)
    }

    fn date(&mut self) -> Result<Date, String> {
        if let Some(year_day) = self.year_day {
            let date = Date::new(self.year, 1, 1).ok().and_then(|first| {
                let days = jiff::Span::new().try_days(i64::from(year_day) - 1).ok()?;
                first.checked_add(days).ok().filter(|date| date.year() == self.year && year_day > 0)
            });
            let date = date.ok_or(": day-of-year out of range")?;
            if self.month.is_some_and(|month| month != date.month()) {
                return Err(": day-of-year does not match month".into());
            }
            if self.day.is_some_and(|day| day != date.day()) {
                return Err(": day-of-year does not match day".into());
            }
            return Ok(date);
        }
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).map_err(|_| ": day out of range".into())
    }

    fn finish(mut self, env: &Env) -> Result<Time, String> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let local = self.date()?.at(self.hour, self.minute, self.second, self.nanosecond);
        let far = |_| String::from(": out of range");
        let at_offset = |seconds: i32| {
            let offset = Offset::from_seconds(seconds).map_err(far)?;
            Ok::<_, String>((offset.to_timestamp(local).map_err(far)?, offset))
        };
        if self.utc {
            return Ok(Time { at: at_offset(0)?.0, zone: Zone::utc() });
        }
        let zone = Zone::local(env);
        if let Some(seconds) = self.offset {
            let (at, offset) = at_offset(seconds)?;
            let (known, name) = zone.at(at);
            let same = known == offset && (self.zone_name.is_empty() || name == self.zone_name);
            return Ok(Time { at, zone: if same { zone } else { Zone::Named { name: self.zone_name, offset } } });
        }
        if !self.zone_name.is_empty() {
            let here = env.zone().to_timestamp(local).map_err(far)?;
            if zone.at(here).1 == self.zone_name {
                return Ok(Time { at: here, zone });
            }
            let hours: i32 = self.zone_name.strip_prefix("GMT").and_then(|hours| hours.parse().ok()).unwrap_or(0);
            let (at, offset) = at_offset(hours * 3600)?;
            return Ok(Time { at, zone: Zone::Named { name: self.zone_name, offset } });
        }
        Ok(Time { at: env.zone().to_timestamp(local).map_err(far)?, zone })
    }
}

/// The length of what looks like a zone's abbreviation.
fn zone_name_length(text: &str) -> Option<usize> {
    if text.starts_with("ChST") || text.starts_with("MeST") {
        return Some(4);
    }
    if let Some(offset) = text.strip_prefix("GMT") {
        let digits = offset.strip_prefix(['+', '-']).map_or(0, |d| d.bytes().take_while(u8::is_ascii_digit).count());
        return Some(if digits > 0 { 4 + digits } else { 3 });
    }
    if text.starts_with(['+', '-']) {
        let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
        return (digits >= 2).then_some(3);
    }
    let letters = text.bytes().take(6).take_while(u8::is_ascii_uppercase).count();
    match letters {
        3 => Some(3),
        4 if text.as_bytes()[3] == b'T' || text.starts_with("WITA") => Some(4),
        5 if text.as_bytes()[4] == b'T' => Some(5),
        _ => None,
    }
}
