//! Which plain scalars go-yaml takes for timestamps; a string of that form must be quoted.

/// Whether Go parses `text` with one of the four layouts that go-yaml tries.
pub fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits != 4 || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let mut at = Cursor { rest: &bytes[5..] };
    date(&mut at, text[..4].parse().unwrap_or(0)).is_some_and(|()| at.rest.is_empty() || time(&mut at).is_some())
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.rest.first() == Some(&wanted)).then(|| self.rest = &self.rest[1..])
    }

    /// One or two digits.
    fn number(&mut self) -> Option<u32> {
        let count = self.rest.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}

fn date(at: &mut Cursor, year: u32) -> Option<()> {
    let month = at.number()?;
    at.expect(b'-')?;
    let day = at.number()?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let most = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=most).contains(&day).then_some(())
}

fn time(at: &mut Cursor) -> Option<()> {
    let zoned = match at.rest.first()? {
        b'T' | b't' => {
            at.rest = &at.rest[1..];
            true
        }
        b' ' => {
            at.rest = at.rest.trim_ascii_start();
            false
        }
        _ => return None,
    };
    for (most, end) in [(23, Some(b':')), (59, Some(b':')), (59, None)] {
        if at.number()? > most {
            return None;
        }
        if let Some(end) = end {
            at.expect(end)?;
        }
    }
    if matches!(at.rest, [b'.' | b',', b'0'..=b'9', ..]) {
        let count = at.rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        at.rest = &at.rest[1 + count..];
    }
    if zoned {
        zone(at)?;
    }
    at.rest.is_empty().then_some(())
}

/// `Z` or `±hh:mm`.
fn zone(at: &mut Cursor) -> Option<()> {
    if at.expect(b'Z').is_some() {
        return Some(());
    }
    let [b'+' | b'-', h1, h2, b':', m1, m2, rest @ ..] = at.rest else { return None };
    at.rest = rest;
    let two = |a: &u8, b: &u8| (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + (b - b'0'));
    (two(h1, h2)? <= 24 && two(m1, m2)? <= 60).then_some(())
}
