//! The chart deploys the services of the catalogue: no other ones, none without its flag, each as described.

use std::collections::BTreeSet;

use iomctl::platform::{FlagClass, Probe, Service, WorkloadKind, catalogue};
use serde_json::{Value, json};

use crate::helm::NAMESPACE;
use crate::objects::{self, Objects, items, pod};
use crate::{cases, helm};

/// Kinds of objects that run something.
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "SparkApplication"];

/// Names of the services that a rendering runs in a namespace.
fn running(objects: &Objects, namespace: &str) -> BTreeSet<String> {
    let workloads = objects.iter().filter(|o| WORKLOADS.iter().any(|kind| o["kind"] == *kind));
    workloads.filter(|o| objects::namespace(o) == namespace).map(|object| owner(object).name.clone()).collect()
}

/// The service that an object runs.
fn owner(object: &Value) -> &'static Service {
    let (kind, namespace, name) = objects::key(object);
    let service = catalogue().services.iter().find(|s| s.owns_object(&name, &namespace));
    let service = service.unwrap_or_else(|| panic!("{kind} {name} runs no service of the catalogue"));
    assert_eq!(kind, service.kind.as_str(), "kind of {name}");
    service
}

/// Services with this flag; without one, those that are always there.
fn services(flag: Option<&str>) -> BTreeSet<String> {
    catalogue().services.iter().filter(|s| s.flag.as_deref() == flag).map(|s| s.name.clone()).collect()
}

/// `{"features": {"eventStream": {"enabled": true}}}` for `features.eventStream.enabled`.
pub fn switched(path: &str, on: bool) -> Value {
    path.rsplit('.').fold(json!(on), |inner, key| json!({ key: inner }))
}

#[test]
fn without_flags_there_are_the_services_that_always_run() {
    let objects = Objects::render(cases::case("minimal"));
    assert_eq!(running(&objects, NAMESPACE), services(None));
    assert_eq!(services(None).len(), 18);
}

#[test]
fn every_deployment_flag_adds_its_services_and_nothing_else() {
    for flag in catalogue().flags.iter().filter(|f| f.class == FlagClass::Deployment) {
        let objects = Objects::render(&cases::with(switched(&flag.path, true)));
        let expected = &services(None) | &services(Some(&flag.name));
        assert_eq!(running(&objects, NAMESPACE), expected, "with {}", flag.path);
        for object in &flag.objects {
            let (kind, name) = object.split_once('/').expect("Kind/name");
            objects.get(kind, name);
        }
    }
}

/// Runtime flags change what services do. (SQL schedules alone have a worker of their own, in the orchestrator.)
#[test]
fn runtime_flags_add_no_services() {
    let features = catalogue().flags.iter().filter(|f| f.class == FlagClass::Runtime);
    let features: serde_json::Map<_, _> = features.map(|f| (f.name.clone(), json!({"enabled": !f.default}))).collect();
    assert_eq!(features.len(), 22);
    let [base, changed] =
        [json!({}), json!({ "features": features })].map(|values| Objects::render(&cases::with(values)));
    assert_eq!(keys(&base), keys(&changed));
    let with = |features: &str| keys(&Objects::render(&cases::with(serde_yaml::from_str(features).expect("YAML"))));
    let orchestrator = with("features: { jobOrchestrator: { enabled: true } }");
    let schedules = with("features: { jobOrchestrator: { enabled: true }, scheduling: { enabled: true } }");
    let added: Vec<_> = schedules.difference(&orchestrator).map(|(_, _, name)| name.as_str()).collect();
    assert_eq!(added, ["prefect-worker-query-scheduling"]);
}

fn keys(objects: &Objects) -> BTreeSet<(String, String, String)> {
    objects.iter().map(objects::key).collect()
}

#[test]
fn extra_namespaces_get_their_copies() {
    let objects = Objects::render(cases::case("everything"));
    let all: BTreeSet<_> = catalogue().services.iter().map(|s| s.name.clone()).collect();
    let everywhere = catalogue().services.iter().filter(|s| s.scope.reaches_extra_namespaces());
    let copies: BTreeSet<_> = everywhere.map(|s| s.name.clone()).collect();
    assert_eq!(running(&objects, NAMESPACE), all);
    for namespace in ["team-a", "2024"] {
        assert_eq!(running(&objects, namespace), copies, "in {namespace}");
    }
    let unique: BTreeSet<_> = keys(&objects);
    assert_eq!(unique.len(), objects.iter().count(), "an object is rendered twice");
}

#[test]
fn workloads_are_what_the_catalogue_says() {
    let features = &cases::case("everything")["features"];
    let objects = Objects::render(&cases::with(json!({"features": features, "services": {"nats": {"enabled": true}}})));
    for object in objects.iter().filter(|o| o["kind"] == "Deployment" || o["kind"] == "StatefulSet") {
        let service = owner(object);
        let labels = &object["metadata"]["labels"];
        assert_eq!(labels["app.kubernetes.io/name"], "iomete-data-plane-enterprise", "{}", service.name);
        assert_eq!(labels["app.kubernetes.io/instance"], helm::RELEASE, "{}", service.name);
        images(object, service);
        ports(object, service);
        probes(object, service);
        strategy(object, service);
        if !service.autoscaling.as_ref().is_some_and(|a| a.enabled) {
            assert_eq!(object["spec"]["replicas"], service.replicas.count, "{}", service.name);
        }
        if service.kubernetes_api {
            assert_eq!(pod(object)["automountServiceAccountToken"], true, "{}", service.name);
        }
        if let Some(class) = &service.priority_class {
            assert_eq!(pod(object)["priorityClassName"], class.as_str(), "{}", service.name);
        }
    }
    for service in catalogue().services.iter() {
        service_port(&objects, service);
    }
}

fn images(object: &Value, service: &Service) {
    let images: Vec<_> =
        items(&pod(object)["containers"]).iter().map(|c| c["image"].as_str().unwrap_or_default().to_string()).collect();
    assert_eq!(images.len(), service.images.len(), "containers of {}", service.name);
    for (image, repository) in images.iter().zip(&service.images) {
        assert!(image.starts_with(&format!("iomete.azurecr.io/iomete/{repository}:")), "{}: {image}", service.name);
    }
}

fn ports(object: &Value, service: &Service) {
    let ports = items(&pod(object)["containers"][0]["ports"]);
    for port in &service.ports {
        let found = ports.iter().any(|p| p["name"] == *port.name && p["containerPort"] == port.number);
        assert!(found, "{} has no port {} {}", service.name, port.name, port.number);
    }
}

fn probes(object: &Value, service: &Service) {
    let container = &pod(object)["containers"][0];
    for (field, probe) in [("livenessProbe", &service.liveness), ("readinessProbe", &service.readiness)] {
        let said = &container[field];
        match probe {
            Some(Probe::Http { http, port }) => {
                assert_eq!(said["httpGet"]["path"], http.as_str(), "{field} of {}", service.name);
                assert_eq!(said["httpGet"]["port"], port.as_str(), "{field} of {}", service.name);
            }
            Some(Probe::Tcp { tcp }) => {
                assert_eq!(said["tcpSocket"]["port"], tcp.as_str(), "{field} of {}", service.name)
            }
            Some(Probe::Process { .. }) | None => {}
        }
    }
}

fn strategy(object: &Value, service: &Service) {
    if service.quarkus {
        let rolling = json!({"maxUnavailable": 0, "maxSurge": 1});
        assert_eq!(object["spec"]["strategy"]["rollingUpdate"], rolling, "{}", service.name);
    }
}

fn service_port(objects: &Objects, service: &Service) {
    let Some(port) = service.service_port else { return };
    let named = |o: &&Value| service.owns_object(objects::name(o), NAMESPACE);
    let object = objects.of("Service").find(named).unwrap_or_else(|| panic!("no Service for {}", service.name));
    assert_eq!(object["spec"]["ports"][0]["port"], port, "{}", service.name);
    if service.kind != WorkloadKind::SparkApplication {
        assert_eq!(object["spec"]["ports"][0]["targetPort"], service.ports[0].name.as_str(), "{}", service.name);
    }
}
