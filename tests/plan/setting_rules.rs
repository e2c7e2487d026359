//! S01 to S26 and H1 to H8: each with a configuration that breaks it and one that does not, or with the fact it waits
//! for.

use std::collections::BTreeSet;

use crate::story::{answered, answered_knowing, empty, running, says, settled, silent, value, waits};
use iomctl::plan::Severity::{Ack, Advisory, Hard};
use iomctl::plan::{Facts, ForeignChart, Objects};

fn there(names: &[&str]) -> Option<BTreeSet<String>> {
    Some(names.iter().map(|name| name.to_string()).collect())
}

fn knowing(objects: Objects) -> Facts {
    Facts { objects: Some(objects), namespace: Some("iomete-system".into()), ..Facts::default() }
}

#[test]
fn s01_database_tls_needs_a_truststore() {
    says(&answered("database: {ssl: {enabled: true}}"), "S01", Hard);
    says(&answered("clusterDatabase: {enabled: true, host: b, password: prompt, ssl: {enabled: true}}"), "S01", Hard);
    let with = answered("database: {ssl: {enabled: true}}\njavaTrustStore: {enabled: true}");
    silent(&with, "S01");
    waits(&with, "S01");
    settled(&answered(""), "S01");
}

#[test]
fn s02_the_orchestrator_needs_the_authorities_as_pem() {
    let tls = "database: {ssl: {enabled: true}}\nfeatures: {jobOrchestrator: true}\n";
    says(&answered(&format!("{tls}javaTrustStore: {{enabled: true}}")), "S02", Hard);
    silent(&answered(&format!("{tls}javaTrustStore: {{enabled: true, caCertFileName: ca.pem}}")), "S02");
    silent(&answered("features: {jobOrchestrator: true}"), "S02");
}

#[test]
fn s03_s04_s06_each_storage_needs_its_settings() {
    says(&answered("storage: {type: dell_ecs}"), "S03", Hard);
    silent(&answered(""), "S03");
    says(&answered("storage: {type: aws_s3}"), "S04", Hard);
    says(&answered("storage: {type: azure_gen1}"), "S06", Hard);
    says(&answered("storage: {type: azure_gen2}"), "S06", Hard);
    let key = "azureSettings: {storageAccountName: corplake, storageAccountKey: prompt}";
    silent(&answered(&format!("storage: {{type: azure_gen1, {key}}}")), "S06");
    waits(&answered(&format!("storage: {{type: azure_gen2, {key}}}")), "S06");
}

#[test]
fn s04_s05_an_identity_may_come_from_the_node_but_somebody_must_say_so() {
    let aws = "cloud: {provider: aws, region: eu-central-1}\nstorage: {type: aws_s3";
    says(&answered(&format!("{aws}}}")), "S04", Ack);
    let role = format!("{aws}, awsRoleArn: \"arn:aws:iam::123456789012:role/x\"}}");
    silent(&answered(&role), "S04");
    let annotations = value(&answered(&role), "serviceAccount.annotations").cloned();
    assert_eq!(
        annotations,
        Some(serde_json::json!({"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/x"}))
    );
    says(&answered("storage: {type: gcs}"), "S05", Ack);
    silent(&answered("storage: {type: gcs, gcpServiceAccount: iomete-x@p.iam.gserviceaccount.com}"), "S05");
}

#[test]
fn s07_https_storage_waits_for_its_certificate() {
    waits(&answered("storage: {minioSettings: {endpoint: \"https://minio:9000\"}}"), "S07");
    settled(&answered(""), "S07");
}

#[test]
fn s08_two_scopes_need_two_places() {
    let second = |host: &str, prefix: &str| {
        answered(&format!("clusterDatabase: {{enabled: true, host: {host}, password: prompt, prefix: {prefix}}}"))
    };
    says(&second("postgresql", "iomete_"), "S08", Hard);
    silent(&second("postgresql", "iomete_cluster_"), "S08");
    silent(&second("pg-2", "iomete_"), "S08");
}

#[test]
fn s09_the_cluster_database_must_be_complete_and_prepared_like_the_other() {
    says(&answered("clusterDatabase: {enabled: true}"), "S09", Hard);
    let half = answered("clusterDatabase: {enabled: true, host: pg-2, password: prompt}");
    says(&half, "S09", Hard);
    let both = "clusterDatabase: {enabled: true, host: pg-2, password: prompt, create: true, \
                adminCredentials: {user: postgres, password: prompt}}";
    silent(&answered(both), "S09");
    waits(&answered(both), "S09");
}

#[test]
fn s10_s11_s12_external_systems_need_their_settings() {
    says(&answered("secretStore: {type: vault}"), "S10", Hard);
    let vault = "secretStore: {type: vault, vaultSettings: {endpoint: \"https://v:8200\", path: /v1/secret/data/x, token: prompt}}";
    silent(&answered(vault), "S10");
    waits(&answered(vault), "S10");
    for source in ["loki", "elasticsearch", "splunk"] {
        says(&answered(&format!("logging: {{source: {source}}}")), "S11", Hard);
    }
    let loki = "logging: {source: loki, lokiSettings: {host: loki, port: 80}, hotStorage: {enabled: true}}";
    silent(&answered(loki), "S11");
    silent(&answered(loki), "S12");
    assert_eq!(value(&answered(loki), "logging.hotStorage.source"), Some(&"kubernetes".into()));
    assert_eq!(value(&answered(loki), "logging.lokiSettings.port"), Some(&"80".into()));
    says(&answered("logging: {hotStorage: {enabled: true}}"), "S12", Hard);
}

#[test]
fn s13_announced_https_waits_for_its_certificate() {
    waits(&answered("ingress: {httpsEnabled: true}"), "S13");
    settled(&answered(""), "S13");
}

#[test]
fn s14_and_h4_extra_namespaces_exist_and_are_extra() {
    let facts = knowing(Objects { namespaces: there(&["spark-a"]), ..Objects::default() });
    says(&answered_knowing("namespaces: [iomete-system]", &facts), "S14", Hard);
    says(&answered_knowing("namespaces: [spark-b]", &facts), "S14", Hard);
    silent(&answered_knowing("namespaces: [spark-a]", &facts), "S14");
    waits(&answered("namespaces: [spark-a]"), "S14");
    settled(&answered(""), "S14");
}

#[test]
fn s15_pull_secrets_are_in_every_namespace() {
    let text = "docker: {imagePullSecrets: [pull]}\nnamespaces: [spark-a]";
    let facts = |secrets: &[&str]| knowing(Objects { secrets: there(secrets), ..Objects::default() });
    let one = answered_knowing(text, &facts(&["iomete-system/pull"]));
    says(&one, "S15", Hard);
    assert!(one.findings.iter().any(|f| f.message == "Pull secret missing: spark-a/pull."));
    silent(&answered_knowing(text, &facts(&["iomete-system/pull", "spark-a/pull"])), "S15");
    waits(&answered(text), "S15");
}

#[test]
fn s16_a_registry_of_your_own_waits_to_be_looked_at() {
    waits(&answered("docker: {repo: registry.corp.example/iomete}"), "S16");
    settled(&answered(""), "S16");
}

#[test]
fn s17_older_charts_do_not_know_the_switches() {
    let chart =
        |version: &str| Facts { foreign_chart: Some(ForeignChart { version: version.into() }), ..Facts::default() };
    says(&answered_knowing("", &chart("3.18.0")), "S17", Hard);
    silent(&answered_knowing("", &chart("3.19.1")), "S17");
    silent(&answered_knowing("", &chart("4.0.1")), "S17");
    let off = "serviceAccount: {create: false}\ncrds: {create: false}\nwebhook: {create: false}";
    silent(&answered_knowing(off, &chart("3.18.0")), "S17");
    waits(&answered_knowing(off, &chart("3.18.0")), "S18");
    settled(&answered(""), "S18");
}

#[test]
fn s19_crds_are_created_once() {
    says(&answered_knowing("", &running("")), "S19", Advisory);
    silent(&answered_knowing("", &empty()), "S19");
    silent(&answered_knowing("crds: {create: false}", &running("")), "S19");
}

#[test]
fn s20_autoscalers_have_sound_bounds_and_something_to_measure() {
    let scaled = |min: u32| {
        format!("services: {{core: {{autoscaling: {{enabled: true, minReplicas: {min}, maxReplicas: 3}}}}}}")
    };
    says(&answered(&scaled(4)), "S20", Hard);
    silent(&answered(&scaled(2)), "S20");
    let groups = |names: &[&str]| knowing(Objects { api_groups: there(names), ..Objects::default() });
    says(&answered_knowing(&scaled(2), &groups(&["apps"])), "S20", Advisory);
    silent(&answered_knowing(&scaled(2), &groups(&["metrics.k8s.io"])), "S20");
    says(&answered("extraValues: {services: {sql: {autoscaling: {enabled: true}}}}"), "S20", Hard);
    says(&answered("services: {sql: {autoscaling: {enabled: true}}}"), "S20", Hard);
}

#[test]
fn s21_selectors_wait_for_nodes() {
    waits(&answered("controlPlaneNodeSelector: {pool: system}"), "S21");
    settled(&answered(""), "S21");
}

#[test]
fn s22_the_resolver_exists() {
    let services = |names: &[&str]| knowing(Objects { services: there(names), ..Objects::default() });
    says(&answered_knowing("", &services(&["kube-system/coredns"])), "S22", Hard);
    silent(&answered_knowing("", &services(&["kube-system/kube-dns"])), "S22");
    silent(&answered_knowing("dnsResolver: 10.96.0.10", &services(&[])), "S22");
}

#[test]
fn s23_monitoring_looks_for_the_operator() {
    let groups = |names: &[&str]| knowing(Objects { api_groups: there(names), ..Objects::default() });
    let on = "monitoring: {enabled: true}";
    says(&answered_knowing(on, &groups(&["apps"])), "S23", Advisory);
    silent(&answered_knowing(on, &groups(&["monitoring.coreos.com"])), "S23");
    settled(&answered(""), "S23");
}

#[test]
fn f14_priority_classes_exist() {
    let on = "features: {priorityClasses: true}";
    let all = ["iomete-compute", "iomete-spark-job", "iomete-notebook", "iomete-operational-support"];
    let facts = |names: &[&str]| knowing(Objects { priority_classes: there(names), ..Objects::default() });
    says(&answered_knowing(on, &facts(&all[..3])), "F14", Hard);
    silent(&answered_knowing(on, &facts(&all)), "F14");
    let mapped = format!("{on}\npriorityClassMappings: {{iomete-operational-support: low}}");
    silent(
        &answered_knowing(&mapped, &facts(&["iomete-compute", "iomete-spark-job", "iomete-notebook", "low"])),
        "F14",
    );
    silent(&answered_knowing(&format!("{on}\npriorityClasses: {{create: true}}"), &facts(&[])), "F14");
    waits(&answered(on), "F14");
}

#[test]
fn s24_s25_existing_data_keeps_its_place() {
    let facts = running("");
    says(&answered_knowing("storage: {bucketName: other}", &facts), "S24", Hard);
    says(&answered_knowing("database: {prefix: other_}", &facts), "S24", Hard);
    says(&answered_knowing("database: {host: pg-2}", &facts), "S25", Ack);
    silent(&answered_knowing("name: other", &facts), "S24");
    silent(&answered_knowing("name: other", &facts), "S25");
    silent(&answered_knowing("storage: {bucketName: other}", &empty()), "S24");
}

#[test]
fn s26_passwords_that_everybody_knows() {
    says(&answered("storage: {minioSettings: {accessKey: minioadmin}}"), "S26", Advisory);
    says(&answered("javaTrustStore: {enabled: true}"), "S26", Advisory);
    silent(&answered("javaTrustStore: {enabled: true, password: prompt}"), "S26");
    silent(&answered(""), "S26");
}

#[test]
fn h5_one_replica_of_iom_sql() {
    says(&answered("extraValues: {services: {sql: {replicas: 2}}}"), "H5", Hard);
    silent(&answered("extraValues: {services: {sql: {replicas: 1}}}"), "H5");
}

#[test]
fn h1_h6_h7_h8_wait_for_what_they_need() {
    let tls = answered("database: {ssl: {enabled: true}}\njavaTrustStore: {enabled: true}");
    for code in ["H1", "H6", "H7", "H8"] {
        waits(&tls, code);
    }
    settled(&answered(""), "H6");
    settled(&answered(""), "H8");
}
