//! Dates and durations.

use super::agree;
use super::oracle::Question;

const LAYOUTS: &[&str] = &[
    "2006",
    "06",
    "01",
    "1",
    "Jan",
    "January",
    "02",
    "2",
    "_2",
    "002",
    "__2",
    "Mon",
    "Monday",
    "15",
    "03",
    "3",
    "04",
    "4",
    "05",
    "5",
    "PM",
    "pm",
    "MST",
    "Z0700",
    "Z07:00",
    "-0700",
    "-07:00",
    "-07",
    "Z07",
    "Z070000",
    "-07:00:00",
    ".000",
    ".999",
    ",000",
    ".0",
    "000",
    "T",
    "-",
    "/",
    ":",
    " ",
    "é",
    "x",
    "_2006",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02",
    "15:04:05.999999999",
    "Jan _2",
    "January2",
];

const TIMES: &[&str] = &[
    "2024-02-29",
    "1999-12-31",
    "0001-01-01",
    "2006-01-02",
    "2024-13-01",
    "2023-02-29",
    "x",
    "",
    "9998-12-30",
    "1969-07-20",
];

const ZONES: &[&str] = &["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Nowhere", "", "Local", "utc"];

const DURATIONS: &[&str] = &[
    "1h",
    "-1.5h",
    "90s",
    "1h30m",
    "2h45m3.5s",
    "100ms",
    "1us",
    "1ns",
    "x",
    "",
    "1",
    "3000h",
    "24h",
    "-48h",
    "1d",
    "+5m",
    "1h-1m",
    ".5s",
    "1.s",
];

#[test]
fn random_layouts() {
    agree("times", |random| {
        let layout: String = (0..1 + random.below(4)).map(|_| *random.pick::<&str>(LAYOUTS)).collect();
        let time = format!("(toDate \"2006-01-02\" \"{}\")", random.pick::<&str>(TIMES));
        let zone = *random.pick::<&str>(ZONES);
        let duration = *random.pick::<&str>(DURATIONS);
        let number = *random.pick(&[
            "0",
            "1",
            "59",
            "60",
            "86399",
            "1700000000",
            "-1",
            "31536000",
            "\"95\"",
            "\"1h\"",
            "1.9",
            "nil",
            "9223372036",
        ]);
        let call = match random.below(11) {
            0 => format!("date \"{layout}\" {time}"),
            1 => format!("dateInZone \"{layout}\" {time} \"{zone}\""),
            2 => format!("dateModify \"{duration}\" {time} | date \"2006-01-02T15:04:05.000Z07:00\""),
            3 => format!("mustDateModify \"{duration}\" {time} | date \"{layout}\""),
            4 => format!("duration {number}"),
            5 => format!("durationRound \"{duration}\""),
            6 => format!("toDate \"{layout}\" \"{}\" | unixEpoch", random.pick::<&str>(TIMES)),
            7 => format!("mustToDate \"{layout}\" (date \"{layout}\" {time}) | date \"2006-01-02 15:04:05 MST\""),
            8 => format!("htmlDateInZone {time} \"{zone}\""),
            // Whatever is no time is the present, which is another one a moment later.
            9 if number.parse::<i64>().is_ok() => format!("date \"{layout}\" {number}"),
            _ => format!("{time} | print"),
        };
        Question { template: format!("{{{{ {call} }}}}"), ..Question::default() }
    });
}
