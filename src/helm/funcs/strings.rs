//! Sprig's functions on text: trimming, searching, cutting, quoting, indenting.

use super::args::{int, is_nil, shared, text, to_text, to_texts, utf8};
use super::{Function, Outcome};
use crate::helm::gofmt::{self, quote};
use crate::helm::rune;
use crate::helm::value::{Map, MapType, Type, Value};

const ONE: &[Type] = &[Type::Str];
const TWO: &[Type] = &[Type::Str, Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("trim", ONE, |a| Ok(Value::bytes(trim_space(text(a, 0))))),
    Function::pure("trimAll", TWO, |a| Ok(Value::bytes(trim(text(a, 1), text(a, 0))))),
    Function::pure("trimall", TWO, |a| Ok(Value::bytes(trim(text(a, 1), text(a, 0))))),
    Function::pure("trimSuffix", TWO, |a| {
        Ok(text(a, 1).strip_suffix(text(a, 0)).map_or_else(|| a[1].clone(), Value::bytes))
    }),
    Function::pure("trimPrefix", TWO, |a| {
        Ok(text(a, 1).strip_prefix(text(a, 0)).map_or_else(|| a[1].clone(), Value::bytes))
    }),
    Function::pure("contains", TWO, |a| Ok(Value::Bool(memchr::memmem::find(text(a, 1), text(a, 0)).is_some()))),
    Function::pure("hasPrefix", TWO, |a| Ok(Value::Bool(text(a, 1).starts_with(text(a, 0))))),
    Function::pure("hasSuffix", TWO, |a| Ok(Value::Bool(text(a, 1).ends_with(text(a, 0))))),
    Function::pure("repeat", &[Type::Int, Type::Str], repeat),
    Function::pure("trunc", &[Type::Int, Type::Str], |a| Ok(truncate(int(a, 0), a))),
    Function::pure("substr", &[Type::Int, Type::Int, Type::Str], substring),
    Function::pure("replace", &[Type::Str, Type::Str, Type::Str], |a| {
        Ok(Value::bytes(replace(text(a, 2), text(a, 0), text(a, 1))))
    }),
    Function::pure("quote", &[], quoted).rest(Type::Any),
    Function::pure("squote", &[], single_quoted).rest(Type::Any),
    Function::pure("cat", &[], cat).rest(Type::Any),
    Function::pure("indent", &[Type::Int, Type::Str], |a| indent(a, b"")),
    Function::pure("nindent", &[Type::Int, Type::Str], |a| indent(a, b"\n")),
    Function::pure("toString", &[Type::Any], |a| match &a[0] {
        Value::Str(_) => Ok(a[0].clone()),
        value => to_text(value).map(Value::bytes),
    }),
    Function::pure("toStrings", &[Type::Any], |a| to_texts(&a[0]).map(Value::strings)),
    Function::pure("join", &[Type::Str, Type::Any], join),
    Function::pure("split", TWO, |a| Ok(numbered(pieces(text(a, 1), text(a, 0), -1)?))),
    Function::pure("splitn", &[Type::Str, Type::Int, Type::Str], |a| {
        Ok(numbered(pieces(text(a, 2), text(a, 0), int(a, 1))?))
    }),
    Function::pure("splitList", TWO, |a| Ok(Value::strings(pieces(text(a, 1), text(a, 0), -1)?))),
];

/// The longest text that a function makes, in bytes. One that is longer is refused by whoever called the function, so
/// that it is enough to stop there.
pub const LONGEST: usize = crate::helm::template::LONGEST;

/// The longest list that a text is cut into.
const MOST_PIECES: usize = 2_000_000;

fn join(arguments: &[Value]) -> Outcome {
    let (between, texts) = (text(arguments, 0), to_texts(&arguments[1])?);
    match between.len().checked_mul(texts.len()) {
        Some(length) if length <= LONGEST => Ok(Value::bytes(texts.join(between))),
        _ => Err(format!("the text is longer than {LONGEST} bytes")),
    }
}

/// `strings.TrimSpace`.
pub fn trim_space(text: &[u8]) -> &[u8] {
    trim_by(text, &char::is_whitespace)
}

fn trim<'t>(text: &'t [u8], cutset: &[u8]) -> &'t [u8] {
    let cutset: Vec<char> = rune::runes(cutset).map(|(_, char, _)| char).collect();
    trim_by(text, &|char| cutset.contains(&char))
}

fn trim_by<'t>(text: &'t [u8], cut: &dyn Fn(char) -> bool) -> &'t [u8] {
    let mut bounds = None;
    for (at, char, width) in rune::runes(text) {
        if !cut(char) {
            let (start, _) = bounds.unwrap_or((at, at));
            bounds = Some((start, at + width));
        }
    }
    bounds.map_or(&[], |(start, end)| &text[start..end])
}

fn repeat(arguments: &[Value]) -> Outcome {
    let (count, text) = (int(arguments, 0), text(arguments, 1));
    let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count")?;
    match text.len().checked_mul(count) {
        Some(length) if length <= LONGEST => Ok(Value::bytes(text.repeat(count))),
        _ => Err("strings: Repeat output length overflow".into()),
    }
}

fn truncate(count: i64, arguments: &[Value]) -> Value {
    let text = text(arguments, 1);
    let length = text.len() as i64;
    if count < 0 && length.saturating_add(count) > 0 {
        Value::bytes(&text[(length + count) as usize..])
    } else if count >= 0 && length > count {
        Value::bytes(&text[..count as usize])
    } else {
        arguments[1].clone()
    }
}

fn substring(arguments: &[Value]) -> Outcome {
    let (start, end, text) = (int(arguments, 0), int(arguments, 1), text(arguments, 2));
    let length = text.len() as i64;
    let (from, to) = if start < 0 {
        (0, end)
    } else if end < 0 || end > length {
        (start, length)
    } else {
        (start, end)
    };
    if to < 0 {
        return Err(format!("runtime error: slice bounds out of range [:{to}]"));
    }
    if to > length {
        return Err(format!("runtime error: slice bounds out of range [:{to}] with length {length}"));
    }
    if from > to {
        return Err(format!("runtime error: slice bounds out of range [{from}:{to}]"));
    }
    Ok(Value::bytes(&text[from as usize..to as usize]))
}

/// `strings.ReplaceAll`; an empty `old` matches before every rune and at the end.
pub fn replace(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    if old.is_empty() {
        for (at, _, width) in rune::runes(text) {
            out.extend_from_slice(new);
            out.extend_from_slice(&text[at..at + width]);
            if out.len() > LONGEST {
                return out;
            }
        }
        out.extend_from_slice(new);
        return out;
    }
    let mut rest = 0;
    for at in memchr::memmem::find_iter(text, old) {
        out.extend_from_slice(&text[rest..at]);
        out.extend_from_slice(new);
        rest = at + old.len();
        if out.len() > LONGEST {
            return out;
        }
    }
    out.extend_from_slice(&text[rest..]);
    out
}

fn quoted(arguments: &[Value]) -> Outcome {
    let mut out = String::new();
    for value in arguments.iter().filter(|value| !is_nil(value)) {
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(&match value {
            Value::Str(text) => quote(text),
            value => quote(&to_text(value)?),
        });
    }
    Ok(Value::str(&out))
}

fn single_quoted(arguments: &[Value]) -> Outcome {
    let mut out = Vec::new();
    for value in arguments.iter().filter(|value| !is_nil(value)) {
        out.extend_from_slice(if out.is_empty() { b"'" } else { b" '" });
        gofmt::append(&mut out, value)?;
        out.push(b'\'');
    }
    Ok(Value::bytes(out))
}

fn cat(arguments: &[Value]) -> Outcome {
    let mut out = Vec::new();
    for (i, value) in arguments.iter().filter(|value| !is_nil(value)).enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        gofmt::append(&mut out, value)?;
    }
    Ok(Value::bytes(out))
}

fn indent(arguments: &[Value], before: &[u8]) -> Outcome {
    let (spaces, text) = (int(arguments, 0), shared(arguments, 1));
    let spaces = usize::try_from(spaces).map_err(|_| "strings: negative Repeat count")?;
    let lines = 1 + memchr::memchr_iter(b'\n', &text).count();
    let length = spaces.checked_mul(lines).and_then(|padding| padding.checked_add(text.len() + 1));
    let Some(length) = length.filter(|length| *length <= LONGEST) else {
        return Err("strings: Repeat output length overflow".into());
    };
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(before);
    let ends = memchr::memchr_iter(b'\n', &text).map(|end| end + 1).chain([text.len()]);
    ends.fold(0, |start, end| {
        out.resize(out.len() + spaces, b' ');
        out.extend_from_slice(&text[start..end]);
        end
    });
    Ok(Value::bytes(out))
}

/// `strings.SplitN`; an empty separator cuts between runes.
fn pieces<'t>(text: &'t [u8], separator: &[u8], count: i64) -> Result<Vec<&'t [u8]>, String> {
    let found = if separator.is_empty() { text.len() } else { memchr::memmem::find_iter(text, separator).count() };
    if found > MOST_PIECES {
        return Err(format!("a list of {found} texts is longer than {MOST_PIECES}"));
    }
    let most = if count < 0 { usize::MAX } else { count as usize };
    if most == 0 {
        return Ok(Vec::new());
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    if separator.is_empty() {
        for (at, _, width) in rune::runes(text) {
            if pieces.len() + 1 == most {
                pieces.push(&text[at..]);
                return Ok(pieces);
            }
            pieces.push(&text[at..at + width]);
        }
        return Ok(pieces);
    }
    for at in memchr::memmem::find_iter(text, separator) {
        if pieces.len() + 1 == most {
            break;
        }
        pieces.push(&text[start..at]);
        start = at + separator.len();
    }
    pieces.push(&text[start..]);
    Ok(pieces)
}

/// `map[string]string` with the keys `_0`, `_1`, …
fn numbered(pieces: Vec<&[u8]>) -> Value {
    let entries = pieces.into_iter().enumerate();
    let entries = entries.map(|(i, piece)| (format!("_{i}").into_bytes().into(), Value::bytes(piece))).collect();
    Value::Map(Map::new(entries, MapType::Strings))
}

/// Text for functions that look at characters; wrong bytes become U+FFFD as in Go's rune conversion.
pub fn chars(arguments: &[Value], at: usize) -> Vec<char> {
    utf8(text(arguments, at)).chars().collect()
}
