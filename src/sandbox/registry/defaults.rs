//! What the server fills in, as a table of places and values.

use serde_json::{Value, json};

use crate::sandbox::json;
use crate::sandbox::kinds::Kind;

/// Kinds whose pod template stands at this pointer.
const TEMPLATES: &[(&str, &[&str])] = &[
    ("/pods", &["spec"]),
    ("apps/deployments", &["spec", "template", "spec"]),
    ("apps/replicasets", &["spec", "template", "spec"]),
    ("apps/statefulsets", &["spec", "template", "spec"]),
    ("apps/daemonsets", &["spec", "template", "spec"]),
    ("batch/jobs", &["spec", "template", "spec"]),
    ("batch/cronjobs", &["spec", "jobTemplate", "spec", "template", "spec"]),
];

/// Defaults of an object by kind. An object among them is filled in key by key.
fn of_kind(table: &str) -> Value {
    match table {
        "apps/deployments" => json!({"spec": {
            "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate"},
        }}),
        "apps/replicasets" => json!({"spec": {"replicas": 1}}),
        "apps/statefulsets" => json!({"spec": {
            "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate"},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        }}),
        "apps/daemonsets" => json!({"spec": {
            "revisionHistoryLimit": 10,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        }}),
        "batch/jobs" => json!({"spec": {
            "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
            "manualSelector": false, "podReplacementPolicy": "TerminatingOrFailed",
        }}),
        "batch/cronjobs" => json!({"spec": {
            "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        }}),
        "/services" => json!({"spec": {
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
        }, "status": {"loadBalancer": {}}}),
        "/secrets" => json!({"type": "Opaque"}),
        "/namespaces" => json!({"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}),
        "/persistentvolumeclaims" => json!({"spec": {"volumeMode": "Filesystem"}, "status": {"phase": "Pending"}}),
        "/persistentvolumes" => json!({"spec": {
            "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem",
        }, "status": {"phase": "Available"}}),
        "/pods" => json!({"status": {"phase": "Pending"}}),
        "storage.k8s.io/storageclasses" => json!({
            "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
        }),
        "scheduling.k8s.io/priorityclasses" => json!({"preemptionPolicy": "PreemptLowerPriority"}),
        "autoscaling/horizontalpodautoscalers" => {
            json!({"spec": {"minReplicas": 1}, "status": {"desiredReplicas": 0, "currentMetrics": null}})
        }
        "networking.k8s.io/ingresses" => json!({"status": {"loadBalancer": {}}}),
        "networking.k8s.io/networkpolicies" => json!({"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),
        _ => Value::Null,
    }
}

fn of_pod() -> Value {
    json!({
        "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30,
        "securityContext": {}, "schedulerName": "default-scheduler",
    })
}

/// Fills in what the server fills in.
pub fn fill(kind: &Kind, object: &mut Value) {
    if kind.custom {
        return;
    }
    lay(object, &of_kind(&kind.table));
    if let Some((_, path)) = TEMPLATES.iter().find(|(table, _)| *table == &*kind.table) {
        let mut place = Some(&mut *object);
        for key in *path {
            place = place.and_then(|value| value.get_mut(*key));
        }
        if let Some(spec) = place.filter(|spec| spec.is_object()) {
            pod(spec);
        }
    }
    match &*kind.table {
        "apps/deployments" if object["spec"]["strategy"]["type"] == "RollingUpdate" => {
            lay(
                &mut object["spec"]["strategy"],
                &json!({"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}),
            );
        }
        "apps/statefulsets" if object["spec"]["updateStrategy"]["type"] == "RollingUpdate" => {
            lay(&mut object["spec"]["updateStrategy"], &json!({"rollingUpdate": {"partition": 0}}));
            for claim in json::items_mut(object, &["spec", "volumeClaimTemplates"]) {
                lay(
                    claim,
                    &json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                        "spec": {"volumeMode": "Filesystem"}, "status": {"phase": "Pending"}}),
                );
            }
        }
        "/services" => service(object),
        "/secrets" => secret(object),
        "rbac.authorization.k8s.io/rolebindings" | "rbac.authorization.k8s.io/clusterrolebindings" => {
            for subject in json::items_mut(object, &["subjects"]) {
                if subject["kind"] != "ServiceAccount" {
                    lay(subject, &json!({"apiGroup": "rbac.authorization.k8s.io"}));
                }
            }
            lay(object, &json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io"}}));
        }
        _ => {}
    }
}

fn pod(spec: &mut Value) {
    lay(spec, &of_pod());
    if let Some(account) = spec["serviceAccountName"].as_str().map(str::to_string) {
        lay(spec, &json!({"serviceAccount": account}));
    }
    for list in ["initContainers", "containers"] {
        for container in json::items_mut(spec, &[list]) {
            let latest = container["image"].as_str().is_some_and(|image| {
                image.ends_with(":latest") || !image.rsplit('/').next().unwrap_or_default().contains([':', '@'])
            });
            lay(
                container,
                &json!({
                    "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                    "imagePullPolicy": if latest { "Always" } else { "IfNotPresent" }, "resources": {},
                }),
            );
            for port in json::items_mut(container, &["ports"]) {
                lay(port, &json!({"protocol": "TCP"}));
            }
            for variable in json::items_mut(container, &["env"]) {
                if variable["valueFrom"]["fieldRef"].is_object() {
                    lay(&mut variable["valueFrom"]["fieldRef"], &json!({"apiVersion": "v1"}));
                }
            }
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                if container[probe].is_object() {
                    lay(
                        &mut container[probe],
                        &json!({"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}),
                    );
                    if container[probe]["httpGet"].is_object() {
                        lay(&mut container[probe]["httpGet"], &json!({"path": "/", "scheme": "HTTP"}));
                    }
                }
            }
        }
    }
    for volume in json::items_mut(spec, &["volumes"]) {
        for source in ["configMap", "secret", "projected", "downwardAPI"] {
            if volume[source].is_object() {
                lay(&mut volume[source], &json!({"defaultMode": 420}));
            }
        }
    }
}

fn service(object: &mut Value) {
    if object["spec"]["type"] == "ExternalName" {
        return;
    }
    for port in json::items_mut(object, &["spec", "ports"]) {
        let number = port["port"].clone();
        lay(port, &json!({"protocol": "TCP", "targetPort": number}));
    }
}

/// `stringData` becomes `data`.
fn secret(object: &mut Value) {
    use base64::Engine;
    let Some(Value::Object(plain)) = object.as_object_mut().and_then(|map| map.remove("stringData")) else { return };
    for (key, value) in plain {
        let encoded = base64::engine::general_purpose::STANDARD.encode(value.as_str().unwrap_or_default());
        json::map(object, "data").insert(key, encoded.into());
    }
}

/// Puts in what is missing.
fn lay(object: &mut Value, defaults: &Value) {
    let (Value::Object(object), Value::Object(defaults)) = (object, defaults) else { return };
    for (key, default) in defaults {
        match object.get_mut(key) {
            None => drop(object.insert(key.clone(), default.clone())),
            Some(Value::Null) if !default.is_null() => drop(object.insert(key.clone(), default.clone())),
            Some(known) => lay(known, default),
        }
    }
}
