//! `merge` and `mergeOverwrite`, with the habits of the library behind Sprig's.
//!
//! Nested maps of the destination are changed in place, so whoever shares them sees the merge; maps and lists that
//! the destination lacks are shared with the source.

use super::args::map;
use super::defaults::empty;
use super::{Function, Outcome};
use crate::helm::gofmt::{DEEPEST, TOO_DEEP};
use crate::helm::value::{Kind, Map, Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("merge", &[Type::Map], |a| merge(a, false)).rest(Type::Map),
    Function::pure("mustMerge", &[Type::Map], |a| merge(a, false)).rest(Type::Map),
    Function::pure("mergeOverwrite", &[Type::Map], |a| merge(a, true)).rest(Type::Map),
    Function::pure("mustMergeOverwrite", &[Type::Map], |a| merge(a, true)).rest(Type::Map),
];

fn merge(arguments: &[Value], overwrite: bool) -> Outcome {
    let mut target = map(arguments, 0);
    for at in 1..arguments.len() {
        let source = map(arguments, at);
        if target.nil && !source.nil {
            target = Map::default();
        }
        merge_into(&target, &source, overwrite, 0)?;
    }
    Ok(Value::Map(target))
}

fn merge_into(target: &Map, source: &Map, overwrite: bool, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(TOO_DEEP.into());
    }
    for (key, new) in source.snapshot() {
        let old = target.at(&key);
        if let Value::Nil | Value::Missing = new {
            if overwrite {
                target.put(key, new);
            }
            continue;
        }
        if let (Some(old), Some(new)) = (old.as_ref().and_then(Value::as_map), new.as_map())
            && !old.nil
        {
            merge_into(&old, &new, overwrite, depth + 1)?;
        }
        let kept = old.as_ref().is_some_and(|old| {
            let both_maps = old.kind() == Kind::Map && new.kind() == Kind::Map;
            !empty(old) && (both_maps || !overwrite)
        });
        if !kept {
            target.put(key, new);
        }
    }
    Ok(())
}
