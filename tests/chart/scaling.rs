//! Autoscalers and volumes.

use iomctl::platform::catalogue;
use serde_json::{Value, json};

use crate::cases;
use crate::helm::NAMESPACE;
use crate::objects::{self, Objects, items};

fn targets(autoscaler: &Value) -> Vec<(&str, u64)> {
    let metrics = items(&autoscaler["spec"]["metrics"]).iter().map(|m| &m["resource"]);
    metrics
        .map(|r| {
            (r["name"].as_str().unwrap_or_default(), r["target"]["averageUtilization"].as_u64().unwrap_or_default())
        })
        .collect()
}

#[test]
fn each_autoscaler_has_its_bounds_and_measures() {
    let objects = Objects::render(cases::case("everything"));
    let able: Vec<_> = catalogue().services.iter().filter(|s| s.autoscaling.is_some()).collect();
    assert_eq!(objects.of("HorizontalPodAutoscaler").count(), able.len());
    for service in able {
        let scaling = service.autoscaling.as_ref().expect("filtered");
        let autoscaler = objects.get("HorizontalPodAutoscaler", &service.name);
        assert_eq!(autoscaler["apiVersion"], "autoscaling/v2");
        assert_eq!(autoscaler["spec"]["minReplicas"], scaling.min, "{}", service.name);
        assert_eq!(autoscaler["spec"]["maxReplicas"], scaling.max, "{}", service.name);
        let mut expected: Vec<_> = scaling.memory.iter().map(|m| ("memory", u64::from(*m))).collect();
        expected.push(("cpu", scaling.cpu.into()));
        assert_eq!(targets(autoscaler), expected, "{}", service.name);
        let deployment = objects.get("Deployment", &service.name);
        assert!(deployment["spec"]["replicas"].is_null(), "{} fights its autoscaler", service.name);
        let requests = &objects::pod(deployment)["containers"][0]["resources"]["requests"];
        assert!(requests["cpu"].is_string() && requests["memory"].is_string(), "{} has no requests", service.name);
    }
}

#[test]
fn only_the_event_stream_proxy_scales_without_being_asked() {
    let objects = Objects::render(&cases::with(json!({"features": cases::case("everything")["features"]})));
    let names: Vec<_> = objects.of("HorizontalPodAutoscaler").map(objects::name).collect();
    assert_eq!(names, ["iom-event-stream-proxy"]);
}

#[test]
fn volumes_have_the_size_and_class_that_was_asked_for() {
    let objects = Objects::render(cases::case("everything"));
    assert_eq!(
        objects.get("PersistentVolumeClaim", "typesense-data")["spec"]["resources"]["requests"]["storage"],
        "20Gi"
    );
    let fast = json!({"storage": {"size": "7Gi", "storageClassName": "fast"}});
    let objects = Objects::render(&cases::with(json!({
        "features": {"eventStream": {"enabled": true}},
        "services": {"typesense": fast, "nats": {"enabled": true, "storage": fast["storage"]}, "eventStream": fast},
    })));
    let claims = [
        &objects.get("PersistentVolumeClaim", "typesense-data")["spec"],
        &objects.get("StatefulSet", "nats")["spec"]["volumeClaimTemplates"][0]["spec"],
        &objects.find("StatefulSet", NAMESPACE, "iom-event-stream").expect("rendered")["spec"]["volumeClaimTemplates"]
            [0]["spec"],
    ];
    for claim in claims {
        assert_eq!(claim["storageClassName"], "fast");
        assert_eq!(claim["resources"]["requests"]["storage"], "7Gi");
    }
}
