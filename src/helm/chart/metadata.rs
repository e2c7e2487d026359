//! `Chart.yaml`: what a chart says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map as JsonMap, Value as Json};

use super::ChartError;
use crate::helm::data::Data;
use crate::helm::yaml;

/// The content of `Chart.yaml`, in the order and with the omissions of a release record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// Name of the chart; the first component of every template's path.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Home page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    /// Where the source is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// SemVer 2 version of the chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// One sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Search words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Who maintains it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Maintainer>,
    /// URL of an icon.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// `v1` or `v2`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Condition of a chart of version 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Tags of a chart of version 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    /// Version of what the chart installs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    /// No longer maintained.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Free annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Kubernetes versions it works on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    /// Subcharts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// `application` (or empty) or `library`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// Somebody who maintains a chart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Maintainer {
    /// Name of a person or an organisation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where to write to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Their page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// A subchart that a chart asks for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// Name of the chart.
    pub name: String,
    /// Version or range.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Paths into the values, separated by commas; the first boolean decides.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Any true tag in `.Values.tags` enables it, if no condition decides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Set while dependencies are processed.
    #[serde(skip_serializing_if = "is_false")]
    pub enabled: bool,
    /// Values taken over into the parent: a name under `exports`, or `{child, parent}`.
    #[serde(rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<Json>,
    /// Another name for this copy of the chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

fn is_false(b: &bool) -> bool {
    !b
}

impl Dependency {
    /// The name under which its values and templates stand.
    pub fn key(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }
}

/// Field names of a struct in `Chart.yaml` and what they hold.
enum Shape {
    Text,
    Bool,
    Texts,
    TextMap,
    Any,
    Structs(&'static [(&'static str, Shape)]),
}

const MAINTAINER: &[(&str, Shape)] = &[("name", Shape::Text), ("email", Shape::Text), ("url", Shape::Text)];

const DEPENDENCY: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("version", Shape::Text),
    ("repository", Shape::Text),
    ("condition", Shape::Text),
    ("tags", Shape::Texts),
    ("enabled", Shape::Bool),
    ("import-values", Shape::Any),
    ("alias", Shape::Text),
];

const METADATA: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("home", Shape::Text),
    ("sources", Shape::Texts),
    ("version", Shape::Text),
    ("description", Shape::Text),
    ("keywords", Shape::Texts),
    ("maintainers", Shape::Structs(MAINTAINER)),
    ("icon", Shape::Text),
    ("apiVersion", Shape::Text),
    ("condition", Shape::Text),
    ("tags", Shape::Text),
    ("appVersion", Shape::Text),
    ("deprecated", Shape::Bool),
    ("annotations", Shape::TextMap),
    ("kubeVersion", Shape::Text),
    ("dependencies", Shape::Structs(DEPENDENCY)),
    ("type", Shape::Text),
];

impl Metadata {
    /// Reads `Chart.yaml`. Numbers and booleans become text where text is wanted, so `appVersion: 1.10` is `1.1`.
    ///
    /// # Errors
    /// The text is not YAML or a field has another type than Helm wants.
    pub fn from_yaml(text: &[u8]) -> Result<Metadata, ChartError> {
        let data = yaml::parse_keeping_integers(text).map_err(|e| ChartError::yaml("Chart.yaml", &e))?;
        let Some(json) = object(&data, METADATA) else {
            return Err(ChartError::Invalid("cannot load Chart.yaml: it is not a mapping".into()));
        };
        let mut metadata: Metadata =
            serde_json::from_value(json).map_err(|e| ChartError::Invalid(format!("cannot load Chart.yaml: {e}")))?;
        if metadata.api_version.is_empty() {
            metadata.api_version = "v1".into();
        }
        Ok(metadata)
    }

    /// Reads the `dependencies` of `requirements.yaml`, the place for them in charts of version 1.
    ///
    /// # Errors
    /// As [`Metadata::from_yaml`].
    pub fn add_requirements(&mut self, text: &[u8]) -> Result<(), ChartError> {
        let data = yaml::parse_keeping_integers(text).map_err(|e| ChartError::yaml("requirements.yaml", &e))?;
        let read: Metadata = object(&data, METADATA)
            .map(serde_json::from_value)
            .transpose()
            .map_err(|e| ChartError::Invalid(format!("cannot load requirements.yaml: {e}")))?
            .unwrap_or_default();
        self.dependencies = read.dependencies;
        Ok(())
    }

    /// Whether the chart only gives definitions to others.
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }

    /// The same checks as `helm template`, in the same words.
    ///
    /// # Errors
    /// The first field that Helm would refuse.
    pub fn validate(&self) -> Result<(), ChartError> {
        let refuse = |what: String| Err(ChartError::Invalid(format!("validation: {what}")));
        if self.name.is_empty() {
            return refuse("chart.metadata.name is required".into());
        }
        if matches!(self.name.as_str(), "." | "..") {
            return refuse(format!("chart.metadata.name {:?} is not allowed", self.name));
        }
        if self.name.contains('/') {
            return refuse(format!("chart.metadata.name {:?} is invalid", self.name));
        }
        if self.version.is_empty() {
            return refuse("chart.metadata.version is required".into());
        }
        if !looks_like_semver(&self.version) {
            return refuse(format!("chart.metadata.version {:?} is invalid", self.version));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return refuse("chart.metadata.type must be application or library".into());
        }
        let mut seen = std::collections::BTreeSet::new();
        for dependency in &self.dependencies {
            let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
            if dependency.alias.contains(odd) {
                return refuse(format!("dependency {:?} has disallowed characters in the alias", dependency.name));
            }
            if !seen.insert(dependency.key()) {
                return refuse(format!("more than one dependency with name or alias {:?}", dependency.key()));
            }
        }
        Ok(())
    }
}

/// Masterminds' lenient SemVer: an optional `v`, one to three numbers, pre-release and build.
fn looks_like_semver(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = text.split_once('+').map_or((text, None), |(t, b)| (t, Some(b)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(t, p)| (t, Some(p)));
    let numbers: Vec<&str> = core.split('.').collect();
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let words = |text: Option<&str>| text.is_none_or(|t| t.split('.').all(word));
    numbers.len() <= 3
        && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && words(pre)
        && words(build)
}

/// The fields that Go's decoder would fill: exact names first, then without regard to case; nulls are left out.
fn object(data: &Data, fields: &[(&str, Shape)]) -> Option<Json> {
    let table = match data {
        Data::Table(table) => table,
        Data::Null => return Some(Json::Object(JsonMap::new())),
        _ => return None,
    };
    let mut json = JsonMap::new();
    for (name, shape) in fields {
        let found = table
            .get(*name)
            .or_else(|| table.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        if let Some(value) = found
            && *value != Data::Null
        {
            json.insert((*name).to_string(), shape.read(value));
        }
    }
    Some(Json::Object(json))
}

impl Shape {
    fn read(&self, data: &Data) -> Json {
        match (self, data) {
            (Shape::Text, Data::Int(_) | Data::Float(_) | Data::Bool(_)) => Json::String(scalar_text(data)),
            (Shape::Texts, Data::List(items)) => Json::Array(items.iter().map(|i| Shape::Text.read(i)).collect()),
            (Shape::TextMap, Data::Table(table)) => Json::Object(
                table
                    .iter()
                    .filter(|(_, v)| **v != Data::Null)
                    .map(|(k, v)| (k.clone(), Shape::Text.read(v)))
                    .collect(),
            ),
            (Shape::Structs(fields), Data::List(items)) => {
                Json::Array(items.iter().map(|i| object(i, fields).unwrap_or_else(|| i.to_json())).collect())
            }
            _ => data.to_json(),
        }
    }
}

/// A scalar where text is wanted, as sigs.k8s.io/yaml spells it.
fn scalar_text(data: &Data) -> String {
    match data {
        Data::Int(i) => i.to_string(),
        Data::Bool(b) => b.to_string(),
        Data::Float(x) => yaml::float_g32(*x),
        _ => String::new(),
    }
}
