//! What the sources of a chart have in common: names, and actions that are written the same.
//!
//! Charts say the same thing over and over: of the 19,800 actions of a large chart, 5,100 are different. Each is parsed
//! and held once by each thread that parses; what stands in it tells its place relative to where the action begins.

use std::sync::Arc;

use bytes::Bytes;
use foldhash::{HashMap, HashSet};

use super::ast::Pipe;
use super::lex::Kind;
use crate::helm::value::Str;

/// An action that was parsed: a pipeline, perhaps behind `if`, `with` or `range`.
#[derive(Clone)]
pub struct Action {
    /// The kind of its first word.
    pub word: Kind,
    /// Its pipeline.
    pub pipe: Arc<Pipe>,
    /// Variables that must be visible where it stands.
    pub needs: Arc<[Str]>,
    /// Variables that are visible behind it.
    pub gives: Arc<[Str]>,
}

/// Names and actions by their text.
#[derive(Default)]
pub struct Interned {
    names: HashSet<Str>,
    actions: HashMap<Bytes, Action>,
    passing: bool,
}

impl Interned {
    /// For a source that is parsed for one call: its actions are not kept.
    pub fn passing() -> Interned {
        Interned { passing: true, ..Interned::default() }
    }

    /// The name, shared with all that are the same.
    pub fn name(&mut self, text: &[u8]) -> Str {
        match self.names.get(text) {
            Some(name) => Arc::clone(name),
            None => {
                let name: Str = text.into();
                self.names.insert(Arc::clone(&name));
                name
            }
        }
    }

    /// The action with exactly this text between its delimiters.
    pub fn action(&self, text: &[u8]) -> Option<&Action> {
        self.actions.get(text)
    }

    /// Keeps an action.
    pub fn keep(&mut self, text: Bytes, action: Action) {
        if !self.passing {
            self.actions.insert(text, action);
        }
    }
}
