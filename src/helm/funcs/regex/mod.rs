//! Regular expressions in Go's syntax.
//!
//! Go and the `regex` crate share their ancestry and their semantics (leftmost-first, no backtracking); what differs
//! in syntax is rewritten by [`translate`], and finding all, replacing and splitting follow Go's rules here.

mod translate;

use std::cell::RefCell;
use std::rc::Rc;

use foldhash::HashMap;
use regex::bytes::{Captures, Regex, RegexBuilder};

use super::Function;
use super::args::{int, text};
use crate::helm::gofmt::{can_backquote, quote};
use crate::helm::rune;
use crate::helm::value::{Elem, List, Type, Value};

const TWO: &[Type] = &[Type::Str, Type::Str];
const THREE: &[Type] = &[Type::Str, Type::Str, Type::Str];
const COUNTED: &[Type] = &[Type::Str, Type::Str, Type::Int];

pub const TABLE: &[Function] = &[
    Function::pure("regexMatch", TWO, |a| Ok(Value::Bool(compile(text(a, 0)).is_ok_and(|r| r.is_match(text(a, 1)))))),
    Function::pure("mustRegexMatch", TWO, |a| Ok(Value::Bool(compile(text(a, 0))?.is_match(text(a, 1))))),
    Function::pure("regexFind", TWO, |a| Ok(find(&*certain(a)?, text(a, 1)))),
    Function::pure("mustRegexFind", TWO, |a| Ok(find(&*compile(text(a, 0))?, text(a, 1)))),
    Function::pure("regexFindAll", COUNTED, |a| Ok(find_all(&*certain(a)?, a))),
    Function::pure("mustRegexFindAll", COUNTED, |a| Ok(find_all(&*compile(text(a, 0))?, a))),
    Function::pure("regexReplaceAll", THREE, |a| Ok(replace(&*certain(a)?, a, expand))),
    Function::pure("mustRegexReplaceAll", THREE, |a| Ok(replace(&*compile(text(a, 0))?, a, expand))),
    Function::pure("regexReplaceAllLiteral", THREE, |a| Ok(replace(&*certain(a)?, a, literal))),
    Function::pure("mustRegexReplaceAllLiteral", THREE, |a| Ok(replace(&*compile(text(a, 0))?, a, literal))),
    Function::pure("regexSplit", COUNTED, |a| Ok(split(&*certain(a)?, a))),
    Function::pure("mustRegexSplit", COUNTED, |a| Ok(split(&*compile(text(a, 0))?, a))),
    Function::pure("regexQuoteMeta", &[Type::Str], |a| Ok(Value::bytes(quote_meta(text(a, 0))))),
];

/// How many compiled expressions are kept.
const MOST_KEPT: usize = 256;

/// The largest program that an expression may become, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

thread_local! {
    static COMPILED: RefCell<HashMap<Vec<u8>, Rc<Regex>>> = RefCell::default();
}

/// `regexp.Compile`.
pub(super) fn compile(pattern: &[u8]) -> Result<Rc<Regex>, String> {
    if let Some(known) = COMPILED.with(|compiled| compiled.borrow().get(pattern).cloned()) {
        return Ok(known);
    }
    let error = |message: String| format!("error parsing regexp: {message}");
    let source = std::str::from_utf8(pattern).map_err(|_| error(format!("invalid UTF-8: {}", backquoted(pattern))))?;
    let translated = translate::translate(source).map_err(error)?;
    let built = RegexBuilder::new(&translated).size_limit(LARGEST).build();
    let regex = Rc::new(built.map_err(|_| error(format!("expression cannot be used: {}", backquoted(pattern))))?);
    COMPILED.with(|compiled| {
        let mut compiled = compiled.borrow_mut();
        if compiled.len() >= MOST_KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.to_vec(), Rc::clone(&regex));
    });
    Ok(regex)
}

fn backquoted(text: &[u8]) -> String {
    format!("`{}`", String::from_utf8_lossy(text))
}

/// `regexp.MustCompile`, whose panic names the expression again.
fn certain(arguments: &[Value]) -> Result<Rc<Regex>, String> {
    let pattern = text(arguments, 0);
    compile(pattern).map_err(|error| {
        let shown = if can_backquote(pattern) { backquoted(pattern) } else { quote(pattern) };
        format!("regexp: Compile({shown}): {error}")
    })
}

/// Matches in Go's order: an empty match next to the one before is skipped, and the search goes on by runes.
fn matches<'t>(regex: &Regex, text: &'t [u8], most: usize) -> Vec<Captures<'t>> {
    let mut found = Vec::new();
    let (mut at, mut last_end) = (0, None);
    while found.len() < most && at <= text.len() {
        let Some(captures) = regex.captures_at(text, at) else { break };
        let Some((start, end)) = captures.get(0).map(|whole| (whole.start(), whole.end())) else { break };
        let accepted = !(start == end && last_end == Some(start));
        at = if end > at { end } else { at + rune::decode(&text[at..]).map_or(1, |(_, width)| width) };
        last_end = Some(end);
        if accepted {
            found.push(captures);
        }
    }
    found
}

/// Go's count: negative for all.
fn most(arguments: &[Value], at: usize) -> usize {
    usize::try_from(int(arguments, at)).unwrap_or(usize::MAX)
}

fn find(regex: &Regex, text: &[u8]) -> Value {
    Value::bytes(regex.find(text).map_or(&b""[..], |found| found.as_bytes()))
}

fn find_all(regex: &Regex, arguments: &[Value]) -> Value {
    let found = matches(regex, text(arguments, 1), most(arguments, 2));
    if found.is_empty() {
        return Value::List(List::nil(Elem::Str));
    }
    Value::strings(found.iter().filter_map(|captures| captures.get(0)).map(|whole| whole.as_bytes()))
}

fn split(regex: &Regex, arguments: &[Value]) -> Value {
    let (text, most) = (text(arguments, 1), most(arguments, 2));
    if most == 0 {
        return Value::List(List::nil(Elem::Str));
    }
    if text.is_empty() && !super::args::text(arguments, 0).is_empty() {
        return Value::strings([text]);
    }
    let mut pieces = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for captures in matches(regex, text, most) {
        if pieces.len() + 1 == most {
            break;
        }
        let Some(whole) = captures.get(0) else { continue };
        end = whole.start();
        if whole.end() != 0 {
            pieces.push(&text[begin..end]);
        }
        begin = whole.end();
    }
    if end != text.len() {
        pieces.push(&text[begin..]);
    }
    Value::strings(pieces)
}

type Replacement = fn(&mut Vec<u8>, &[u8], &Regex, &Captures);

fn replace(regex: &Regex, arguments: &[Value], with: Replacement) -> Value {
    let (text, template) = (text(arguments, 1), super::args::text(arguments, 2));
    let mut out = Vec::with_capacity(text.len());
    let mut rest = 0;
    for captures in matches(regex, text, usize::MAX) {
        let Some(whole) = captures.get(0) else { continue };
        out.extend_from_slice(&text[rest..whole.start()]);
        with(&mut out, template, regex, &captures);
        rest = whole.end();
    }
    out.extend_from_slice(&text[rest..]);
    Value::bytes(out)
}

fn literal(out: &mut Vec<u8>, template: &[u8], _: &Regex, _: &Captures) {
    out.extend_from_slice(template);
}

/// `$1`, `${1}`, `$name`, `$$`; a name is as long as it can be, and an unknown one is empty.
fn expand(out: &mut Vec<u8>, template: &[u8], regex: &Regex, captures: &Captures) {
    let mut rest = template;
    while let Some(dollar) = memchr::memchr(b'$', rest) {
        out.extend_from_slice(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix(b"$") {
            out.push(b'$');
            rest = after;
            continue;
        }
        let braced = rest.starts_with(b"{");
        let body = &rest[usize::from(braced)..];
        let length: usize = rune::runes(body)
            .take_while(|(_, char, _)| *char == '_' || char.is_alphanumeric())
            .map(|(_, _, width)| width)
            .sum();
        let closed = !braced || body.get(length) == Some(&b'}');
        if length == 0 || !closed {
            out.push(b'$');
            continue;
        }
        let name = String::from_utf8_lossy(&body[..length]);
        let number = if name.bytes().all(|b| b.is_ascii_digit()) { name.parse::<usize>().ok() } else { None };
        let group = match number {
            Some(number) => captures.get(number),
            None => {
                let named = regex.capture_names().enumerate().filter(|(_, known)| {
                    known.and_then(|known| known.strip_prefix(translate::NAME_PREFIX)) == Some(&name)
                });
                named.filter_map(|(at, _)| captures.get(at)).last()
            }
        };
        out.extend_from_slice(group.map_or(&b""[..], |group| group.as_bytes()));
        rest = &body[length + usize::from(braced)..];
    }
    out.extend_from_slice(rest);
}

fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests;
