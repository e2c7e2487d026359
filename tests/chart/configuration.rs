//! What the services and the init job are told: flags, values, credentials, truststore, placement, rights.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iomctl::platform::catalogue;
use serde_json::{Value, json};

use crate::helm::{CHART, NAMESPACE};
use crate::objects::{self, Objects, items, pod};
use crate::{cases, helm};

fn decoded(secret: &Value, key: &str) -> String {
    let data = secret["data"][key].as_str().unwrap_or_else(|| panic!("no key {key}"));
    String::from_utf8(STANDARD.decode(data).expect("base64")).expect("text")
}

fn pods(objects: &Objects) -> impl Iterator<Item = &Value> {
    objects.iter().filter(|o| ["Deployment", "StatefulSet", "Job"].iter().any(|kind| o["kind"] == *kind))
}

#[test]
fn every_flag_stands_in_the_values_with_its_default() {
    let text = std::fs::read_to_string(format!("{CHART}/values.yaml")).expect("values.yaml");
    let values: Value = serde_yaml::from_str(&text).expect("values.yaml is valid");
    for flag in &catalogue().flags {
        let pointer = format!("/{}", flag.path.replace('.', "/"));
        assert_eq!(values.pointer(&pointer), Some(&json!(flag.default)), "{}", flag.path);
    }
    assert_eq!(values["features"].as_object().map(serde_json::Map::len), Some(29));
}

#[test]
fn the_secret_data_plane_holds_all_values_under_one_key() {
    let values = json!({"features": {"secretsV2": {"enabled": true}, "notInTheCatalogue": {"enabled": true}}, "crds": {"create": true}});
    let objects = Objects::render(&cases::with(values));
    let secret = objects.get("Secret", "data-plane");
    assert_eq!(secret["data"].as_object().map(serde_json::Map::len), Some(1));
    let held: Value = serde_yaml::from_str(&decoded(secret, "values.yaml")).expect("YAML");
    assert_eq!(held["features"]["secretsV2"]["enabled"], true);
    assert_eq!(held["features"]["notInTheCatalogue"]["enabled"], true);
    assert_eq!(held["storage"]["minioSettings"]["endpoint"], "http://minio.example:9000");
    assert!(held.get("operator-crds").is_none(), "a subchart's scope is no value of the platform");
}

#[test]
fn the_init_job_is_a_hook_and_has_what_it_needs_before_it_runs() {
    let objects = Objects::render(&cases::with(json!({"serviceAccount": {"create": true}, "namespaces": ["team-a"]})));
    let job = objects.get("Job", "iomete-data-plane-init");
    assert_eq!(job["spec"]["backoffLimit"], 2);
    let weight = |object: &Value| -> i64 {
        let annotations = &object["metadata"]["annotations"];
        assert_eq!(annotations["helm.sh/hook"], "pre-install,pre-upgrade", "{}", objects::name(object));
        annotations["helm.sh/hook-weight"].as_str().and_then(|w| w.parse().ok()).expect("a weight")
    };
    let configuration = objects.get("Secret", "iomete-data-plane-init");
    assert_eq!(decoded(configuration, "values.yaml"), decoded(objects.get("Secret", "data-plane"), "values.yaml"));
    let account = objects.get("ServiceAccount", "lakehouse-service-account");
    let role = objects.get("Role", "iomete-lakehouse-role");
    let binding = objects.find("RoleBinding", "team-a", "iomete-role-binding-to-iomete-system").expect("a binding");
    let order: Vec<_> = [account, role, binding, configuration, job].map(weight).to_vec();
    assert!(order.is_sorted() && order.first() < order.last(), "{order:?}");
}

/// A password given as a reference is used as a reference; one written into the values stays out of the pods too.
#[test]
fn no_pod_contains_a_password() {
    for (name, values) in cases::all() {
        for object in pods(&Objects::render(values)) {
            let text = object.to_string();
            for secret in ["database-password", "storage-key", "first-login", "administrator"] {
                let value = format!("\"value\":\"{secret}\"");
                assert!(!text.contains(&value), "{name}: {} contains {secret}", objects::name(object));
            }
        }
    }
    let objects = Objects::render(cases::case("cluster-database"));
    let environment = items(&pod(objects.get("Job", "iomete-data-plane-init"))["containers"][0]["env"]);
    let source = |variable: &str| {
        let found = environment.iter().find(|e| e["name"] == variable).unwrap_or_else(|| panic!("no {variable}"));
        found["valueFrom"]["secretKeyRef"].clone()
    };
    assert_eq!(source("DATABASE_PASSWORD"), json!({"name": "database", "key": "password"}));
    assert_eq!(source("CLUSTER_DATABASE_ADMIN_PASSWORD"), json!({"name": "cluster-database", "key": "admin"}));
    assert_eq!(
        source("DATABASE_ADMIN_PASSWORD"),
        json!({"name": "iomete-data-plane-init", "key": "database-admin-password"})
    );
}

#[test]
fn every_pod_has_the_truststore() {
    for object in pods(&Objects::render(cases::case("everything"))) {
        let volumes = items(&pod(object)["volumes"]);
        assert!(volumes.iter().any(|v| v["secret"]["secretName"] == "java-truststore"), "{}", objects::name(object));
        for container in items(&pod(object)["containers"]) {
            let mounts = items(&container["volumeMounts"]);
            assert!(mounts.iter().any(|m| m["mountPath"] == "/etc/ssl/iomete-certs"), "{}", objects::name(object));
        }
    }
}

#[test]
fn every_service_pod_is_scraped_when_monitoring_is_on() {
    let objects = Objects::render(cases::case("everything"));
    for object in pods(&objects).filter(|o| o["kind"] != "Job") {
        let annotations = &object["spec"]["template"]["metadata"]["annotations"];
        assert_eq!(annotations["prometheus.io/scrape"], "true", "{}", objects::name(object));
        let service =
            catalogue().services.iter().find(|s| s.owns_object(objects::name(object), objects::namespace(object)));
        let path = if service.is_some_and(|s| s.quarkus) { "/q/metrics" } else { "/metrics" };
        assert_eq!(annotations["prometheus.io/path"], path, "{}", objects::name(object));
    }
}

#[test]
fn pods_go_where_they_were_sent() {
    let objects = Objects::render(cases::case("placement"));
    for object in pods(&objects) {
        assert_eq!(pod(object)["nodeSelector"], json!({"pool": "platform"}), "{}", objects::name(object));
        assert_eq!(pod(object)["imagePullSecrets"], json!([{"name": "pull"}]), "{}", objects::name(object));
    }
    let application = objects.get("SparkApplication", "iom-spark-connect");
    for part in ["driver", "executor"] {
        let part = &application["spec"][part];
        assert_eq!(part["nodeSelector"], json!({"pool": "spark"}));
        let keys: Vec<_> = items(&part["tolerations"]).iter().map(|t| t["key"].as_str().unwrap_or_default()).collect();
        assert_eq!(keys, ["k8s.iomete.com/dedicated", "kubernetes.io/arch", "spark"]);
    }
}

#[test]
fn clouds_differ_in_scratch_directory_and_zones() {
    for provider in &catalogue().cloud_providers {
        let cloud = json!({"cloud": {"provider": provider.provider, "region": "r1", "zone": "z1"}});
        let objects = Objects::render(&cases::with(cloud));
        let spec = &objects.get("SparkApplication", "iom-spark-connect")["spec"];
        assert_eq!(spec["volumes"][0]["hostPath"]["path"], provider.scratch.as_str(), "{}", provider.provider);
        assert_eq!(spec["driver"]["affinity"].is_object(), provider.zone_aware, "{}", provider.provider);
    }
}

#[test]
fn the_bucket_has_the_scheme_of_its_kind() {
    for kind in &catalogue().storage_kinds {
        let name = cases::all().find(|(_, v)| v.pointer("/storage/type") == Some(&json!(kind.kind)));
        let values = name.map_or_else(|| cases::case("minimal"), |(_, values)| values);
        let objects = Objects::render(values);
        let spec = &objects.get("SparkApplication", "iom-spark-connect")["spec"];
        let directory = spec["sparkConf"]["spark.eventLog.dir"].as_str().unwrap_or_default();
        assert!(directory.starts_with(&kind.scheme), "{}: {directory}", kind.kind);
        assert!(directory.ends_with("/iomete-assets/spark-history/"), "{}: {directory}", kind.kind);
    }
}

#[test]
fn the_role_grants_what_the_platform_needs_in_every_namespace() {
    let objects = Objects::render(&cases::with(json!({"serviceAccount": {"create": true}, "namespaces": ["team-a"]})));
    for namespace in [NAMESPACE, "team-a"] {
        let role = objects.find("Role", namespace, "iomete-lakehouse-role").expect("a role");
        let grants = |group: &str, resource: &str, verb: &str| {
            let has = |list: &Value, wanted: &str| items(list).iter().any(|v| v == wanted || v == "*");
            items(&role["rules"]).iter().any(|rule| {
                has(&rule["apiGroups"], group) && has(&rule["resources"], resource) && has(&rule["verbs"], verb)
            })
        };
        for rule in &catalogue().lakehouse_role.rules {
            for (group, resource) in rule.groups.iter().flat_map(|g| rule.resources.iter().map(move |r| (g, r))) {
                for verb in &rule.verbs {
                    assert!(grants(group, resource, verb), "{verb} {group}/{resource} is not granted in {namespace}");
                }
            }
        }
        assert!(objects.find("RoleBinding", namespace, "iomete-lakehouse-role-binding").is_some());
    }
    assert!(
        helm::template("helm3", &cases::with(json!({})), &[]).find("kind: Role").is_none(),
        "rights only on request"
    );
}

#[test]
fn priority_classes_are_used_and_made_on_request() {
    let mapped = json!({"priorityClassMappings": {"iomete-operational-support": "support"}, "features": cases::case("everything")["features"]});
    let objects = Objects::render(&cases::with(mapped));
    assert_eq!(objects.of("PriorityClass").count(), 0);
    assert_eq!(pod(objects.get("Deployment", "prefect-worker-iomete-system"))["priorityClassName"], "support");
    assert_eq!(objects.get("ConfigMap", "priority-class-mappings")["data"]["iomete-operational-support"], "support");
    let objects = Objects::render(cases::case("created"));
    for class in &catalogue().priority_classes {
        let made = objects.find("PriorityClass", "", &class.name).unwrap_or_else(|| panic!("no {}", class.name));
        assert_eq!(made["value"], class.suggested, "{}", class.name);
    }
}
