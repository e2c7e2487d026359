//! `reflect.DeepEqual`: equal in content and in Go type, so that 1 as int differs from 1 as float64.

use std::rc::Rc;

use super::{Function, Outcome};
use crate::helm::gofmt::DEEPEST;
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] =
    &[Function::pure("deepEqual", &[Type::Any, Type::Any], |a| Ok(Value::Bool(deep_equal(&a[0], &a[1]))) as Outcome)];

/// `reflect.DeepEqual`; what is nested too deeply counts as different.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    equal_at(a, b, 0)
}

fn equal_at(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (a, b) {
        (Value::Nil | Value::Missing, Value::Nil | Value::Missing) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) | (Value::Int64(a), Value::Int64(b)) => a == b,
        (Value::Byte(a), Value::Byte(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            if a.elem != b.elem || a.nil != b.nil {
                return false;
            }
            if Rc::ptr_eq(&a.items, &b.items) {
                return true;
            }
            let (a, b) = (a.items.borrow(), b.items.borrow());
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal_at(a, b, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.kind != b.kind || a.nil != b.nil {
                return false;
            }
            if Rc::ptr_eq(&a.entries, &b.entries) {
                return true;
            }
            let (a, b) = (a.entries.borrow(), b.entries.borrow());
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && equal_at(a, b, depth + 1))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.type_name() == b.type_name() && (Rc::ptr_eq(a, b) || equal_at(&a.plain(), &b.plain(), depth + 1))
        }
        _ => false,
    }
}
