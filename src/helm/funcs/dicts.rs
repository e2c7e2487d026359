//! Dictionaries: making, reading, changing. They are shared, so `set` is seen by everybody who holds one.

use std::rc::Rc;

use super::args::{map, shared, to_text};
use super::{Function, Outcome};
use crate::helm::gofmt::{DEEPEST, TOO_DEEP};
use crate::helm::value::{Entries, List, Map, MapType, Str, Type, Value};

const KEY: &[Type] = &[Type::Map, Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("dict", &[], dict).rest(Type::Any),
    Function::pure("get", KEY, |a| Ok(map(a, 0).at(&shared(a, 1)).unwrap_or_else(|| Value::str("")))),
    Function::pure("set", &[Type::Map, Type::Str, Type::Any], set),
    Function::pure("unset", KEY, |a| {
        let removed = map(a, 0).entries.borrow_mut().remove(&shared(a, 1));
        drop(removed);
        Ok(a[0].clone())
    }),
    Function::pure("hasKey", KEY, |a| Ok(Value::Bool(map(a, 0).entries.borrow().contains_key(&shared(a, 1))))),
    Function::pure("pluck", &[Type::Str], |a| {
        let key = shared(a, 0);
        Ok(Value::list((1..a.len()).filter_map(|at| map(a, at).at(&key)).collect()))
    })
    .rest(Type::Map),
    Function::pure("keys", &[], |a| {
        Ok(Value::strings((0..a.len()).flat_map(|at| map(a, at).snapshot()).map(|(key, _)| key)))
    })
    .rest(Type::Map),
    Function::pure("values", &[Type::Map], |a| {
        Ok(Value::list(map(a, 0).snapshot().into_iter().map(|(_, value)| value).collect()))
    }),
    Function::pure("pick", &[Type::Map], |a| select(a, |key, named| named.contains(key))).rest(Type::Str),
    Function::pure("omit", &[Type::Map], |a| select(a, |key, named| !named.contains(key))).rest(Type::Str),
    Function::pure("dig", &[], dig).rest(Type::Any),
    Function::pure("deepCopy", &[Type::Any], |a| copy_top(&a[0])),
    Function::pure("mustDeepCopy", &[Type::Any], |a| copy_top(&a[0])),
];

fn dict(arguments: &[Value]) -> Outcome {
    let mut entries = Entries::new();
    for pair in arguments.chunks(2) {
        let key = match &pair[0] {
            Value::Str(key) => Str::clone(key),
            other => to_text(other)?.into(),
        };
        entries.insert(key, pair.get(1).cloned().unwrap_or_else(|| Value::str("")));
    }
    Ok(Value::Map(entries.into()))
}

fn set(arguments: &[Value]) -> Outcome {
    let map = map(arguments, 0);
    if map.nil {
        return Err("assignment to entry in nil map".into());
    }
    map.put(shared(arguments, 1), arguments[2].clone());
    Ok(arguments[0].clone())
}

fn select(arguments: &[Value], keep: fn(&Str, &[Str]) -> bool) -> Outcome {
    let named: Vec<Str> = (1..arguments.len()).map(|at| shared(arguments, at)).collect();
    let entries: Entries = map(arguments, 0).snapshot().into_iter().filter(|(key, _)| keep(key, &named)).collect();
    Ok(Value::Map(entries.into()))
}

fn conversion(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Nil | Value::Missing => "nil".into(),
        value => value.type_name(),
    };
    format!("interface conversion: interface {{}} is {found}, not {wanted}")
}

fn plain_map(value: &Value) -> Result<Map, String> {
    match value {
        Value::Map(map) if map.kind == MapType::Plain => Ok(map.clone()),
        other => Err(conversion(other, Type::Map.name())),
    }
}

fn dig(arguments: &[Value]) -> Outcome {
    let [path @ .., default, dict] = arguments else {
        return Err("dig needs at least three arguments".into());
    };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = plain_map(dict)?;
    if let Some(wrong) = path.iter().find(|key| key.as_bytes().is_none()) {
        return Err(conversion(wrong, "string"));
    }
    for (at, key) in path.iter().enumerate() {
        let Some(step) = map.at(key.as_bytes().unwrap_or_default()) else { return Ok(default.clone()) };
        if at + 1 == path.len() {
            return Ok(step);
        }
        map = plain_map(&step)?;
    }
    Ok(default.clone())
}

/// The library behind Sprig's cannot copy a bare nil.
fn copy_top(value: &Value) -> Outcome {
    match value {
        Value::Nil | Value::Missing => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => copy(value, 0),
    }
}

fn copy(value: &Value, depth: usize) -> Outcome {
    if depth > DEEPEST {
        return Err(TOO_DEEP.into());
    }
    Ok(match value {
        Value::List(list) => {
            let items = list.snapshot().iter().map(|item| copy(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            Value::List(List { items: Rc::new(items.into()), elem: list.elem, nil: list.nil })
        }
        Value::Map(map) => {
            let entries = map.snapshot().into_iter();
            let entries = entries.map(|(key, value)| Ok((key, copy(&value, depth + 1)?)));
            let mut copied = Map::new(entries.collect::<Result<Entries, String>>()?, map.kind);
            copied.nil = map.nil;
            Value::Map(copied)
        }
        Value::Missing => Value::Nil,
        other => other.clone(),
    })
}
