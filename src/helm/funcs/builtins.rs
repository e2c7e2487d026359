//! Go's own functions other than comparison and escaping.

use super::args::text;
use super::{Body, Function, Outcome};
use crate::helm::gofmt;
use crate::helm::value::{Kind, MapType, Type, Value};

pub const TABLE: &[Function] = &[
    Function::new("and", &[Type::Reflect], Body::Lazy { stops_at: false }).rest(Type::Reflect),
    Function::new("or", &[Type::Reflect], Body::Lazy { stops_at: true }).rest(Type::Reflect),
    Function::pure("not", &[Type::Reflect], |a| Ok(Value::Bool(!a[0].truth()))),
    Function::new("call", &[Type::Reflect], Body::Callee).rest(Type::Reflect),
    Function::pure("index", &[Type::Reflect], index).rest(Type::Reflect),
    Function::pure("len", &[Type::Reflect], length),
    Function::pure("print", &[], |a| gofmt::sprint(a).map(Value::bytes)).rest(Type::Any),
    Function::pure("printf", &[Type::Str], |a| gofmt::sprintf(text(a, 0), &a[1..]).map(Value::bytes)).rest(Type::Any),
    Function::pure("println", &[], |a| gofmt::sprintln(a).map(Value::bytes)).rest(Type::Any),
];

fn length(arguments: &[Value]) -> Outcome {
    match &arguments[0] {
        Value::Missing => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        Value::Nil => Err("len of nil pointer".into()),
        value => match value.length() {
            Some(length) => Ok(Value::Int(length as i64)),
            None => Err(format!("len of type {}", value.type_name())),
        },
    }
}

fn index(arguments: &[Value]) -> Outcome {
    let mut item = arguments[0].clone();
    if item.kind() == Kind::Invalid {
        return Err("index of untyped nil".into());
    }
    for key in &arguments[1..] {
        item = match &item {
            Value::Nil | Value::Missing => return Err("index of nil pointer".into()),
            Value::Str(text) => {
                let byte = text.get(position(key, text.len())?).copied();
                Value::Byte(byte.ok_or("reflect: string index out of range")?)
            }
            Value::Map(map) => {
                let key = map_key(key)?;
                match map.at(key) {
                    Some(value) => value,
                    None if map.kind == MapType::Strings => Value::str(""),
                    None => Value::Nil,
                }
            }
            Value::List(list) => {
                let at = position(key, list.len())?;
                let value = list.items.borrow().get(at).cloned();
                value.ok_or(BEYOND)?
            }
            Value::Object(object) if object.kind() == Kind::Map => {
                let key = map_key(key)?;
                object.field(&String::from_utf8_lossy(key)).unwrap_or(Value::Nil)
            }
            Value::Object(object) if object.kind() == Kind::Slice => {
                let list = object.plain().as_list();
                let at = position(key, list.as_ref().map_or(0, |list| list.len()))?;
                let value = list.and_then(|list| list.items.borrow().get(at).cloned());
                value.ok_or(BEYOND)?
            }
            other => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(item)
}

fn map_key(key: &Value) -> Result<&[u8], String> {
    match key {
        Value::Str(key) => Ok(key),
        Value::Nil | Value::Missing => Err("value is nil; should be of type string".into()),
        other => Err(format!("value has type {}; should be string", other.type_name())),
    }
}

fn position(key: &Value, length: usize) -> Result<usize, String> {
    let at = match key {
        Value::Int(i) | Value::Int64(i) => *i,
        Value::Byte(b) => i64::from(*b),
        Value::Nil | Value::Missing => return Err("cannot index slice/array with nil".into()),
        other => return Err(format!("cannot index slice/array with type {}", other.type_name())),
    };
    usize::try_from(at).ok().filter(|at| *at <= length).ok_or_else(|| format!("index out of range: {at}"))
}

/// One past the end passes Go's check and fails in the slice itself.
const BEYOND: &str = "reflect: slice index out of range";
