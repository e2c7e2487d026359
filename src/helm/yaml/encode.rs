//! From a template value to YAML: what json.Marshal and yaml.v2 make of it on the way.

use std::borrow::Cow;

use super::decode;
use super::emit::{Context, Dialect, Emitter, Style, is_word};
use super::resolve::{Rules, Scalar, base_sixty, old_bool, plain};
use super::{Error, number, order};
use crate::helm::data::Data;
use crate::helm::value::Value;

/// Deeper nesting is refused: it can only come from a structure that holds itself.
const DEEPEST: usize = 250;

/// Writes one document.
pub fn document(value: &Value, dialect: Dialect) -> Result<Vec<u8>, Error> {
    let mut emitter = Emitter::new(dialect);
    node(&mut emitter, value, Context::Item, 0)?;
    Ok(emitter.finish().into_bytes())
}

fn node(emitter: &mut Emitter, value: &Value, context: Context, depth: usize) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(Error::Unwritable(format!("nested deeper than {DEEPEST} levels")));
    }
    let v2 = emitter.dialect() == Dialect::V2;
    let mut bare = |text: &str| emitter.scalar(text, Style::Plain, context);
    match value {
        Value::Missing | Value::Nil => bare("null"),
        Value::Bool(b) => bare(if *b { "true" } else { "false" }),
        Value::Int(i) | Value::Int64(i) => bare(&i.to_string()),
        Value::Byte(b) => bare(&b.to_string()),
        Value::Float(x) => {
            let text = float(*x, emitter.dialect())?;
            emitter.scalar(&text, Style::Plain, context);
        }
        Value::Str(bytes) => {
            let text = string(bytes, emitter.dialect())?;
            emitter.scalar(&text, style(&text, emitter.dialect()), context);
        }
        Value::List(list) if list.nil && v2 => bare("null"),
        Value::Map(map) if map.nil && v2 => bare("null"),
        Value::List(list) => {
            if let (super::super::value::Elem::Byte, Data::Str(base64)) = (list.elem, Data::from_value(value)) {
                return node(emitter, &Value::Str(base64.into()), context, depth);
            }
            let items = list.items.borrow();
            if items.is_empty() {
                emitter.empty("[]");
                return Ok(());
            }
            let outer = emitter.open(Some(context));
            for item in items.iter() {
                emitter.item();
                node(emitter, item, Context::Item, depth + 1)?;
            }
            emitter.close(outer);
        }
        Value::Map(map) => {
            let dialect = emitter.dialect();
            let entries = map.entries.borrow();
            if entries.is_empty() {
                emitter.empty("{}");
                return Ok(());
            }
            let named = entries.iter().map(|(name, value)| Ok((key(name, dialect)?, value)));
            let mut sorted: Vec<(Cow<'_, str>, &Value)> = named.collect::<Result<_, Error>>()?;
            order::sort(&mut sorted, dialect);
            let outer = emitter.open(None);
            for (key, value) in sorted {
                emitter.key(&key, style(&key, dialect));
                node(emitter, value, Context::Mapping, depth + 1)?;
            }
            emitter.close(outer);
        }
        Value::Object(object) => node(emitter, &object.plain(), context, depth + 1)?,
    }
    Ok(())
}

/// yaml.v2 sees the JSON text of the number and makes an integer of it where it can.
fn float(x: f64, dialect: Dialect) -> Result<String, Error> {
    if dialect == Dialect::V3 {
        return Ok(match number::float_g(x).as_str() {
            "+Inf" => ".inf".into(),
            "-Inf" => "-.inf".into(),
            "NaN" => ".nan".into(),
            text => text.into(),
        });
    }
    if !x.is_finite() {
        let what = format!("error marshaling into JSON: json: unsupported value: {}", number::float_g(x));
        return Err(Error::Unwritable(what));
    }
    let json = number::float_json(x);
    Ok(match plain(&json, Rules::V2) {
        Scalar::Int(i) => i.to_string(),
        _ => number::float_g(x),
    })
}

/// A key as [`string`]; in JSON it must stand on one line, and within 1024 characters before its colon.
fn key(bytes: &[u8], dialect: Dialect) -> Result<Cow<'_, str>, Error> {
    let text = String::from_utf8_lossy(bytes);
    if is_word(&text) && text.len() < 128 {
        return Ok(text);
    }
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\x08' | '\x0c' => 2,
        '<' | '>' | '&' | '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    let too_long = text.len() > 1022 / 6 && text.chars().map(escaped).sum::<usize>() > 1022;
    if dialect == Dialect::V2 && (too_long || text.contains('\u{85}')) {
        return Err(Error::Unwritable("yaml: line 1: did not find expected ',' or '}'".into()));
    }
    string(bytes, dialect)
}

/// The text that yaml.v2 reads back from Go's JSON of `bytes`.
fn string(bytes: &[u8], dialect: Dialect) -> Result<Cow<'_, str>, Error> {
    let text = String::from_utf8_lossy(bytes);
    if dialect == Dialect::V3 || is_word(&text) || text.chars().all(survives_json) {
        return Ok(text);
    }
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => json.push_str(&format!("\\u{:04x}", c as u32)),
            _ => json.push(c),
        }
    }
    json.push('"');
    match decode::document(json.as_bytes(), decode::Numbers::Go) {
        Ok(Data::Str(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned().into()),
        Ok(other) => Err(Error::Unwritable(format!("{text:?} was read back as {other:?}"))),
        Err(error) => Err(error),
    }
}

/// Characters that JSON escapes, or that YAML reads unchanged inside double quotes.
fn survives_json(c: char) -> bool {
    matches!(c, '\0'..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The style that go-yaml asks of its emitter.
fn style(text: &str, dialect: Dialect) -> Style {
    if text.contains('\n') {
        return Style::Literal;
    }
    let rules = if dialect == Dialect::V3 { Rules::V3 } else { Rules::V2 };
    let ambiguous =
        plain(text, rules) != Scalar::Text || base_sixty(text) || (dialect == Dialect::V3 && old_bool(text).is_some());
    if ambiguous { Style::Double } else { Style::Plain }
}
