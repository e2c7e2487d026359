//! An object as it is, to read.

use serde_json::Value;

use crate::app::Msg;
use crate::app::dashboard::{News, Subject};
use crate::cli::console::Hub;
use crate::cluster::Kind;
use crate::helm::Values;
use crate::problem::Problem;
use crate::redact::{MASK, Redactor, secrets_in};

/// The API versions in which kinds are looked for.
const VERSIONS: &[&str] = &["v1", "apps/v1", "batch/v1", "autoscaling/v2", "sparkoperator.k8s.io/v1beta2"];

/// Reads an object and tells it as YAML.
pub async fn yaml(hub: &Hub, subject: Subject) {
    let text = read(hub, &subject).await.map_err(Box::new);
    hub.tell(Msg::Dashboard(News::Yaml(subject, text)));
}

async fn read(hub: &Hub, subject: &Subject) -> Result<String, Problem> {
    let session = hub.session().ok_or_else(super::unconnected)?;
    let kind = kind(hub, &subject.kind)?;
    let failed = |why: String| {
        Problem::failed("object.unreadable", format!("{} {} cannot be read", subject.kind, subject.name)).because(why)
    };
    let found = session.get(&kind, Some(&subject.namespace), &subject.name).await;
    let Some(mut value) = found.map_err(|failure| failed(failure.to_string()))? else {
        return Err(failed("it does not exist any more".into()));
    };
    mask(&mut value, &hub.desk().redactor());
    Ok(Values::from_json(value).to_yaml())
}

/// The kind as the server serves it.
pub fn kind(hub: &Hub, name: &str) -> Result<Kind, Problem> {
    let session = hub.session().ok_or_else(super::unconnected)?;
    let found = VERSIONS.iter().find_map(|version| session.kinds.find(version, name));
    found.cloned().ok_or_else(|| Problem::failed("object.kind", format!("a {name} cannot be read by itself")))
}

/// Folds what nobody reads, and masks what nobody should.
fn mask(object: &mut Value, redactor: &Redactor) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        if let Some(Value::Array(fields)) = metadata.get("managedFields") {
            let managers: Vec<&str> = fields.iter().filter_map(|field| field["manager"].as_str()).collect();
            let folded = format!("({} entries, by {})", managers.len(), managers.join(", "));
            metadata.insert("managedFields".into(), folded.into());
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        }
    }
    if object["kind"] == "Secret" {
        for section in ["data", "stringData"] {
            if let Some(data) = object.get_mut(section).and_then(Value::as_object_mut) {
                data.values_mut().for_each(|value| *value = MASK.into());
            }
        }
    }
    mask_variables(object);
    let mut known = redactor.clone();
    // Spark's settings tell by their name that they are secrets; in the rest of an object `secretName` does not.
    for section in ["/spec/sparkConf", "/spec/hadoopConf"] {
        known.learn(object.pointer(section).map(secrets_in).unwrap_or_default());
    }
    known.clean_json(object);
}

/// Environment variables tell by their name that their value is a secret.
fn mask_variables(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask_variables),
        Value::Object(map) => {
            let name = map.get("name").and_then(Value::as_str).unwrap_or_default().to_string();
            let telling = serde_json::json!({ name: map.get("value").cloned().unwrap_or_default() });
            if !secrets_in(&telling).is_empty() {
                map.insert("value".into(), MASK.into());
            }
            map.values_mut().for_each(mask_variables);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_secret_is_left_in_an_object() {
        let mut pod = json!({
            "kind": "Pod",
            "metadata": {
                "managedFields": [{"manager": "helm"}, {"manager": "kubelet"}],
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a": "b"},
            },
            "spec": {"containers": [{
                "name": "c",
                "envFrom": [{"secretRef": {"name": "data-plane"}}], "volumes": [{"secretName": "data-plane"}],
                "env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "HOST", "value": "pg-known"}],
                "args": ["--db", "known-secret"],
            }]},
        });
        mask(&mut pod, &Redactor::new(["known-secret"]));
        let text = pod.to_string();
        assert!(!text.contains("hunter2") && !text.contains("known-secret"), "{text}");
        assert!(
            text.contains("data-plane") && text.contains("pg-known") && text.contains("(2 entries, by helm, kubelet)"),
            "{text}"
        );
        let mut secret = json!({"kind": "Secret", "data": {"a": "aHVudGVyMg=="}});
        mask(&mut secret, &Redactor::default());
        assert_eq!(secret["data"]["a"], MASK);
    }
}
