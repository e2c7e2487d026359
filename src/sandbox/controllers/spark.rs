//! Spark applications: a driver pod, its executors, and the state that the operator would tell.

use serde_json::{Value, json};

use super::Turn;
use super::pods::{self, make, owned, ready};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::store::Key;

/// Moves a Spark application on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let application = record.value();
    let state = json::text(&application, "/status/applicationState/state").to_string();
    if pods::leaving(&application) || ["COMPLETED", "FAILED"].contains(&state.as_str()) {
        return;
    }
    let name = json::text(&application, "/metadata/name").to_string();
    let driver_name = format!("{name}-driver");
    let all = owned(turn, &application, "/pods");
    let driver = all.iter().find(|pod| json::text(pod, "/metadata/name") == driver_name);
    let Some(driver) = driver else {
        if state.is_empty() && make_pod(turn, &application, "driver", driver_name.clone()).is_ok() {
            tell(turn, key, &application, "SUBMITTED", &driver_name);
        }
        return;
    };
    match json::text(driver, "/status/phase") {
        "Succeeded" => tell(turn, key, &application, "COMPLETED", &driver_name),
        "Failed" => tell(turn, key, &application, "FAILED", &driver_name),
        "Running" if ready(driver) => {
            tell(turn, key, &application, "RUNNING", &driver_name);
            let wanted = json::int(&application, "/spec/executor/instances").unwrap_or(1).clamp(0, 20);
            for number in 1..=wanted {
                let executor = format!("{name}-exec-{number}");
                if !all.iter().any(|pod| json::text(pod, "/metadata/name") == executor) {
                    let _ = make_pod(turn, &application, "executor", executor);
                }
            }
        }
        _ => {}
    }
}

fn make_pod(turn: &mut Turn<'_>, application: &Value, role: &str, name: String) -> crate::sandbox::error::Answer<()> {
    let part = &application["spec"][role];
    let image = [&part["image"], &application["spec"]["image"]].into_iter().find_map(Value::as_str);
    let cores = part["cores"].as_i64().unwrap_or(1);
    let memory = part["memory"].as_str().unwrap_or("1g").to_lowercase().replace('g', "Gi").replace('m', "Mi");
    let container = json!({
        "name": format!("spark-kubernetes-{role}"),
        "image": image.unwrap_or("spark"),
        "resources": {"requests": {"cpu": cores.to_string(), "memory": memory}},
    });
    let application_name = json::text(application, "/metadata/name");
    let mut labels = json!({"spark-role": role, "sparkoperator.k8s.io/app-name": application_name});
    for (key, value) in json::entries(application, &format!("/spec/{role}/labels")) {
        labels[key] = value.clone();
    }
    let mut spec = json!({"restartPolicy": "Never", "containers": [container]});
    if let Some(account) = part["serviceAccount"].as_str().filter(|_| role == "driver") {
        spec["serviceAccountName"] = account.into();
    }
    let annotations = json::at(application, "/metadata/annotations/sandbox.iomctl~1runs-for-seconds");
    let mut template = json!({"metadata": {"labels": labels}, "spec": spec});
    if annotations.is_string() {
        template["metadata"]["annotations"] = json!({"sandbox.iomctl/runs-for-seconds": annotations});
    }
    make(turn, application, &template, Some(name), &[])
}

fn tell(turn: &mut Turn<'_>, key: &Key, application: &Value, state: &str, driver: &str) {
    if json::text(application, "/status/applicationState/state") == state {
        return;
    }
    let mut status = application["status"].clone();
    json::set(&mut status, &["applicationState", "state"], state);
    json::set(&mut status, &["driverInfo", "podName"], driver);
    if status["lastSubmissionAttemptTime"].is_null() {
        status["lastSubmissionAttemptTime"] = clock::now().into();
    }
    if ["COMPLETED", "FAILED"].contains(&state) {
        status["terminationTime"] = clock::now().into();
    }
    pods::set_status(turn, key, &status);
}
