//! Objects as rows to be printed: what `kubectl get` shows.

use serde_json::{Value, json};

use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;

/// A column: heading, type, only with `-o wide`, its cell.
type Column = (&'static str, &'static str, bool, fn(&Value) -> Value);

const NAME: Column = ("Name", "string", false, |o| json::at(o, "/metadata/name").clone());
const AGE: Column = ("Age", "string", false, |o| age(json::text(o, "/metadata/creationTimestamp")).into());

fn number(object: &Value, pointer: &str) -> i64 {
    json::int(object, pointer).unwrap_or(0)
}

fn joined(parts: impl Iterator<Item = String>) -> Value {
    match parts.collect::<Vec<_>>() {
        parts if parts.is_empty() => "<none>".into(),
        parts => parts.join(",").into(),
    }
}

fn of(object: &Value, pointer: &str) -> Value {
    match json::at(object, pointer) {
        Value::Null => "<none>".into(),
        value => value.clone(),
    }
}

fn count(object: &Value, pointer: &str) -> Value {
    json::at(object, pointer).as_object().map_or(0, serde_json::Map::len).into()
}

fn share(object: &Value, part: &str, whole: &str) -> Value {
    format!("{}/{}", number(object, part), number(object, whole)).into()
}

fn containers(object: &Value, field: &str) -> Value {
    let list = json::items(object, "/spec/template/spec/containers").iter();
    joined(list.map(|container| container[field].as_str().unwrap_or_default().to_string()))
}

fn selector(object: &Value) -> Value {
    let labels = json::entries(object, "/spec/selector/matchLabels");
    joined(labels.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())))
}

const PODS: &[Column] = &[
    NAME,
    ("Ready", "string", false, |o| {
        let statuses = json::items(o, "/status/containerStatuses");
        let ready = statuses.iter().filter(|status| status["ready"] == true).count();
        format!("{ready}/{}", json::items(o, "/spec/containers").len()).into()
    }),
    ("Status", "string", false, |o| pod_status(o).into()),
    ("Restarts", "string", false, |o| {
        let restarts: i64 =
            json::items(o, "/status/containerStatuses").iter().map(|status| number(status, "/restartCount")).sum();
        let last = json::items(o, "/status/containerStatuses").iter();
        let last = last.map(|status| json::text(status, "/lastState/terminated/finishedAt")).max().unwrap_or_default();
        if restarts > 0 && !last.is_empty() {
            format!("{restarts} ({} ago)", age(last)).into()
        } else {
            restarts.to_string().into()
        }
    }),
    AGE,
    ("IP", "string", true, |o| of(o, "/status/podIP")),
    ("Node", "string", true, |o| of(o, "/spec/nodeName")),
    ("Nominated Node", "string", true, |o| of(o, "/status/nominatedNodeName")),
    ("Readiness Gates", "string", true, |_| "<none>".into()),
];

const DEPLOYMENTS: &[Column] = &[
    NAME,
    ("Ready", "string", false, |o| share(o, "/status/readyReplicas", "/spec/replicas")),
    ("Up-to-date", "integer", false, |o| number(o, "/status/updatedReplicas").into()),
    ("Available", "integer", false, |o| number(o, "/status/availableReplicas").into()),
    AGE,
    ("Containers", "string", true, |o| containers(o, "name")),
    ("Images", "string", true, |o| containers(o, "image")),
    ("Selector", "string", true, selector),
];

const REPLICA_SETS: &[Column] = &[
    NAME,
    ("Desired", "integer", false, |o| number(o, "/spec/replicas").into()),
    ("Current", "integer", false, |o| number(o, "/status/replicas").into()),
    ("Ready", "integer", false, |o| number(o, "/status/readyReplicas").into()),
    AGE,
    ("Containers", "string", true, |o| containers(o, "name")),
    ("Images", "string", true, |o| containers(o, "image")),
    ("Selector", "string", true, selector),
];

const STATEFUL_SETS: &[Column] = &[
    NAME,
    ("Ready", "string", false, |o| share(o, "/status/readyReplicas", "/spec/replicas")),
    AGE,
    ("Containers", "string", true, |o| containers(o, "name")),
    ("Images", "string", true, |o| containers(o, "image")),
];

const DAEMON_SETS: &[Column] = &[
    NAME,
    ("Desired", "integer", false, |o| number(o, "/status/desiredNumberScheduled").into()),
    ("Current", "integer", false, |o| number(o, "/status/currentNumberScheduled").into()),
    ("Ready", "integer", false, |o| number(o, "/status/numberReady").into()),
    ("Up-to-date", "integer", false, |o| number(o, "/status/updatedNumberScheduled").into()),
    ("Available", "integer", false, |o| number(o, "/status/numberAvailable").into()),
    AGE,
];

const JOBS: &[Column] = &[
    NAME,
    ("Status", "string", false, |o| {
        let has = |kind: &str| {
            json::items(o, "/status/conditions").iter().any(|c| c["type"] == kind && c["status"] == "True")
        };
        if has("Complete") {
            "Complete"
        } else if has("Failed") {
            "Failed"
        } else {
            "Running"
        }
        .into()
    }),
    ("Completions", "string", false, |o| share(o, "/status/succeeded", "/spec/completions")),
    ("Duration", "string", false, |o| {
        let started = json::text(o, "/status/startTime");
        let ended = json::text(o, "/status/completionTime");
        match (clock::read(started), clock::read(ended)) {
            (Some(started), Some(ended)) => span(ended.duration_since(started).as_secs()).into(),
            (Some(_), None) => age(started).into(),
            _ => "".into(),
        }
    }),
    AGE,
];

const SERVICES: &[Column] = &[
    NAME,
    ("Type", "string", false, |o| of(o, "/spec/type")),
    ("Cluster-IP", "string", false, |o| of(o, "/spec/clusterIP")),
    ("External-IP", "string", false, |_| "<none>".into()),
    ("Port(s)", "string", false, |o| {
        joined(json::items(o, "/spec/ports").iter().map(|port| {
            let node = port["nodePort"].as_i64().map(|node| format!(":{node}")).unwrap_or_default();
            format!("{}{node}/{}", port["port"], port["protocol"].as_str().unwrap_or("TCP"))
        }))
    }),
    AGE,
];

const CLAIMS: &[Column] = &[
    NAME,
    ("Status", "string", false, |o| of(o, "/status/phase")),
    ("Volume", "string", false, |o| json::text(o, "/spec/volumeName").into()),
    ("Capacity", "string", false, |o| json::text(o, "/status/capacity/storage").into()),
    ("Access Modes", "string", false, |o| {
        let short = |mode: &Value| match mode.as_str() {
            Some("ReadWriteOnce") => "RWO",
            Some("ReadWriteMany") => "RWX",
            Some("ReadOnlyMany") => "ROX",
            _ => "RWOP",
        };
        let modes: Vec<&str> = json::items(o, "/status/accessModes").iter().map(short).collect();
        modes.join(",").into()
    }),
    ("StorageClass", "string", false, |o| json::text(o, "/spec/storageClassName").into()),
    AGE,
];

const EVENTS: &[Column] = &[
    ("Last Seen", "string", false, |o| age(json::text(o, "/lastTimestamp")).into()),
    ("Type", "string", false, |o| of(o, "/type")),
    ("Reason", "string", false, |o| of(o, "/reason")),
    ("Object", "string", false, |o| {
        let kind = json::text(o, "/involvedObject/kind").to_lowercase();
        format!("{kind}/{}", json::text(o, "/involvedObject/name")).into()
    }),
    ("Message", "string", false, |o| json::text(o, "/message").trim().into()),
];

const AUTOSCALERS: &[Column] = &[
    NAME,
    ("Reference", "string", false, |o| {
        let target = json::at(o, "/spec/scaleTargetRef");
        format!("{}/{}", json::text(target, "/kind"), json::text(target, "/name")).into()
    }),
    ("Targets", "string", false, |o| {
        let current = |name: &Value| {
            let metrics = json::items(o, "/status/currentMetrics").iter();
            let mut found = metrics.filter(|metric| metric["resource"]["name"] == *name);
            found.find_map(|metric| json::int(metric, "/resource/current/averageUtilization"))
        };
        joined(json::items(o, "/spec/metrics").iter().map(|metric| {
            let name = &metric["resource"]["name"];
            let now = current(name).map_or("<unknown>".into(), |now| format!("{now}%"));
            let target = number(metric, "/resource/target/averageUtilization");
            format!("{}: {now}/{target}%", name.as_str().unwrap_or_default())
        }))
    }),
    ("MinPods", "string", false, |o| number(o, "/spec/minReplicas").to_string().into()),
    ("MaxPods", "string", false, |o| number(o, "/spec/maxReplicas").to_string().into()),
    ("Replicas", "string", false, |o| number(o, "/status/currentReplicas").to_string().into()),
    AGE,
];

const NODES: &[Column] = &[
    NAME,
    ("Status", "string", false, |o| {
        let ready = json::items(o, "/status/conditions").iter().any(|c| c["type"] == "Ready" && c["status"] == "True");
        if ready { "Ready" } else { "NotReady" }.into()
    }),
    ("Roles", "string", false, |_| "<none>".into()),
    AGE,
    ("Version", "string", false, |o| of(o, "/status/nodeInfo/kubeletVersion")),
];

const NAMESPACES: &[Column] = &[NAME, ("Status", "string", false, |o| of(o, "/status/phase")), AGE];

const SECRETS: &[Column] =
    &[NAME, ("Type", "string", false, |o| of(o, "/type")), ("Data", "string", false, |o| count(o, "/data")), AGE];

const CONFIG_MAPS: &[Column] = &[NAME, ("Data", "string", false, |o| count(o, "/data")), AGE];

const STORAGE_CLASSES: &[Column] = &[
    ("Name", "string", false, |o| {
        let default = json::at(o, "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true";
        format!("{}{}", json::text(o, "/metadata/name"), if default { " (default)" } else { "" }).into()
    }),
    ("Provisioner", "string", false, |o| of(o, "/provisioner")),
    ("ReclaimPolicy", "string", false, |o| of(o, "/reclaimPolicy")),
    ("VolumeBindingMode", "string", false, |o| of(o, "/volumeBindingMode")),
    ("AllowVolumeExpansion", "string", false, |o| (o["allowVolumeExpansion"] == true).into()),
    AGE,
];

const DEFINITIONS: &[Column] = &[NAME, ("Created At", "date", false, |o| of(o, "/metadata/creationTimestamp"))];

const OTHERS: &[Column] = &[NAME, AGE];

fn columns(kind: &Kind) -> &'static [Column] {
    match &*kind.table {
        "/pods" if kind.group.is_empty() => PODS,
        "apps/deployments" => DEPLOYMENTS,
        "apps/replicasets" => REPLICA_SETS,
        "apps/statefulsets" => STATEFUL_SETS,
        "apps/daemonsets" => DAEMON_SETS,
        "batch/jobs" => JOBS,
        "/services" => SERVICES,
        "/persistentvolumeclaims" => CLAIMS,
        "/events" => EVENTS,
        "autoscaling/horizontalpodautoscalers" => AUTOSCALERS,
        "/nodes" => NODES,
        "/namespaces" => NAMESPACES,
        "/secrets" => SECRETS,
        "/configmaps" => CONFIG_MAPS,
        "storage.k8s.io/storageclasses" => STORAGE_CLASSES,
        "apiextensions.k8s.io/customresourcedefinitions" => DEFINITIONS,
        _ => OTHERS,
    }
}

/// Objects as a `Table`.
pub fn table(kind: &Kind, objects: &[Value], version: &str, head: bool) -> Value {
    let columns = columns(kind);
    let definitions: Vec<Value> = columns
        .iter()
        .filter(|_| head)
        .map(|(name, kind, wide, _)| {
            let format = if *name == "Name" { "name" } else { "" };
            json!({"name": name, "type": kind, "format": format, "description": "", "priority": i32::from(*wide)})
        })
        .collect();
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let cells: Vec<Value> = columns.iter().map(|(.., cell)| cell(object)).collect();
            json!({"cells": cells, "object": super::answer::metadata_of(object)})
        })
        .collect();
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version},
        "columnDefinitions": definitions,
        "rows": rows,
    })
}

/// The one word that `kubectl get pods` says of a pod.
fn pod_status(pod: &Value) -> String {
    if json::at(pod, "/metadata/deletionTimestamp").is_string() {
        return "Terminating".into();
    }
    let reason = |status: &Value| -> Option<String> {
        let waiting = json::text(status, "/state/waiting/reason");
        let ended = json::at(status, "/state/terminated");
        match (waiting, ended.is_object()) {
            ("", false) => None,
            ("", true) => Some(match json::text(ended, "/reason") {
                "" => format!("ExitCode:{}", number(ended, "/exitCode")),
                reason => reason.into(),
            }),
            (waiting, _) => Some(waiting.into()),
        }
    };
    let inits = json::items(pod, "/status/initContainerStatuses");
    for (at, status) in inits.iter().enumerate() {
        if json::int(status, "/state/terminated/exitCode") == Some(0) {
            continue;
        }
        let all = json::items(pod, "/spec/initContainers").len();
        return match reason(status) {
            Some(reason) if reason != "PodInitializing" => format!("Init:{reason}"),
            _ => format!("Init:{at}/{all}"),
        };
    }
    let told = json::items(pod, "/status/containerStatuses").iter().filter_map(reason).next_back();
    match (told, json::text(pod, "/status/reason"), json::text(pod, "/status/phase")) {
        (Some(told), ..) => told,
        (None, "", phase) => phase.into(),
        (None, reason, _) => reason.into(),
    }
}

/// How long ago, as kubectl writes it.
fn age(time: &str) -> String {
    if time.is_empty() {
        return "<unknown>".into();
    }
    span(i64::try_from(clock::age(time).as_secs()).unwrap_or(i64::MAX))
}

fn span(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let with = |whole: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{whole}{unit}"),
        rest => format!("{whole}{unit}{rest}{small}"),
    };
    match () {
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 => with(minutes, "m", seconds % 60, "s"),
        () if hours < 3 => format!("{minutes}m"),
        () if hours < 8 => with(hours, "h", minutes % 60, "m"),
        () if hours < 48 => format!("{hours}h"),
        () if days < 8 => with(days, "d", hours % 24, "h"),
        () => format!("{days}d"),
    }
}
