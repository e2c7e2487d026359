//! Rendered manifests as objects.

use serde_json::Value;

use crate::helm;

/// The objects of a rendering.
pub struct Objects(Vec<Value>);

impl Objects {
    /// Renders the chart with helm 3.
    pub fn render(values: &Value) -> Self {
        Self::parse(&helm::template("helm3", values, &[]))
    }

    /// Takes a stream of documents apart.
    pub fn parse(manifest: &str) -> Self {
        let documents = manifest
            .split("\n---\n")
            .map(|document| serde_yaml::from_str::<Value>(document).unwrap_or_else(|e| panic!("{e} in\n{document}")));
        Self(documents.filter(|document| !document.is_null()).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    /// All of a kind.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |o| o["kind"] == kind)
    }

    /// The object with this kind, namespace and name.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Value> {
        self.of(kind).find(|o| self::name(o) == name && self::namespace(o) == namespace)
    }

    /// The same in the release namespace.
    ///
    /// # Panics
    /// When it is not there.
    pub fn get(&self, kind: &str, name: &str) -> &Value {
        self.find(kind, helm::NAMESPACE, name).unwrap_or_else(|| panic!("no {kind} {name}"))
    }
}

/// `metadata.name`.
pub fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

/// `metadata.namespace`.
pub fn namespace(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

/// Kind, namespace and name.
pub fn key(object: &Value) -> (String, String, String) {
    (object["kind"].as_str().unwrap_or_default().into(), namespace(object).into(), name(object).into())
}

/// The specification of the pods that an object makes.
pub fn pod(object: &Value) -> &Value {
    &object["spec"]["template"]["spec"]
}

/// The items of a list, nothing when there is none.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
