//! What counts as empty, and what to take instead.

use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("default", &[Type::Any], default).rest(Type::Any),
    Function::pure("empty", &[Type::Any], |a| Ok(Value::Bool(empty(&a[0])))),
    Function::pure("coalesce", &[], |a| Ok(a.iter().find(|v| !empty(v)).cloned().unwrap_or(Value::Nil)))
        .rest(Type::Any),
    Function::pure("all", &[], |a| Ok(Value::Bool(!a.iter().any(empty)))).rest(Type::Any),
    Function::pure("any", &[], |a| Ok(Value::Bool(!a.iter().all(empty)))).rest(Type::Any),
    Function::pure("ternary", &[Type::Any, Type::Any, Type::Bool], |a| Ok(a[usize::from(!a[2].truth())].clone())),
];

/// Nil, false, zero, or without elements; a struct never is.
pub fn empty(value: &Value) -> bool {
    !value.truth()
}

fn default(arguments: &[Value]) -> Outcome {
    Ok(arguments.get(1).filter(|given| !empty(given)).unwrap_or(&arguments[0]).clone())
}
