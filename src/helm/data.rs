//! Chart data that may travel between threads: what values files, `--set` and release records hold.
//!
//! [`Value`] is shared and lives inside one render call; `Data` is owned. It keeps the one distinction of Go's
//! kinds that templates can observe: a number of a file is a float64, a number of `--set` an int64.

use base64::Engine;

use super::sorted_map::SortedMap;
use super::value::{Elem, Map, Value};

/// A mapping with text keys, in byte order.
pub type Table = SortedMap<String, Data>;

/// One node of chart data.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Data {
    /// `null`.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A Go int64: from `--set`, or an integer scalar that was read with its kind.
    Int(i64),
    /// A Go float64: every number of a values file.
    Float(f64),
    /// A string: bytes, because `--set-file` may read anything.
    Str(Vec<u8>),
    /// A sequence.
    List(Vec<Data>),
    /// A mapping.
    Table(Table),
}

impl Data {
    /// A string.
    pub fn text(text: impl Into<String>) -> Data {
        Data::Str(text.into().into_bytes())
    }

    /// The mapping, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is a string of UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Data::Str(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// What encoding/json calls a value of this kind in its errors.
    pub fn json_kind(&self) -> &'static str {
        match self {
            Data::Null => "null",
            Data::Bool(_) => "bool",
            Data::Int(_) | Data::Float(_) => "number",
            Data::Str(_) => "string",
            Data::List(_) => "array",
            Data::Table(_) => "object",
        }
    }

    /// The template value of the same content.
    pub fn to_value(&self) -> Value {
        match self {
            Data::Null => Value::Nil,
            Data::Bool(b) => Value::Bool(*b),
            Data::Int(i) => Value::Int64(*i),
            Data::Float(x) => Value::Float(*x),
            Data::Str(bytes) => Value::Str(bytes.as_slice().into()),
            Data::List(items) => Value::list(items.iter().map(Data::to_value).collect()),
            Data::Table(table) => Value::Map(map_of(table)),
        }
    }

    /// The content of a template value; what JSON cannot hold is `null`.
    pub fn from_value(value: &Value) -> Data {
        match value {
            Value::Missing | Value::Nil => Data::Null,
            Value::Bool(b) => Data::Bool(*b),
            Value::Int(i) | Value::Int64(i) => Data::Int(*i),
            Value::Byte(b) => Data::Int(i64::from(*b)),
            Value::Float(x) => Data::Float(*x),
            Value::Str(bytes) => Data::Str(bytes.to_vec()),
            Value::List(list) if list.elem == Elem::Byte => {
                Data::text(base64::engine::general_purpose::STANDARD.encode(list.text()))
            }
            Value::List(list) => Data::List(list.items.borrow().iter().map(Data::from_value).collect()),
            Value::Map(map) => Data::Table(
                map.entries
                    .borrow()
                    .iter()
                    .map(|(k, v)| (String::from_utf8_lossy(k).into_owned(), Data::from_value(v)))
                    .collect(),
            ),
            Value::Object(object) => Data::from_value(&object.plain()),
        }
    }

    /// Reads JSON; every number becomes a float64, as in a values file.
    pub fn from_json(json: serde_json::Value) -> Data {
        match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(b) => Data::Bool(b),
            serde_json::Value::Number(n) => Data::Float(n.as_f64().unwrap_or(0.0)),
            serde_json::Value::String(s) => Data::text(s),
            serde_json::Value::Array(items) => Data::List(items.into_iter().map(Data::from_json).collect()),
            serde_json::Value::Object(map) => {
                Data::Table(map.into_iter().map(|(k, v)| (k, Data::from_json(v))).collect())
            }
        }
    }

    /// The JSON that Go would write: whole floats below 1e21 without a fraction, bytes that are not UTF-8 replaced.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Data::Null => Json::Null,
            Data::Bool(b) => Json::Bool(*b),
            Data::Int(i) => Json::from(*i),
            Data::Float(x) if x.fract() == 0.0 && x.abs() < 9.2e18 => Json::from(*x as i64),
            Data::Float(x) => serde_json::Number::from_f64(*x).map_or(Json::Null, Json::Number),
            Data::Str(bytes) => Json::String(String::from_utf8_lossy(bytes).into_owned()),
            Data::List(items) => Json::Array(items.iter().map(Data::to_json).collect()),
            Data::Table(table) => Json::Object(table.iter().map(|(k, v)| (k.clone(), v.to_json())).collect()),
        }
    }
}

/// The template value of a mapping.
pub fn map_of(table: &Table) -> Map {
    let map = Map::default();
    map.entries.borrow_mut().extend(table.iter().map(|(k, v)| (k.as_bytes().into(), v.to_value())));
    map
}
