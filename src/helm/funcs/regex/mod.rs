//! Regular expressions in Go's syntax.
//!
//! Go and the `regex` crate share their ancestry and their semantics (leftmost-first, no backtracking); what differs
//! in syntax is rewritten by [`translate`], and finding all, replacing and splitting follow Go's rules here.

mod translate;

use std::cell::RefCell;
use std::rc::Rc;
use std::thread::LocalKey;

use foldhash::HashMap;
use regex::bytes::{Captures, Regex, RegexBuilder};
use regex_lite::Regex as Matcher;

use super::args::{int, text};
use super::strings::LONGEST;
use super::{Env, Function};
use crate::helm::gofmt::{can_backquote, quote};
use crate::helm::rune;
use crate::helm::value::{Elem, List, Type, Value};

const TWO: &[Type] = &[Type::Str, Type::Str];
const THREE: &[Type] = &[Type::Str, Type::Str, Type::Str];
const COUNTED: &[Type] = &[Type::Str, Type::Str, Type::Int];

pub const TABLE: &[Function] = &[
    Function::env("regexMatch", TWO, |e, a| {
        Ok(Value::Bool(match priced(e, a) {
            Ok(regex) => regex?.is_match(text(a, 1)),
            Err(_) => false,
        }))
    }),
    Function::env("mustRegexMatch", TWO, |e, a| Ok(Value::Bool(priced(e, a)??.is_match(text(a, 1))))),
    Function::env("regexFind", TWO, |e, a| Ok(find(&*certain(e, a)?, text(a, 1)))),
    Function::env("mustRegexFind", TWO, |e, a| Ok(find(&*priced(e, a)??, text(a, 1)))),
    Function::env("regexFindAll", COUNTED, |e, a| Ok(find_all(&*certain(e, a)?, a))),
    Function::env("mustRegexFindAll", COUNTED, |e, a| Ok(find_all(&*priced(e, a)??, a))),
    Function::env("regexReplaceAll", THREE, |e, a| Ok(replace(&*certain(e, a)?, a, expand))),
    Function::env("mustRegexReplaceAll", THREE, |e, a| Ok(replace(&*priced(e, a)??, a, expand))),
    Function::env("regexReplaceAllLiteral", THREE, |e, a| Ok(replace(&*certain(e, a)?, a, literal))),
    Function::env("mustRegexReplaceAllLiteral", THREE, |e, a| Ok(replace(&*priced(e, a)??, a, literal))),
    Function::env("regexSplit", COUNTED, |e, a| Ok(split(&*certain(e, a)?, a))),
    Function::env("mustRegexSplit", COUNTED, |e, a| Ok(split(&*priced(e, a)??, a))),
    Function::pure("regexQuoteMeta", &[Type::Str], |a| Ok(Value::bytes(quote_meta(text(a, 0))))),
];

/// How many compiled expressions are kept.
const MOST_KEPT: usize = 128;

/// How large the program of an expression may be, in bytes, and what a byte of text costs then, in steps: in the worst
/// case every byte looks at the whole program.
const SIZES: [(usize, u64); 3] = [(16 << 10, 4), (128 << 10, 64), (1 << 20, 1024)];

/// Bytes of text that cost nothing, as long as a name or an address is.
const FREE: u64 = 64;

/// The bytes of text that compiling an expression costs as much as.
const NEW: u64 = 64;

/// What an expression costs that cannot be compiled, in steps.
const FAILED: u64 = 20_000;

/// Bytes of text that are looked through without automata.
const SHORT: usize = 256;

/// What a search may cost that nobody pays for, in steps.
const MOST_UNPAID: u64 = 1_000_000;

/// An expression and what a byte of text costs with it.
type Priced<R> = (Rc<R>, u64);

type Kept<R> = RefCell<HashMap<Vec<u8>, Priced<R>>>;

thread_local! {
    static COMPILED: Kept<Regex> = RefCell::default();
    static MATCHERS: Kept<Matcher> = RefCell::default();
}

/// The expression of a call, paid for: an error of the expression in the outer result, one of the budget in the inner.
fn priced(env: &Env, arguments: &[Value]) -> Result<Result<Rc<Regex>, String>, String> {
    let pattern = text(arguments, 0);
    let known = COMPILED.with(|compiled| compiled.borrow().contains_key(pattern));
    let (regex, price) = match compiled(pattern) {
        Ok(compiled) => compiled,
        // It was tried in all sizes.
        Err(error) => return env.budget.pay(FAILED).map_or_else(|message| Ok(Err(message)), |()| Err(error)),
    };
    // One that is new costs as much as a long text.
    let bytes = (text(arguments, 1).len() as u64).saturating_sub(FREE) + if known { 0 } else { NEW };
    Ok(env.budget.pay(bytes.saturating_mul(price)).map(|()| regex))
}

/// Expressions up to this length without counted repetitions stay below the largest of [`SIZES`].
const SMALL: usize = 64;

/// Whether an expression is one. What cannot be large and has no groups with names or flags, which may contradict each
/// other, is known to be one as soon as it is translated; compiling it takes a hundred times as long.
///
/// # Errors
/// Go's reason why it is none.
pub(super) fn valid(pattern: &str) -> Result<(), String> {
    let small = pattern.len() <= SMALL && !pattern.contains('{') && !pattern.contains("(?");
    match small && translate::translate(pattern).is_ok() {
        true => Ok(()),
        false => compiled(pattern.as_bytes()).map(|_| ()),
    }
}

/// Whether an expression matches, where nobody pays for it.
pub(super) fn matches_within_reason(pattern: &str, text: &str) -> Result<bool, String> {
    let affordable = |price: u64| match (text.len() as u64).saturating_mul(price) > MOST_UNPAID {
        true => Err(format!("a text of {} bytes is too long for {}", text.len(), backquoted(pattern.as_bytes()))),
        false => Ok(()),
    };
    if text.len() <= SHORT
        && let Ok((matcher, price)) = matcher(pattern.as_bytes())
    {
        return affordable(price).map(|()| matcher.is_match(text));
    }
    let (regex, price) = compiled(pattern.as_bytes())?;
    affordable(price).map(|()| regex.is_match(text.as_bytes()))
}

/// `regexp.Compile`.
fn compiled(pattern: &[u8]) -> Result<Priced<Regex>, String> {
    kept(&COMPILED, pattern, |translated, size| {
        RegexBuilder::new(translated).size_limit(size).dfa_size_limit(1 << 20).build().ok()
    })
}

/// The same for a question about a short text or two, where making the automata that pay with long texts would cost more
/// than the answer. Flags mean less to the smaller crate, and what it does not know is an error of it.
fn matcher(pattern: &[u8]) -> Result<Priced<Matcher>, String> {
    kept(&MATCHERS, pattern, |translated, size| {
        let plain = !translated.contains("(?");
        plain.then(|| regex_lite::RegexBuilder::new(translated).size_limit(size).build().ok())?
    })
}

/// The expression as it is kept, or as it is made in the smallest size that it fits in.
fn kept<R>(
    kept: &'static LocalKey<Kept<R>>,
    pattern: &[u8],
    make: impl Fn(&str, usize) -> Option<R>,
) -> Result<Priced<R>, String> {
    if let Some(known) = kept.with(|kept| kept.borrow().get(pattern).cloned()) {
        return Ok(known);
    }
    let error = |message: String| format!("error parsing regexp: {message}");
    let source = std::str::from_utf8(pattern).map_err(|_| error(format!("invalid UTF-8: {}", backquoted(pattern))))?;
    let translated = translate::translate(source).map_err(error)?;
    let made = SIZES.iter().find_map(|(size, price)| Some((Rc::new(make(&translated, *size)?), *price)));
    let made = made.ok_or_else(|| error(format!("expression cannot be used: {}", backquoted(pattern))))?;
    kept.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(pattern.to_vec(), made.clone());
    });
    Ok(made)
}

fn backquoted(text: &[u8]) -> String {
    format!("`{}`", String::from_utf8_lossy(text))
}

/// `regexp.MustCompile`, whose panic names the expression again.
fn certain(env: &Env, arguments: &[Value]) -> Result<Rc<Regex>, String> {
    let pattern = text(arguments, 0);
    let priced = priced(env, arguments).map_err(|error| {
        let shown = if can_backquote(pattern) { backquoted(pattern) } else { quote(pattern) };
        format!("regexp: Compile({shown}): {error}")
    });
    priced?
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
        if out.len() > LONGEST {
            break;
        }
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
