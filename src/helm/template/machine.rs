//! The state of one execution: what is printed, which templates are visible, how deep we are.

use std::sync::Arc;

use bytes::Bytes;
use foldhash::{HashMap, HashMapExt};

use super::ast::Tree;
use super::interned::Interned;
use super::price;
use super::walk::Run;
use super::{Env, ExecError, NO_VALUE, ROOT, Templates, install, parse_source, without_no_value};
use crate::helm::gofmt::{self, quote};
use crate::helm::value::{Str, Value};

/// A failure on its way out of the templates.
pub type Fault = Box<ExecError>;

/// How often a name may be included within itself, as in Helm.
const MOST_NESTED: usize = 1000;

/// How deep templates may call each other in all. Go's limits are far higher, but charts that need a tenth of this
/// do not exist, and a hostile one shall end before memory does.
const DEEPEST: usize = 10_000;

/// What calling a template costs in steps: it takes about as long.
const CALL: u64 = 10;

/// How much of a text an error shows.
const MOST_SHOWN: usize = 32 * 1024;

/// The longest text that a function or file may produce, in bytes.
pub const LONGEST: usize = 64 * 1024 * 1024;

/// One execution of a file with everything that it includes.
pub struct Machine<'e> {
    /// What functions need from outside.
    pub env: &'e Env<'e>,
    base: &'e Templates,
    /// Definitions made by the texts of the `tpl` calls that we are in, innermost last.
    overlays: Vec<HashMap<Str, Arc<Tree>>>,
    /// The names that are being included, outermost first.
    included: Vec<Str>,
    depth: usize,
    pub(super) out: Vec<u8>,
    /// The name of the variable that every template has.
    pub(super) dollar: Str,
}

impl<'e> Machine<'e> {
    pub(super) fn new(base: &'e Templates, env: &'e Env<'e>) -> Self {
        Machine {
            env,
            base,
            overlays: Vec::new(),
            included: Vec::new(),
            depth: 0,
            out: Vec::new(),
            dollar: b"$".as_slice().into(),
        }
    }

    /// A visible template.
    pub(super) fn find(&self, name: &[u8]) -> Option<&Arc<Tree>> {
        self.overlays.iter().rev().find_map(|overlay| overlay.get(name)).or_else(|| self.base.trees.get(name))
    }

    /// Hands on what a template prints. It is written behind the output of those that include it and taken away again:
    /// hundreds of small texts share one buffer.
    pub(super) fn render<T>(&mut self, tree: &Tree, dot: Value, take: impl FnOnce(&[u8]) -> T) -> Result<T, Fault> {
        let start = self.out.len();
        let result = self.run(tree, dot).map(|()| take(&self.out[start..]));
        self.out.truncate(start);
        result
    }

    /// Executes a template that prints into the current output.
    pub(super) fn run(&mut self, tree: &Tree, dot: Value) -> Result<(), Fault> {
        if self.depth >= DEEPEST {
            return Err(Box::new(ExecError {
                message: format!(
                    "template: {}: exceeded maximum template depth ({DEEPEST})",
                    String::from_utf8_lossy(&tree.name)
                ),
                located: true,
            }));
        }
        self.depth += 1;
        self.env.budget.pay(CALL).map_err(|message| Box::new(ExecError { message, located: false }))?;
        let result = stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || Run::new(self, tree, dot).all());
        self.depth -= 1;
        result
    }

    /// Counts a step; an error text when there were too many.
    pub(super) fn step(&mut self) -> Result<(), String> {
        self.env.budget.pay(1)?;
        self.env.budget.allows(self.out.len())
    }

    /// Prints the value of an action.
    pub(super) fn print(&mut self, value: &Value) -> Result<(), String> {
        match value {
            Value::Missing => {
                self.out.extend_from_slice(NO_VALUE);
                Ok(())
            }
            Value::Object(object) => {
                self.env.budget.pay(price::of_printing(value, self.env.budget.left()))?;
                self.out.extend_from_slice(&object.shown());
                Ok(())
            }
            value => {
                self.env.budget.pay(price::of_printing(value, self.env.budget.left()))?;
                gofmt::append(&mut self.out, value)
            }
        }
    }

    /// The `include` function.
    ///
    /// # Errors
    /// An unknown name, a failure inside, or a name that includes itself for ever.
    pub fn include(&mut self, name: &Str, dot: Value) -> Result<Value, String> {
        // Without so many levels in all there cannot be so many of one name.
        let same = |known: &&Str| Arc::ptr_eq(known, name) || *known == name;
        if self.included.len() > MOST_NESTED && self.included.iter().filter(same).count() > MOST_NESTED {
            return Err(format!(
                "rendering template has a nested reference name: {}: unable to execute template",
                String::from_utf8_lossy(name)
            ));
        }
        self.included.push(Arc::clone(name));
        let tree = self.find(name).cloned().ok_or_else(|| no_template(name))?;
        let text = self.render(&tree, dot, |text| Value::bytes(text)).map_err(|fault| fault.message)?;
        self.included.pop();
        Ok(text)
    }

    /// The `tpl` function: what it defines is visible to what it includes, and gone afterwards.
    ///
    /// # Errors
    /// The text cannot be parsed, or fails.
    pub fn tpl(&mut self, text: &Str, dot: Value) -> Result<Value, String> {
        // Text without an action is its own result.
        if memchr::memmem::find(text, b"{{").is_none() {
            return Ok(Value::bytes(without_no_value(text.to_vec())));
        }
        let mut trees =
            parse_source(ROOT, &Bytes::copy_from_slice(text), self.base.profile(), &mut Interned::passing())
                .map_err(|error| format!("cannot parse template {}: {error}", shown(text)))?;
        let mut overlay = HashMap::new();
        let own = trees.pop().map(Arc::new);
        for tree in trees {
            let outer = self.find(&tree.name).cloned();
            install(&mut overlay, outer.as_deref(), Arc::new(tree));
        }
        let Some(own) = own else { return Ok(Value::str("")) };
        overlay.insert(Arc::clone(&own.name), Arc::clone(&own));
        self.overlays.push(overlay);
        let result = self.render(&own, dot, <[u8]>::to_vec);
        self.overlays.pop();
        match result {
            Ok(out) => Ok(Value::bytes(without_no_value(out))),
            Err(fault) => Err(format!("error during tpl function execution for {}: {}", shown(text), fault.message)),
        }
    }
}

/// A text of `tpl` in an error, where a part of it must do.
fn shown(text: &[u8]) -> String {
    quote(&text[..text.len().min(MOST_SHOWN)])
}

/// Go's message for a name that nobody defined.
pub(super) fn no_template(name: &[u8]) -> String {
    format!("template: no template {} associated with template \"{ROOT}\"", quote(name))
}
