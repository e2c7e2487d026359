//! Go kinds, type names and truth of values.

use std::borrow::Cow;

use super::{Elem, List, Map, MapType, Type, Value};

/// A `reflect.Kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: nil or missing.
    Invalid,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `uint8`
    Uint8,
    /// `float64`
    Float64,
    /// `string`
    String,
    /// any slice
    Slice,
    /// any map
    Map,
    /// a struct by value
    Struct,
    /// a pointer, here always to a struct
    Ptr,
}

impl Kind {
    /// The name that `kindOf` prints.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int64 => "int64",
            Kind::Uint8 => "uint8",
            Kind::Float64 => "float64",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Struct => "struct",
            Kind::Ptr => "ptr",
        }
    }
}

impl Type {
    /// The name in Go's error messages.
    pub fn name(self) -> &'static str {
        match self {
            Type::Any => "interface {}",
            Type::Reflect => "reflect.Value",
            Type::Bool => "bool",
            Type::Str => "string",
            Type::Int => "int",
            Type::Uint32 => "uint32",
            Type::Float => "float64",
            Type::Map => "map[string]interface {}",
            Type::List => "[]interface {}",
            Type::Named(name) => name,
        }
    }
}

impl Elem {
    /// The name of the slice type.
    pub fn slice_name(self) -> Cow<'static, str> {
        match self {
            Elem::Any => "[]interface {}".into(),
            Elem::Str => "[]string".into(),
            Elem::Int => "[]int".into(),
            Elem::Byte => "[]uint8".into(),
            Elem::Lists => "[][]interface {}".into(),
            Elem::Named(name) => format!("[]{name}").into(),
        }
    }
}

impl MapType {
    /// The name of the map type.
    pub fn name(self) -> &'static str {
        match self {
            MapType::Plain => "map[string]interface {}",
            MapType::Values => "chartutil.Values",
            MapType::CommonValues => "common.Values",
            MapType::Strings => "map[string]string",
        }
    }
}

impl Value {
    /// The Go kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Missing | Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Int64(_) => Kind::Int64,
            Value::Byte(_) => Kind::Uint8,
            Value::Float(_) => Kind::Float64,
            Value::Str(_) => Kind::String,
            Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(object) => object.kind(),
        }
    }

    /// What `%T` prints: the dynamic type.
    pub fn type_name(&self) -> Cow<'_, str> {
        match self {
            Value::Missing | Value::Nil => "<nil>".into(),
            Value::Bool(_) => "bool".into(),
            Value::Int(_) => "int".into(),
            Value::Int64(_) => "int64".into(),
            Value::Byte(_) => "uint8".into(),
            Value::Float(_) => "float64".into(),
            Value::Str(_) => "string".into(),
            Value::List(list) => list.elem.slice_name(),
            Value::Map(map) => map.kind.name().into(),
            Value::Object(object) => object.type_name().into(),
        }
    }

    /// Go's notion of truth: not the zero of its type, not empty.
    pub fn truth(&self) -> bool {
        match self {
            Value::Missing | Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(i) | Value::Int64(i) => *i != 0,
            Value::Byte(b) => *b != 0,
            Value::Float(x) => *x != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => match object.kind() {
                Kind::Struct | Kind::Ptr => true,
                Kind::Map | Kind::Slice => object.length().is_some_and(|length| length > 0),
                _ => object.plain().truth(),
            },
        }
    }

    /// The elements of a slice, also of a named slice type.
    pub fn as_list(&self) -> Option<List> {
        match self {
            Value::List(list) => Some(list.clone()),
            Value::Object(object) if object.kind() == Kind::Slice => object.plain().as_list(),
            _ => None,
        }
    }

    /// The entries of a map, also of a named map type.
    pub fn as_map(&self) -> Option<Map> {
        match self {
            Value::Map(map) => Some(map.clone()),
            Value::Object(object) if object.kind() == Kind::Map => object.plain().as_map(),
            _ => None,
        }
    }

    /// How many elements, entries or bytes; `None` of what has no length.
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::Str(text) => Some(text.len()),
            Value::List(list) => Some(list.len()),
            Value::Map(map) => Some(map.len()),
            Value::Object(object) if matches!(object.kind(), Kind::Slice | Kind::Map) => object.length(),
            _ => None,
        }
    }
}
