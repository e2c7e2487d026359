//! The answers file as a JSON Schema, for editors. Answers may be partial (a preset or the command line gives the
//! rest), so nothing is required here; when a question is asked and required stands in annotations.

use serde_json::{Map, Value, json};

use super::field::{Field, Kind, Required, Shape};
use super::finding::Severity;
use super::rules;
use super::spec::{ACKNOWLEDGE, Spec};

/// The schema (2020-12) of an answers file.
pub fn schema(spec: &Spec) -> Value {
    let mut root = object();
    for field in spec.fields() {
        let keys: Vec<&str> = field.id.split('.').collect();
        insert(&mut root, &keys, describe(field));
    }
    let mut codes: Vec<&str> =
        rules::all().iter().filter(|rule| rule.severity == Severity::Ack).map(|rule| rule.id.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let acknowledge = json!({
        "description": "Rules whose condition the operator confirms.",
        "type": ["array", "null"],
        "items": { "enum": codes },
    });
    insert(&mut root, &[ACKNOWLEDGE], acknowledge);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Answers for iomctl");
    root
}

fn object() -> Value {
    json!({ "type": ["object", "null"], "properties": {}, "additionalProperties": false })
}

fn insert(node: &mut Value, keys: &[&str], schema: Value) {
    let (Some((first, rest)), Some(properties)) = (keys.split_first(), node["properties"].as_object_mut()) else {
        return;
    };
    if rest.is_empty() {
        properties.insert(first.to_string(), schema);
    } else {
        insert(properties.entry(*first).or_insert_with(object), rest, schema);
    }
}

fn describe(field: &Field) -> Value {
    let mut schema = shape(field);
    let mut note = |key: &str, value: Value| {
        schema.insert(key.to_string(), value);
    };
    note("title", json!(field.title));
    note("description", json!(field.help));
    if let Some(default) = &field.default {
        note("default", default.clone());
    }
    if let Some(example) = &field.example {
        note("examples", json!([example]));
    }
    if let Some(values) = &field.values {
        note("x-values-path", json!(values));
    }
    if let Some(visible) = &field.visible {
        note("x-asked-when", json!(visible.to_string()));
    }
    match &field.required {
        Required::Always(true) => note("x-required", json!(true)),
        Required::When(condition) => note("x-required-when", json!(condition.to_string())),
        Required::Always(false) | Required::Never => {}
    }
    Value::Object(schema)
}

/// What fits, as far as a schema can say it. A key without a value is an unfinished line and always allowed.
fn shape(field: &Field) -> Map<String, Value> {
    let schema = match field.kind {
        Kind::Bool => json!({ "type": ["boolean", "null"] }),
        Kind::Int => bounded(json!({ "type": ["integer", "null"] }), field, "minimum", "maximum"),
        Kind::Port => {
            json!({ "type": ["integer", "string", "null"], "minimum": 1, "maximum": 65535, "pattern": "^[0-9]{1,5}$" })
        }
        Kind::Enum => {
            let values = field.choices.iter().map(|choice| json!(choice.value)).chain([Value::Null]);
            json!({ "enum": values.collect::<Vec<_>>() })
        }
        Kind::Secret => json!({ "type": ["string", "null"], "pattern": reference(field) }),
        Kind::Url => json!({ "type": ["string", "null"], "pattern": "^https?://" }),
        Kind::Quantity => json!({ "type": ["string", "null"], "pattern": "^[0-9.]+(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$" }),
        Kind::String => {
            let mut schema = text(field);
            schema["type"] = json!(["string", "null"]);
            bounded(schema, field, "minLength", "maxLength")
        }
        Kind::List => json!({ "type": ["array", "null"], "items": text(field), "uniqueItems": field.check.unique }),
        Kind::Map => json!({ "type": ["object", "null"], "additionalProperties": text(field) }),
        Kind::Tolerations => json!({ "type": ["array", "null"], "items": toleration() }),
        Kind::Values => json!({ "type": ["object", "null"] }),
        Kind::Pem => json!({ "type": ["string", "null"], "pattern": "-----BEGIN CERTIFICATE-----" }),
    };
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The forms of a reference to a secret.
fn reference(field: &Field) -> String {
    let generate = if field.secret.as_ref().is_some_and(|target| target.generated) { "generate|" } else { "" };
    let existing = "secret:[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9._-]+";
    format!("^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|prompt|{generate}{existing})$")
}

fn text(field: &Field) -> Value {
    let mut schema = json!({ "type": "string" });
    let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    let pattern = match (&field.check.pattern, field.check.shape) {
        (Some(pattern), _) => Some(pattern.regex.clone()),
        (None, Some(Shape::DnsLabel)) => Some(label.to_string()),
        (None, Some(Shape::DnsName)) => Some(format!("{label}(\\.{label})*")),
        (None, Some(Shape::Email)) => Some("[^@\\s]+@[^@\\s]+\\.[^@\\s]+".to_string()),
        (None, _) => None,
    };
    if let Some(pattern) = pattern {
        schema["pattern"] = json!(format!("^(?:{pattern})$"));
    }
    schema
}

fn bounded(mut schema: Value, field: &Field, least: &str, most: &str) -> Value {
    for (key, bound) in [(least, field.check.min), (most, field.check.max)] {
        if let Some(bound) = bound {
            schema[key] = json!(bound);
        }
    }
    schema
}

fn toleration() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "key": { "type": "string" },
            "operator": { "enum": ["Exists", "Equal"] },
            "value": { "type": "string" },
            "effect": { "enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"] },
            "tolerationSeconds": { "type": "integer" },
        },
    })
}
