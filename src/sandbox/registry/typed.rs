//! Strict reading: an object must be one of its type, and hold no field that the type does not know.
//!
//! The types are those of the client library. What comes out of a round trip through a type is what the type knows.

use k8s_openapi::api::{
    admissionregistration::v1 as admission, apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch,
    coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery, networking::v1 as networking,
    policy::v1 as policy, rbac::v1 as rbac, scheduling::v1 as scheduling, storage::v1 as storage,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sandbox::kinds::Kind;

/// Why an object is not one of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// A value of another type: path, and both types as an apply words them.
    Type(String, String),
    /// A field that the type does not know.
    Unknown(String),
}

type RoundTrip = fn(&str) -> Result<Value, serde_json::Error>;

fn round_trip<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_str::<T>(text)?)
}

/// The type of a kind.
const TYPES: &[(&str, RoundTrip)] = &[
    ("/namespaces", round_trip::<core::Namespace>),
    ("/nodes", round_trip::<core::Node>),
    ("/pods", round_trip::<core::Pod>),
    ("/services", round_trip::<core::Service>),
    ("/configmaps", round_trip::<core::ConfigMap>),
    ("/secrets", round_trip::<core::Secret>),
    ("/serviceaccounts", round_trip::<core::ServiceAccount>),
    ("/persistentvolumeclaims", round_trip::<core::PersistentVolumeClaim>),
    ("/persistentvolumes", round_trip::<core::PersistentVolume>),
    ("/resourcequotas", round_trip::<core::ResourceQuota>),
    ("/limitranges", round_trip::<core::LimitRange>),
    ("apps/deployments", round_trip::<apps::Deployment>),
    ("apps/replicasets", round_trip::<apps::ReplicaSet>),
    ("apps/statefulsets", round_trip::<apps::StatefulSet>),
    ("apps/daemonsets", round_trip::<apps::DaemonSet>),
    ("batch/jobs", round_trip::<batch::Job>),
    ("batch/cronjobs", round_trip::<batch::CronJob>),
    ("autoscaling/horizontalpodautoscalers", round_trip::<autoscaling::HorizontalPodAutoscaler>),
    ("policy/poddisruptionbudgets", round_trip::<policy::PodDisruptionBudget>),
    ("networking.k8s.io/ingresses", round_trip::<networking::Ingress>),
    ("networking.k8s.io/networkpolicies", round_trip::<networking::NetworkPolicy>),
    ("rbac.authorization.k8s.io/roles", round_trip::<rbac::Role>),
    ("rbac.authorization.k8s.io/rolebindings", round_trip::<rbac::RoleBinding>),
    ("rbac.authorization.k8s.io/clusterroles", round_trip::<rbac::ClusterRole>),
    ("rbac.authorization.k8s.io/clusterrolebindings", round_trip::<rbac::ClusterRoleBinding>),
    ("storage.k8s.io/storageclasses", round_trip::<storage::StorageClass>),
    ("scheduling.k8s.io/priorityclasses", round_trip::<scheduling::PriorityClass>),
    ("coordination.k8s.io/leases", round_trip::<coordination::Lease>),
    ("discovery.k8s.io/endpointslices", round_trip::<discovery::EndpointSlice>),
    (
        "admissionregistration.k8s.io/mutatingwebhookconfigurations",
        round_trip::<admission::MutatingWebhookConfiguration>,
    ),
    (
        "admissionregistration.k8s.io/validatingwebhookconfigurations",
        round_trip::<admission::ValidatingWebhookConfiguration>,
    ),
    ("apiextensions.k8s.io/customresourcedefinitions", round_trip::<CustomResourceDefinition>),
];

/// Looks for mistakes; objects without a known type have none.
pub fn mistakes(kind: &Kind, object: &Value) -> Vec<Mistake> {
    let Some((_, read)) = TYPES.iter().find(|(table, _)| *table == &*kind.table) else { return Vec::new() };
    // Line by line, so that the line of an error tells the field.
    let text = serde_json::to_string_pretty(object).unwrap_or_default();
    match read(&text) {
        Ok(known) => {
            let mut unknown = Vec::new();
            compare(object, &known, "", &mut unknown);
            unknown.into_iter().map(Mistake::Unknown).collect()
        }
        Err(error) => vec![located(&text, object, &error)],
    }
}

/// Fields that did not survive.
fn compare(object: &Value, known: &Value, path: &str, unknown: &mut Vec<String>) {
    match (object, known) {
        (Value::Object(object), Value::Object(known)) => {
            for (key, value) in object {
                let here = format!("{path}.{key}");
                match known.get(key) {
                    Some(below) => compare(value, below, &here, unknown),
                    None if is_empty(value) => {}
                    None => unknown.push(here),
                }
            }
        }
        (Value::Array(object), Value::Array(known)) => {
            for (index, (value, below)) in object.iter().zip(known).enumerate() {
                compare(value, below, &format!("{path}[{index}]"), unknown);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// The field that an error is about: the one on its line.
fn located(text: &str, object: &Value, error: &serde_json::Error) -> Mistake {
    let mut path: Vec<String> = Vec::new();
    let mut counts: Vec<usize> = Vec::new();
    for line in text.lines().take(error.line()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        if depth == 0 {
            continue;
        }
        path.truncate(depth - 1);
        counts.truncate(depth + 1);
        let name = line.trim_start();
        let key = name.strip_prefix('"').and_then(|rest| rest.split_once("\": ")).map(|(key, _)| key.to_string());
        if name.starts_with(['}', ']']) {
            continue;
        }
        path.push(match key {
            Some(key) => key,
            None => {
                counts.resize(depth + 1, 0);
                counts[depth] += 1;
                (counts[depth] - 1).to_string()
            }
        });
    }
    let value = object.pointer(&format!("/{}", path.join("/"))).unwrap_or(&Value::Null);
    let printed = path.iter().map(|part| match part.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{part}"),
    });
    let wanted = error.to_string();
    let wanted = match wanted.split_once("expected ").map_or(wanted.as_str(), |(_, after)| after) {
        text if text.starts_with('i') || text.starts_with('u') || text.starts_with('f') => "numeric (int or float)",
        text if text.starts_with("a string") => "string",
        text if text.starts_with("a boolean") => "boolean",
        text if text.starts_with("a sequence") => "list",
        _ => "map",
    };
    let got = match value {
        Value::String(_) => "string".to_string(),
        Value::Number(_) => "int64".to_string(),
        Value::Bool(_) => "boolean".to_string(),
        Value::Array(_) => "list".to_string(),
        Value::Object(_) => "map".to_string(),
        Value::Null => "null".to_string(),
    };
    Mistake::Type(printed.collect(), format!("expected {wanted}, got {got}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::kinds::Kinds;
    use serde_json::json;

    fn of(object: Value) -> Vec<Mistake> {
        mistakes(Kinds::fixed().find("apps", "v1", "deployments").unwrap(), &object)
    }

    #[test]
    fn a_wrong_type_is_found_with_its_place() {
        let object = json!({"metadata": {"name": "web"}, "spec": {"replicas": "many", "selector": {}, "template": {}}});
        let wrong = Mistake::Type(".spec.replicas".into(), "expected numeric (int or float), got string".into());
        assert_eq!(of(object), [wrong]);
        let container = |env: Value| json!({"spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "a"}, {"name": "b", "env": env}]}}}});
        let wrong = of(container(json!([{"name": "A", "value": 5}])));
        let Mistake::Type(path, _) = &wrong[0] else { panic!("{wrong:?}") };
        assert_eq!(path, ".spec.template.spec.containers[1].env[0].value");
    }

    #[test]
    fn a_field_the_type_does_not_know_is_found() {
        let object = json!({"spec": {"selector": {}, "replica": 1, "template": {}}});
        assert_eq!(of(object), [Mistake::Unknown(".spec.replica".into())]);
    }
}
