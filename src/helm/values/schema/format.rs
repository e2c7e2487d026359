//! `format`: which texts are an address, a date or a name, with the validator's reasons why not.

use crate::helm::gofmt::{quote, quote_rune};

/// Checks a text against a format; formats that nobody knows let everything pass.
///
/// # Errors
/// Why it is not of that format.
pub fn check(name: &str, text: &str) -> Result<(), String> {
    match name {
        "ipv4" => ipv4(text),
        "ipv6" => ipv6(text),
        "hostname" => hostname(text),
        "email" => email(text),
        "date" => date(text),
        "time" => time(text),
        "date-time" => date_time(text),
        "uri" | "iri" => uri(text),
        "uri-reference" | "iri-reference" if text.contains('\\') => Err("contains \\".into()),
        "uuid" => uuid(text),
        "regex" => crate::helm::funcs::regex_valid(text),
        "json-pointer" if !text.is_empty() && !text.starts_with('/') => Err("not starting with /".into()),
        "duration" => duration(text),
        "semver" => semver(text),
        _ => Ok(()),
    }
}

fn refuse(condition: bool, why: &str) -> Result<(), String> {
    if condition { Err(why.to_string()) } else { Ok(()) }
}

fn invalid_character(c: char) -> String {
    format!("invalid character {}", quote_rune(c, false))
}

fn ipv4(text: &str) -> Result<(), String> {
    let groups: Vec<&str> = text.split('.').collect();
    refuse(groups.len() != 4, "expected four decimals")?;
    for group in groups {
        refuse(group.len() > 1 && group.starts_with('0'), "leading zeros")?;
        let number: i64 =
            group.parse().map_err(|_| format!("strconv.Atoi: parsing {}: invalid syntax", quote(group.as_bytes())))?;
        refuse(!(0..=255).contains(&number), "decimal must be between 0 and 255")?;
    }
    Ok(())
}

fn ipv6(text: &str) -> Result<(), String> {
    refuse(!text.contains(':'), "missing colon")?;
    refuse(text.contains('%'), "zone id is not a part of ipv6 address")?;
    match text.parse::<std::net::Ipv6Addr>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("ParseAddr({}): unable to parse IP", quote(text.as_bytes()))),
    }
}

fn hostname(text: &str) -> Result<(), String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    refuse(text.len() > 253, "more than 253 characters long")?;
    for label in text.split('.') {
        refuse(!(1..=63).contains(&label.len()), "label must be 1 to 63 characters long")?;
        refuse(label.starts_with('-'), "label starts with hyphen")?;
        refuse(label.ends_with('-'), "label ends with hyphen")?;
        if let Some(odd) = label.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
            return Err(invalid_character(odd));
        }
    }
    Ok(())
}

fn email(text: &str) -> Result<(), String> {
    refuse(text.len() > 254, "more than 255 characters long")?;
    let (local, domain) = text.rsplit_once('@').ok_or("missing @")?;
    refuse(local.len() > 64, "local part more than 64 characters long")?;
    if local.len() > 1 && local.starts_with('"') && local.ends_with('"') {
        let inner = &local[1..local.len() - 1];
        let odd = inner.contains('\\') || inner.contains('"');
        refuse(odd, "backslash and quote are not allowed within quoted local part")?;
    } else {
        refuse(local.starts_with('.'), "starts with dot")?;
        refuse(local.ends_with('.'), "ends with dot")?;
        refuse(local.contains(".."), "consecutive dots")?;
        let known = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if let Some(odd) = local.chars().find(|c| !known(*c)) {
            return Err(invalid_character(odd));
        }
    }
    if let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match address.strip_prefix("IPv6:") {
            Some(six) => ipv6(six).map_err(|why| format!("invalid ipv6 address: {why}")),
            None => ipv4(address).map_err(|why| format!("invalid ipv4 address: {why}")),
        };
    }
    hostname(domain).map_err(|why| format!("invalid domain: {why}"))
}

fn date(text: &str) -> Result<(), String> {
    crate::helm::funcs::parse_date("2006-01-02", text)
}

fn time(text: &str) -> Result<(), String> {
    refuse(text.len() < 9, "less than 9 characters long")?;
    let bytes = text.as_bytes();
    refuse(bytes[2] != b':' || bytes[5] != b':', "missing colon in correct place")?;
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let parts = [number(text.get(..2)), number(text.get(3..5)), number(text.get(6..8))];
    let [Some(hour), Some(minute), Some(second)] = parts else { return Err("invalid hour/min/sec".into()) };
    refuse(hour > 23 || minute > 59 || second > 60, "hour/min/sec out of range")?;
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        refuse(digits == 0, "no digits in second fraction")?;
        rest = &fraction[digits..];
    }
    if matches!(rest, "z" | "Z") {
        return Ok(());
    }
    refuse(rest.len() != 6, "offset must be 6 characters long")?;
    refuse(!rest.starts_with(['+', '-']), "offset must begin with plus/minus")?;
    refuse(rest.as_bytes()[3] != b':', "missing colon in offset in correct place")?;
    let parts = [number(rest.get(1..3)), number(rest.get(4..6))];
    let [Some(hour), Some(minute)] = parts else { return Err("invalid hour/min in offset".into()) };
    refuse(hour > 23 || minute > 59, "hour/min in offset out of range")
}

fn date_time(text: &str) -> Result<(), String> {
    refuse(text.len() < 20, "less than 20 characters long")?;
    refuse(!matches!(text.as_bytes()[10], b't' | b'T'), "11th character must be t or T")?;
    let (day, moment) = (text.get(..10).unwrap_or_default(), text.get(11..).unwrap_or_default());
    date(day).map_err(|why| format!("invalid date element: {why}"))?;
    time(moment).map_err(|why| format!("invalid time element: {why}"))
}

fn uri(text: &str) -> Result<(), String> {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    refuse(!good, "relative url")
}

fn uuid(text: &str) -> Result<(), String> {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    refuse(groups.len() != LENGTHS.len(), "must have 5 elements")?;
    for (at, (group, length)) in groups.iter().zip(LENGTHS).enumerate() {
        refuse(group.len() != length, &format!("element {} must be {length} characters long", at + 1))?;
        if let Some(odd) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_rune(odd, false)));
        }
    }
    Ok(())
}

fn duration(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix('P').ok_or("must start with P")?;
    refuse(rest.is_empty(), "nothing after P")?;
    if let Some(weeks) = rest.strip_suffix('W') {
        refuse(weeks.is_empty(), "no number in week")?;
        return refuse(!weeks.bytes().all(|b| b.is_ascii_digit()), "invalid week");
    }
    for (part, all) in rest.split('T').zip(["YMD", "HMS", ""]) {
        refuse(all.is_empty(), "more than one T")?;
        refuse(all == "HMS" && part.is_empty(), "no time elements")?;
        let (mut part, mut units) = (part, all);
        while !part.is_empty() {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            refuse(digits == 0, "missing number")?;
            let unit = part[digits..].chars().next().ok_or("missing unit")?;
            let shown = quote_rune(unit, false);
            match units.find(unit) {
                Some(at) => units = &units[at + 1..],
                None if all.contains(unit) => return Err(format!("unit {shown} out of order")),
                None => return Err(format!("invalid unit {shown}")),
            }
            part = &part[digits + unit.len_utf8()..];
        }
    }
    Ok(())
}

fn semver(text: &str) -> Result<(), String> {
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let numbers: Vec<&str> = core.split('.').collect();
    refuse(numbers.len() != 3, "versionCore must have 3 numbers separated by dot")?;
    for (number, name) in numbers.iter().zip(["major", "minor", "patch"]) {
        refuse(number.is_empty(), &format!("{name} is empty"))?;
        refuse(number.len() > 1 && number.starts_with('0'), &format!("{name} starts with zero"))?;
        refuse(!number.bytes().all(|b| b.is_ascii_digit()), &format!("{name} contains non-digit"))?;
    }
    Ok(())
}
