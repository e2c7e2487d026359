//! Go's comparisons: `eq` and its relatives, which refuse to compare a float with an int.

use std::cmp::Ordering;

use super::{Function, Outcome};
use crate::helm::gofmt::sprintf;
use crate::helm::value::{Kind, Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("eq", &[Type::Reflect], |a| equal(a).map(Value::Bool)).rest(Type::Reflect),
    Function::pure("ne", &[Type::Reflect, Type::Reflect], |a| equal(a).map(|equal| Value::Bool(!equal))),
    Function::pure("lt", &[Type::Reflect, Type::Reflect], |a| less(a).map(Value::Bool)),
    Function::pure("le", &[Type::Reflect, Type::Reflect], |a| less_or_equal(a).map(Value::Bool)),
    Function::pure("gt", &[Type::Reflect, Type::Reflect], |a| less_or_equal(a).map(|le| Value::Bool(!le))),
    Function::pure("ge", &[Type::Reflect, Type::Reflect], ge),
];

/// The kinds that Go compares with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Invalid,
    Bool,
    Int,
    Float,
    String,
    Uint,
}

fn basic(value: &Value) -> Basic {
    match value.kind() {
        Kind::Bool => Basic::Bool,
        Kind::Int | Kind::Int64 => Basic::Int,
        Kind::Uint8 => Basic::Uint,
        Kind::Float64 => Basic::Float,
        Kind::String => Basic::String,
        _ => Basic::Invalid,
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Int(i) | Value::Int64(i) => *i,
        Value::Byte(b) => i64::from(*b),
        Value::Object(object) => match object.plain() {
            Value::Int(i) | Value::Int64(i) => i,
            _ => 0,
        },
        _ => 0,
    }
}

fn incompatible(a: &Value, b: &Value) -> String {
    format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name())
}

fn equal(arguments: &[Value]) -> Result<bool, String> {
    let (first, others) = arguments.split_first().ok_or("missing argument for comparison")?;
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        if pair_equal(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn pair_equal(a: &Value, b: &Value) -> Result<bool, String> {
    match (basic(a), basic(b)) {
        (Basic::Int | Basic::Uint, Basic::Int | Basic::Uint) => Ok(integer(a) == integer(b)),
        (x, y) if x != y => {
            if a.kind() == Kind::Invalid || b.kind() == Kind::Invalid {
                Ok(false)
            } else {
                Err(incompatible(a, b))
            }
        }
        _ => match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::Float(a), Value::Float(b)) => Ok(a == b),
            (Value::Str(a), Value::Str(b)) => Ok(a == b),
            _ => uncomparable(a, b),
        },
    }
}

/// Slices, maps and structs: comparable only with nil, or structs of plain fields with each other.
fn uncomparable(a: &Value, b: &Value) -> Result<bool, String> {
    let (left, right) = (a.kind(), b.kind());
    if left == Kind::Invalid || right == Kind::Invalid {
        let nil = |value: &Value| match value {
            Value::List(list) => list.nil,
            Value::Map(map) => map.nil,
            value => value.kind() == Kind::Invalid,
        };
        return Ok(nil(a) && nil(b));
    }
    let show = |value: &Value| {
        let text = sprintf(b"%s", std::slice::from_ref(value)).unwrap_or_else(String::into_bytes);
        String::from_utf8_lossy(&text).into_owned()
    };
    if left != right {
        let (a_type, b_type) = (a.type_name(), b.type_name());
        let b = crate::helm::gofmt::to_text(b)?;
        let b = String::from_utf8_lossy(&b);
        return Err(format!("non-comparable types {}: {a_type}, {b_type}: {b}", show(a)));
    }
    match (a, b) {
        (Value::List(x), Value::List(y)) if x.nil || y.nil => Ok(x.nil == y.nil),
        (Value::Map(x), Value::Map(y)) if x.nil || y.nil => Ok(x.nil == y.nil),
        (Value::Object(x), Value::Object(y)) if matches!(left, Kind::Struct | Kind::Ptr) => {
            Ok(std::rc::Rc::ptr_eq(x, y) || (left == Kind::Struct && x.print() == y.print()))
        }
        _ => Err(format!("non-comparable type {}: {}", show(b), b.type_name())),
    }
}

fn less(arguments: &[Value]) -> Result<bool, String> {
    const BAD: &str = "invalid type for comparison";
    let (a, b) = (&arguments[0], &arguments[1]);
    let order = match (basic(a), basic(b)) {
        (Basic::Invalid, _) | (_, Basic::Invalid) => return Err(BAD.into()),
        (Basic::Int | Basic::Uint, Basic::Int | Basic::Uint) => Some(integer(a).cmp(&integer(b))),
        (x, y) if x != y => return Err(incompatible(a, b)),
        _ => match (a, b) {
            (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
            (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
            _ => return Err(BAD.into()),
        },
    };
    Ok(order == Some(Ordering::Less))
}

fn less_or_equal(arguments: &[Value]) -> Result<bool, String> {
    Ok(less(arguments)? || equal(arguments)?)
}

fn ge(arguments: &[Value]) -> Outcome {
    less(arguments).map(|less| Value::Bool(!less))
}
