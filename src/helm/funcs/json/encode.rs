//! `json.Marshal` and `json.MarshalIndent`.

use crate::helm::funcs::encoding::base64_encode;
use crate::helm::gofmt::DEEPEST;
use crate::helm::rune;
use crate::helm::value::{Elem, Value};
use crate::helm::yaml::float_json;

/// `json.Marshal`; with `html`, the characters `<`, `>` and `&` are escaped.
///
/// # Errors
/// Infinities, NaN, and values that contain themselves.
pub fn encode(value: &Value, html: bool) -> Result<Vec<u8>, String> {
    let mut writer = Writer { out: Vec::new(), html, pretty: false };
    writer.value(value, 0)?;
    Ok(writer.out)
}

/// `json.MarshalIndent(value, "", "  ")`.
///
/// # Errors
/// As [`encode`].
pub fn encode_pretty(value: &Value) -> Result<Vec<u8>, String> {
    let mut writer = Writer { out: Vec::new(), html: true, pretty: true };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    html: bool,
    pretty: bool,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("json: unsupported value: encountered a cycle".into());
        }
        match value {
            Value::Nil | Value::Missing => self.out.extend_from_slice(b"null"),
            Value::Bool(b) => self.out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Int(i) | Value::Int64(i) => self.out.extend_from_slice(i.to_string().as_bytes()),
            Value::Byte(b) => self.out.extend_from_slice(b.to_string().as_bytes()),
            Value::Float(x) if x.is_finite() => self.out.extend_from_slice(float_json(*x).as_bytes()),
            Value::Float(x) => {
                let text = if x.is_nan() {
                    "NaN"
                } else if *x > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                return Err(format!("json: unsupported value: {text}"));
            }
            Value::Str(text) => self.text(text),
            Value::List(list) if list.nil => self.out.extend_from_slice(b"null"),
            Value::List(list) if list.elem == Elem::Byte => {
                let encoded = base64_encode(&list.text());
                self.text(encoded.as_bytes());
            }
            Value::List(list) => {
                let items = list.items.borrow();
                self.open(b'[');
                for (i, item) in items.iter().enumerate() {
                    self.item(i, depth);
                    self.value(item, depth + 1)?;
                }
                self.close(b']', items.is_empty(), depth);
            }
            Value::Map(map) if map.nil => self.out.extend_from_slice(b"null"),
            Value::Map(map) => {
                let entries = map.entries.borrow();
                self.members(entries.iter().map(|(key, value)| (&**key, value)), depth)?;
            }
            Value::Object(object) => match object.members() {
                Some(members) => {
                    self.members(members.iter().map(|(name, value)| (name.as_bytes(), value)), depth)?;
                }
                None => self.value(&object.plain(), depth + 1)?,
            },
        }
        Ok(())
    }

    fn members<'v>(
        &mut self,
        members: impl ExactSizeIterator<Item = (&'v [u8], &'v Value)>,
        depth: usize,
    ) -> Result<(), String> {
        let empty = members.len() == 0;
        self.open(b'{');
        for (i, (key, value)) in members.enumerate() {
            self.item(i, depth);
            self.text(key);
            self.out.extend_from_slice(if self.pretty { b": " } else { b":" });
            self.value(value, depth + 1)?;
        }
        self.close(b'}', empty, depth);
        Ok(())
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
    }

    fn item(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(b',');
        }
        if self.pretty {
            self.line(depth + 1);
        }
    }

    fn line(&mut self, depth: usize) {
        self.out.push(b'\n');
        self.out.extend(std::iter::repeat_n(b' ', 2 * depth));
    }

    fn close(&mut self, bracket: u8, empty: bool, depth: usize) {
        if self.pretty && !empty {
            self.line(depth);
        }
        self.out.push(bracket);
    }

    fn text(&mut self, text: &[u8]) {
        self.out.push(b'"');
        // Most texts have nothing to escape.
        let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
        let (simple, text) = text.split_at(text.iter().position(|byte| !plain(byte)).unwrap_or(text.len()));
        self.out.extend_from_slice(simple);
        for (at, char, width) in rune::runes(text) {
            match char {
                '"' => self.out.extend_from_slice(b"\\\""),
                '\\' => self.out.extend_from_slice(b"\\\\"),
                '\x08' => self.out.extend_from_slice(b"\\b"),
                '\x0c' => self.out.extend_from_slice(b"\\f"),
                '\n' => self.out.extend_from_slice(b"\\n"),
                '\r' => self.out.extend_from_slice(b"\\r"),
                '\t' => self.out.extend_from_slice(b"\\t"),
                '<' | '>' | '&' if self.html => self.escape(char),
                '\u{2028}' | '\u{2029}' | '\0'..'\x20' => self.escape(char),
                char::REPLACEMENT_CHARACTER if width == 1 => self.escape(char),
                _ => self.out.extend_from_slice(&text[at..at + width]),
            }
        }
        self.out.push(b'"');
    }

    fn escape(&mut self, char: char) {
        self.out.extend_from_slice(format!("\\u{:04x}", u32::from(char)).as_bytes());
    }
}
