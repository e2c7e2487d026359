//! `.Chart`: the metadata as a Go struct (Helm 3) or as a map of its fields (Helm 4).

use std::rc::Rc;

use super::{Members, Struct, map};
use crate::helm::chart::{Dependency, Maintainer, Metadata};
use crate::helm::data::Data;
use crate::helm::profile::Profile;
use crate::helm::value::{Elem, Entries, Kind, List, Map, MapType, Value};

const METADATA: Members = &[
    ("Name", "name"),
    ("Home", "home"),
    ("Sources", "sources"),
    ("Version", "version"),
    ("Description", "description"),
    ("Keywords", "keywords"),
    ("Maintainers", "maintainers"),
    ("Icon", "icon"),
    ("APIVersion", "apiVersion"),
    ("Condition", "condition"),
    ("Tags", "tags"),
    ("AppVersion", "appVersion"),
    ("Deprecated", "deprecated"),
    ("Annotations", "annotations"),
    ("KubeVersion", "kubeVersion"),
    ("Dependencies", "dependencies"),
    ("Type", "type"),
    ("IsRoot", "IsRoot"),
];

const MAINTAINER: Members = &[("Name", "name"), ("Email", "email"), ("URL", "url")];

const DEPENDENCY: Members = &[
    ("Name", "name"),
    ("Version", "version"),
    ("Repository", "repository"),
    ("Condition", "condition"),
    ("Tags", "tags"),
    ("Enabled", "enabled"),
    ("ImportValues", "import-values"),
    ("Alias", "alias"),
];

/// `.Chart` of a chart.
pub fn chart(metadata: &Metadata, is_root: bool, profile: Profile) -> Value {
    let mut fields = fields(metadata);
    if profile == Profile::Helm4 {
        fields.push(("IsRoot", Value::Bool(is_root)));
        return map(fields.into_iter().map(|(name, value)| (name, loose(value))));
    }
    let mut plain = Data::from_json(serde_json::to_value(metadata).unwrap_or_default());
    let inner = structure(("chart.Metadata", METADATA), Kind::Struct, fields.clone(), plain.to_value());
    if let Data::Table(table) = &mut plain {
        table.insert("IsRoot".into(), Data::Bool(is_root));
    }
    let print = format!("{{{} {is_root}}}", String::from_utf8_lossy(&printed(&inner)));
    fields.extend([("Metadata", inner), ("IsRoot", Value::Bool(is_root))]);
    Value::Object(Rc::new(Struct {
        type_name: "struct { chart.Metadata; IsRoot bool }",
        kind: Kind::Struct,
        fields,
        methods: Vec::new(),
        plain: plain.to_value(),
        json: METADATA,
        print,
        shown: None,
    }))
}

/// What Helm 4 makes of a field: slices are lists of anything and never nil, structs are maps.
fn loose(value: Value) -> Value {
    match value {
        Value::List(list) => Value::list(list.snapshot().into_iter().map(loose).collect()),
        Value::Object(object) => match object.as_any().downcast_ref::<Struct>() {
            Some(inner) => map(inner.fields.iter().map(|(name, value)| (*name, loose(value.clone())))),
            None => Value::Object(object),
        },
        value => value,
    }
}

fn fields(metadata: &Metadata) -> Vec<(&'static str, Value)> {
    let text = |text: &String| Value::str(text);
    let annotations: Entries =
        metadata.annotations.iter().map(|(key, value)| (key.as_bytes().into(), Value::str(value))).collect();
    let mut annotations = Map::new(annotations, MapType::Strings);
    annotations.nil = annotations.is_empty();
    vec![
        ("Name", text(&metadata.name)),
        ("Home", text(&metadata.home)),
        ("Sources", texts(&metadata.sources)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", texts(&metadata.keywords)),
        ("Maintainers", pointers(&metadata.maintainers, ("*chart.Maintainer", MAINTAINER), maintainer)),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", Value::Bool(metadata.deprecated)),
        ("Annotations", Value::Map(annotations)),
        ("KubeVersion", text(&metadata.kube_version)),
        ("Dependencies", pointers(&metadata.dependencies, ("*chart.Dependency", DEPENDENCY), dependency)),
        ("Type", text(&metadata.kind)),
    ]
}

fn maintainer(maintainer: &Maintainer) -> Vec<(&'static str, Value)> {
    vec![
        ("Name", Value::str(&maintainer.name)),
        ("Email", Value::str(&maintainer.email)),
        ("URL", Value::str(&maintainer.url)),
    ]
}

fn dependency(dependency: &Dependency) -> Vec<(&'static str, Value)> {
    let imports = dependency.import_values.iter().map(|import| Data::from_json(import.clone()).to_value()).collect();
    vec![
        ("Name", Value::str(&dependency.name)),
        ("Version", Value::str(&dependency.version)),
        ("Repository", Value::str(&dependency.repository)),
        ("Condition", Value::str(&dependency.condition)),
        ("Tags", texts(&dependency.tags)),
        ("Enabled", Value::Bool(dependency.enabled)),
        ("ImportValues", Value::list(imports)),
        ("Alias", Value::str(&dependency.alias)),
    ]
}

/// A `[]string`, nil where the chart gives none.
fn texts(texts: &[String]) -> Value {
    let mut list = List::new(texts.iter().map(|text| Value::str(text)).collect(), Elem::Str);
    list.nil = texts.is_empty();
    Value::List(list)
}

/// A slice of pointers to structs.
fn pointers<T: serde::Serialize>(
    items: &[T],
    kind: (&'static str, Members),
    fields: impl Fn(&T) -> Vec<(&'static str, Value)>,
) -> Value {
    let one = |item: &T| {
        let plain = Data::from_json(serde_json::to_value(item).unwrap_or_default());
        structure(kind, Kind::Ptr, fields(item), plain.to_value())
    };
    let mut list = List::new(items.iter().map(one).collect(), Elem::Named(kind.0));
    list.nil = items.is_empty();
    Value::List(list)
}

fn structure(
    (type_name, json): (&'static str, Members),
    kind: Kind,
    fields: Vec<(&'static str, Value)>,
    plain: Value,
) -> Value {
    let shown: Vec<String> =
        fields.iter().map(|(_, value)| String::from_utf8_lossy(&printed(value)).into_owned()).collect();
    let print = format!("{{{}}}", shown.join(" "));
    Value::Object(Rc::new(Struct { type_name, kind, fields, methods: Vec::new(), plain, json, print, shown: None }))
}

/// What `print` writes of a field. Pointers in slices are addresses in Go; here they are all alike.
fn printed(value: &Value) -> Vec<u8> {
    match value {
        Value::Str(text) => text.to_vec(),
        Value::Bool(b) => b.to_string().into_bytes(),
        Value::Object(object) => object.print(),
        Value::List(list) => {
            let shown: Vec<Vec<u8>> = list
                .snapshot()
                .iter()
                .map(|item| if matches!(item, Value::Object(_)) { b"0xc000000000".to_vec() } else { printed(item) })
                .collect();
            [b"[".as_slice(), &shown.join(&b" "[..]), b"]"].concat()
        }
        Value::Map(map) => {
            let shown: Vec<Vec<u8>> =
                map.snapshot().iter().map(|(key, value)| [key, &b":"[..], &printed(value)].concat()).collect();
            [b"map[".as_slice(), &shown.join(&b" "[..]), b"]"].concat()
        }
        _ => Vec::new(),
    }
}
