//! `%v` of template values, and the `Print` family that is made of it.

use std::cell::Ref;

use super::float::format_float;
use crate::helm::value::{Kind, List, Map, Value};

/// How deep a value may be nested for functions that walk it. Go's stack would end much later, but fatally.
pub const DEEPEST: usize = 250;

/// What is said of a value that is nested deeper.
pub const TOO_DEEP: &str = "value is nested too deeply to be written (does it contain itself?)";

/// Appends what `fmt.Fprint` writes of one operand.
///
/// # Errors
/// [`TOO_DEEP`], e.g. for a map that contains itself.
pub fn append(out: &mut Vec<u8>, value: &Value) -> Result<(), String> {
    append_at(out, value, 0)
}

/// `fmt.Sprint` of one operand: what Sprig's `toString` gives of anything but errors.
///
/// # Errors
/// [`TOO_DEEP`].
pub fn to_text(value: &Value) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    append(&mut out, value)?;
    Ok(out)
}

/// `fmt.Sprint`: a space between two operands of which neither is a string.
///
/// # Errors
/// [`TOO_DEEP`].
pub fn sprint(values: &[Value]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut after_text = true;
    for (i, value) in values.iter().enumerate() {
        let text = value.kind() == Kind::String;
        if i > 0 && !text && !after_text {
            out.push(b' ');
        }
        append(&mut out, value)?;
        after_text = text;
    }
    Ok(out)
}

/// `fmt.Sprintln`: a space between all operands and a newline.
///
/// # Errors
/// [`TOO_DEEP`].
pub fn sprintln(values: &[Value]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        append(&mut out, value)?;
    }
    out.push(b'\n');
    Ok(out)
}

fn append_at(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), String> {
    match value {
        Value::Missing | Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(i) | Value::Int64(i) => out.extend_from_slice(i.to_string().as_bytes()),
        Value::Byte(b) => out.extend_from_slice(b.to_string().as_bytes()),
        Value::Float(x) => out.extend_from_slice(format_float_v(*x).as_bytes()),
        Value::Str(text) => out.extend_from_slice(text),
        Value::List(list) => append_list(out, list, depth)?,
        Value::Map(map) => append_map(out, map, depth)?,
        Value::Object(object) => out.extend_from_slice(&object.print()),
    }
    Ok(())
}

/// `%v` of a float: like `%g`, with the sign of infinity.
fn format_float_v(x: f64) -> String {
    format_float(x, 'g', None)
}

fn append_list(out: &mut Vec<u8>, list: &List, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(TOO_DEEP.into());
    }
    out.push(b'[');
    for (i, item) in list.items.borrow().iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        append_at(out, item, depth + 1)?;
    }
    out.push(b']');
    Ok(())
}

fn append_map(out: &mut Vec<u8>, map: &Map, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(TOO_DEEP.into());
    }
    out.extend_from_slice(b"map[");
    let entries: Ref<'_, _> = map.entries.borrow();
    for (i, (key, value)) in entries.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(key);
        out.push(b':');
        append_at(out, value, depth + 1)?;
    }
    out.push(b']');
    Ok(())
}
