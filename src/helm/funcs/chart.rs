//! What Helm adds to the language: other templates, required values, the cluster.

use super::args::{int, shared, text, utf8};
use super::{Body, Function, Outcome};
use crate::helm::template::{Env, MARK_END, MARK_START};
use crate::helm::value::{Type, Value};

pub const TABLE: &[Function] = &[
    Function::new("include", &[Type::Str, Type::Any], Body::Machine(|m, a| m.include(&shared(a, 0), top(&a[1])))),
    Function::new("tpl", &[Type::Str, Type::Any], Body::Machine(|m, a| m.tpl(&shared(a, 0), top(&a[1])))),
    Function::env("required", &[Type::Str, Type::Any], required),
    Function::env("fail", &[Type::Str], fail),
    Function::env("lookup", &[Type::Str, Type::Str, Type::Str, Type::Str], lookup),
    Function::pure("getHostByName", &[Type::Str], |_| Ok(Value::str(""))),
    Function::pure("hello", &[], |_| Ok(Value::str("Hello!"))),
    Function::pure("plural", &[Type::Str, Type::Str, Type::Int], |a| Ok(a[usize::from(int(a, 2) != 1)].clone())),
];

/// A nil that becomes the data of a template is missing there.
fn top(value: &Value) -> Value {
    match value {
        Value::Nil => Value::Missing,
        value => value.clone(),
    }
}

fn marked(text: &[u8]) -> String {
    format!("{MARK_START}{}{MARK_END}", utf8(text))
}

fn required(env: &Env, arguments: &[Value]) -> Outcome {
    match &arguments[1] {
        Value::Nil | Value::Missing => {}
        Value::Str(text) if text.is_empty() => {}
        value => return Ok(value.clone()),
    }
    if env.lint { Ok(Value::str("")) } else { Err(marked(text(arguments, 0))) }
}

fn fail(env: &Env, arguments: &[Value]) -> Outcome {
    if env.lint { Ok(Value::str("")) } else { Err(marked(text(arguments, 0))) }
}

fn lookup(env: &Env, arguments: &[Value]) -> Outcome {
    match env.lookup {
        Some(lookup) => {
            let argument = |at| utf8(text(arguments, at));
            lookup.lookup(&argument(0), &argument(1), &argument(2), &argument(3))
        }
        None => Ok(Value::map()),
    }
}
