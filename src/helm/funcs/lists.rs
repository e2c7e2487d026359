//! Lists: making, cutting, searching, sorting.

use std::rc::Rc;

use super::args::{is_nil, to_text, to_texts};
use super::cast::to_int64;
use super::defaults::empty;
use super::equality::deep_equal;
use super::{Function, Outcome};
use crate::helm::value::{Elem, List, Str, Type, Value};

const ONE: &[Type] = &[Type::Any];
const TWO: &[Type] = &[Type::Any, Type::Any];

/// A function and its `must` twin, which differ in nothing that a template can see.
macro_rules! twins {
    ($($name:literal, $must:literal, $types:expr, $body:expr $(, $rest:expr)?;)*) => {
        &[$(
            Function::pure($name, $types, $body)$(.rest($rest))?,
            Function::pure($must, $types, $body)$(.rest($rest))?,
        )*]
    };
}

pub const TABLE: &[Function] = &[
    Function::pure("list", &[], |a| Ok(Value::list(a.to_vec()))).rest(Type::Any),
    Function::pure("tuple", &[], |a| Ok(Value::list(a.to_vec()))).rest(Type::Any),
    Function::pure("concat", &[], concat).rest(Type::Any),
    Function::pure("sortAlpha", ONE, sort_alpha),
];

/// Functions that exist with and without `must`.
pub const TWINS: &[Function] = twins! {
    "append", "mustAppend", TWO, push;
    "push", "mustPush", TWO, push;
    "prepend", "mustPrepend", TWO, prepend;
    "first", "mustFirst", ONE, |a| items(&a[0], "find first on").map(|l| l.first().cloned().unwrap_or(Value::Nil));
    "last", "mustLast", ONE, |a| items(&a[0], "find last on").map(|l| l.last().cloned().unwrap_or(Value::Nil));
    "rest", "mustRest", ONE, |a| items(&a[0], "find rest on").map(|l| part(&l, 1, l.len()));
    "initial", "mustInitial", ONE, |a| items(&a[0], "find initial on").map(|l| part(&l, 0, l.len().saturating_sub(1)));
    "reverse", "mustReverse", ONE, |a| items(&a[0], "find reverse on").map(|l| Value::list(l.into_iter().rev().collect()));
    "compact", "mustCompact", ONE, |a| items(&a[0], "compact on").map(|l| Value::list(l.into_iter().filter(|i| !empty(i)).collect()));
    "uniq", "mustUniq", ONE, uniq;
    "without", "mustWithout", ONE, without, Type::Any;
    "has", "mustHas", TWO, has;
    "slice", "mustSlice", ONE, slice, Type::Any;
    "chunk", "mustChunk", &[Type::Int, Type::Any], chunk;
};

/// What Go says when Sprig asks for the type of nil.
pub const NIL_DEREFERENCE: &str = "runtime error: invalid memory address or nil pointer dereference";

fn items(value: &Value, doing: &str) -> Result<Vec<Value>, String> {
    if is_nil(value) {
        return Err(NIL_DEREFERENCE.into());
    }
    match value.as_list() {
        Some(list) => Ok(list.snapshot()),
        None => Err(format!("Cannot {doing} type {}", value.kind().name())),
    }
}

fn push(arguments: &[Value]) -> Outcome {
    let mut list = items(&arguments[0], "push on")?;
    list.push(arguments[1].clone());
    Ok(Value::list(list))
}

fn prepend(arguments: &[Value]) -> Outcome {
    let list = items(&arguments[0], "prepend on")?;
    Ok(Value::list(std::iter::once(arguments[1].clone()).chain(list).collect()))
}

/// Some of the items; a nil slice when there were none to begin with.
fn part(list: &[Value], from: usize, to: usize) -> Value {
    if list.is_empty() { Value::List(List::nil(Elem::Any)) } else { Value::list(list[from..to].to_vec()) }
}

fn contains(list: &[Value], item: &Value) -> bool {
    list.iter().any(|known| deep_equal(item, known))
}

fn uniq(arguments: &[Value]) -> Outcome {
    let mut seen: Vec<Value> = Vec::new();
    for item in items(&arguments[0], "find uniq on")? {
        if !contains(&seen, &item) {
            seen.push(item);
        }
    }
    Ok(Value::list(seen))
}

fn without(arguments: &[Value]) -> Outcome {
    let list = items(&arguments[0], "find without on")?;
    Ok(Value::list(list.into_iter().filter(|item| !contains(&arguments[1..], item)).collect()))
}

fn has(arguments: &[Value]) -> Outcome {
    if is_nil(&arguments[1]) {
        return Ok(Value::Bool(false));
    }
    Ok(Value::Bool(contains(&items(&arguments[1], "find has on")?, &arguments[0])))
}

fn slice(arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    if is_nil(value) {
        return Err(NIL_DEREFERENCE.into());
    }
    let Some(list) = value.as_list() else {
        return Err(format!("list should be type of slice or array but {}", value.kind().name()));
    };
    let length = list.len();
    if length == 0 {
        return Ok(Value::Nil);
    }
    let start = arguments.get(1).map_or(0, to_int64);
    let end = arguments.get(2).map_or(length as i64, to_int64);
    if start < 0 || end < start || end > length as i64 {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    }
    let items = list.items.borrow()[start as usize..end as usize].to_vec();
    Ok(Value::List(List::new(items, list.elem)))
}

fn chunk(arguments: &[Value]) -> Outcome {
    let size = super::args::int(arguments, 0);
    let list = items(&arguments[1], "chunk")?;
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        // Go counts the chunks before it makes them: with a negative size there may be none.
        let none = size < 0 && (1..=size.unsigned_abs() + 1).contains(&(list.len() as u64)) && list.len() > 1;
        return match none {
            true => Ok(Value::List(List::new(Vec::new(), Elem::Lists))),
            false => Err("runtime error: makeslice: len out of range".into()),
        };
    };
    let chunks = list.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect();
    Ok(Value::List(List::new(chunks, Elem::Lists)))
}

fn concat(arguments: &[Value]) -> Outcome {
    let mut all = Vec::new();
    for value in arguments {
        if is_nil(value) {
            return Err(NIL_DEREFERENCE.into());
        }
        match value.as_list() {
            Some(list) => all.extend(list.snapshot()),
            None => return Err(format!("Cannot concat type {} as list", value.kind().name())),
        }
    }
    Ok(if all.is_empty() { Value::List(List::nil(Elem::Any)) } else { Value::list(all) })
}

fn sort_alpha(arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    match value {
        // Go sorts a []string in place, and whoever else holds it sees that.
        Value::List(list) if list.elem == Elem::Str => {
            list.items.borrow_mut().sort_by(|a, b| a.as_bytes().cmp(&b.as_bytes()));
            Ok(Value::List(List { items: Rc::clone(&list.items), elem: Elem::Str, nil: list.nil }))
        }
        value if value.as_list().is_some() => {
            let mut texts = to_texts(value)?;
            texts.sort();
            Ok(Value::strings(texts))
        }
        value => Ok(Value::strings([Str::from(to_text(value)?)])),
    }
}
