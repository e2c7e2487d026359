//! An object of a chart on its way to the server.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::kinds::{Kind, Kinds};

/// Which object: enough to find it, print it and compare it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectRef {
    /// `Deployment`.
    pub kind: String,
    /// None for objects of the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in {namespace}"),
            None => Ok(()),
        }
    }
}

/// An object with the kind the server knows it by.
#[derive(Debug, Clone)]
pub struct Object {
    /// How the server serves it.
    pub kind: Kind,
    /// Its namespace, filled in from the release's when the chart names none; none for objects of the whole cluster.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
    /// The whole object.
    pub value: Value,
}

/// Why a rendered document is not an object that can be sent.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ObjectError {
    /// Not a mapping with apiVersion, kind and metadata.name.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// The server does not serve the kind.
    #[error("the cluster does not know the kind {kind} of {api_version}")]
    UnknownKind {
        /// As the document says it.
        api_version: String,
        /// As the document says it.
        kind: String,
    },
}

impl Object {
    /// Looks up the kind and settles the namespace.
    pub fn new(mut value: Value, kinds: &Kinds, release_namespace: &str) -> Result<Object, ObjectError> {
        let text = |pointer: &str, what: &'static str| {
            let found = value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
            found.map(str::to_string).ok_or(ObjectError::Missing(what))
        };
        let api_version = text("/apiVersion", "apiVersion")?;
        let name_of_kind = text("/kind", "kind")?;
        let name = text("/metadata/name", "metadata.name")?;
        let kind = match kinds.find(&api_version, &name_of_kind) {
            Some(kind) => kind.clone(),
            None => return Err(ObjectError::UnknownKind { api_version, kind: name_of_kind }),
        };
        let namespace = kind
            .namespaced
            .then(|| text("/metadata/namespace", "namespace").unwrap_or_else(|_| release_namespace.into()));
        if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
            match &namespace {
                Some(namespace) => metadata.insert("namespace".into(), Value::from(namespace.as_str())),
                None => metadata.remove("namespace"),
            };
        }
        Ok(Object { kind, namespace, name, value })
    }

    /// Its reference.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { kind: self.kind.resource.kind.clone(), namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// What it is known by among the objects of a release: also its group, because kinds of two groups may share a name.
    pub fn key(&self) -> String {
        let group = &self.kind.resource.group;
        format!("{group}/{} {}/{}", self.kind.resource.kind, self.namespace.as_deref().unwrap_or_default(), self.name)
    }

    /// The same object in another namespace.
    pub fn moved_to(&self, namespace: &str) -> Object {
        let mut moved = self.clone();
        moved.namespace = Some(namespace.into());
        moved.value["metadata"]["namespace"] = Value::from(namespace);
        moved
    }

    /// Sets `metadata.labels.KEY`.
    pub fn label(&mut self, key: &str, value: &str) {
        self.mark("labels", key, value);
    }

    /// Sets `metadata.annotations.KEY`.
    pub fn annotate(&mut self, key: &str, value: &str) {
        self.mark("annotations", key, value);
    }

    fn mark(&mut self, section: &str, key: &str, value: &str) {
        let marks = &mut self.value["metadata"][section];
        if !marks.is_object() {
            *marks = Value::Object(Map::new());
        }
        marks[key] = Value::from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_that_is_no_object_says_what_is_missing() {
        let missing = |value| Object::new(value, &Kinds::default(), "ns").unwrap_err().to_string();
        assert_eq!(missing(json!({"kind": "X"})), "it has no apiVersion");
        assert_eq!(missing(json!({"apiVersion": "v1", "kind": "X", "metadata": {}})), "it has no metadata.name");
        assert_eq!(
            missing(json!({"apiVersion": "a/v1", "kind": "X", "metadata": {"name": "n"}})),
            "the cluster does not know the kind X of a/v1"
        );
    }

    #[test]
    fn marks_are_added_to_absent_and_present_sections() {
        let kind = Kind {
            resource: kube::discovery::ApiResource::erase::<k8s_openapi::api::core::v1::ConfigMap>(&()),
            namespaced: true,
        };
        let value = json!({"metadata": {"name": "n", "labels": {"a": "b"}, "annotations": null}});
        let mut object = Object { kind, namespace: Some("ns".into()), name: "n".into(), value };
        object.label("c", "d");
        object.annotate("e", "f");
        assert_eq!(object.value["metadata"]["labels"], json!({"a": "b", "c": "d"}));
        assert_eq!(object.value["metadata"]["annotations"], json!({"e": "f"}));
    }
}
