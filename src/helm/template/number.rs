//! Number constants: what integer and float a literal is, by Go's rules.

use std::borrow::Cow;

use crate::helm::gofmt::{Piece, parse_float, quote, unquote_char};

/// The readings of a literal; a literal may be both an integer and a float.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Number {
    pub int: Option<i64>,
    pub uint: Option<u64>,
    pub float: Option<f64>,
    /// Written as a float (`1.0`, `1e3`), so that it is one where nothing asks for an integer.
    pub reads_as_float: bool,
}

impl Number {
    /// A character constant such as `'a'`.
    pub fn of_char(literal: &[u8]) -> Result<Number, String> {
        let invalid = || String::from("invalid syntax");
        let (piece, rest) = unquote_char(&literal[1..], b'\'').ok_or_else(invalid)?;
        if rest != b"'" {
            return Err(format!("malformed character constant: {}", String::from_utf8_lossy(literal)));
        }
        let code = match piece {
            Piece::Byte(byte) => i64::from(byte),
            Piece::Rune(char) => i64::from(u32::from(char)),
        };
        Ok(Number { int: Some(code), uint: Some(code as u64), float: Some(code as f64), reads_as_float: false })
    }

    /// A number such as `12`, `0x1F`, `0b1`, `0o7`, `1_000` or `1e3`.
    pub fn of_literal(text: &str) -> Result<Number, String> {
        let uint = parse_uint(text);
        let int = parse_int(text);
        let uint = if int == Some(0) { Some(0) } else { uint };
        if let Some(float) = int.map(|i| i as f64).or(uint.map(|u| u as f64)) {
            return Ok(Number { int, uint, float: Some(float), reads_as_float: false });
        }
        let Some(float) = parse_float(text).filter(|x| x.is_finite()) else {
            return Err(format!("illegal number syntax: {}", quote(text.as_bytes())));
        };
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quote(text.as_bytes())));
        }
        let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
        Ok(Number {
            int: (float as i64 as f64 == float).then_some(float as i64),
            uint: (float as u64 as f64 == float).then_some(float as u64),
            float: Some(float),
            reads_as_float: !hexadecimal || text.contains(['p', 'P']),
        })
    }
}

/// `strconv.ParseInt(text, 0, 64)`.
pub fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(parse_uint(digits)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// `strconv.ParseUint(text, 0, 64)`: the base by prefix, underscores between digits.
pub fn parse_uint(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (radix, digits) = match bytes {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        [first, ..] if first.is_ascii_digit() => (10, text),
        _ => return None,
    };
    // An underscore must stand between digits, or between the prefix and a digit.
    let well_placed = digits.bytes().zip(digits.bytes().skip(1).chain([b'_'])).all(|(a, b)| a != b'_' || b != b'_');
    if digits.is_empty() || !well_placed || (radix == 10 && digits.starts_with('_')) {
        return None;
    }
    let digits: Cow<str> = if digits.contains('_') { digits.replace('_', "").into() } else { digits.into() };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&digits, radix).ok()
}
