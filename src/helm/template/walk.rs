//! Walking the nodes of a template: text, actions, control structures.

use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use super::ast::{Action, Block, Branch, Node, Place, Tree, range};
use super::machine::{Fault, Machine};
use super::price;
use super::{ExecError, eval::Cell};
use crate::helm::gofmt::{quote, to_text};
use crate::helm::value::{Elem, List, MapType, Str, Value};
use crate::problem::without_middle;

/// The longest message, in bytes. Every template on the way adds to it, and thousands may be on the way.
const LONGEST_MESSAGE: usize = 128 * 1024;

/// Why a walk ends early.
pub enum Stop {
    Break,
    Continue,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// One template being executed.
pub struct Run<'m, 'e, 't> {
    pub(super) machine: &'m mut Machine<'e>,
    pub(super) tree: &'t Tree,
    /// The node we are at, for error messages, and the action that it belongs to if it is in a pipeline.
    pub(super) at: Place,
    within: Option<&'t Action>,
    /// Variables, innermost last.
    pub(super) variables: SmallVec<[(Str, Cell); 3]>,
}

impl<'m, 'e, 't> Run<'m, 'e, 't> {
    pub(super) fn new(machine: &'m mut Machine<'e>, tree: &'t Tree, dot: Value) -> Self {
        let variables = smallvec![(Str::clone(&machine.dollar), Cell::bare(dot))];
        Run { machine, tree, at: tree.root.place, within: None, variables }
    }

    /// Executes the whole template.
    pub(super) fn all(mut self) -> Result<(), Fault> {
        let dot = self.variables[0].1.clone();
        let tree = self.tree;
        match self.block(&dot, &tree.root) {
            Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(()),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    pub(super) fn fault(&self, message: impl AsRef<str>) -> Fault {
        let message = format!(
            "template: {}: executing {} at <{}>: {}",
            self.tree.location(self.at, self.within),
            quote(&self.tree.name),
            self.tree.context(self.at, self.within),
            message.as_ref()
        );
        let message = without_middle(&message, LONGEST_MESSAGE).into_owned();
        Box::new(ExecError { message, located: true })
    }

    /// Pays steps at the node where we are.
    pub(super) fn pay(&self, steps: u64) -> Result<(), Fault> {
        self.machine.env.budget.pay(steps).map_err(|message| self.fault(message))
    }

    fn go_to(&mut self, place: Place) {
        (self.at, self.within) = (place, None);
    }

    /// The value of a pipeline where it stands.
    fn action(&mut self, dot: &Cell, action: &'t Action) -> Result<Value, Fault> {
        self.within = Some(action);
        self.pipe(dot, &action.pipe)
    }

    fn block(&mut self, dot: &Cell, block: &'t Block) -> Result<(), Stop> {
        self.go_to(block.place);
        for node in &block.nodes {
            self.node(dot, node)?;
        }
        Ok(())
    }

    fn node(&mut self, dot: &Cell, node: &'t Node) -> Result<(), Stop> {
        self.go_to(node.place());
        self.machine.step().map_err(|message| self.fault(message))?;
        match node {
            Node::Text { start, end, .. } => {
                self.pay(price::of_bytes(range(*start, *end).len()))?;
                self.machine.out.extend_from_slice(&self.tree.source[range(*start, *end)]);
            }
            Node::Action { place, action } => {
                let value = self.action(dot, action)?;
                if action.pipe.declares.is_empty() {
                    self.go_to(*place);
                    self.machine.print(&value).map_err(|message| self.fault(message))?;
                }
            }
            Node::If(branch) => self.branch(dot, branch, false)?,
            Node::With(branch) => self.branch(dot, branch, true)?,
            Node::Range(branch) => self.range(dot, branch)?,
            Node::Template { name, action, .. } => {
                let Some(tree) = self.machine.find(name).cloned() else {
                    return Err(self.fault(format!("template {} not defined", quote(name))).into());
                };
                let dot = match action {
                    Some(action) => self.action(dot, action)?,
                    None => Value::Missing,
                };
                self.machine.run(&tree, dot)?;
            }
            Node::Break(_) => return Err(Stop::Break),
            Node::Continue(_) => return Err(Stop::Continue),
        }
        Ok(())
    }

    fn branch(&mut self, dot: &Cell, branch: &'t Branch, with: bool) -> Result<(), Stop> {
        let mark = self.variables.len();
        let value = self.action(dot, &branch.action)?;
        let result = if value.truth() {
            if with { self.nested(&Cell::bare(value), &branch.list) } else { self.nested(dot, &branch.list) }
        } else if let Some(otherwise) = &branch.otherwise {
            self.nested(dot, otherwise)
        } else {
            Ok(())
        };
        self.variables.truncate(mark);
        result
    }

    /// A block inside of another; deeply nested ones need a larger stack.
    fn nested(&mut self, dot: &Cell, block: &'t Block) -> Result<(), Stop> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.block(dot, block))
    }

    fn range(&mut self, dot: &Cell, branch: &'t Branch) -> Result<(), Stop> {
        let mark = self.variables.len();
        let value = self.action(dot, &branch.action)?;
        let result = self.iterate(&value, branch);
        self.variables.truncate(mark);
        if result? {
            return Ok(());
        }
        match &branch.otherwise {
            Some(otherwise) => {
                let result = self.nested(dot, otherwise);
                self.variables.truncate(mark);
                result
            }
            None => Ok(()),
        }
    }

    /// Runs the body for every element; whether there was any.
    fn iterate(&mut self, value: &Value, branch: &'t Branch) -> Result<bool, Stop> {
        match value {
            Value::Missing | Value::Nil => Ok(false),
            Value::Int(count) => self.count(*count, branch, Value::Int),
            Value::Int64(count) => self.count(*count, branch, Value::Int64),
            Value::Byte(count) => self.count(i64::from(*count), branch, |i| Value::Byte(i as u8)),
            Value::List(list) => self.list(list, branch),
            Value::Map(map) => {
                let iface = map.kind != MapType::Strings;
                let entries = map.snapshot();
                self.elements(branch, entries.into_iter().map(|(key, value)| (Value::Str(key), Cell { value, iface })))
            }
            Value::Object(object) => match object.plain() {
                plain @ (Value::List(_) | Value::Map(_)) if value.length().is_some() => self.iterate(&plain, branch),
                _ => Err(self.cannot_range(value)),
            },
            _ => Err(self.cannot_range(value)),
        }
    }

    fn cannot_range(&self, value: &Value) -> Stop {
        let text = to_text(value).unwrap_or_else(String::into_bytes);
        self.fault(format!("range can't iterate over {}", String::from_utf8_lossy(&text))).into()
    }

    fn count(&mut self, count: i64, branch: &'t Branch, value: fn(i64) -> Value) -> Result<bool, Stop> {
        if branch.action.pipe.declares.len() > 1 {
            return Err(self.fault(format!("can't use {count} to iterate over more than one variable")).into());
        }
        self.elements(branch, (0..count.max(0)).map(|i| (Value::Missing, Cell::bare(value(i)))))
    }

    fn list(&mut self, list: &List, branch: &'t Branch) -> Result<bool, Stop> {
        let iface = list.elem == Elem::Any;
        let items = Rc::clone(&list.items);
        // The list may be changed in place by `sortAlpha`, hence no borrow over the loop.
        let elements = (0..).map_while(|i| {
            let value = items.borrow().get(i).cloned()?;
            Some((Value::Int(i as i64), Cell { value, iface }))
        });
        self.elements(branch, elements)
    }

    fn elements(&mut self, branch: &'t Branch, elements: impl Iterator<Item = (Value, Cell)>) -> Result<bool, Stop> {
        let mark = self.variables.len();
        let mut any = false;
        for (index, element) in elements {
            any = true;
            self.machine.step().map_err(|message| self.fault(message))?;
            self.bind(branch, index, &element)?;
            let result = self.nested(&element, &branch.list);
            self.variables.truncate(mark);
            match result {
                Ok(()) | Err(Stop::Continue) => {}
                Err(Stop::Break) => break,
                Err(fault) => return Err(fault),
            }
        }
        Ok(any)
    }

    /// Gives the variables of a `range` their values for one element.
    fn bind(&mut self, branch: &'t Branch, index: Value, element: &Cell) -> Result<(), Fault> {
        let values = match &branch.action.pipe.declares[..] {
            [] => return Ok(()),
            [_] => vec![element.clone()],
            _ => vec![Cell::bare(index), element.clone()],
        };
        if branch.action.pipe.assigns {
            for (variable, value) in branch.action.pipe.declares.iter().zip(values) {
                self.assign(&variable.name, value)?;
            }
        } else {
            let start = self.variables.len() - values.len();
            for (slot, value) in self.variables[start..].iter_mut().zip(values) {
                slot.1 = value;
            }
        }
        Ok(())
    }
}
