use super::*;
use crate::plan::Spec;
use serde_json::json;

fn faults(id: &str, value: Value) -> Vec<String> {
    let field = Spec::builtin().field(id).unwrap();
    check(field, &value).err().unwrap_or_default().into_iter().map(|m| m.what).collect()
}

fn fits(id: &str, value: Value) -> bool {
    faults(id, value).is_empty()
}

#[test]
fn a_wrong_type_says_what_fits() {
    assert_eq!(faults("name", json!(3)), ["the number 3 is not one line of text"]);
    assert_eq!(faults("database.create", json!("maybe")), ["the text `maybe` is not true or false"]);
    assert_eq!(faults("namespaces", json!("spark-a")), ["the text `spark-a` is not a list of texts"]);
}

#[test]
fn foreign_text_is_escaped_and_cut() {
    let found = faults("database.create", json!(format!("\u{1b}[31m{}", "x".repeat(200))));
    assert!(found[0].contains("\\u{1b}[31m") && found[0].contains('…') && found[0].len() < 150, "{found:?}");
}

#[test]
fn a_secret_is_only_accepted_as_a_reference_and_never_repeated() {
    assert!(fits("database.password", json!("env:DB_PASSWORD")));
    for literal in [json!("hunter2"), json!(1234), json!("env:not a name"), json!(["hunter2"])] {
        let field = Spec::builtin().field("database.password").unwrap();
        let misfits = check(field, &literal).unwrap_err();
        assert_eq!(misfits[0].code, LITERAL);
        assert!(!format!("{misfits:?}").contains("hunter2"));
    }
}

#[test]
fn only_what_nobody_has_decided_yet_can_be_made_at_random() {
    assert!(fits("database.password", json!("generate")));
    assert!(!fits("storage.azureSettings.storageAccountKey", json!("generate")));
    assert!(!fits("secretStore.vaultSettings.token", json!("generate")));
}

#[test]
fn a_reference_where_a_literal_belongs_is_refused() {
    assert!(!fits("storage.minioSettings.accessKey", json!("env:MINIO_USER")));
    assert!(!fits("database.host", json!("secret:db/host")));
}

#[test]
fn urls_have_scheme_host_and_no_credentials() {
    let id = "storage.minioSettings.endpoint";
    for good in ["http://minio:9000", "https://s3.corp.example", "https://[::1]:9000/", "http://10.0.0.1:9000"] {
        assert!(fits(id, json!(good)), "{good}");
    }
    for bad in ["minio:9000", "ftp://minio", "http://", "http://a b", "http://minio:99999", "http://u:pw@minio"] {
        assert!(!fits(id, json!(bad)), "{bad}");
    }
}

#[test]
fn names_of_kubernetes_and_of_servers() {
    assert!(fits("namespaces", json!(["spark-a", "spark-b"])));
    assert!(!fits("namespaces", json!(["Spark_A"])));
    assert_eq!(faults("namespaces", json!(["a", "a"])), ["`a` stands twice in the list"]);
    assert!(fits("database.host", json!("10.1.2.3")));
    assert!(!fits("database.host", json!("pg:5432")));
    assert!(!fits("database.host", json!("http://pg")));
    assert!(!fits("storage.bucketName", json!("No")));
    assert!(!fits("adminUser.email", json!("admin")));
}

#[test]
fn numbers_have_ranges() {
    assert!(fits("database.port", json!(5432)));
    assert!(fits("database.port", json!("5432")));
    assert!(!fits("database.port", json!(0)));
    assert!(!fits("database.port", json!(70000)));
    assert!(!fits("services.gateway.autoscaling.maxReplicas", json!(0)));
}

#[test]
fn quantities_are_those_of_kubernetes() {
    let id = "services.typesense.storage.size";
    assert!(fits(id, json!("20Gi")) && fits(id, json!("1.5Ti")));
    assert!(!fits(id, json!("20GB")) && !fits(id, json!("0")) && !fits(id, json!("Gi")));
}

#[test]
fn a_wrong_choice_names_the_nearest_and_all() {
    let field = Spec::builtin().field("storage.type").unwrap();
    let misfits = check(field, &json!("minoi")).unwrap_err();
    let next = misfits[0].next.clone().unwrap();
    assert!(next.starts_with("did you mean `minio`?") && next.contains("azure_gen2"), "{next}");
}

#[test]
fn tolerations_follow_the_rules_of_kubernetes() {
    let id = "controlPlaneTolerations";
    assert!(fits(id, json!([{"key": "a", "operator": "Exists"}, {"key": "b", "value": "c", "effect": "NoSchedule"}])));
    assert!(fits(id, json!([{"operator": "Exists"}])));
    for bad in [
        json!([{"key": "a", "operator": "Is"}]),
        json!([{"key": "a", "operator": "Exists", "value": "b"}]),
        json!([{"operator": "Equal"}]),
        json!([{"key": "a", "effect": "NoSchedule", "tolerationSeconds": 3}]),
        json!(["a"]),
    ] {
        assert!(!fits(id, bad.clone()), "{bad}");
    }
}

#[test]
fn maps_hold_texts() {
    assert!(fits("controlPlaneNodeSelector", json!({"a": "b"})));
    assert!(!fits("controlPlaneNodeSelector", json!({"a": true})));
    assert!(!fits("docker.sparkLogMaskingRegexes", json!({"a": "("})));
}
