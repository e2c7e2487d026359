//! The syntax tree of a template, and its text as Go shows it in error messages.

use std::sync::Arc;

use bytes::Bytes;

use super::number::Number;
use crate::helm::funcs::Function;
use crate::helm::gofmt::quote;
use crate::helm::value::Str;

/// A parsed template: a file, a `define`, a `block`, or the text of a `tpl` call.
pub struct Tree {
    /// The name it is called by.
    pub name: Str,
    /// The name of the source it stands in, for error messages.
    pub source_name: Arc<str>,
    /// The whole source it stands in.
    pub source: Bytes,
    /// Its content.
    pub root: Block,
}

/// Where a node is: its number within the source, and its byte offset there. Of what belongs to a pipeline: within the
/// action, which may stand in many places ([`Action`]).
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub id: u32,
    pub offset: u32,
}

/// Nodes in the order of the source.
pub struct Block {
    pub place: Place,
    pub nodes: Box<[Node]>,
}

/// A pipeline where it stands.
pub struct Action {
    /// Offset of what places in the pipeline are relative to.
    pub start: u32,
    /// Shared by all actions with the same text.
    pub pipe: Arc<Pipe>,
}

/// Small, because a chart has thousands of them: what is seldom stands behind a pointer.
pub enum Node {
    Text { place: Place, start: u32, end: u32 },
    Action { place: Place, action: Action },
    If(Box<Branch>),
    With(Box<Branch>),
    Range(Box<Branch>),
    Template { place: Place, name: Str, action: Option<Action> },
    Break(Place),
    Continue(Place),
}

/// `if`, `with` and `range`.
pub struct Branch {
    pub place: Place,
    pub action: Action,
    pub list: Block,
    pub otherwise: Option<Block>,
}

/// `$x, $y := a | b | c`.
pub struct Pipe {
    pub place: Place,
    /// `=` instead of `:=`.
    pub assigns: bool,
    pub declares: Box<[Variable]>,
    pub commands: Box<[Command]>,
}

/// An operand with arguments.
pub struct Command {
    pub place: Place,
    pub operands: Box<[Operand]>,
}

/// `$x.a.b`.
pub struct Variable {
    pub place: Place,
    pub name: Str,
    pub fields: Box<[Str]>,
}

pub enum Operand {
    Bool {
        place: Place,
        value: bool,
    },
    Dot(Place),
    Nil(Place),
    Field {
        place: Place,
        fields: Box<[Str]>,
    },
    Variable(Variable),
    Function {
        place: Place,
        function: &'static Function,
    },
    Number {
        place: Place,
        number: Box<Number>,
        text: Box<str>,
    },
    /// A text constant, and how it is written.
    Text {
        place: Place,
        quoted: Quoted,
        text: Str,
    },
    Chain {
        place: Place,
        node: Box<Operand>,
        fields: Box<[Str]>,
    },
    Pipe(Box<Pipe>),
}

/// How a text constant is written: most are what stands between their quotes.
pub enum Quoted {
    Double,
    Back,
    As(Box<str>),
}

impl Operand {
    pub fn place(&self) -> Place {
        match self {
            Operand::Bool { place, .. }
            | Operand::Dot(place)
            | Operand::Nil(place)
            | Operand::Field { place, .. }
            | Operand::Function { place, .. }
            | Operand::Number { place, .. }
            | Operand::Text { place, .. }
            | Operand::Chain { place, .. } => *place,
            Operand::Variable(variable) => variable.place,
            Operand::Pipe(pipe) => pipe.place,
        }
    }

    /// The text as in the source, normalised.
    pub fn show(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Operand::Bool { value, .. } => out.push_str(if *value { "true" } else { "false" }),
            Operand::Dot(_) => out.push('.'),
            Operand::Nil(_) => out.push_str("nil"),
            Operand::Field { fields, .. } => write_fields(out, fields),
            Operand::Variable(variable) => variable.write(out),
            Operand::Function { function, .. } => out.push_str(function.name),
            Operand::Number { text, .. } | Operand::Text { quoted: Quoted::As(text), .. } => out.push_str(text),
            Operand::Text { quoted, text, .. } => {
                let quote = if matches!(quoted, Quoted::Back) { '`' } else { '"' };
                out.push(quote);
                out.push_str(&String::from_utf8_lossy(text));
                out.push(quote);
            }
            Operand::Chain { node, fields, .. } => {
                node.write_enclosed(out);
                write_fields(out, fields);
            }
            Operand::Pipe(pipe) => pipe.write(out),
        }
    }

    fn write_enclosed(&self, out: &mut String) {
        if let Operand::Pipe(pipe) = self {
            out.push('(');
            pipe.write(out);
            out.push(')');
        } else {
            self.write(out);
        }
    }

    fn find(&self, id: u32) -> Option<String> {
        if self.place().id == id {
            return Some(self.show());
        }
        match self {
            Operand::Chain { node, .. } => node.find(id),
            Operand::Pipe(pipe) => pipe.find(id),
            _ => None,
        }
    }
}

fn write_fields(out: &mut String, fields: &[Str]) {
    for field in fields {
        out.push('.');
        out.push_str(&String::from_utf8_lossy(field));
    }
}

impl Variable {
    fn write(&self, out: &mut String) {
        out.push_str(&String::from_utf8_lossy(&self.name));
        write_fields(out, &self.fields);
    }
}

impl Command {
    fn write(&self, out: &mut String) {
        for (i, operand) in self.operands.iter().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            operand.write_enclosed(out);
        }
    }

    fn find(&self, id: u32) -> Option<String> {
        if self.place.id == id {
            let mut out = String::new();
            self.write(&mut out);
            return Some(out);
        }
        self.operands.iter().find_map(|operand| operand.find(id))
    }
}

impl Pipe {
    fn write(&self, out: &mut String) {
        for (i, variable) in self.declares.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            variable.write(out);
        }
        if !self.declares.is_empty() {
            out.push_str(if self.assigns { " = " } else { " := " });
        }
        for (i, command) in self.commands.iter().enumerate() {
            out.push_str(if i > 0 { " | " } else { "" });
            command.write(out);
        }
    }

    fn find(&self, id: u32) -> Option<String> {
        if self.place.id == id {
            let mut out = String::new();
            self.write(&mut out);
            return Some(out);
        }
        self.commands.iter().find_map(|command| command.find(id))
    }
}

impl Block {
    fn write(&self, out: &mut String, source: &[u8]) {
        for node in &self.nodes {
            node.write(out, source);
        }
    }

    fn find(&self, id: u32, source: &[u8]) -> Option<String> {
        if self.place.id == id {
            let mut out = String::new();
            self.write(&mut out, source);
            return Some(out);
        }
        self.nodes.iter().find_map(|node| node.find(id, source))
    }

    /// Whether there is nothing but space in it. Such a definition never replaces another.
    pub fn is_empty(&self, source: &[u8]) -> bool {
        self.nodes.iter().all(|node| match node {
            Node::Text { start, end, .. } => {
                String::from_utf8_lossy(&source[range(*start, *end)]).chars().all(char::is_whitespace)
            }
            _ => false,
        })
    }
}

impl Node {
    pub fn place(&self) -> Place {
        match self {
            Node::Text { place, .. } | Node::Action { place, .. } | Node::Template { place, .. } => *place,
            Node::Break(place) | Node::Continue(place) => *place,
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => branch.place,
        }
    }

    fn write(&self, out: &mut String, source: &[u8]) {
        let branch = |out: &mut String, word: &str, branch: &Branch| {
            out.push_str("{{");
            out.push_str(word);
            out.push(' ');
            branch.action.pipe.write(out);
            out.push_str("}}");
            branch.list.write(out, source);
            if let Some(otherwise) = &branch.otherwise {
                out.push_str("{{else}}");
                otherwise.write(out, source);
            }
            out.push_str("{{end}}");
        };
        match self {
            Node::Text { start, end, .. } => out.push_str(&String::from_utf8_lossy(&source[range(*start, *end)])),
            Node::Action { action, .. } => {
                out.push_str("{{");
                action.pipe.write(out);
                out.push_str("}}");
            }
            Node::If(node) => branch(out, "if", node),
            Node::With(node) => branch(out, "with", node),
            Node::Range(node) => branch(out, "range", node),
            Node::Template { name, action, .. } => {
                out.push_str("{{template ");
                out.push_str(&quote(name));
                if let Some(action) = action {
                    out.push(' ');
                    action.pipe.write(out);
                }
                out.push_str("}}");
            }
            Node::Break(_) => out.push_str("{{break}}"),
            Node::Continue(_) => out.push_str("{{continue}}"),
        }
    }

    fn find(&self, id: u32, source: &[u8]) -> Option<String> {
        if self.place().id == id {
            let mut out = String::new();
            self.write(&mut out, source);
            return Some(out);
        }
        match self {
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => branch
                .list
                .find(id, source)
                .or_else(|| branch.otherwise.as_ref().and_then(|otherwise| otherwise.find(id, source))),
            _ => None,
        }
    }
}

/// The bytes of a text node.
pub fn range(start: u32, end: u32) -> std::ops::Range<usize> {
    start as usize..end as usize
}

impl Tree {
    /// `file:LINE:COLUMN` of a place, with the column counted in bytes from 0 as Go does. What belongs to a pipeline is
    /// `within` its action.
    pub fn location(&self, place: Place, within: Option<&Action>) -> String {
        let start = within.map_or(0, |action| action.start);
        let before = &self.source[..(start + place.offset) as usize];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        format!("{}:{line}:{column}", self.source_name)
    }

    /// The text of the node at a place, as Go shows it.
    pub fn context(&self, place: Place, within: Option<&Action>) -> String {
        let found = match within {
            Some(action) => action.pipe.find(place.id),
            None => self.root.find(place.id, &self.source),
        };
        found.unwrap_or_default()
    }
}
