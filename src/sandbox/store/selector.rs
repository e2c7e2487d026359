//! Label and field selectors.

use serde_json::Value;

use super::Record;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::kinds::Kind;

/// A label selector: all of its requirements must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSelector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Absent,
}

impl LabelSelector {
    /// Reads `a=b,c!=d,e in (f,g),h,!i`.
    ///
    /// # Errors
    /// As the server words it.
    pub fn parse(text: &str) -> Answer<Self> {
        let mut requirements = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let open = rest.find('(');
            let comma = rest.find(',').unwrap_or(rest.len());
            let end = match open {
                Some(open) if open < comma => match rest.find(')') {
                    Some(close) => close + 1,
                    None => return Err(unreadable(text)),
                },
                _ => comma,
            };
            requirements.push(requirement(rest[..end].trim()).ok_or_else(|| unreadable(text))?);
            rest = rest[end..].trim_start().trim_start_matches(',').trim_start();
        }
        Ok(LabelSelector(requirements))
    }

    /// The `matchLabels` and `matchExpressions` of an object.
    pub fn of(value: &Value) -> Self {
        let mut requirements = Vec::new();
        for (key, wanted) in value["matchLabels"].as_object().into_iter().flatten() {
            let test = Test::In(vec![wanted.as_str().unwrap_or_default().into()]);
            requirements.push(Requirement { key: key.clone(), test });
        }
        for expression in value["matchExpressions"].as_array().into_iter().flatten() {
            let values = || {
                let values = expression["values"].as_array().into_iter().flatten();
                values.filter_map(|v| v.as_str().map(str::to_string)).collect()
            };
            let test = match expression["operator"].as_str() {
                Some("In") => Test::In(values()),
                Some("NotIn") => Test::NotIn(values()),
                Some("DoesNotExist") => Test::Absent,
                _ => Test::Exists,
            };
            requirements.push(Requirement { key: expression["key"].as_str().unwrap_or_default().into(), test });
        }
        LabelSelector(requirements)
    }

    /// Nothing is required.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a record has such labels.
    pub fn selects(&self, record: &Record) -> bool {
        self.0.iter().all(|requirement| requirement.holds(record.label(&requirement.key)))
    }

    /// Whether these labels are such.
    pub fn selects_labels(&self, labels: &Value) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels[&requirement.key].as_str()))
    }
}

impl Requirement {
    fn holds(&self, value: Option<&str>) -> bool {
        match (&self.test, value) {
            (Test::In(values), Some(value)) => values.iter().any(|known| known == value),
            (Test::NotIn(values), Some(value)) => !values.iter().any(|known| known == value),
            (Test::Exists, value) => value.is_some(),
            (Test::Absent, value) => value.is_none(),
            (Test::In(_), None) => false,
            (Test::NotIn(_), None) => true,
        }
    }
}

fn requirement(text: &str) -> Option<Requirement> {
    let made = |key: &str, test| {
        let key = key.trim();
        (!key.is_empty() && !key.contains(char::is_whitespace)).then(|| Requirement { key: key.into(), test })
    };
    if let Some((before, list)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let values = list.split(',').map(|value| value.trim().to_string()).collect();
        let before = before.trim();
        if let Some(key) = before.strip_suffix(" notin") {
            return made(key, Test::NotIn(values));
        }
        return made(before.strip_suffix(" in")?, Test::In(values));
    }
    if let Some((key, value)) = text.split_once("!=") {
        return made(key, Test::NotIn(vec![value.trim().into()]));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return made(key, Test::In(vec![value.trim().into()]));
    }
    match text.strip_prefix('!') {
        Some(key) => made(key, Test::Absent),
        None => made(text, Test::Exists),
    }
}

fn unreadable(text: &str) -> ApiError {
    ApiError::bad_request(format!("unable to parse requirement: found '{text}', expected: a selector"))
}

/// A field selector: all of its fields must have (or not have) these values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSelector(Vec<(String, String, bool)>);

/// Fields that can be selected by, besides name and namespace.
const FIELDS: &[(&str, &[&str])] = &[
    (
        "/pods",
        &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
    ),
    (
        "/events",
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
    ),
    ("/secrets", &["type"]),
    ("/namespaces", &["status.phase"]),
    ("/nodes", &["spec.unschedulable"]),
    ("/services", &["spec.clusterIP", "spec.type"]),
    ("/replicationcontrollers", &["status.replicas"]),
    ("apps/replicasets", &["status.replicas"]),
    ("batch/jobs", &["status.successful"]),
];

impl FieldSelector {
    /// Reads `a=b,c!=d`.
    ///
    /// # Errors
    /// A field that this kind cannot be selected by.
    pub fn parse(text: &str, kind: &Kind) -> Answer<Self> {
        let mut fields = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value, equal) = if let Some((name, value)) = part.split_once("!=") {
                (name, value, false)
            } else if let Some((name, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
                (name, value, true)
            } else {
                return Err(ApiError::bad_request(format!("invalid selector: '{text}'; can't understand '{part}'")));
            };
            let known = FIELDS.iter().find(|(table, _)| *table == &*kind.table).map(|(_, fields)| *fields);
            if !["metadata.name", "metadata.namespace"].contains(&name)
                && !known.is_some_and(|fields| fields.contains(&name))
            {
                if known.is_none() {
                    return Err(ApiError::bad_request(format!(
                        "\"{name}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    )));
                }
                return Err(ApiError::bad_request(format!(
                    "Unable to find \"{}, Resource={}\" that match label selector \"\", field selector \"{text}\": \
                     field label not supported: {name}",
                    kind.api_version(),
                    kind.plural
                )));
            }
            fields.push((name.to_string(), value.to_string(), equal));
        }
        Ok(FieldSelector(fields))
    }

    /// Nothing is required.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a record has such fields.
    pub fn selects(&self, record: &Record) -> bool {
        let mut parsed: Option<Value> = None;
        self.0.iter().all(|(field, wanted, equal)| {
            let same = match field.as_str() {
                "metadata.name" => *record.name == **wanted,
                "metadata.namespace" => *record.namespace == **wanted,
                field => {
                    let value = parsed.get_or_insert_with(|| record.value());
                    let found = match field {
                        "source" => value["source"]["component"].clone(),
                        field => value.pointer(&format!("/{}", field.replace('.', "/"))).cloned().unwrap_or_default(),
                    };
                    match found {
                        Value::String(text) => text == *wanted,
                        Value::Null => wanted.is_empty() || wanted == "false" || wanted == "0",
                        other => *wanted == format!("{other}"),
                    }
                }
            };
            same == *equal
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_are_read_as_kubectl_writes_them() {
        let labels = json!({"app": "web", "tier": "front"});
        let selects = |text: &str| LabelSelector::parse(text).unwrap().selects_labels(&labels);
        for text in ["", "app=web", "app==web,tier", "app in (api, web),!gone", "app!=api", "x notin (y)"] {
            assert!(selects(text), "{text}");
        }
        for text in ["app=api", "gone", "!app", "app notin (web)", "tier in (back)"] {
            assert!(!selects(text), "{text}");
        }
        assert!(LabelSelector::parse("a in (b").is_err());
    }
}
