//! `.Files`: the files of a chart that are neither templates nor metadata.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use base64::Engine;
use bytes::Bytes;

use super::glob;
use crate::helm::chart::{Chart, LeftFile};
use crate::helm::value::{Elem, Entries, Kind, List, Map, Object, Type, Value};
use crate::helm::yaml;

/// `engine.files`
pub struct Files(BTreeMap<String, Content>);

/// What a file holds, or where.
#[derive(Clone)]
enum Content {
    Read(Bytes),
    Left(LeftFile),
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Content::Read(data) => data,
            Content::Left(file) => file.content(),
        }
    }
}

impl Content {
    fn bytes(&self) -> Bytes {
        match self {
            Content::Read(data) => data.clone(),
            Content::Left(file) => file.bytes(),
        }
    }
}

impl Files {
    /// The files of a chart.
    pub fn new(chart: &Chart) -> Files {
        let read = chart.files.iter().map(|file| (file.name.clone(), Content::Read(file.data.clone())));
        let left = chart.left.iter().map(|file| (file.name.clone(), Content::Left(file.clone())));
        Files(read.chain(left).collect())
    }

    fn matching(&self, pattern: &str) -> Files {
        let glob = glob::Glob::parse(pattern);
        let matching = self.0.iter().filter(|(name, _)| glob.matches(name));
        Files(matching.map(|(name, data)| (name.clone(), data.clone())).collect())
    }

    fn get(&self, name: &Value) -> Option<&Content> {
        std::str::from_utf8(name.as_bytes()?).ok().and_then(|name| self.0.get(name))
    }

    fn text(&self, name: &Value) -> &[u8] {
        self.get(name).map_or(&[], |content| content)
    }

    /// A YAML mapping from the base names to what `content` makes of the files.
    fn as_yaml(&self, content: impl Fn(&[u8]) -> Value) -> Value {
        let map = Map::default();
        for (name, data) in &self.0 {
            map.insert(name.rsplit('/').next().unwrap_or(name), content(data));
        }
        let text = yaml::encode(&Value::Map(map)).unwrap_or_default();
        Value::bytes(text.strip_suffix(b"\n").unwrap_or(&text))
    }

    fn lines(&self, name: &Value) -> Value {
        let text = self.text(name);
        if text.is_empty() {
            return Value::List(List::new(Vec::new(), Elem::Str));
        }
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        Value::strings(text.split(|b| *b == b'\n'))
    }
}

/// A `[]byte`.
fn bytes(content: &Content) -> Value {
    Value::List(List::of_bytes(content.bytes()))
}

impl Object for Files {
    fn type_name(&self) -> &str {
        "engine.files"
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    /// An entry of the map; one that is not there is a nil slice.
    fn field(&self, name: &str) -> Option<Value> {
        Some(self.0.get(name).map_or_else(|| Value::List(List::nil(Elem::Byte)), bytes))
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => Some(&[Type::Str]),
            "AsConfig" | "AsSecrets" => Some(&[]),
            _ => None,
        }
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let first = args.first().unwrap_or(&Value::Missing);
        Ok(match name {
            "Get" => Value::bytes(self.text(first)),
            "GetBytes" => Value::List(List::of_bytes(self.get(first).map(Content::bytes).unwrap_or_default())),
            "Lines" => self.lines(first),
            "Glob" => {
                let pattern = String::from_utf8_lossy(first.as_bytes().unwrap_or_default()).into_owned();
                Value::Object(Rc::new(self.matching(&pattern)))
            }
            "AsConfig" => self.as_yaml(|data| Value::bytes(data)),
            "AsSecrets" => self.as_yaml(|data| Value::str(&base64::engine::general_purpose::STANDARD.encode(data))),
            _ => return Err(format!("no method {name}")),
        })
    }

    fn plain(&self) -> Value {
        let entries: Entries = self.0.iter().map(|(name, data)| (name.as_bytes().into(), bytes(data))).collect();
        Value::Map(Map::from(entries))
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn print(&self) -> Vec<u8> {
        let shown = |data: &[u8]| data.iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
        let entries: Vec<String> = self.0.iter().map(|(name, data)| format!("{name}:[{}]", shown(data))).collect();
        format!("map[{}]", entries.join(" ")).into_bytes()
    }

    fn weight_of(&self, method: &str) -> u64 {
        match method {
            // What they give is paid for by its length.
            "Get" | "GetBytes" | "Lines" => 1,
            "Glob" => self.0.len() as u64,
            _ => self.weight(),
        }
    }

    fn weight(&self) -> u64 {
        let length = |content: &Content| match content {
            Content::Read(data) => data.len() as u64,
            Content::Left(file) => file.size,
        };
        self.0.values().map(|content| 1 + length(content) / 16).sum()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
