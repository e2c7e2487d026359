//! Scalars: plain ones and quoted ones, which may go over several lines, and literal blocks.

use super::{Reader, pair};
use crate::helm::data::Data;
use crate::helm::yaml::decode::Numbers;
use crate::helm::yaml::resolve::{Rules, Scalar, plain};

impl<'t> Reader<'t> {
    /// A plain scalar on one line.
    pub(super) fn plain(&self, text: &str) -> Option<Data> {
        if !goes_on_plain(text) || !begins_plain(text) {
            return None;
        }
        self.resolved(text)
    }

    fn resolved(&self, text: &str) -> Option<Data> {
        Some(match plain(text, Rules::V2) {
            Scalar::Null => Data::Null,
            Scalar::Bool(b) => Data::Bool(b),
            Scalar::Int(i) => match i64::try_from(i) {
                Ok(i) if self.numbers == Numbers::Go => Data::Int(i),
                _ => Data::Float(i as f64),
            },
            Scalar::Float(x) if !x.is_finite() => return None,
            Scalar::Float(x) => Data::Float(x),
            Scalar::Timestamp | Scalar::Text => self.text(text),
        })
    }

    /// A plain scalar with the deeper lines that go on with it.
    pub(super) fn plain_over_lines(&mut self, first: &'t str, indent: usize) -> Option<Data> {
        let mut joined = String::new();
        let mut breaks = 0;
        while !self.rest.is_empty() {
            let line = self.line();
            let piece = line.trim_matches(' ');
            if piece.is_empty() {
                breaks += 1;
            } else if line.len() - line.trim_start_matches(' ').len() <= indent || piece.starts_with('#') {
                break;
            } else if !goes_on_plain(piece) || pair(piece, b' ', b'#').is_some() {
                return None;
            } else {
                if joined.is_empty() {
                    joined.push_str(first);
                }
                fold(&mut joined, std::mem::take(&mut breaks));
                joined.push_str(piece);
            }
            self.skip(line);
        }
        if joined.is_empty() {
            return self.plain(first);
        }
        if goes_on_plain(first) && begins_plain(first) { self.resolved(&joined) } else { None }
    }

    /// `"…"` or `'…'` behind its opening quote, and nothing behind it but a comment.
    pub(super) fn quoted(&mut self, first: &'t str, quote: u8, indent: usize) -> Option<Data> {
        let mut inner = String::new();
        let mut breaks = 0;
        let mut rest = first;
        loop {
            let end = closing(rest, quote)?;
            inner.push_str(match end {
                Some(end) => &rest[..end],
                None => rest.trim_end_matches(' '),
            });
            if let Some(end) = end {
                let behind = &rest[end + 1..];
                let comment = behind.trim_start_matches(' ');
                let ends = comment.is_empty() || (comment.starts_with('#') && comment.len() < behind.len());
                return if ends { self.unquoted(&inner, quote) } else { None };
            }
            loop {
                let line = self.line();
                let piece = line.trim_start_matches(' ');
                if self.rest.is_empty() || (!piece.is_empty() && line.len() - piece.len() <= indent) {
                    return None;
                }
                self.skip(line);
                if !piece.is_empty() {
                    fold(&mut inner, std::mem::take(&mut breaks));
                    rest = piece;
                    break;
                }
                breaks += 1;
            }
        }
    }

    /// The text between quotes, with the most usual escapes.
    pub(super) fn unquoted(&self, inner: &str, quote: u8) -> Option<Data> {
        let escape = if quote == b'"' { '\\' } else { '\'' };
        if self.unwanted || !inner.contains(escape) {
            return Some(self.text(inner));
        }
        if quote == b'\'' {
            return Some(self.text(&inner.replace("''", "'")));
        }
        let mut out = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            out.push(match c {
                '\\' => match chars.next()? {
                    'n' => '\n',
                    't' => '\t',
                    '"' => '"',
                    '\\' => '\\',
                    'u' => {
                        let (code, behind) = chars.as_str().split_at_checked(4)?;
                        chars = behind.chars();
                        char::from_u32(u32::from_str_radix(code, 16).ok()?)?
                    }
                    _ => return None,
                },
                c => c,
            });
        }
        Some(self.text(&out))
    }

    /// A literal block: the lines below, without their indentation. Its header is empty, `-`, or begins with how much
    /// deeper than its parent it stands.
    pub(super) fn literal(&mut self, header: &str, parent: usize) -> Option<Data> {
        let (deeper, chomping) = match header.as_bytes() {
            [digit @ b'1'..=b'9', ..] => (Some(usize::from(digit - b'0')), &header[1..]),
            _ => (None, header),
        };
        let keep_break = match chomping {
            "" => true,
            "-" => false,
            _ => return None,
        };
        let mut text = String::new();
        let mut blank = 0;
        let mut indent = deeper.map(|deeper| parent + deeper);
        let mut empty = true;
        let mut broken = true;
        while !self.rest.is_empty() {
            let line = self.line();
            let inner = line.trim_start_matches(' ');
            let spaces = line.len() - inner.len();
            if inner.is_empty() && spaces > 0 && self.rest.len() == line.len() {
                return None;
            }
            match indent {
                None if inner.is_empty() && spaces == 0 => blank += 1,
                None if inner.is_empty() => return None,
                // Nothing stands in it.
                None if spaces <= parent => break,
                Some(indent) if inner.is_empty() && spaces <= indent => blank += 1,
                Some(indent) if spaces < indent && spaces <= parent => break,
                Some(indent) if spaces < indent => return None,
                _ => {
                    let indent = *indent.get_or_insert(spaces);
                    // Documents are separated before they are read, so a marker here is nothing usual.
                    if !std::mem::take(&mut empty) {
                        text.push('\n');
                    }
                    text.extend(std::iter::repeat_n('\n', blank));
                    blank = 0;
                    text.push_str(&line[indent..]);
                    broken = self.rest.len() > line.len();
                }
            }
            self.skip(line);
        }
        if empty && self.rest.is_empty() {
            return None;
        }
        if keep_break && broken && !empty {
            text.push('\n');
        }
        Some(Data::text(text))
    }
}

/// One line break is a space, more are one less.
fn fold(text: &mut String, breaks: usize) {
    match breaks {
        0 => text.push(' '),
        breaks => text.extend(std::iter::repeat_n('\n', breaks)),
    }
}

/// Where the closing quote is, if it is on this line; nothing where a line break is escaped.
pub(super) fn closing(text: &str, quote: u8) -> Option<Option<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => {
                // Anything else is rare enough, and some of it is an error.
                at += match bytes.get(at + 1)? {
                    b'n' | b't' | b'"' | b'\\' => 2,
                    b'u' if is_letter(bytes.get(at + 2..at + 6)?) => 6,
                    _ => return None,
                };
            }
            byte if *byte == quote => match bytes.get(at + 1) {
                Some(b'\'') if quote == b'\'' => at += 2,
                _ => return Some(Some(at)),
            },
            _ => at += 1,
        }
    }
    Some(None)
}

/// Four digits that stand for a character and not for half of one.
fn is_letter(code: &[u8]) -> bool {
    code.iter().all(u8::is_ascii_hexdigit)
        && !matches!(code, [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..])
}

/// Nothing in it ends a plain scalar or makes a key of it.
fn goes_on_plain(text: &str) -> bool {
    pair(text, b':', b' ').is_none() && !text.ends_with(':')
}

/// Whether a plain scalar may begin so.
fn begins_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'-' | b'?' | b':' => bytes.get(1).is_some_and(|next| *next != b' ') && !text.starts_with("---"),
        b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'|' | b'>' | b'"'
        | b'\'' => false,
        _ => true,
    }
}
