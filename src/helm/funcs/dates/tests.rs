use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::duration::{GoDuration, parse as parse_duration};
use super::format::format;
use super::parse::parse;
use super::time::{Time, Zone};
use crate::helm::template::Env;

fn utc() -> Env<'static> {
    Env { zone: Some(TimeZone::UTC), ..Env::default() }
}

#[test]
fn layouts_write_every_element() {
    let at: Timestamp = "2024-02-09T16:05:07.0120Z".parse().unwrap();
    let time = Time { at, zone: Zone::utc() };
    let cases = [
        ("2006-01-02T15:04:05Z07:00", "2024-02-09T16:05:07Z"),
        ("Mon Jan _2 3:04PM MST 06", "Fri Feb  9 4:05PM UTC 24"),
        ("Monday, 02 January 2006 15.04.05.000", "Friday, 09 February 2024 16.05.07.012"),
        ("002 __2 .999 -0700", "040  40 .012 +0000"),
        ("_2006 Janet", "_2024 Janet"),
    ];
    for (layout, expected) in cases {
        assert_eq!(format(&time, layout), expected, "{layout}");
    }
}

#[test]
fn texts_are_read_and_refused_as_in_go() {
    let read = |layout: &str, text: &str| parse(layout, text, &utc()).map(|time| time.at.to_string());
    assert_eq!(read("2006-01-02", "2024-02-29").unwrap(), "2024-02-29T00:00:00Z");
    assert_eq!(read("Jan 2 2006 3:04PM -0700", "Mar 7 2021 1:02PM +0200").unwrap(), "2021-03-07T11:02:00Z");
    assert_eq!(read("2006-01-02", "x").unwrap_err(), r#"parsing time "x" as "2006-01-02": cannot parse "x" as "2006""#);
    assert_eq!(read("2006-01-02", "2023-02-29").unwrap_err(), r#"parsing time "2023-02-29": day out of range"#);
    assert_eq!(read("2006-01-02", "2023-13-01").unwrap_err(), r#"parsing time "2023-13-01": month out of range"#);
    assert_eq!(read("2006", "2023 ").unwrap_err(), r#"parsing time "2023 ": extra text: " ""#);
}

#[test]
fn durations_go_both_ways() {
    let cases = [("1h2m3.5s", "1h2m3.5s"), ("90m", "1h30m0s"), ("1500us", "1.5ms"), ("-0.5s", "-500ms"), ("0", "0s")];
    for (text, shown) in cases {
        assert_eq!(parse_duration(text).unwrap().to_string(), shown);
    }
    assert_eq!(parse_duration("5").unwrap_err(), r#"time: missing unit in duration "5""#);
    assert_eq!(parse_duration("5x").unwrap_err(), r#"time: unknown unit "x" in duration "5x""#);
    assert_eq!(parse_duration("").unwrap_err(), r#"time: invalid duration """#);
    assert_eq!(GoDuration(i64::MIN).to_string(), "-2562047h47m16.854775808s");
}
