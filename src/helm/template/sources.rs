//! Templates that are parsed already, kept between renderings.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use foldhash::HashMap;

use super::ast::Tree;
use super::interned::Interned;
use super::{ParseError, parse_source};
use crate::helm::profile::Profile;

/// The templates of one thread that are parsed already, by the path of their files. A file that changed is parsed anew.
#[derive(Default)]
pub struct Sources {
    sources: RefCell<HashMap<String, Source>>,
    /// A profile knows other functions, and so other actions.
    interned: RefCell<(Profile, Interned)>,
}

struct Source {
    text: Bytes,
    profile: Profile,
    trees: Vec<Arc<Tree>>,
}

impl Sources {
    /// The trees of a file.
    pub(super) fn trees(&self, name: &str, text: &Bytes, profile: Profile) -> Result<Vec<Arc<Tree>>, ParseError> {
        if let Some(known) =
            self.sources.borrow().get(name).filter(|known| known.profile == profile && is_same(&known.text, text))
        {
            return Ok(known.trees.clone());
        }
        let mut interned = self.interned.borrow_mut();
        if interned.0 != profile {
            *interned = (profile, Interned::default());
        }
        let trees = parse_source(name, text, profile, &mut interned.1)?;
        let trees: Vec<Arc<Tree>> = trees.into_iter().map(Arc::new).collect();
        let source = Source { text: text.clone(), profile, trees: trees.clone() };
        self.sources.borrow_mut().insert(name.to_string(), source);
        Ok(trees)
    }
}

/// Whether both have the same content; what is the same memory need not be looked at.
fn is_same(one: &Bytes, other: &Bytes) -> bool {
    std::ptr::eq(one.as_ref(), other.as_ref()) || one == other
}
