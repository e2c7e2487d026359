//! A YAML document in which every key and every value remembers its line and column.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_yaml::{Location, Spanned};

use super::place::Place;

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Located {
    pub line: u64,
    pub column: u64,
    pub node: Node,
}

/// What a document is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    Scalar(Value),
    List(Vec<Located>),
    Map(Vec<Entry>),
}

/// A key of a map with its position, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub line: u64,
    pub column: u64,
    pub value: Located,
}

/// A text that is not YAML: position and what the parser met, without any of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotYaml {
    pub place: Place,
    pub what: String,
}

/// Reads one document. An empty text is an empty map.
pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Located, NotYaml> {
    let blank = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if blank {
        return Ok(Located { line: 1, column: 1, node: Node::Map(Vec::new()) });
    }
    // Comments are not kept, because the parser keeps few of them; a commented sample has hundreds in a row.
    let options = serde_yaml::options! { with_snippet: false, strict_booleans: true, emit_comments: false };
    serde_yaml::from_str_with_options(text, options).map_err(|error: serde_yaml::Error| {
        let (line, column) = error.location().map_or((0, 0), position);
        NotYaml { place: Place { source: source.clone(), line, column }, what: words(&error) }
    })
}

impl Located {
    /// The position as a [`Place`].
    pub fn place(&self, source: &Arc<str>) -> Place {
        Place { source: source.clone(), line: self.line, column: self.column }
    }

    /// The value without positions.
    pub fn value(&self) -> Value {
        match &self.node {
            Node::Null => Value::Null,
            Node::Scalar(value) => value.clone(),
            Node::List(items) => items.iter().map(Located::value).collect(),
            Node::Map(entries) => entries.iter().map(|e| (e.key.clone(), e.value.value())).collect(),
        }
    }
}

fn position(location: Location) -> (u64, u64) {
    (location.line(), location.column())
}

/// What the parser says, in words that never quote the text: an answers file may hold a password by mistake.
fn words(error: &serde_yaml::Error) -> String {
    use serde_yaml::Error as E;
    match error.without_snippet() {
        E::Message { msg, .. } => msg.clone(),
        E::Eof { .. } => "the text ends in the middle of a value".into(),
        E::MultipleDocuments { .. } => "there is more than one document (a second `---`)".into(),
        E::DuplicateMappingKey { .. } => "the same key stands twice in one map".into(),
        E::UnknownAnchor { .. } => "an alias (`*name`) has no anchor; quote the text if `*` belongs to it".into(),
        E::InvalidUtf8Input => "the text is not UTF-8".into(),
        E::AliasReplayLimitExceeded { .. } | E::AliasExpansionLimitExceeded { .. } => {
            "its aliases expand to more than any answers file needs".into()
        }
        _ => "a value, a list or a map is malformed here".into(),
    }
}

impl<'de> Deserialize<'de> for Located {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Node>::deserialize(deserializer)?;
        let (line, column) = position(spanned.referenced);
        Ok(Located { line, column, node: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Node, E> {
        Ok(Node::Scalar(v.into()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Node, E> {
        Ok(Node::Scalar(v.into()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Node, E> {
        Ok(Node::Scalar(v.into()))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Node, E> {
        Ok(Node::Scalar(v.into()))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Node, E> {
        Ok(Node::Scalar(v.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Located>()? {
            let (line, column) = position(key.referenced);
            entries.push(Entry { key: key.value, line, column, value });
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Located, NotYaml> {
        parse(text, &"site.yaml".into())
    }

    fn entries(located: &Located) -> &[Entry] {
        match &located.node {
            Node::Map(entries) => entries,
            other => panic!("{other:?} is no map"),
        }
    }

    #[test]
    fn keys_and_values_know_their_line_and_column() {
        let tree = read("name: a\ndatabase:\n  port: 5432\n").unwrap();
        let database = &entries(&tree)[1];
        assert_eq!((database.line, database.column), (2, 1));
        let port = &entries(&database.value)[0];
        assert_eq!((port.line, port.column), (3, 3));
        assert_eq!((port.value.line, port.value.column), (3, 9));
        assert_eq!(port.value.node, Node::Scalar(5432.into()));
    }

    #[test]
    fn quotes_make_text_of_a_number() {
        let tree = read("port: \"5432\"\non: true\nnone:\n").unwrap();
        assert_eq!(tree.value(), serde_json::json!({"port": "5432", "on": true, "none": null}));
    }

    #[test]
    fn broken_yaml_names_the_line_and_quotes_nothing() {
        let error = read("name: a\ndatabase:\n  password: \"hunter2\n  port: [1\n").unwrap_err();
        assert!(error.place.line >= 3, "{error:?}");
        assert!(!error.what.contains("hunter2"), "{error:?}");
        let alias = read("password: *hunter2\n").unwrap_err();
        assert_eq!(alias.place.to_string(), "site.yaml:1:11");
        assert!(!alias.what.contains("hunter2"), "{alias:?}");
    }

    #[test]
    fn hundreds_of_comments_are_no_burden() {
        let tree = read(&format!("name:\n{}port: 1\n", "# prose\n".repeat(5000))).unwrap();
        assert_eq!(tree.value(), serde_json::json!({"name": null, "port": 1}));
    }

    #[test]
    fn an_empty_file_is_an_empty_map() {
        assert_eq!(entries(&read("# nothing yet\n\n").unwrap()), []);
    }
}
