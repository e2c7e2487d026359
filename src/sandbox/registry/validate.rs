//! The rules of the server that an operator meets, in its words.

use serde_json::{Value, json};

use crate::sandbox::error::{Answer, ApiError, Violation};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::LabelSelector;

/// Most bytes of a Secret or ConfigMap.
const MOST_DATA: usize = 1_048_576;

/// Most bytes of all annotations.
const MOST_ANNOTATIONS: usize = 262_144;

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/// Checks a new object, or a change of one (`before` is null for a new one).
///
/// # Errors
/// All violations at once.
pub fn check(kind: &Kind, object: &Value, before: &Value) -> Answer<()> {
    let name = json::text(object, "/metadata/name");
    let mut violations = Vec::new();
    metadata(kind, object, &mut violations);
    match &*kind.table {
        "apps/deployments" | "apps/replicasets" | "apps/statefulsets" | "apps/daemonsets" => {
            workload(kind, object, before, &mut violations);
        }
        "batch/jobs" => job(object, before, &mut violations),
        "/pods" => pod(object, before, &mut violations),
        "/secrets" | "/configmaps" => data(object, before, &mut violations),
        "/services" => service(object, before, &mut violations),
        "/persistentvolumeclaims" => claim(object, before, &mut violations),
        _ => {}
    }
    if violations.is_empty() { Ok(()) } else { Err(ApiError::invalid(kind, name, &violations)) }
}

fn metadata(kind: &Kind, object: &Value, violations: &mut Vec<Violation>) {
    let name = json::text(object, "/metadata/name");
    let strict = ["/namespaces", "/services"].contains(&&*kind.table);
    let free = kind.group == "rbac.authorization.k8s.io";
    if name.is_empty() {
        violations.push(Violation::required("metadata.name", "name or generateName is required"));
    } else if !free && !(if strict { is_label(name) } else { is_subdomain(name) }) {
        let why = if strict { LABEL } else { SUBDOMAIN };
        violations.push(Violation::invalid("metadata.name", &json!(name), why));
    }
    let annotations: usize = json::entries(object, "/metadata/annotations")
        .map(|(key, value)| key.len() + value.as_str().unwrap_or_default().len())
        .sum();
    if annotations > MOST_ANNOTATIONS {
        violations.push(Violation::too_long("metadata.annotations", MOST_ANNOTATIONS));
    }
    for (_, value) in json::entries(object, "/metadata/labels") {
        let text = value.as_str().unwrap_or_default();
        let fine = text.len() <= 63
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && !text.starts_with(['-', '_', '.'])
            && !text.ends_with(['-', '_', '.']);
        if !fine {
            let why = if text.len() > 63 {
                "must be no more than 63 bytes".to_string()
            } else {
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                 must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                 regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
                    .to_string()
            };
            violations.push(Violation::invalid("metadata.labels", value, why));
        }
    }
}

fn workload(kind: &Kind, object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    let selector = json::at(object, "/spec/selector");
    let labels = json::at(object, "/spec/template/metadata/labels");
    if !selector.is_object() {
        violations.push(Violation::required("spec.selector", ""));
    } else if !LabelSelector::of(selector).selects_labels(labels) {
        let why = "`selector` does not match template `labels`";
        violations.push(Violation::invalid("spec.template.metadata.labels", labels, why));
    }
    let claims = json::items(object, "/spec/volumeClaimTemplates");
    template(json::at(object, "/spec/template/spec"), "spec.template.spec", claims, violations);
    if json::int(object, "/spec/replicas").is_some_and(|replicas| replicas < 0) {
        let why = "must be greater than or equal to 0";
        violations.push(Violation::invalid("spec.replicas", json::at(object, "/spec/replicas"), why));
    }
    if before.is_null() {
        return;
    }
    if &*kind.table == "apps/statefulsets" {
        let free = [
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ];
        let fixed = |object: &Value| {
            let mut spec = object["spec"].as_object().cloned().unwrap_or_default();
            free.iter().for_each(|key| drop(spec.remove(*key)));
            spec
        };
        if fixed(object) != fixed(before) {
            violations.push(Violation::forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
                 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and \
                 'minReadySeconds' are forbidden",
            ));
        }
    } else if *selector != *json::at(before, "/spec/selector") {
        violations.push(Violation::invalid("spec.selector", selector, "field is immutable"));
    }
}

/// `claims` are volumes that are made from the claims of a StatefulSet.
fn template(spec: &Value, path: &str, claims: &[Value], violations: &mut Vec<Violation>) {
    let volumes = json::items(spec, "/volumes").iter().map(|volume| &volume["name"]);
    let volumes: Vec<&Value> = volumes.chain(claims.iter().map(|claim| &claim["metadata"]["name"])).collect();
    if json::items(spec, "/containers").is_empty() {
        violations.push(Violation::required(format!("{path}.containers"), ""));
    }
    for list in ["initContainers", "containers"] {
        let mut names: Vec<&str> = Vec::new();
        for (index, container) in json::items(spec, &format!("/{list}")).iter().enumerate() {
            let here = format!("{path}.{list}[{index}]");
            let name = json::text(container, "/name");
            if name.is_empty() {
                violations.push(Violation::required(format!("{here}.name"), ""));
            } else if names.contains(&name) {
                let message = Violation::invalid(format!("{here}.name"), &json!(name), "must be unique");
                violations.push(message);
            }
            names.push(name);
            if json::text(container, "/image").is_empty() {
                violations.push(Violation::required(format!("{here}.image"), ""));
            }
            for (at, mount) in json::items(container, "/volumeMounts").iter().enumerate() {
                if !volumes.contains(&&mount["name"]) {
                    let field = format!("{here}.volumeMounts[{at}].name");
                    violations.push(Violation::not_found(field, &mount["name"]));
                }
            }
        }
    }
}

fn job(object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    template(json::at(object, "/spec/template/spec"), "spec.template.spec", &[], violations);
    let policy = json::at(object, "/spec/template/spec/restartPolicy");
    if policy != "Never" && policy != "OnFailure" {
        let why = "valid values: \"OnFailure\", \"Never\"";
        violations.push(Violation::required("spec.template.spec.restartPolicy", why));
    }
    if before.is_null() {
        return;
    }
    let (new, old) = (json::at(object, "/spec/template"), json::at(before, "/spec/template"));
    if new["spec"] != old["spec"] {
        violations.push(Violation::invalid("spec.template.spec", &new["spec"], "field is immutable"));
    }
    for field in ["selector", "completions"] {
        let (new, old) = (&object["spec"][field], &before["spec"][field]);
        if new != old {
            violations.push(Violation::invalid(format!("spec.{field}"), new, "field is immutable"));
        }
    }
}

fn pod(object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    template(json::at(object, "/spec"), "spec", &[], violations);
    if before.is_null() {
        return;
    }
    let fixed = |object: &Value| {
        let mut spec = object["spec"].clone();
        for list in ["initContainers", "containers"] {
            for container in json::items_mut(&mut spec, &[list]) {
                container.as_object_mut().map(|container| container.remove("image"));
            }
        }
        if let Some(map) = spec.as_object_mut() {
            for key in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"] {
                map.remove(key);
            }
        }
        spec
    };
    if fixed(object) != fixed(before) {
        violations.push(Violation::forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,\
             `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to \
             existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
             previously negative)",
        ));
    }
}

fn data(object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    for map in ["/data", "/binaryData"] {
        let size: usize = json::entries(object, map).map(|(_, value)| value.as_str().unwrap_or_default().len()).sum();
        // Base64 in the object, bytes in the limit.
        let size = if json::text(object, "/type").is_empty() { size } else { size / 4 * 3 };
        if size > MOST_DATA {
            violations.push(Violation::too_long(map.trim_start_matches('/'), MOST_DATA));
        }
        for (key, _) in json::entries(object, map) {
            if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
                violations.push(Violation::invalid(
                    format!("{}[{key}]", map.trim_start_matches('/')),
                    &json!(key),
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  \
                     or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
                ));
            }
        }
    }
    if before["immutable"] == true && (object["data"] != before["data"] || object["immutable"] != true) {
        violations.push(Violation::forbidden("data", "field is immutable when `immutable` is set"));
    }
    if !before.is_null() && object["type"] != before["type"] {
        violations.push(Violation::invalid("type", &object["type"], "field is immutable"));
    }
}

fn service(object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    let headless = object["spec"]["clusterIP"] == "None";
    if json::items(object, "/spec/ports").is_empty() && !headless && object["spec"]["type"] != "ExternalName" {
        violations.push(Violation::required("spec.ports", ""));
    }
    for (index, port) in json::items(object, "/spec/ports").iter().enumerate() {
        let number = json::int(port, "/port").unwrap_or_default();
        if !(1..=65_535).contains(&number) {
            let why = "must be between 1 and 65535, inclusive";
            violations.push(Violation::invalid(format!("spec.ports[{index}].port"), &port["port"], why));
        }
    }
    let (new, old) = (&object["spec"]["clusterIP"], &before["spec"]["clusterIP"]);
    if old.is_string() && new != old && object["spec"]["type"] == before["spec"]["type"] {
        let list = json!([new]);
        violations.push(Violation::invalid("spec.clusterIPs[0]", &list, "may not change once set"));
    }
}

fn claim(object: &Value, before: &Value, violations: &mut Vec<Violation>) {
    if json::items(object, "/spec/accessModes").is_empty() {
        violations.push(Violation::required("spec.accessModes", "at least 1 access mode is required"));
    }
    if json::text(object, "/spec/resources/requests/storage").is_empty() {
        violations.push(Violation::required("spec.resources[storage]", ""));
    }
    let fixed = |object: &Value| {
        let mut spec = object["spec"].clone();
        if let Some(map) = spec.as_object_mut() {
            ["resources", "volumeName", "volumeAttributesClassName"].iter().for_each(|key| drop(map.remove(*key)));
        }
        spec
    };
    if !before.is_null() && fixed(object) != fixed(before) && before["spec"]["volumeName"].is_string() {
        violations.push(Violation::forbidden(
            "spec",
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
        ));
    }
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
}
