//! Reading arguments whose types the evaluator has already checked.

use crate::helm::gofmt;
use crate::helm::value::{Elem, List, Map, Str, Value};

/// The text of a `string` parameter.
pub fn text(arguments: &[Value], at: usize) -> &[u8] {
    arguments.get(at).and_then(Value::as_bytes).unwrap_or_default()
}

/// The shared text of a `string` parameter.
pub fn shared(arguments: &[Value], at: usize) -> Str {
    match arguments.get(at) {
        Some(Value::Str(text)) => Str::clone(text),
        _ => Str::default(),
    }
}

/// The number of an `int` parameter.
pub fn int(arguments: &[Value], at: usize) -> i64 {
    match arguments.get(at) {
        Some(Value::Int(i) | Value::Int64(i)) => *i,
        _ => 0,
    }
}

/// The map of a `map[string]interface {}` parameter.
pub fn map(arguments: &[Value], at: usize) -> Map {
    match arguments.get(at) {
        Some(Value::Map(map)) => map.clone(),
        _ => Map::nil(),
    }
}

/// Whether an `interface {}` parameter is nil.
pub fn is_nil(value: &Value) -> bool {
    matches!(value, Value::Nil | Value::Missing)
}

/// Sprig's way to make text of anything: bytes as they are, the rest as `%v`.
pub fn to_text(value: &Value) -> Result<Vec<u8>, String> {
    match value {
        Value::Str(text) => Ok(text.to_vec()),
        Value::List(list) if list.elem == Elem::Byte => Ok(list.text().into()),
        other => gofmt::to_text(other),
    }
}

/// Sprig's way to make texts of a list; nils are left out, and anything else is a list of one.
pub fn to_texts(value: &Value) -> Result<Vec<Str>, String> {
    if is_nil(value) {
        return Ok(Vec::new());
    }
    match value.as_list() {
        Some(list) => texts_of(&list),
        None => Ok(vec![to_text(value)?.into()]),
    }
}

fn texts_of(list: &List) -> Result<Vec<Str>, String> {
    let items = list.items.borrow();
    items
        .iter()
        .filter(|item| !is_nil(item))
        .map(|item| match item {
            Value::Str(text) => Ok(Str::clone(text)),
            other => to_text(other).map(Str::from),
        })
        .collect()
}

/// UTF-8 text for libraries that insist on it; wrong bytes become U+FFFD.
pub fn utf8(text: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(text)
}
