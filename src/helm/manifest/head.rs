//! What Helm reads of a document before it installs it: what it is, and whether it is a hook.

use super::{Manifest, Sorted};
use crate::helm::data::{Data, Table};
use crate::helm::hooks::{self, Hook, HookEvent};
use crate::helm::profile::Profile;
use crate::helm::yaml;

/// What Helm reads of a document.
#[derive(Debug, Default)]
pub struct Head {
    api_version: String,
    kind: String,
    name: String,
    namespace: Option<String>,
    annotations: Vec<(String, String)>,
}

impl Head {
    /// Reads a document.
    ///
    /// # Errors
    /// It is no YAML, or its head has the wrong shape, in Helm's words.
    pub fn read(document: &str, profile: Profile) -> Result<Head, String> {
        let data = yaml::outline(document.as_bytes(), Head::reads).map_err(|error| error.to_string())?;
        let table = match &data {
            Data::Null => return Ok(Head::default()),
            Data::Table(table) => table,
            other => {
                let package = if profile == Profile::Helm4 { "util" } else { "releaseutil" };
                return Err(mismatch(other, "value", &format!("{package}.SimpleHead")));
            }
        };
        let mut head = Head {
            api_version: text(table, "apiVersion", "SimpleHead.apiVersion")?.unwrap_or_default(),
            kind: text(table, "kind", "SimpleHead.kind")?.unwrap_or_default(),
            ..Head::default()
        };
        match field(table, "metadata") {
            None | Some(Data::Null) => {}
            Some(Data::Table(metadata)) => head.metadata(metadata)?,
            Some(other) => {
                let shape = "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \
                             \"json:\\\"annotations\\\"\" }";
                return Err(mismatch(other, "struct field SimpleHead.metadata", shape));
            }
        }
        Ok(head)
    }

    /// Whether an entry of a document belongs to its head, in whatever letter case.
    fn reads(key: &str) -> bool {
        ["apiVersion", "kind", "metadata"].iter().any(|name| name.eq_ignore_ascii_case(key))
    }

    fn metadata(&mut self, metadata: &Table) -> Result<(), String> {
        self.name = text(metadata, "name", ".metadata.name")?.unwrap_or_default();
        self.namespace = match metadata.get("namespace") {
            Some(data) => scalar(data),
            None => None,
        };
        match field(metadata, "annotations") {
            None | Some(Data::Null) => Ok(()),
            Some(Data::Table(annotations)) => {
                for (key, value) in annotations {
                    let value = match value {
                        Data::Null => String::new(),
                        value => scalar(value)
                            .ok_or_else(|| mismatch(value, "struct field .metadata.annotations", "string"))?,
                    };
                    self.annotations.push((key.clone(), value));
                }
                Ok(())
            }
            Some(other) => Err(mismatch(other, "struct field .metadata.annotations", "map[string]string")),
        }
    }

    fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Puts the document among the objects or the hooks; one with an unknown event vanishes, as with Helm.
    pub fn file(&self, source: &str, document: String, sorted: &mut Sorted) {
        let events = self.annotation(hooks::EVENTS).map(|events| events.split(',').map(HookEvent::parse).collect());
        let weight = self.annotation(hooks::WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or(0);
        let words = |name: &str| -> Vec<String> {
            self.annotation(name)
                .map(|list| list.split(',').map(|word| word.trim().to_lowercase()).collect())
                .unwrap_or_default()
        };
        let (delete_policies, output_log_policies) = (words(hooks::DELETE_POLICY), words(hooks::OUTPUT_LOG_POLICY));
        let manifest = Manifest {
            source: source.to_string(),
            api_version: self.api_version.clone(),
            kind: self.kind.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            text: document,
        };
        match events {
            None => sorted.manifests.push(manifest),
            Some(None) => tracing::info!("skipping unknown hook of {source}"),
            Some(Some(events)) => {
                sorted.hooks.push(Hook { manifest, events, weight, delete_policies, output_log_policies });
            }
        }
    }
}

/// A field by its name, or by its name in other letter cases, as Go's decoder finds it.
fn field<'a>(table: &'a Table, name: &str) -> Option<&'a Data> {
    table.get(name).or_else(|| table.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn text(table: &Table, name: &str, go: &str) -> Result<Option<String>, String> {
    match field(table, name) {
        None | Some(Data::Null) => Ok(None),
        Some(data) => match scalar(data) {
            Some(text) => Ok(Some(text)),
            None => Err(mismatch(data, &format!("struct field {go}"), "string")),
        },
    }
}

fn scalar(data: &Data) -> Option<String> {
    match data {
        Data::Str(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Data::Int(i) => Some(i.to_string()),
        Data::Float(x) => Some(yaml::float_g32(*x)),
        Data::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

fn mismatch(data: &Data, what: &str, wanted: &str) -> String {
    let kind = data.json_kind();
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {what} of type {wanted}"
    )
}
