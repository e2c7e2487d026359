//! The values that templates work on, with the distinctions of Go that templates can observe.
//!
//! Text is bytes (Go strings need not be UTF-8), a number knows its Go kind (`1000000` from a file is a float64 and
//! prints `1e+06`; from `--set` it is an int64), an absent key is not a nil, and maps and lists are shared:
//! `set` and `merge` change what others hold.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;

use super::sorted_map::SortedMap;

mod burial;
mod items;
mod kind;

pub use items::Items;
pub use kind::Kind;

/// A Go string: bytes, by convention UTF-8. Counted atomically, because two threads parse the templates that hold them.
pub type Str = Arc<[u8]>;

/// The entries of a map, in byte order of the keys as Go ranges over them.
pub type Entries = SortedMap<Str, Value>;

/// What a template expression yields.
#[derive(Clone)]
pub enum Value {
    /// The zero `reflect.Value`: what a pipeline makes of a nil. Prints `<no value>`.
    Missing,
    /// A nil inside an interface, e.g. YAML `null` or a key that is not in the map. Prints `<nil>`.
    Nil,
    /// `bool`.
    Bool(bool),
    /// `int`: literals, `len`, `atoi`, loop indices.
    Int(i64),
    /// `int64`: numbers from `--set`, `int64`, Sprig arithmetic.
    Int64(i64),
    /// `uint8`: an indexed string or an element of a byte slice.
    Byte(u8),
    /// `float64`: every number from a values file.
    Float(f64),
    /// `string`.
    Str(Str),
    /// A slice.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// A Go struct or named type with fields and methods: `.Chart`, `.Files`, `.Capabilities`, times, versions.
    Object(Rc<dyn Object>),
}

/// The element type that `typeOf` and `%T` tell of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elem {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Str,
    /// `[]int`
    Int,
    /// `[]uint8`, which prints as text with `%s`
    Byte,
    /// `[][]interface {}`, which `chunk` makes
    Lists,
    /// A slice of structs; the text is the element type, e.g. `*chart.Dependency`
    Named(&'static str),
}

/// A shared slice.
#[derive(Clone)]
pub struct List {
    /// The elements.
    pub items: Rc<Items>,
    /// Their static type.
    pub elem: Elem,
    /// A nil slice: empty, and `null` in JSON and YAML.
    pub nil: bool,
}

/// The named type of a map, which `typeOf` tells and on which some functions insist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapType {
    /// `map[string]interface {}`
    Plain,
    /// `chartutil.Values`, the type of `.Values` in Helm 3; `dig` refuses it
    Values,
    /// `common.Values`, the same in Helm 4
    CommonValues,
    /// `map[string]string`, e.g. chart annotations
    Strings,
}

/// A shared map.
#[derive(Clone)]
pub struct Map {
    /// The entries.
    pub entries: Rc<RefCell<Entries>>,
    /// Its named type.
    pub kind: MapType,
    /// A nil map: empty, `null` in JSON and YAML, and not to be written to.
    pub nil: bool,
}

/// A parameter of a function or method as Go declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`: Go's own functions, which see the difference between nil and missing
    Reflect,
    /// `bool`
    Bool,
    /// `string`
    Str,
    /// `int`
    Int,
    /// `uint32`
    Uint32,
    /// `float64`
    Float,
    /// `map[string]interface {}`
    Map,
    /// `[]interface {}`
    List,
    /// A struct by its Go name, e.g. `time.Time`
    Named(&'static str),
}

/// A Go struct or named type as a template sees it.
pub trait Object {
    /// What `typeOf` prints, e.g. `*chart.Metadata`.
    fn type_name(&self) -> &str;
    /// The Go kind, which decides how it is indexed, counted and tested for truth.
    fn kind(&self) -> Kind;
    /// A field by name; `None` where Go would say `can't evaluate field`.
    fn field(&self, _name: &str) -> Option<Value> {
        None
    }
    /// The parameter types of a method; `None` when there is no such method.
    fn method(&self, _name: &str) -> Option<&'static [Type]> {
        None
    }
    /// Calls a method that [`Object::method`] knows, with arguments of the types it named.
    ///
    /// # Errors
    /// What the Go method would return as its error.
    fn call(&self, name: &str, _args: &[Value]) -> Result<Value, String> {
        Err(format!("no method {name}"))
    }
    /// The content as a plain map, list or scalar, for `range`, `index`, `len`, `toYaml` and `toJson`.
    fn plain(&self) -> Value;
    /// How many elements or entries the plain content has.
    fn length(&self) -> Option<usize> {
        self.plain().length()
    }
    /// The members that JSON shows, where they have an order of their own.
    fn members(&self) -> Option<Vec<(&'static str, Value)>> {
        None
    }
    /// What `print` writes.
    fn print(&self) -> Vec<u8>;
    /// What an action writes. Go takes the address of a field there and finds methods that `print` does not.
    fn shown(&self) -> Vec<u8> {
        self.print()
    }
    /// What it takes to look at all of it, in steps of a template.
    fn weight(&self) -> u64 {
        1
    }
    /// What it takes to call a method.
    fn weight_of(&self, _method: &str) -> u64 {
        1
    }
    /// For functions that accept only this type.
    fn as_any(&self) -> &dyn Any;
}

impl Value {
    /// A string value of UTF-8 text.
    pub fn str(text: &str) -> Value {
        Value::Str(text.as_bytes().into())
    }

    /// A string value of bytes.
    pub fn bytes(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// A `[]interface {}` of `items`.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items, Elem::Any))
    }

    /// A `[]string` of `items`.
    pub fn strings<T: Into<Str>>(items: impl IntoIterator<Item = T>) -> Value {
        Value::List(List::new(items.into_iter().map(Value::bytes).collect(), Elem::Str))
    }

    /// An empty `map[string]interface {}`.
    pub fn map() -> Value {
        Value::Map(Map::default())
    }

    /// The text of a string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl List {
    /// A slice of `items`.
    pub fn new(items: Vec<Value>, elem: Elem) -> List {
        List { items: Rc::new(items.into()), elem, nil: false }
    }

    /// A `[]uint8`.
    pub fn of_bytes(text: Bytes) -> List {
        List { items: Rc::new(Items::of_bytes(text)), elem: Elem::Byte, nil: false }
    }

    /// A nil slice.
    pub fn nil(elem: Elem) -> List {
        List { items: Rc::default(), elem, nil: true }
    }

    /// How many elements it has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements as they are now, each shared with this list.
    pub fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().clone()
    }

    /// The text of a byte slice.
    pub fn text(&self) -> Bytes {
        self.items.text()
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new(Entries::new(), MapType::Plain)
    }
}

impl Map {
    /// A map of `entries`.
    pub fn new(entries: Entries, kind: MapType) -> Map {
        Map { entries: Rc::new(RefCell::new(entries)), kind, nil: false }
    }

    /// A nil `map[string]interface {}`.
    pub fn nil() -> Map {
        Map { entries: Rc::default(), kind: MapType::Plain, nil: true }
    }

    /// The same entries under another named type.
    pub fn typed(&self, kind: MapType) -> Map {
        Map { entries: Rc::clone(&self.entries), kind, nil: self.nil }
    }

    /// A copy of the entry at `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.at(key.as_bytes())
    }

    /// A copy of the entry at `key`.
    pub fn at(&self, key: &[u8]) -> Option<Value> {
        self.entries.borrow().get(key).cloned()
    }

    /// Sets the entry at `key`.
    pub fn insert(&self, key: &str, value: Value) {
        self.put(key.as_bytes().into(), value);
    }

    /// Sets the entry at `key`.
    pub fn put(&self, key: Str, value: Value) {
        let old = self.entries.borrow_mut().insert(key, value);
        drop(old);
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries as they are now, in key order.
    pub fn snapshot(&self) -> Vec<(Str, Value)> {
        self.entries.borrow().iter().map(|(k, v)| (Str::clone(k), v.clone())).collect()
    }
}

impl From<Entries> for Map {
    fn from(entries: Entries) -> Map {
        Map::new(entries, MapType::Plain)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => write!(f, "<missing>"),
            Value::Nil => write!(f, "nil"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(i) => write!(f, "int({i})"),
            Value::Int64(i) => write!(f, "int64({i})"),
            Value::Byte(b) => write!(f, "uint8({b})"),
            Value::Float(x) => write!(f, "float64({x})"),
            Value::Str(s) => write!(f, "{:?}", String::from_utf8_lossy(s)),
            Value::List(list) => f.debug_list().entries(list.items.borrow().iter()).finish(),
            Value::Map(map) => {
                let entries = map.entries.borrow();
                f.debug_map()
                    .entries(entries.iter().map(|(k, v)| (String::from_utf8_lossy(k).into_owned(), v)))
                    .finish()
            }
            Value::Object(object) => write!(f, "{}", object.type_name()),
        }
    }
}
