//! Letters and words: case, abbreviation, wrapping.

use super::args::{int, text, utf8};
use super::strings::chars;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const ONE: &[Type] = &[Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("upper", ONE, |a| mapped(a, upper)),
    Function::pure("lower", ONE, |a| mapped(a, lower)),
    Function::pure("title", ONE, title),
    Function::pure("untitle", ONE, untitle),
    Function::pure("swapcase", ONE, swap_case),
    Function::pure("initials", ONE, initials),
    Function::pure("nospace", ONE, no_space),
    Function::pure("abbrev", &[Type::Int, Type::Str], |a| Ok(abbreviated(0, int(a, 0), &a[1]))),
    Function::pure("abbrevboth", &[Type::Int, Type::Int, Type::Str], |a| Ok(abbreviated(int(a, 0), int(a, 1), &a[2]))),
    Function::pure("wrap", &[Type::Int, Type::Str], |a| Ok(wrapped(text(a, 1), int(a, 0), b"\n", false))),
    Function::pure("wrapWith", &[Type::Int, Type::Str, Type::Str], |a| {
        let line_break = if text(a, 1).is_empty() { b"\n" } else { text(a, 1) };
        Ok(wrapped(text(a, 2), int(a, 0), line_break, true))
    }),
];

/// `unicode.ToUpper`, which maps one rune to one rune.
pub fn upper(char: char) -> char {
    let mut upper = char.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => char,
    }
}

/// `unicode.ToLower`.
pub fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

fn mapped(arguments: &[Value], map: fn(char) -> char) -> Outcome {
    Ok(Value::str(&utf8(text(arguments, 0)).chars().map(map).collect::<String>()))
}

/// `strings.Title`: the first letter of every word; ASCII punctuation ends a word, other punctuation does not.
fn title(arguments: &[Value]) -> Outcome {
    let mut before = ' ';
    let out: String = chars(arguments, 0)
        .into_iter()
        .map(|char| {
            let separator = if before.is_ascii() {
                !(before.is_ascii_alphanumeric() || before == '_')
            } else {
                !before.is_alphanumeric() && before.is_whitespace()
            };
            before = char;
            if separator { upper(char) } else { char }
        })
        .collect();
    Ok(Value::str(&out))
}

fn untitle(arguments: &[Value]) -> Outcome {
    let mut starts = true;
    let out: String = chars(arguments, 0)
        .into_iter()
        .map(|char| {
            if char.is_whitespace() {
                starts = true;
                return char;
            }
            if std::mem::take(&mut starts) { lower(char) } else { char }
        })
        .collect();
    Ok(Value::str(&out))
}

fn swap_case(arguments: &[Value]) -> Outcome {
    let mut after_space = true;
    let out: String = chars(arguments, 0)
        .into_iter()
        .map(|char| {
            if char.is_uppercase() {
                after_space = false;
                lower(char)
            } else if char.is_lowercase() {
                after_space = false;
                upper(char)
            } else {
                after_space = char.is_whitespace();
                char
            }
        })
        .collect();
    Ok(Value::str(&out))
}

/// Looks at bytes as if they were runes, as the library behind Sprig does.
fn initials(arguments: &[Value]) -> Outcome {
    let mut gap = true;
    let mut out = String::new();
    for byte in text(arguments, 0) {
        let char = char::from(*byte);
        if char.is_whitespace() {
            gap = true;
        } else if std::mem::take(&mut gap) {
            out.push(char);
        }
    }
    Ok(Value::str(&out))
}

/// Looks at bytes as if they were runes, but only when there is a space to remove.
fn no_space(arguments: &[Value]) -> Outcome {
    let bytes = text(arguments, 0);
    if !bytes.iter().any(|byte| char::from(*byte).is_whitespace()) {
        return Ok(arguments[0].clone());
    }
    let kept = bytes.iter().map(|byte| char::from(*byte)).filter(|char| !char.is_whitespace());
    Ok(Value::str(&kept.collect::<String>()))
}

fn abbreviated(left: i64, width: i64, value: &Value) -> Value {
    if width < 4 || (left > 0 && width < 7) {
        return value.clone();
    }
    let text = value.as_bytes().unwrap_or_default();
    Value::bytes(abbreviate(text, left, usize::try_from(width).unwrap_or(usize::MAX)))
}

fn abbreviate(text: &[u8], offset: i64, width: usize) -> Vec<u8> {
    if text.len() <= width {
        return text.to_vec();
    }
    let kept = width - 3;
    let offset = offset.min(text.len() as i64).min((text.len() - kept) as i64);
    if offset <= 4 {
        return [&text[..kept], b"..."].concat();
    }
    let offset = offset as usize;
    if offset + kept < text.len() {
        if kept < 4 {
            return b"...".to_vec();
        }
        return [b"...", &abbreviate(&text[offset..], 0, kept)[..]].concat();
    }
    [b"...", &text[text.len() - kept..]].concat()
}

fn wrapped(text: &[u8], width: i64, line_break: &[u8], cut_words: bool) -> Value {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while text.len() - at > width && out.len() <= super::strings::LONGEST {
        if text[at] == b' ' {
            at += 1;
            continue;
        }
        let space = text[at..=at + width].iter().rposition(|byte| *byte == b' ').map(|found| at + found);
        let end = match space {
            Some(space) => Some(space),
            None if cut_words => {
                out.extend_from_slice(&text[at..at + width]);
                out.extend_from_slice(line_break);
                at += width;
                continue;
            }
            None => memchr::memchr(b' ', &text[at + width..]).map(|found| at + width + found),
        };
        match end {
            Some(end) => {
                out.extend_from_slice(&text[at..end]);
                out.extend_from_slice(line_break);
                at = end + 1;
            }
            None => {
                out.extend_from_slice(&text[at..]);
                at = text.len();
            }
        }
    }
    out.extend_from_slice(&text[at..]);
    Value::bytes(out)
}
