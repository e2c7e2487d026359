//! Names that occur thousands of times are kept once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A shared piece of text.
pub type Name = Arc<str>;

/// Hands out one copy of each text. Shared by all streams of a session.
#[derive(Debug, Default)]
pub struct Interner {
    texts: Mutex<HashSet<Name>>,
    lists: Mutex<HashSet<Arc<[Name]>>>,
}

impl Interner {
    /// The one copy of a text.
    pub fn name(&self, text: &str) -> Name {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        match texts.get(text) {
            Some(known) => known.clone(),
            None => {
                let name: Name = text.into();
                texts.insert(name.clone());
                name
            }
        }
    }

    /// The one copy of a list of names.
    pub fn names<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Arc<[Name]> {
        let list: Vec<Name> = texts.into_iter().map(|text| self.name(text)).collect();
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        match lists.get(list.as_slice()) {
            Some(known) => known.clone(),
            None => {
                let list: Arc<[Name]> = list.into();
                lists.insert(list.clone());
                list
            }
        }
    }

    /// Forgets what nobody uses any more.
    pub fn sweep(&self) {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).retain(|list| Arc::strong_count(list) > 1);
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).retain(|text| Arc::strong_count(text) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_and_unused_ones_are_swept() {
        let interner = Interner::default();
        let (a, b) = (interner.name("node-1"), interner.name("node-1"));
        assert!(Arc::ptr_eq(&a, &b));
        assert!(Arc::ptr_eq(&interner.names(["x", "y"]), &interner.names(["x", "y"])));
        interner.sweep();
        assert_eq!(interner.texts.lock().unwrap().len(), 1);
    }
}
