//! Go string literals: `strconv.Quote`, `Unquote` and their relatives.

use std::borrow::Cow;

use crate::helm::rune;

/// Whether Go considers a rune printable: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(char: char) -> bool {
    if char.is_ascii() {
        return (' '..='~').contains(&char);
    }
    // The standard library knows the same set, but only tells it through escaping; a rune that extends a grapheme
    // is escaped at the start of a text, hence the letter before it.
    let mut text = String::with_capacity(5);
    text.push('a');
    text.push(char);
    text.escape_debug().nth(1) != Some('\\')
}

/// `strconv.Quote`.
pub fn quote(text: &[u8]) -> String {
    quote_with(text, '"', false)
}

/// `strconv.QuoteToASCII`.
pub fn quote_ascii(text: &[u8]) -> String {
    quote_with(text, '"', true)
}

/// `strconv.QuoteRune`, or `QuoteRuneToASCII`.
pub fn quote_rune(char: char, ascii: bool) -> String {
    let mut buffer = [0; 4];
    quote_with(char.encode_utf8(&mut buffer).as_bytes(), '\'', ascii)
}

fn quote_with(text: &[u8], quote: char, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for (at, char, width) in rune::runes(text) {
        if width == 1 && char == char::REPLACEMENT_CHARACTER {
            out.push_str(&format!("\\x{:02x}", text[at]));
            continue;
        }
        match char {
            '\\' => out.push_str("\\\\"),
            char if char == quote => {
                out.push('\\');
                out.push(char);
            }
            char if is_print(char) && (char.is_ascii() || !ascii) => out.push(char),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            char if char < ' ' || char == '\x7f' => out.push_str(&format!("\\x{:02x}", u32::from(char))),
            char if u32::from(char) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => out.push_str(&format!("\\U{:08x}", u32::from(char))),
        }
    }
    out.push(quote);
    out
}

/// `strconv.CanBackquote`: one line without control characters other than tab, and without a backquote.
pub fn can_backquote(text: &[u8]) -> bool {
    rune::runes(text).all(|(_, char, width)| {
        !(width == 1 && char == char::REPLACEMENT_CHARACTER)
            && char != '\u{feff}'
            && char != '`'
            && char != '\x7f'
            && (char >= ' ' || char == '\t')
    })
}

/// `strconv.Unquote` of a double-quoted or raw literal; `None` is Go's `invalid syntax`.
///
/// Borrowed when nothing in the literal is written differently from what it means.
pub fn unquote(literal: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (first, rest) = literal.split_first()?;
    let (last, mut body) = rest.split_last()?;
    if first != last {
        return None;
    }
    if *first == b'`' {
        return Some(match memchr::memchr(b'\r', body) {
            Some(_) => body.iter().copied().filter(|byte| *byte != b'\r').collect(),
            None => Cow::Borrowed(body),
        });
    }
    if memchr::memchr3(b'\\', b'\n', *first, body).is_none() {
        return Some(Cow::Borrowed(body));
    }
    let mut out = Vec::with_capacity(body.len());
    while !body.is_empty() {
        let (piece, rest) = unquote_char(body, *first)?;
        match piece {
            Piece::Byte(byte) => out.push(byte),
            Piece::Rune(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        body = rest;
    }
    Some(Cow::Owned(out))
}

/// One character of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A byte that need not be UTF-8: `\xff`, `\377`, or a wrong byte as it stands.
    Byte(u8),
    /// A rune.
    Rune(char),
}

/// `strconv.UnquoteChar`: the first character of `text` and the rest behind it.
pub fn unquote_char(text: &[u8], quote: u8) -> Option<(Piece, &[u8])> {
    let (char, width) = rune::decode(text)?;
    if char != '\\' {
        if (char == '\n') || (u32::from(char) == u32::from(quote)) {
            return None;
        }
        let piece = if width == 1 { Piece::Byte(text[0]) } else { Piece::Rune(char) };
        return Some((piece, &text[width..]));
    }
    let (escape, rest) = text[1..].split_first()?;
    let simple = |byte| Some((Piece::Byte(byte), rest));
    let hex = |digits: usize| -> Option<(u32, &[u8])> {
        let code = rest.get(..digits)?;
        if !code.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        Some((u32::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?, &rest[digits..]))
    };
    match escape {
        b'a' => simple(0x07),
        b'b' => simple(0x08),
        b'f' => simple(0x0c),
        b'n' => simple(b'\n'),
        b'r' => simple(b'\r'),
        b't' => simple(b'\t'),
        b'v' => simple(0x0b),
        b'\\' => simple(b'\\'),
        b'\'' | b'"' if *escape == quote => simple(quote),
        b'x' => hex(2).map(|(code, rest)| (Piece::Byte(code as u8), rest)),
        b'u' => hex(4).and_then(|(code, rest)| Some((Piece::Rune(char::from_u32(code)?), rest))),
        b'U' => hex(8).and_then(|(code, rest)| Some((Piece::Rune(char::from_u32(code)?), rest))),
        b'0'..=b'7' => {
            let code = text.get(1..4)?;
            let value = code.iter().try_fold(0u32, |value, digit| {
                (b'0'..=b'7').contains(digit).then(|| value * 8 + u32::from(digit - b'0'))
            })?;
            Some((Piece::Byte(u8::try_from(value).ok()?), &text[4..]))
        }
        _ => None,
    }
}
