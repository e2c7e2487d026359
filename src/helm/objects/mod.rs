//! The objects that every template finds in its dot: `.Chart`, `.Capabilities`, `.Files`, with Go's types and methods.

mod chart;
mod files;
mod glob;

use std::any::Any;
use std::rc::Rc;

use super::capabilities::{Capabilities, helm_version};
use super::profile::Profile;
use super::value::{Elem, Entries, Kind, List, Map, MapType, Object, Type, Value};

pub use chart::chart;
pub use files::Files;

/// Names of fields, in Go and in JSON.
type Members = &'static [(&'static str, &'static str)];

/// A Go struct, or a pointer to one: fields by name, another form for JSON, and what `print` writes.
struct Struct {
    type_name: &'static str,
    kind: Kind,
    fields: Vec<(&'static str, Value)>,
    /// Methods without parameters and what they return.
    methods: Vec<(&'static str, Value)>,
    plain: Value,
    /// The fields that JSON shows when `plain` has them, with their names there, in Go's order.
    json: Members,
    print: String,
    /// What an action writes, where that is something else.
    shown: Option<String>,
}

impl Object for Struct {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        self.methods.iter().any(|(known, _)| *known == name).then_some(&[])
    }

    fn call(&self, name: &str, _args: &[Value]) -> Result<Value, String> {
        let found = self.methods.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| format!("no method {name}"))
    }

    fn plain(&self) -> Value {
        self.plain.clone()
    }

    fn members(&self) -> Option<Vec<(&'static str, Value)>> {
        let Value::Map(plain) = &self.plain else { return None };
        let there = self.json.iter().filter(|(_, name)| plain.get(name).is_some());
        Some(there.filter_map(|(field, name)| Some((*name, self.field(field)?))).collect())
    }

    fn print(&self) -> Vec<u8> {
        self.print.clone().into_bytes()
    }

    fn shown(&self) -> Vec<u8> {
        self.shown.as_ref().unwrap_or(&self.print).clone().into_bytes()
    }

    fn weight(&self) -> u64 {
        1 + self.print.len() as u64 / 8
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A map of the given entries.
fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries: Entries = entries.into_iter().map(|(key, value)| (key.as_bytes().into(), value)).collect();
    Value::Map(Map::from(entries))
}

/// The `chartutil.Values` of the profile.
pub fn values_type(profile: Profile) -> MapType {
    match profile {
        Profile::Helm3 => MapType::Values,
        Profile::Helm4 => MapType::CommonValues,
    }
}

/// `.Capabilities`
pub fn capabilities(capabilities: &Capabilities, profile: Profile) -> Value {
    let four = profile == Profile::Helm4;
    let name = |three: &'static str, other: &'static str| if four { other } else { three };
    let kube = &capabilities.kube_version;
    let text = |text: &str| Value::str(text);
    let kube_fields =
        vec![("Version", text(&kube.version)), ("Major", text(&kube.major)), ("Minor", text(&kube.minor))];
    let parts = format!("{} {} {}", kube.version, kube.major, kube.minor);
    let parts = if four { format!("{} {parts}", kube.version) } else { parts };
    let kube_version = Value::Object(Rc::new(Struct {
        type_name: name("chartutil.KubeVersion", "common.KubeVersion"),
        kind: Kind::Struct,
        plain: map(kube_fields.clone()),
        json: &[("Version", "Version"), ("Major", "Major"), ("Minor", "Minor")],
        fields: kube_fields,
        methods: vec![("GitVersion", text(&kube.version)), ("String", text(&kube.version))],
        print: format!("{{{parts}}}"),
        shown: Some(kube.version.clone()),
    }));
    let (version, go) = helm_version(profile);
    let mut build_fields =
        vec![("Version", text(version)), ("GitCommit", text("")), ("GitTreeState", text("")), ("GoVersion", text(go))];
    let mut build_plain = vec![("version", text(version)), ("go_version", text(go))];
    let mut build_print = format!("{{{version}   {go}}}");
    if four {
        let client = "v1.37".to_string();
        build_fields.push(("KubeClientVersion", text(&client)));
        build_plain.push(("kube_client_version", text(&client)));
        build_print = format!("{{{version}   {go} {client}}}");
    }
    let helm_version = Value::Object(Rc::new(Struct {
        type_name: "version.BuildInfo",
        kind: Kind::Struct,
        fields: build_fields,
        methods: Vec::new(),
        plain: map(build_plain),
        json: &[("Version", "version"), ("GoVersion", "go_version"), ("KubeClientVersion", "kube_client_version")],
        print: build_print.clone(),
        shown: None,
    }));
    let versions = VersionSet {
        names: capabilities.api_versions.clone(),
        type_name: name("chartutil.VersionSet", "common.VersionSet"),
    };
    let print = format!("{{{{{parts}}} {} {build_print}}}", versions.shown());
    let fields = vec![
        ("KubeVersion", kube_version),
        ("APIVersions", Value::Object(Rc::new(versions))),
        ("HelmVersion", helm_version),
    ];
    Value::Object(Rc::new(Struct {
        type_name: name("*chartutil.Capabilities", "*common.Capabilities"),
        kind: Kind::Ptr,
        plain: map(fields.clone()),
        json: &[("KubeVersion", "KubeVersion"), ("APIVersions", "APIVersions"), ("HelmVersion", "HelmVersion")],
        fields,
        methods: Vec::new(),
        print,
        shown: None,
    }))
}

/// `.Capabilities.APIVersions`
struct VersionSet {
    names: Vec<String>,
    type_name: &'static str,
}

impl VersionSet {
    fn shown(&self) -> String {
        format!("[{}]", self.names.join(" "))
    }
}

impl Object for VersionSet {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn method(&self, name: &str) -> Option<&'static [Type]> {
        (name == "Has").then_some(&[Type::Str])
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        match (name, args) {
            ("Has", [Value::Str(wanted)]) => {
                Ok(Value::Bool(self.names.iter().any(|known| known.as_bytes() == &**wanted)))
            }
            _ => Err(format!("no method {name}")),
        }
    }

    fn plain(&self) -> Value {
        Value::List(List::new(self.names.iter().map(|name| Value::str(name)).collect(), Elem::Str))
    }

    fn print(&self) -> Vec<u8> {
        self.shown().into_bytes()
    }

    fn weight(&self) -> u64 {
        1 + self.names.len() as u64 / 16
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
