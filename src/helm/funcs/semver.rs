//! `semver` and `semverCompare`; versions and constraints themselves are in [`crate::helm::semver`].

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use super::args::{text, utf8};
use super::{Function, Outcome};
use crate::helm::semver::{Constraint, Version};
use crate::helm::value::{Kind, Object, Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("semverCompare", &[Type::Str, Type::Str], |a| {
        let constraint = Constraint::parse(&utf8(text(a, 0)))?;
        Ok(Value::Bool(constraint.allows(&Version::parse(&utf8(text(a, 1)))?)))
    }),
    Function::pure("semver", &[Type::Str], |a| object(Version::parse(&utf8(text(a, 0)))?)),
];

const TYPE: &str = "*semver.Version";

fn object(version: Version) -> Outcome {
    Ok(Value::Object(Rc::new(version)))
}

/// Changes a version; its text follows, with the `v` that the old one had.
fn changed(version: &Version, change: impl FnOnce(&mut Version)) -> Version {
    let prefix = if version.original.starts_with('v') { "v" } else { "" };
    let mut version = version.clone();
    change(&mut version);
    version.original = format!("{prefix}{version}");
    version
}

fn incremented(version: &Version, method: &str) -> Version {
    changed(version, |next| {
        match method {
            "IncMajor" => (next.major, next.minor, next.patch) = (next.major.wrapping_add(1), 0, 0),
            "IncMinor" => (next.minor, next.patch) = (next.minor.wrapping_add(1), 0),
            // What is before a release becomes that release.
            _ if next.pre.is_empty() => next.patch = next.patch.wrapping_add(1),
            _ => {}
        }
        next.pre.clear();
        next.metadata.clear();
    })
}

/// A version with another pre-release or metadata, checked by reading it.
fn with(version: &Version, mark: char, word: &str) -> Outcome {
    if !word.is_empty() {
        Version::parse(&format!("1.0.0{mark}{word}")).map_err(|error| match mark {
            '+' => "invalid metadata string",
            _ if error.contains("segment") => error,
            _ => "invalid prerelease string",
        })?;
    }
    object(changed(version, |version| match mark {
        '+' => version.metadata = word.into(),
        _ => version.pre = word.into(),
    }))
}

impl Object for Version {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "Original" | "String" | "IncMajor"
            | "IncMinor" | "IncPatch" => Some(&[]),
            "SetPrerelease" | "SetMetadata" => Some(&[Type::Str]),
            "Compare" | "Equal" | "LessThan" | "GreaterThan" | "LessThanEqual" | "GreaterThanEqual" => {
                Some(&[Type::Named(TYPE)])
            }
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Outcome {
        let order = || match arguments {
            [Value::Object(other)] => other.as_any().downcast_ref::<Version>().map(|other| self.compare(other)),
            _ => None,
        };
        let is = |test: fn(Ordering) -> bool| Ok(Value::Bool(order().is_some_and(test)));
        let given = utf8(text(arguments, 0));
        match name {
            "Major" => Ok(Value::Int64(self.major as i64)),
            "Minor" => Ok(Value::Int64(self.minor as i64)),
            "Patch" => Ok(Value::Int64(self.patch as i64)),
            "Prerelease" => Ok(Value::str(&self.pre)),
            "Metadata" => Ok(Value::str(&self.metadata)),
            "Original" => Ok(Value::str(&self.original)),
            "String" => Ok(Value::str(&self.to_string())),
            "IncMajor" | "IncMinor" | "IncPatch" => object(incremented(self, name)),
            "SetPrerelease" => with(self, '-', &given),
            "SetMetadata" => with(self, '+', &given),
            "Compare" => Ok(Value::Int(order().map_or(0, |order| order as i64))),
            "Equal" => is(Ordering::is_eq),
            "LessThan" => is(Ordering::is_lt),
            "GreaterThan" => is(Ordering::is_gt),
            "LessThanEqual" => is(Ordering::is_le),
            "GreaterThanEqual" => is(Ordering::is_ge),
            _ => Err(format!("no method {name}")),
        }
    }

    fn plain(&self) -> Value {
        Value::str(&self.to_string())
    }

    fn print(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
