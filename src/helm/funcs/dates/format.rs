//! `time.Format`.

use super::layout::{Element, next};
use super::time::Time;

pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Writes a time by a layout.
pub fn format(time: &Time, layout: &str) -> String {
    let (local, offset, zone) = time.local();
    let month = MONTHS[local.month() as usize - 1];
    let weekday = WEEKDAYS[local.date().weekday().to_sunday_zero_offset() as usize];
    let hour12 = (local.hour() + 11) % 12 + 1;
    let mut out = String::new();
    let mut rest = layout;
    loop {
        let (text, element, after) = next(rest);
        out.push_str(text);
        let Some((element, word)) = element else { return out };
        out.push_str(&match element {
            Element::LongMonth => month.to_string(),
            Element::Month => month[..3].to_string(),
            Element::NumMonth => local.month().to_string(),
            Element::ZeroMonth => format!("{:02}", local.month()),
            Element::LongWeekday => weekday.to_string(),
            Element::Weekday => weekday[..3].to_string(),
            Element::Day => local.day().to_string(),
            Element::UnderDay => format!("{:2}", local.day()),
            Element::ZeroDay => format!("{:02}", local.day()),
            Element::UnderYearDay => format!("{:3}", local.date().day_of_year()),
            Element::ZeroYearDay => format!("{:03}", local.date().day_of_year()),
            Element::Hour => format!("{:02}", local.hour()),
            Element::Hour12 => hour12.to_string(),
            Element::ZeroHour12 => format!("{hour12:02}"),
            Element::Minute => local.minute().to_string(),
            Element::ZeroMinute => format!("{:02}", local.minute()),
            Element::Second => local.second().to_string(),
            Element::ZeroSecond => format!("{:02}", local.second()),
            Element::LongYear if local.year() < 0 => format!("-{:04}", -local.year()),
            Element::LongYear => format!("{:04}", local.year()),
            Element::Year => format!("{:02}", local.year().unsigned_abs() % 100),
            Element::UpperPm => if local.hour() >= 12 { "PM" } else { "AM" }.into(),
            Element::LowerPm => if local.hour() >= 12 { "pm" } else { "am" }.into(),
            Element::ZoneName if zone.is_empty() => offset_text(offset, true, false, false),
            Element::ZoneName => zone.clone(),
            Element::Offset { utc_z: true, .. } if offset == 0 => "Z".into(),
            Element::Offset { minutes, seconds, colons, .. } => offset_text(offset, minutes, seconds, colons),
            Element::Fraction { digits, trimmed } => fraction(local.subsec_nanosecond(), digits, trimmed, &word[..1]),
        });
        rest = after;
    }
}

fn offset_text(offset: i32, minutes: bool, seconds: bool, colons: bool) -> String {
    let size = offset.unsigned_abs();
    let colon = if colons { ":" } else { "" };
    let mut text = format!("{}{:02}", if offset < 0 { '-' } else { '+' }, size / 3600);
    if minutes {
        text.push_str(&format!("{colon}{:02}", size / 60 % 60));
    }
    if seconds {
        text.push_str(&format!("{colon}{:02}", size % 60));
    }
    text
}

fn fraction(nanoseconds: i32, digits: usize, trimmed: bool, point: &str) -> String {
    let all = format!("{nanoseconds:09}");
    let mut shown = if digits <= 9 { all[..digits].to_string() } else { format!("{all:0<digits$}") };
    if trimmed {
        shown.truncate(shown.trim_end_matches('0').len());
        if shown.is_empty() {
            return shown;
        }
    }
    format!("{point}{shown}")
}
