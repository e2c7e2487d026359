//! Go's layouts: the reference time `Mon Jan 2 15:04:05 MST 2006`, cut into its elements.

/// An element of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    /// `-07`, `-0700`, `-07:00`, with seconds or not; `utc_z` for those that begin with `Z`.
    Offset {
        utc_z: bool,
        minutes: bool,
        seconds: bool,
        colons: bool,
    },
    /// `.000` or `.999`: so many digits, and whether trailing zeros are dropped.
    Fraction {
        digits: usize,
        trimmed: bool,
    },
}

/// Elements by their text, longer ones before their prefixes.
const OFFSETS: [(&str, Element); 10] = [
    ("Z070000", Element::Offset { utc_z: true, minutes: true, seconds: true, colons: false }),
    ("Z07:00:00", Element::Offset { utc_z: true, minutes: true, seconds: true, colons: true }),
    ("Z0700", Element::Offset { utc_z: true, minutes: true, seconds: false, colons: false }),
    ("Z07:00", Element::Offset { utc_z: true, minutes: true, seconds: false, colons: true }),
    ("Z07", Element::Offset { utc_z: true, minutes: false, seconds: false, colons: false }),
    ("-070000", Element::Offset { utc_z: false, minutes: true, seconds: true, colons: false }),
    ("-07:00:00", Element::Offset { utc_z: false, minutes: true, seconds: true, colons: true }),
    ("-0700", Element::Offset { utc_z: false, minutes: true, seconds: false, colons: false }),
    ("-07:00", Element::Offset { utc_z: false, minutes: true, seconds: false, colons: true }),
    ("-07", Element::Offset { utc_z: false, minutes: false, seconds: false, colons: false }),
];

const PLAIN: [(&str, Element); 21] = [
    ("January", Element::LongMonth),
    ("Monday", Element::LongWeekday),
    ("MST", Element::ZoneName),
    ("002", Element::ZeroYearDay),
    ("01", Element::ZeroMonth),
    ("02", Element::ZeroDay),
    ("03", Element::ZeroHour12),
    ("04", Element::ZeroMinute),
    ("05", Element::ZeroSecond),
    ("06", Element::Year),
    ("15", Element::Hour),
    ("1", Element::NumMonth),
    ("2006", Element::LongYear),
    ("2", Element::Day),
    ("__2", Element::UnderYearDay),
    ("_2", Element::UnderDay),
    ("3", Element::Hour12),
    ("4", Element::Minute),
    ("5", Element::Second),
    ("PM", Element::UpperPm),
    ("pm", Element::LowerPm),
];

/// Text before the next element, the element with its own text, and the rest; the whole text when there is none.
pub fn next(layout: &str) -> (&str, Option<(Element, &str)>, &str) {
    for (at, _) in layout.char_indices() {
        let rest = &layout[at..];
        // `_2006` is an underscore and a year.
        if let Some(after) = rest.strip_prefix("_2006") {
            return (&layout[..at + 1], Some((Element::LongYear, "2006")), after);
        }
        if let Some((element, length)) = element(rest) {
            return (&layout[..at], Some((element, &rest[..length])), &rest[length..]);
        }
    }
    (layout, None, "")
}

fn element(text: &str) -> Option<(Element, usize)> {
    let found = PLAIN.iter().chain(&OFFSETS).find(|(word, _)| text.starts_with(word));
    if let Some((word, element)) = found {
        return Some((*element, word.len()));
    }
    for (word, element) in [("Jan", Element::Month), ("Mon", Element::Weekday)] {
        if text.starts_with(word) && !text[3..].starts_with(|c: char| c.is_ascii_lowercase()) {
            return Some((element, 3));
        }
    }
    let digits = text.strip_prefix(['.', ','])?;
    let digit = digits.chars().next().filter(|digit| matches!(digit, '0' | '9'))?;
    let count = digits.chars().take_while(|other| *other == digit).count();
    if digits[count..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((Element::Fraction { digits: count, trimmed: digit == '9' }, count + 1))
}
