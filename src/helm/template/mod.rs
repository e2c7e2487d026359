//! Go's `text/template` as Helm uses it: the language itself, apart from its functions ([`crate::helm::funcs`]).
//!
//! A chart's files are parsed into one namespace ([`Templates`]) and executed one by one. Error texts are Go's,
//! because Helm passes them on and people search for them.

mod ast;
mod budget;
mod call;
mod eval;
mod field;
mod interned;
mod lex;
mod machine;
mod number;
mod parse;
mod pipeline;
mod price;
mod sources;
mod traced;
mod walk;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use foldhash::HashMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;

use self::ast::Tree;
use self::interned::Interned;
use self::parse::Parser;
use super::halves;
use super::profile::Profile;
use super::value::{Str, Value};

pub use self::budget::{Budget, Limits};
pub use self::machine::{LONGEST, Machine};
pub use self::number::{parse_int, parse_uint};
pub use self::price::Price;
pub use self::sources::Sources;

/// One namespace of named templates: the files of a chart with its subcharts, and what they define.
#[derive(Default)]
pub struct Templates {
    trees: HashMap<Str, Arc<Tree>>,
    profile: Profile,
}

/// Reads live objects for the `lookup` function.
pub trait Lookup {
    /// The object, or the list of objects when `name` is empty; an empty map when there is none.
    ///
    /// # Errors
    /// What the server said, in one line.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String>;
}

/// What functions need from outside of the template.
#[derive(Clone, Default)]
pub struct Env<'a> {
    /// Live objects; without it `lookup` finds nothing.
    pub lookup: Option<&'a dyn Lookup>,
    /// A key that is not in a map is an error.
    pub strict: bool,
    /// As `helm lint` does: `required` and `fail` let pass.
    pub lint: bool,
    /// The time that `now` tells; the time of the call when absent.
    pub now: Option<Timestamp>,
    /// The zone that dates are written in; the system's when absent.
    pub zone: Option<TimeZone>,
    /// What may still be used up; all files of a rendering share it.
    pub budget: Budget,
}

/// A template cannot be parsed. The text is Go's: `template: FILE:LINE: MESSAGE`.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct ParseError {
    /// Go's message.
    pub message: String,
}

/// A template failed while it was executed.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct ExecError {
    /// Go's message: `template: FILE:LINE:COLUMN: executing "NAME" at <NODE>: MESSAGE`.
    pub message: String,
    /// It stopped inside of a template, so that the message begins with a location.
    pub located: bool,
}

/// The name that Helm gives to the root of the namespace, and to the text of every `tpl` call.
const ROOT: &str = "gotpl";

/// What Go prints of a missing value; Helm deletes it from the output.
const NO_VALUE: &[u8] = b"<no value>";

impl Env<'_> {
    /// The time that `now` tells.
    pub fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// The zone that dates are written in.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or_else(TimeZone::system)
    }
}

impl Templates {
    /// An empty namespace that knows the functions of `profile`.
    pub fn new(profile: Profile) -> Templates {
        Templates { profile, ..Templates::default() }
    }

    /// Adds a file and what it defines. A later definition replaces an earlier one, but an empty one never does.
    ///
    /// # Errors
    /// The first mistake in the text.
    pub fn parse(&mut self, name: &str, text: &[u8]) -> Result<(), ParseError> {
        for tree in parse_source(name, &Bytes::copy_from_slice(text), self.profile, &mut Interned::default())? {
            install(&mut self.trees, None, Arc::new(tree));
        }
        Ok(())
    }

    /// Adds files by their paths, of which some may be `parsed` already.
    ///
    /// # Errors
    /// The first mistake in the first file that has one, as Helm words it.
    pub fn parse_files(&mut self, files: &[(&str, &Bytes)], parsed: Option<&Sources>) -> Result<(), String> {
        let trees = match parsed {
            Some(parsed) => files.iter().map(|(path, text)| parsed.trees(path, text, self.profile)).collect(),
            None => halves::map_with(files, Interned::default, |interned, (path, text)| {
                let trees = parse_source(path, text, self.profile, interned)?;
                Ok(trees.into_iter().map(Arc::new).collect::<Vec<_>>())
            }),
        };
        for ((path, _), trees) in files.iter().zip(trees) {
            let trees = trees.map_err(|error| error.helm_message(path))?;
            trees.into_iter().for_each(|tree| install(&mut self.trees, None, tree));
        }
        Ok(())
    }

    /// Executes a template with `dot` as its data and returns what it prints, without `<no value>`.
    ///
    /// # Errors
    /// The first failure; what was printed before is dropped, as Helm does.
    pub fn execute(&self, name: &str, dot: Value, env: &Env) -> Result<Vec<u8>, ExecError> {
        let Some(tree) = self.trees.get(name.as_bytes()) else {
            return Err(ExecError { message: machine::no_template(name.as_bytes()), located: false });
        };
        let mut machine = Machine::new(self, env);
        machine.run(tree, dot).map_err(|fault| *fault)?;
        env.budget.printed(machine.out.len());
        Ok(without_no_value(machine.out))
    }

    /// The functions that are known.
    pub fn profile(&self) -> Profile {
        self.profile
    }
}

impl ParseError {
    /// The message as Helm rewords it: `parse error at (FILE:LINE): MESSAGE`.
    pub fn helm_message(&self, file: &str) -> String {
        let tokens: Vec<&str> = self.message.split(": ").collect();
        match tokens[..] {
            [_, location, .., last] => format!("parse error at ({location}): {last}"),
            [_, last] => format!("parse error at ({last}): {last}"),
            _ => format!("parse error in ({file}): {}", self.message),
        }
    }
}

impl ExecError {
    /// The message as Helm rewords it: `execution error at (FILE:LINE:COLUMN): MESSAGE` for `required` and `fail`.
    pub fn helm_message(&self, file: &str, profile: Profile) -> String {
        if !self.located {
            return self.message.clone();
        }
        let mut tokens = self.message.splitn(3, ": ");
        let (Some(_), Some(location), Some(rest)) = (tokens.next(), tokens.next(), tokens.next()) else {
            return format!("execution error in ({file}): {}", self.message);
        };
        match marked(rest) {
            Some(warning) => format!("execution error at ({location}): {warning}"),
            None if profile == Profile::Helm4 => traced::traced(&self.message).unwrap_or_else(|| self.message.clone()),
            None => self.message.clone(),
        }
    }
}

/// Around the text of `required` and `fail`, so that it is found inside of Go's message.
pub(in crate::helm) const MARK_START: &str = "HELM_ERR_START";
/// Its end.
pub(in crate::helm) const MARK_END: &str = "HELM_ERR_END";

fn marked(text: &str) -> Option<&str> {
    let start = text.find(MARK_START)? + MARK_START.len();
    let end = start + text[start..].rfind(MARK_END)?;
    Some(&text[start..end])
}

fn parse_source(
    name: &str,
    source: &Bytes,
    profile: Profile,
    interned: &mut Interned,
) -> Result<Vec<Tree>, ParseError> {
    Parser::parse(&name.as_bytes().into(), &name.into(), source, profile, interned)
}

/// Adds a tree to `trees`, unless it is empty and would hide one there or in `outer`.
fn install(trees: &mut HashMap<Str, Arc<Tree>>, outer: Option<&Tree>, tree: Arc<Tree>) {
    let hides = outer.is_some() || trees.contains_key(&tree.name);
    if !(hides && tree.root.is_empty(&tree.source)) {
        trees.insert(Arc::clone(&tree.name), tree);
    }
}

/// The text with every `<no value>` removed.
fn without_no_value(text: Vec<u8>) -> Vec<u8> {
    if memchr::memmem::find(&text, NO_VALUE).is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(at) = memchr::memmem::find(rest, NO_VALUE) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + NO_VALUE.len()..];
    }
    out.extend_from_slice(rest);
    out
}
