//! What the server's admission does to new objects: refuses, and fills in what depends on other objects.

use serde_json::{Value, json};

use crate::sandbox::clock;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::quota;
use crate::sandbox::store::Store;

/// Admits a new object.
///
/// # Errors
/// As the server refuses it.
pub fn admit(store: &mut Store, kind: &Kind, namespace: &str, object: &mut Value, dry_run: bool) -> Answer<()> {
    if kind.namespaced {
        in_namespace(store, kind, namespace, json::text(object, "/metadata/name"))?;
    }
    match &*kind.table {
        "/pods" => pod(store, kind, namespace, object)?,
        "/services" => service(store, object),
        "/persistentvolumeclaims" => claim(store, object),
        "batch/jobs" => job(object),
        "/namespaces" => {
            let name = json::text(object, "/metadata/name").to_string();
            json::map(json_metadata(object), "labels").insert("kubernetes.io/metadata.name".into(), name.into());
        }
        "apiextensions.k8s.io/customresourcedefinitions" => established(object),
        _ => {}
    }
    if !dry_run {
        quota::admit(store, kind, namespace, object)?;
    }
    Ok(())
}

fn json_metadata(object: &mut Value) -> &mut Value {
    json::metadata(object);
    &mut object["metadata"]
}

/// What the server filled in at creation stays when a client sends the object without it.
pub fn keep(kind: &Kind, live: &Value, object: &mut Value) {
    let fields: &[&str] = match &*kind.table {
        "/services" => &["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"],
        "/persistentvolumeclaims" => &["volumeName", "storageClassName"],
        "batch/jobs" => &["selector"],
        "/pods" => &[
            "nodeName",
            "serviceAccountName",
            "serviceAccount",
            "tolerations",
            "priority",
            "enableServiceLinks",
            "preemptionPolicy",
        ],
        _ => return,
    };
    for field in fields {
        if let Some(known) = live["spec"].get(field)
            && object["spec"].get(field).is_none_or(Value::is_null)
        {
            object["spec"][*field] = known.clone();
        }
    }
}

fn in_namespace(store: &Store, kind: &Kind, namespace: &str, name: &str) -> Answer<()> {
    let namespaces = store.kinds.find("", "v1", "namespaces").cloned();
    let Some(namespaces) = namespaces else { return Ok(()) };
    let Some(found) = store.value("/namespaces", "", namespace) else {
        return Err(ApiError::not_found(&namespaces, namespace));
    };
    if found["status"]["phase"] != "Terminating" {
        return Ok(());
    }
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let mut error = ApiError::forbidden(kind, name, &why);
    error.details["causes"] = json!([{
        "reason": "NamespaceTerminating",
        "message": format!("namespace {namespace} is being terminated"),
        "field": "metadata.namespace",
    }]);
    Err(error)
}

fn pod(store: &Store, kind: &Kind, namespace: &str, object: &mut Value) -> Answer<()> {
    let name = json::text(object, "/metadata/name").to_string();
    let account = match json::text(object, "/spec/serviceAccountName") {
        "" => "default".to_string(),
        account => account.to_string(),
    };
    if store.get("/serviceaccounts", namespace, &account).is_none() {
        let why =
            format!("error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found");
        return Err(ApiError::forbidden(kind, &name, &why));
    }
    let spec = &mut object["spec"];
    spec["serviceAccountName"] = account.as_str().into();
    spec["serviceAccount"] = account.into();
    if spec["enableServiceLinks"].is_null() {
        spec["enableServiceLinks"] = true.into();
    }
    match spec["priorityClassName"].as_str().map(str::to_string) {
        Some(class) if !class.is_empty() && !class.starts_with("system-") => {
            match store.value("scheduling.k8s.io/priorityclasses", "", &class) {
                Some(found) => spec["priority"] = found["value"].clone(),
                None => {
                    return Err(ApiError::forbidden(
                        kind,
                        &name,
                        &format!("no PriorityClass with name {class} was found"),
                    ));
                }
            }
        }
        _ => spec["priority"] = 0.into(),
    }
    spec["preemptionPolicy"] = "PreemptLowerPriority".into();
    let mut tolerations = spec["tolerations"].as_array().cloned().unwrap_or_default();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        if !tolerations.iter().any(|known| known["key"] == key) {
            tolerations
                .push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
    spec["tolerations"] = tolerations.into();
    let class = quality(spec);
    object["status"]["qosClass"] = class.into();
    Ok(())
}

/// The quality of service class.
fn quality(spec: &Value) -> &'static str {
    let containers = || json::items(spec, "/containers").iter().chain(json::items(spec, "/initContainers"));
    let empty = |value: &Value| value.as_object().is_none_or(serde_json::Map::is_empty);
    let nothing = |c: &Value| empty(&c["resources"]["requests"]) && empty(&c["resources"]["limits"]);
    if containers().all(nothing) {
        return "BestEffort";
    }
    let guaranteed = |c: &Value| {
        let limits = &c["resources"]["limits"];
        let requests = &c["resources"]["requests"];
        ["cpu", "memory"]
            .iter()
            .all(|name| limits[*name].is_string() && (requests[*name].is_null() || requests[*name] == limits[*name]))
    };
    if containers().all(guaranteed) { "Guaranteed" } else { "Burstable" }
}

fn service(store: &mut Store, object: &mut Value) {
    let spec = &mut object["spec"];
    if spec["type"] != "ExternalName" && spec["ipFamilies"].is_null() {
        spec["ipFamilies"] = json!(["IPv4"]);
        spec["ipFamilyPolicy"] = "SingleStack".into();
    }
    if spec["type"] == "ExternalName" || spec["clusterIP"] == "None" {
        if spec["clusterIP"] == "None" {
            spec["clusterIPs"] = json!(["None"]);
        }
        return;
    }
    if spec["clusterIP"].as_str().is_none_or(str::is_empty) {
        let ip = format!("10.96.{}.{}", store.random.u8(1..), store.random.u8(1..255));
        spec["clusterIPs"] = json!([ip]);
        spec["clusterIP"] = ip.into();
    }
    if ["NodePort", "LoadBalancer"].contains(&json::text(spec, "/type")) {
        for port in json::items_mut(spec, &["ports"]) {
            if port["nodePort"].is_null() {
                port["nodePort"] = store.random.u16(30_000..32_768).into();
            }
        }
    }
}

fn claim(store: &Store, object: &mut Value) {
    let finalizers = json::metadata(object).entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = finalizers.as_array_mut().filter(|list| list.is_empty()) {
        list.push("kubernetes.io/pvc-protection".into());
    }
    if !object["spec"]["storageClassName"].is_null() {
        return;
    }
    let default = store.list("storage.k8s.io/storageclasses", None, None).find(|class| {
        json::at(&class.value(), "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true"
    });
    if let Some(class) = default {
        object["spec"]["storageClassName"] = (*class.name).into();
    }
}

/// The labels by which a job knows its pods.
fn job(object: &mut Value) {
    let uid = json::text(object, "/metadata/uid").to_string();
    let name = json::text(object, "/metadata/name").to_string();
    json::map(&mut object["spec"], "template");
    let template = &mut object["spec"]["template"];
    json::metadata(template);
    let labels = json::map(&mut template["metadata"], "labels");
    for (key, value) in [
        ("batch.kubernetes.io/controller-uid", &uid),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("job-name", &name),
    ] {
        labels.insert(key.into(), value.as_str().into());
    }
    let labels = labels.clone();
    if json::at(object, "/metadata/labels").as_object().is_none_or(serde_json::Map::is_empty) {
        json::metadata(object).insert("labels".into(), labels.into());
    }
    object["spec"]["selector"] = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}});
}

/// A definition is served at once.
fn established(object: &mut Value) {
    let names = object["spec"]["names"].clone();
    let versions: Vec<Value> = json::items(object, "/spec/versions")
        .iter()
        .filter(|version| version["storage"] == true)
        .map(|version| version["name"].clone())
        .collect();
    let now = clock::now();
    let condition = |kind: &str, reason: &str, message: &str| json!({"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now});
    object["status"] = json!({
        "acceptedNames": names,
        "storedVersions": versions,
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
    });
}
