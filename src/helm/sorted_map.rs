//! A map in the order of its keys, made for the mappings of charts: thousands of them, nearly all with a few entries.
//!
//! While it is small it is one piece of memory of the size of its entries, where a tree begins with a node for eleven;
//! a large one is a tree, so that no order of insertions makes it slow.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::{fmt, mem};

mod iter;

pub use iter::{IntoIter, Iter};

/// More entries than this are kept in a tree.
const FEW: usize = 64;

/// Up to so many entries are compared one after the other: keys of another length are told apart without being read.
const SCANNED: usize = 12;

/// A map in the order of its keys.
#[derive(Clone)]
pub struct SortedMap<K, V>(Kept<K, V>);

#[derive(Clone)]
enum Kept<K, V> {
    Few(Vec<(K, V)>),
    Many(BTreeMap<K, V>),
}
use Kept::{Few, Many};

impl<K, V> SortedMap<K, V> {
    /// No entries; takes no memory.
    pub const fn new() -> Self {
        SortedMap(Few(Vec::new()))
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        match &self.0 {
            Few(entries) => entries.len(),
            Many(tree) => tree.len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        match &self.0 {
            Few(entries) => Iter::Few(entries.iter()),
            Many(tree) => Iter::Many(tree.iter()),
        }
    }

    /// The same, to change the values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        let (few, many) = match &mut self.0 {
            Few(entries) => (Some(entries.iter_mut()), None),
            Many(tree) => (None, Some(tree.iter_mut())),
        };
        few.into_iter().flatten().map(|(key, value)| (&*key, value)).chain(many.into_iter().flatten())
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// The value at `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match &self.0 {
            Few(entries) => Some(&entries[place(entries, key)?].1),
            Many(tree) => tree.get(key),
        }
    }

    /// The same, to change it.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        match &mut self.0 {
            Few(entries) => {
                let at = place(entries, key)?;
                Some(&mut entries[at].1)
            }
            Many(tree) => tree.get_mut(key),
        }
    }

    /// Whether there is an entry at `key`.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// Sets the value at `key`; gives the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match &mut self.0 {
            Few(entries) if entries.last().is_none_or(|(last, _)| *last < key) => entries.push((key, value)),
            Few(entries) => match entries.binary_search_by(|(known, _)| known.cmp(&key)) {
                Ok(at) => return Some(mem::replace(&mut entries[at].1, value)),
                Err(at) => entries.insert(at, (key, value)),
            },
            Many(tree) => return tree.insert(key, value),
        }
        self.settle();
        None
    }

    /// Takes the entry at `key` out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        match &mut self.0 {
            Few(entries) => {
                let at = place(entries, key)?;
                Some(entries.remove(at).1)
            }
            Many(tree) => tree.remove(key),
        }
    }

    /// The value at `key`, which `make` gives if there is none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        if let Few(entries) = &self.0
            && entries.len() >= FEW
            && entries.binary_search_by(|(known, _)| known.cmp(&key)).is_err()
        {
            self.grow();
        }
        match &mut self.0 {
            Few(entries) => {
                let at = entries.binary_search_by(|(known, _)| known.cmp(&key)).unwrap_or_else(|at| {
                    entries.insert(at, (key, make()));
                    at
                });
                &mut entries[at].1
            }
            Many(tree) => tree.entry(key).or_insert_with(make),
        }
    }

    /// Becomes a tree when there are no longer few entries.
    fn settle(&mut self) {
        if matches!(&self.0, Few(entries) if entries.len() > FEW) {
            self.grow();
        }
    }

    fn grow(&mut self) {
        if let Few(entries) = &mut self.0 {
            self.0 = Many(mem::take(entries).into_iter().collect());
        }
    }
}

fn place<K: Borrow<Q>, V, Q: Ord + ?Sized>(entries: &[(K, V)], key: &Q) -> Option<usize> {
    if entries.len() <= SCANNED {
        return entries.iter().position(|(known, _)| known.borrow() == key);
    }
    entries.binary_search_by(|(known, _)| known.borrow().cmp(key)).ok()
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap::new()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SortedMap<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        let entries = entries.into_iter();
        if let Few(few) = &mut self.0 {
            few.reserve_exact(entries.size_hint().0.min(FEW));
        }
        entries.for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut sorted = SortedMap::new();
        sorted.extend(entries);
        sorted
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> IntoIter<K, V> {
        match self.0 {
            Few(entries) => IntoIter::Few(entries.into_iter()),
            Many(tree) => IntoIter::Many(tree.into_iter()),
        }
    }
}

impl<'a, K, V> IntoIterator for &'a SortedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
