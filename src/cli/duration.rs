//! `90s`, `20m`, `1h30m`: times on the command line.

use std::str::FromStr;
use std::time::Duration;

/// A time of whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(u64);

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Duration {
        Duration::from_secs(seconds.0)
    }
}

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seconds, String> {
        let wrong = || format!("`{text}` is no time; write it as 90s, 20m or 1h30m");
        let mut total: u64 = 0;
        let mut digits = String::new();
        for c in text.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            let unit = match c {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return Err(wrong()),
            };
            let number: u64 = digits.parse().map_err(|_| wrong())?;
            total = number.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
            digits.clear();
        }
        if !digits.is_empty() || total == 0 { Err(wrong()) } else { Ok(Seconds(total)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        assert_eq!("1h30m".parse(), Ok(Seconds(5400)));
        assert_eq!("90s".parse(), Ok(Seconds(90)));
    }

    #[test]
    fn a_time_without_unit_or_content_is_refused() {
        for text in ["", "90", "0s", "m", "5d", "99999999999999999999s"] {
            assert!(text.parse::<Seconds>().unwrap_err().contains("20m"), "{text}");
        }
    }
}
