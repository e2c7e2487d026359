//! Pods in large numbers, made directly: nobody waits for ten thousand starts.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Population;
use super::setting::{NODES, put};
use crate::sandbox::clock;
use crate::sandbox::registry;
use crate::sandbox::store::Store;

/// Pods per Deployment.
const REPLICAS: usize = 10;

/// Fills namespaces with Deployments and their pods, all of them well but a few.
pub fn settle(store: &mut Store, population: &Population) {
    let born = clock::written(Timestamp::now().checked_sub(SignedDuration::from_hours(26)).unwrap_or_default());
    let namespaces = population.namespaces.max(1);
    let deployments = population.pods.div_ceil(REPLICAS);
    let mut left = population.pods;
    for number in 0..namespaces {
        let name = format!("team-{number:02}");
        put(store, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}), &born);
        let account =
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}});
        put(store, account, &born);
    }
    for number in 0..deployments {
        let namespace = format!("team-{:02}", number % namespaces);
        let pods = left.min(REPLICAS);
        left -= pods;
        deployment(store, &namespace, &format!("service-{:03}", number / namespaces), pods, &born);
    }
}

fn deployment(store: &mut Store, namespace: &str, name: &str, replicas: usize, born: &str) {
    let hash = registry::suffix(store, 10);
    let labels = json!({"app": name});
    let mut hashed = labels.clone();
    hashed["pod-template-hash"] = hash.as_str().into();
    let container = json!({
        "name": name, "image": format!("registry.example/iomete/{name}:3.17.0"), "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    });
    let template = json!({"metadata": {"labels": hashed}, "spec": {"containers": [container]}});
    let status = json!({"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
    "readyReplicas": replicas, "availableReplicas": replicas, "conditions": [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable",
            "message": "Deployment has minimum availability.", "lastUpdateTime": born, "lastTransitionTime": born},
        {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
            "message": format!("ReplicaSet \"{name}-{hash}\" has successfully progressed."),
            "lastUpdateTime": born, "lastTransitionTime": born},
    ]});
    let uid = registry::uuid(store);
    let owner = |kind: &str, name: &str, uid: &str| {
        json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true,
            "blockOwnerDeletion": true}])
    };
    let mut bare = template.clone();
    bare["metadata"]["labels"] = labels.clone();
    let object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "uid": uid, "labels": labels,
            "annotations": {"deployment.kubernetes.io/revision": "1"}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": bare}, "status": status});
    put(store, object, born);
    let set = format!("{name}-{hash}");
    let set_uid = registry::uuid(store);
    let object = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": set, "namespace": namespace, "uid": set_uid, "labels": hashed,
            "annotations": {"deployment.kubernetes.io/revision": "1"},
            "ownerReferences": owner("Deployment", name, &uid)},
        "spec": {"replicas": replicas, "selector": {"matchLabels": hashed}, "template": template},
        "status": {"observedGeneration": 1, "replicas": replicas, "readyReplicas": replicas,
            "availableReplicas": replicas, "fullyLabeledReplicas": replicas}});
    put(store, object, born);
    for _ in 0..replicas {
        let pod = format!("{set}-{}", registry::suffix(store, 5));
        let references = owner("ReplicaSet", &set, &set_uid);
        let object = self::pod(store, namespace, &pod, &template, &references, born);
        put(store, object, born);
    }
}

fn pod(store: &mut Store, namespace: &str, name: &str, template: &Value, owners: &Value, born: &str) -> Value {
    let (node, _) = NODES[store.random.usize(..NODES.len())];
    let container = &template["spec"]["containers"][0];
    // One in two hundred has been restarted, one in a thousand is in a crash loop.
    let luck = store.random.u32(..1_000);
    let restarts = match luck {
        0 => 7,
        1..=5 => 1,
        _ => 0,
    };
    let ready = luck != 0;
    let state = match ready {
        true => json!({"running": {"startedAt": born}}),
        false => json!({"waiting": {"reason": "CrashLoopBackOff", "message":
            format!("back-off 5m0s restarting failed container={} pod={name}_{namespace}", container["name"].as_str().unwrap_or_default())}}),
    };
    let last = match restarts {
        0 => json!({}),
        _ => json!({"terminated": {"exitCode": 1, "reason": "Error", "startedAt": born, "finishedAt": born}}),
    };
    let address = format!("10.244.{}.{}", store.random.u8(..), store.random.u8(2..));
    let word = if ready { "True" } else { "False" };
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": born});
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "generateName": "", "labels": template["metadata"]["labels"],
            "ownerReferences": owners},
        "spec": {"containers": [container], "nodeName": node, "serviceAccountName": "default"},
        "status": {
            "phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "hostIP": "10.0.0.1",
            "startTime": born, "qosClass": "Burstable",
            "conditions": [condition("Initialized", "True"), condition("Ready", word),
                condition("ContainersReady", word), condition("PodScheduled", "True")],
            "containerStatuses": [{
                "name": container["name"], "image": container["image"], "imageID": "", "ready": ready,
                "started": ready, "restartCount": restarts, "state": state, "lastState": last,
            }],
        },
    })
}
