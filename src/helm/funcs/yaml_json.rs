//! Reading and writing of YAML and JSON inside of templates.

use super::args::text;
use super::json;
use super::{Env, Function, Outcome};
use crate::helm::value::{Elem, List, Map, Type, Value};
use crate::helm::yaml;

const ANY: &[Type] = &[Type::Any];
const TEXT: &[Type] = &[Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("toYaml", ANY, |a| Ok(written(yaml::encode(&a[0])))),
    Function::pure("toYamlPretty", ANY, |a| Ok(written(yaml::encode_pretty(&a[0])))),
    Function::pure("mustToYaml", ANY, |a| match yaml::encode(&a[0]) {
        Ok(text) => Ok(written(Ok(text))),
        Err(error) => Err(error.to_string()),
    })
    .only_helm4(),
    Function::env("fromYaml", TEXT, |e, a| {
        pay_for_aliases(e, text(a, 0)).map(|()| map_or_error(from_yaml(text(a, 0)), IN_YAML))
    }),
    Function::env("fromYamlArray", TEXT, |e, a| {
        pay_for_aliases(e, text(a, 0)).map(|()| list_or_error(from_yaml(text(a, 0)), IN_YAML))
    }),
    Function::pure("toJson", ANY, |a| Ok(json::encode(&a[0], true).map_or_else(|_| Value::str(""), Value::bytes))),
    Function::pure("mustToJson", ANY, |a| json::encode(&a[0], true).map(Value::bytes)),
    Function::pure("toRawJson", ANY, |a| json::encode(&a[0], false).map(Value::bytes)),
    Function::pure("mustToRawJson", ANY, |a| json::encode(&a[0], false).map(Value::bytes)),
    Function::pure("toPrettyJson", ANY, |a| {
        Ok(json::encode_pretty(&a[0]).map_or_else(|_| Value::str(""), Value::bytes))
    }),
    Function::pure("mustToPrettyJson", ANY, |a| json::encode_pretty(&a[0]).map(Value::bytes)),
    Function::pure("fromJson", TEXT, |a| Ok(from_json(text(a, 0)))),
    Function::pure("fromJsonArray", TEXT, |a| Ok(list_or_error(json::decode(text(a, 0)), ""))),
    Function::pure("mustFromJson", TEXT, |a| json::decode(text(a, 0))),
];

/// The text without its last line break; nothing when it cannot be written.
fn written(result: Result<Vec<u8>, yaml::Error>) -> Value {
    match result {
        Ok(text) => Value::bytes(text.strip_suffix(b"\n").unwrap_or(&text)),
        Err(_) => Value::str(""),
    }
}

/// What the YAML library puts before a complaint of the JSON library.
const IN_YAML: &str = "error unmarshaling JSON: while decoding JSON: ";

/// What a byte of a text with aliases costs more, in steps: it may stand for a hundred values before it is refused.
const ALIASED: u64 = 64;

/// Pays for what aliases repeat, before they do.
fn pay_for_aliases(env: &Env, text: &[u8]) -> Result<(), String> {
    let names =
        |mark: u8| memchr::memchr_iter(mark, text).any(|at| text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric));
    match names(b'&') && names(b'*') {
        true => env.budget.pay(text.len() as u64 * ALIASED),
        false => Ok(()),
    }
}

fn from_yaml(text: &[u8]) -> Outcome {
    yaml::decode(text).map_err(|error| error.to_string())
}

/// A number out of range leaves the rest of the map as it is.
fn from_json(text: &[u8]) -> Value {
    match json::decode_partly(text) {
        Ok((Value::Map(map), Some(complaint))) => {
            map.insert("Error", Value::str(&complaint));
            Value::Map(map)
        }
        Ok((value, None)) => map_or_error(Ok(value), ""),
        Ok((_, Some(message))) | Err(message) => map_or_error(Err(message), ""),
    }
}

fn unmarshal(value: &Value, into: &str, before: &str) -> String {
    let kind = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!("{before}json: cannot unmarshal {kind} into Go value of type {into}")
}

fn map_or_error(result: Outcome, before: &str) -> Value {
    let message = match result {
        Ok(map @ Value::Map(_)) => return map,
        // The YAML library leaves the empty map that it was given; the JSON library puts nil there.
        Ok(Value::Nil | Value::Missing) if !before.is_empty() => return Value::map(),
        Ok(Value::Nil | Value::Missing) if before.is_empty() => return Value::Map(Map::nil()),
        // The YAML library leaves the map alone where there is nothing.
        Ok(Value::Nil | Value::Missing) => return Value::map(),
        Ok(other) => unmarshal(&other, "map[string]interface {}", before),
        Err(message) => message,
    };
    let map = Map::default();
    map.insert("Error", Value::str(&message));
    Value::Map(map)
}

fn list_or_error(result: Outcome, before: &str) -> Value {
    match result {
        Ok(list @ Value::List(_)) => list,
        Ok(Value::Nil | Value::Missing) if before.is_empty() => Value::List(List::nil(Elem::Any)),
        Ok(Value::Nil | Value::Missing) => Value::list(Vec::new()),
        Ok(other) => Value::list(vec![Value::str(&unmarshal(&other, "[]interface {}", before))]),
        Err(message) => Value::list(vec![Value::str(&message)]),
    }
}
