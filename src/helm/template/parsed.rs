//! What parsing gave, kept between renderings: a chart that is rendered after every answer is parsed once.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use foldhash::{HashMap, HashMapExt};

use super::ast::Tree;
use super::{ParseError, parse_source};
use crate::helm::profile::Profile;

/// The templates of one thread that are parsed already, by the path of their files. A file that changed is parsed anew.
pub struct Parsed(RefCell<HashMap<String, Source>>);

struct Source {
    text: Bytes,
    profile: Profile,
    trees: Vec<Rc<Tree>>,
}

impl Default for Parsed {
    fn default() -> Self {
        Parsed(RefCell::new(HashMap::new()))
    }
}

impl Parsed {
    /// The trees of a file.
    pub(super) fn trees(&self, name: &str, text: &Bytes, profile: Profile) -> Result<Vec<Rc<Tree>>, ParseError> {
        if let Some(known) = self.0.borrow().get(name).filter(|known| known.profile == profile && known.text == *text) {
            return Ok(known.trees.clone());
        }
        let trees: Vec<Rc<Tree>> = parse_source(name, text, profile)?.into_iter().map(Rc::new).collect();
        let source = Source { text: text.clone(), profile, trees: trees.clone() };
        self.0.borrow_mut().insert(name.to_string(), source);
        Ok(trees)
    }
}
