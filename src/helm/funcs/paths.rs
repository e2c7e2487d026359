//! Paths with slashes: Go's `path`, and `filepath`, which is the same on the systems that Helm charts know.

use super::args::text;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const ONE: &[Type] = &[Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("base", ONE, |a| Ok(Value::bytes(base(text(a, 0))))),
    Function::pure("osBase", ONE, |a| Ok(Value::bytes(base(text(a, 0))))),
    Function::pure("dir", ONE, |a| Ok(Value::bytes(directory(text(a, 0))))),
    Function::pure("osDir", ONE, |a| Ok(Value::bytes(directory(text(a, 0))))),
    Function::pure("clean", ONE, |a| Ok(Value::bytes(clean(text(a, 0))))),
    Function::pure("osClean", ONE, |a| Ok(Value::bytes(clean(text(a, 0))))),
    Function::pure("ext", ONE, |a| Ok(Value::bytes(extension(text(a, 0))))),
    Function::pure("osExt", ONE, |a| Ok(Value::bytes(extension(text(a, 0))))),
    Function::pure("isAbs", ONE, is_absolute),
    Function::pure("osIsAbs", ONE, is_absolute),
];

fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    if end == 0 {
        return b"/";
    }
    path[..end].rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

fn directory(path: &[u8]) -> Vec<u8> {
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    clean(&path[..end])
}

fn extension(path: &[u8]) -> &[u8] {
    let name = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    path[name..].iter().rposition(|byte| *byte == b'.').map_or(b"", |dot| &path[name + dot..])
}

fn is_absolute(arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(text(arguments, 0).starts_with(b"/")))
}

/// The shortest path that names the same by text alone.
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| last != b"..") => {
                parts.pop();
            }
            b".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", &joined[..]].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
