//! The values that templates work on, with the distinctions of Go that templates can observe.
//!
//! Text is bytes (Go strings need not be UTF-8), a number knows its Go kind (`1000000` from a file is a float64 and
//! prints `1e+06`; from `--set` it is an int64), an absent key is not a nil, and maps and lists are shared:
//! `set` and `merge` change what others hold.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// A Go string: bytes, by convention UTF-8.
pub type Str = Rc<[u8]>;

/// What a template expression yields.
#[derive(Clone)]
pub enum Value {
    /// The zero `reflect.Value`: a key that is not in the map. Prints `<no value>`.
    Missing,
    /// An untyped nil inside an interface, e.g. YAML `null`. Prints `<nil>`.
    Nil,
    /// `bool`.
    Bool(bool),
    /// `int`: literals, `len`, `atoi`, loop indices.
    Int(i64),
    /// `int64`: numbers from `--set`, `int64`, Sprig arithmetic.
    Int64(i64),
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
}

/// A shared slice.
#[derive(Clone)]
pub struct List {
    /// The elements.
    pub items: Rc<RefCell<Vec<Value>>>,
    /// Their static type.
    pub elem: Elem,
}

/// The named type of a map, which `typeOf` tells and on which some functions insist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapType {
    /// `map[string]interface {}`
    Plain,
    /// `chartutil.Values`, the type of `.Values`; `dig` refuses it
    Values,
    /// `map[string]string`, e.g. chart annotations
    Strings,
}

/// A shared map in byte order of its keys, as Go ranges over it.
#[derive(Clone)]
pub struct Map {
    /// The entries.
    pub entries: Rc<RefCell<BTreeMap<Str, Value>>>,
    /// Its named type.
    pub kind: MapType,
}

/// A Go struct or named type as a template sees it.
pub trait Object {
    /// What `typeOf` prints, e.g. `*chart.Metadata`.
    fn type_name(&self) -> &str;
    /// A field by name; `None` where Go would say `can't evaluate field`.
    fn field(&self, name: &str) -> Option<Value>;
    /// Calls a method; `None` when there is no such method, `Err` when it fails.
    fn call(&self, _name: &str, _args: &[Value]) -> Option<Result<Value, String>> {
        None
    }
    /// `index OBJ KEY` for named map types such as `.Files`.
    fn index(&self, _key: &Value) -> Option<Value> {
        None
    }
    /// The entries, for `range`, `toYaml` and `toJson`: a plain map, list or scalar of the same content.
    fn plain(&self) -> Value;
    /// What `print` writes.
    fn print(&self) -> Vec<u8>;
}

impl Value {
    /// A string value of UTF-8 text.
    pub fn str(text: &str) -> Value {
        Value::Str(text.as_bytes().into())
    }

    /// A `[]interface {}` of `items`.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items, Elem::Any))
    }

    /// An empty `map[string]interface {}`.
    pub fn map() -> Value {
        Value::Map(Map::default())
    }
}

impl List {
    /// A slice of `items`.
    pub fn new(items: Vec<Value>, elem: Elem) -> List {
        List { items: Rc::new(RefCell::new(items)), elem }
    }
}

impl Default for Map {
    fn default() -> Self {
        Map { entries: Rc::default(), kind: MapType::Plain }
    }
}

impl Map {
    /// A copy of the entry at `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(key.as_bytes()).cloned()
    }

    /// Sets the entry at `key`.
    pub fn insert(&self, key: &str, value: Value) {
        self.entries.borrow_mut().insert(key.as_bytes().into(), value);
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
