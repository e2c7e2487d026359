//! What etcd and the watch cache are to the real server: objects by kind, one count of changes, and the last changes.
//!
//! Objects are kept as compact JSON that every answer shares: ten thousand pods are thirty megabytes, and a hundred
//! watches cost no copy.

mod record;
mod selector;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{Notify, watch};

use super::kinds::{Kind, Kinds};
pub use record::{Record, uid_of};
pub use selector::{FieldSelector, LabelSelector};

/// Changes kept per kind for watches that come back.
const REMEMBERED: usize = 2_048;

/// The first count of changes, so that early versions exist that are too old.
const FIRST: u64 = 1_000;

/// Where an object is: table, namespace (empty for cluster-wide kinds), name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// `GROUP/PLURAL`.
    pub table: Arc<str>,
    /// Empty for cluster-wide kinds.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

impl Key {
    /// A key.
    pub fn new(table: &str, namespace: &str, name: &str) -> Self {
        Key { table: table.into(), namespace: namespace.into(), name: name.into() }
    }
}

/// What happened to an object.
#[derive(Debug, Clone)]
pub struct Change {
    /// Count of changes after it.
    pub revision: u64,
    /// The object, or what it was last.
    pub record: Arc<Record>,
    /// What it was before; none when it was created.
    pub before: Option<Arc<Record>>,
    /// It is gone.
    pub gone: bool,
}

/// The objects of one kind.
#[derive(Debug)]
pub struct Table {
    objects: BTreeMap<(Arc<str>, Arc<str>), Arc<Record>>,
    changes: VecDeque<Change>,
    /// The newest change that is forgotten: older watches cannot go on.
    forgotten: u64,
    news: watch::Sender<u64>,
}

impl Table {
    fn new(revision: u64) -> Self {
        let news = watch::Sender::new(revision);
        Table { objects: BTreeMap::new(), changes: VecDeque::new(), forgotten: revision, news }
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }
}

/// All objects.
#[derive(Debug)]
pub struct Store {
    /// What can be stored.
    pub kinds: Kinds,
    tables: HashMap<Arc<str>, Table>,
    revision: u64,
    dependents: HashMap<u128, BTreeSet<Key>>,
    /// Where objects are, by identity.
    identities: HashMap<u128, Key>,
    /// What changed since the controllers looked.
    touched: BTreeSet<Key>,
    /// Owners that are gone since then.
    gone: Vec<u128>,
    /// Wakes the controllers.
    pub woken: Arc<Notify>,
    /// Names, identities, jitter.
    pub random: fastrand::Rng,
}

impl Store {
    /// An empty store.
    pub fn new(kinds: Kinds, seed: u64) -> Self {
        Store {
            kinds,
            tables: HashMap::new(),
            revision: FIRST,
            dependents: HashMap::new(),
            identities: HashMap::new(),
            gone: Vec::new(),
            touched: BTreeSet::new(),
            woken: Arc::default(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Count of changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The table of a kind, made when nobody has asked for it before.
    pub fn table(&mut self, table: &Arc<str>) -> &mut Table {
        let revision = self.revision;
        self.tables.entry(table.clone()).or_insert_with(|| Table::new(revision))
    }

    /// One object.
    pub fn get(&self, table: &str, namespace: &str, name: &str) -> Option<Arc<Record>> {
        self.tables.get(table)?.objects.get(&(namespace.into(), name.into())).cloned()
    }

    /// One object as JSON.
    pub fn value(&self, table: &str, namespace: &str, name: &str) -> Option<Value> {
        self.get(table, namespace, name).map(|record| record.value())
    }

    /// By its key.
    pub fn at(&self, key: &Key) -> Option<Arc<Record>> {
        self.tables.get(&key.table)?.objects.get(&(key.namespace.clone(), key.name.clone())).cloned()
    }

    /// The objects of a kind in a namespace, or everywhere, behind a place in the list.
    pub fn list<'s>(
        &'s self,
        table: &str,
        namespace: Option<&'s str>,
        behind: Option<(&str, &str)>,
    ) -> impl Iterator<Item = &'s Arc<Record>> {
        let from = match (behind, namespace) {
            (Some((namespace, name)), _) => Bound::Excluded((Arc::from(namespace), Arc::from(name))),
            (None, Some(namespace)) => Bound::Included((Arc::from(namespace), Arc::from(""))),
            (None, None) => Bound::Unbounded,
        };
        let found = self.tables.get(table).map(|table| table.objects.range((from, Bound::Unbounded)));
        found
            .into_iter()
            .flatten()
            .take_while(move |((at, _), _)| namespace.is_none_or(|wanted| **at == *wanted))
            .map(|(_, record)| record)
    }

    /// How many objects of a kind there are.
    pub fn count(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, Table::len)
    }

    /// Keys of the objects that name this one as their owner.
    pub fn dependents(&self, uid: u128) -> Vec<Key> {
        self.dependents.get(&uid).into_iter().flatten().cloned().collect()
    }

    /// Stores an object as it is, with a new version. What has not changed is not stored again.
    pub fn put(&mut self, kind: &Kind, mut value: Value) -> Arc<Record> {
        let (namespace, name) = place(&value);
        let before = self.get(&kind.table, &namespace, &name);
        if let Some(before) = &before {
            value["metadata"]["resourceVersion"] = before.revision.to_string().into();
            if value == before.value() {
                return before.clone();
            }
        }
        self.revision += 1;
        value["metadata"]["resourceVersion"] = self.revision.to_string().into();
        let record = Arc::new(Record::new(&value, namespace.into(), name.into(), self.revision));
        self.index(kind, &record, before.as_deref());
        let key = (record.namespace.clone(), record.name.clone());
        let revision = self.revision;
        let table = self.table(&kind.table);
        table.objects.insert(key, record.clone());
        table.remember(Change { revision, record: record.clone(), before, gone: false });
        let key = Key { table: kind.table.clone(), namespace: record.namespace.clone(), name: record.name.clone() };
        self.identities.insert(record.uid, key.clone());
        self.touch_owners(&record);
        self.touch(key);
        record
    }

    /// Takes an object away. The answer holds what it was, under the version of its end.
    pub fn remove(&mut self, kind: &Kind, namespace: &str, name: &str) -> Option<Arc<Record>> {
        let before = self.table(&kind.table).objects.remove(&(namespace.into(), name.into()))?;
        self.revision += 1;
        let revision = self.revision;
        let mut value = before.value();
        value["metadata"]["resourceVersion"] = revision.to_string().into();
        let record = Arc::new(Record::new(&value, before.namespace.clone(), before.name.clone(), revision));
        let key = Key { table: kind.table.clone(), namespace: namespace.into(), name: name.into() };
        for owner in before.owners.iter() {
            if let Some(set) = self.dependents.get_mut(owner) {
                set.remove(&key);
            }
        }
        self.identities.remove(&record.uid);
        if self.dependents.get(&record.uid).is_some_and(|set| !set.is_empty()) {
            self.gone.push(record.uid);
        }
        self.touch_owners(&record);
        let change = Change { revision, record: record.clone(), before: Some(before), gone: true };
        self.table(&kind.table).remember(change);
        self.touch(key);
        Some(record)
    }

    /// Changes an object in place; nothing happens when it is not there.
    pub fn edit(
        &mut self,
        kind: &Kind,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<Arc<Record>> {
        let mut value = self.value(&kind.table, namespace, name)?;
        change(&mut value);
        Some(self.put(kind, value))
    }

    /// The changes of a kind behind a version. `None`: they are forgotten.
    pub fn changes(&self, table: &str, since: u64) -> Option<impl Iterator<Item = &Change>> {
        let table = self.tables.get(table)?;
        if since < table.forgotten {
            return None;
        }
        let first = table.changes.partition_point(|change| change.revision <= since);
        Some(table.changes.range(first..))
    }

    /// The newest version that is forgotten.
    pub fn forgotten(&self, table: &str) -> u64 {
        self.tables.get(table).map_or(0, |table| table.forgotten)
    }

    /// Forgets all changes of a kind, so that watches must list again.
    pub fn forget(&mut self, table: &Arc<str>) {
        let revision = self.revision;
        let table = self.table(table);
        table.changes.clear();
        table.forgotten = revision;
    }

    /// Tells when something of a kind changes.
    pub fn news(&mut self, table: &Arc<str>) -> watch::Receiver<u64> {
        self.table(table).news.subscribe()
    }

    /// Has the controllers look at an object.
    pub fn touch(&mut self, key: Key) {
        self.touched.insert(key);
        self.woken.notify_one();
    }

    fn touch_owners(&mut self, record: &Record) {
        let owners: Vec<Key> = record.owners.iter().filter_map(|owner| self.identities.get(owner).cloned()).collect();
        owners.into_iter().for_each(|key| self.touch(key));
    }

    /// Whether there is an object of this identity.
    pub fn exists(&self, uid: u128) -> bool {
        self.identities.contains_key(&uid)
    }

    /// What changed since this was last asked, and owners that are gone.
    pub fn touched(&mut self) -> (BTreeSet<Key>, Vec<u128>) {
        (std::mem::take(&mut self.touched), std::mem::take(&mut self.gone))
    }

    /// Everything so far is history: nobody reacts to it, no watch can go back behind it.
    pub fn settle(&mut self) {
        self.touched.clear();
        self.gone.clear();
        let revision = self.revision;
        for table in self.tables.values_mut() {
            table.changes.clear();
            table.forgotten = revision;
        }
    }

    fn index(&mut self, kind: &Kind, record: &Record, before: Option<&Record>) {
        let key = Key { table: kind.table.clone(), namespace: record.namespace.clone(), name: record.name.clone() };
        let old = before.map(|record| &*record.owners).unwrap_or_default();
        for owner in old.iter().filter(|owner| !record.owners.contains(owner)) {
            if let Some(set) = self.dependents.get_mut(owner) {
                set.remove(&key);
            }
        }
        for owner in record.owners.iter().filter(|owner| !old.contains(owner)) {
            self.dependents.entry(*owner).or_default().insert(key.clone());
        }
    }
}

impl Table {
    fn remember(&mut self, change: Change) {
        let revision = change.revision;
        self.changes.push_back(change);
        if self.changes.len() > REMEMBERED
            && let Some(old) = self.changes.pop_front()
        {
            self.forgotten = old.revision;
        }
        self.news.send_replace(revision);
    }
}

/// Namespace and name of an object.
pub fn place(value: &Value) -> (String, String) {
    let text = |key: &str| value["metadata"][key].as_str().unwrap_or_default().to_string();
    (text("namespace"), text("name"))
}
