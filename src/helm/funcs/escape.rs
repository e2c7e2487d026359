//! Go's escaping functions: `html`, `js`, `urlquery`.

use super::{Function, Outcome};
use crate::helm::gofmt::{is_print, sprint};
use crate::helm::rune;
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("html", &[], |a| escaped(a, html)).rest(Type::Any),
    Function::pure("js", &[], |a| escaped(a, js)).rest(Type::Any),
    Function::pure("urlquery", &[], |a| escaped(a, query)).rest(Type::Any),
];

fn escaped(arguments: &[Value], escape: fn(&[u8]) -> Vec<u8>) -> Outcome {
    let shown: Vec<Value> = arguments
        .iter()
        .map(|value| if super::args::is_nil(value) { Value::str("<no value>") } else { value.clone() })
        .collect();
    Ok(Value::bytes(escape(&sprint(&shown)?)))
}

fn html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(*byte),
        }
    }
    out
}

fn js(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (at, char, width) in rune::runes(text) {
        match char {
            '\\' => out.extend_from_slice(b"\\\\"),
            '\'' => out.extend_from_slice(b"\\'"),
            '"' => out.extend_from_slice(b"\\\""),
            '<' | '>' | '&' | '=' => out.extend_from_slice(format!("\\u{:04X}", u32::from(char)).as_bytes()),
            char if char < ' ' => out.extend_from_slice(format!("\\u{:04X}", u32::from(char)).as_bytes()),
            char if char.is_ascii() || is_print(char) => out.extend_from_slice(&text[at..at + width]),
            char => out.extend_from_slice(format!("\\u{:04X}", u32::from(char)).as_bytes()),
        }
    }
    out
}

/// `url.QueryEscape`.
pub fn query(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            b' ' => out.push(b'+'),
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}
