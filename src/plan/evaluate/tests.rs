use super::*;
use crate::plan::{ForeignChart, preset};

fn answers(text: &str) -> Answers {
    Answers::read(Spec::builtin(), text, "site.yaml", Layer::Answer)
}

/// The evaluation preset (which needs nothing) with more answers.
fn with(text: &str) -> Evaluation {
    with_facts(text, &Facts::default())
}

fn with_facts(text: &str, facts: &Facts) -> Evaluation {
    let base = preset("evaluation").unwrap().answers(Spec::builtin());
    evaluate(Spec::builtin(), &base.overlaid(answers(text)), facts)
}

fn codes(evaluation: &Evaluation, severity: Severity) -> Vec<&str> {
    evaluation.of(severity).map(|finding| finding.code).collect()
}

#[test]
fn the_evaluation_preset_needs_nothing() {
    let evaluation = with("");
    assert_eq!(codes(&evaluation, Severity::Hard), [""; 0]);
    assert_eq!(codes(&evaluation, Severity::Ack), [""; 0]);
    assert!(!evaluation.is_blocked());
}

#[test]
fn every_flag_is_written() {
    let evaluation = with("");
    for flag in &crate::platform::catalogue().flags {
        assert_eq!(path::get(&evaluation.values, &flag.path), Some(&json!(flag.default)), "{}", flag.path);
    }
}

#[test]
fn ports_are_text_and_pull_secrets_are_objects() {
    let evaluation = with("database: {port: 6432}\ndocker: {imagePullSecrets: [a]}\n");
    assert_eq!(path::get(&evaluation.values, "database.port"), Some(&json!("6432")));
    assert_eq!(path::get(&evaluation.values, "docker.imagePullSecrets"), Some(&json!([{"name": "a"}])));
}

#[test]
fn secrets_become_references_in_the_values() {
    let evaluation = with("database: {password: secret:pg/pw}\n");
    assert_eq!(path::get(&evaluation.values, "database.passwordSecret"), Some(&json!({"name": "pg", "key": "pw"})));
    assert_eq!(path::get(&evaluation.values, "database.password"), None);
    let planned = evaluation.secrets.iter().find(|s| s.field == "database.password").unwrap();
    assert!(planned.exists_already());
    let generated = evaluation.secrets.iter().find(|s| s.field == "storage.minioSettings.secretKey").unwrap();
    assert_eq!((generated.name.as_str(), generated.key.as_str()), ("iomete-storage", "secret-key"));
    assert!(!generated.exists_already());
}

#[test]
fn a_foreign_chart_gets_what_it_has_no_reference_for_inline_and_masked() {
    let facts = Facts { foreign_chart: Some(ForeignChart { version: "3.19.1".into() }), ..Facts::default() };
    let evaluation = with_facts("adminUser: {temporaryPassword: env:ADMIN}\n", &facts);
    let path = "adminUser.temporaryPassword";
    assert_eq!(path::get(&evaluation.values, path), Some(&json!("<written at installation from env:ADMIN>")));
    assert!(codes(&evaluation, Severity::Advisory).contains(&"secrets.inlined"));
    let resolved = evaluation.resolved(|s| Ok::<_, ()>(SecretString::from(format!("value of {}", s.field)))).unwrap();
    assert_eq!(path::get(resolved.expose(), path), Some(&json!(format!("value of {path}"))));
    // The bundled chart knows a reference.
    assert!(!codes(&with(""), Severity::Advisory).contains(&"secrets.inlined"));
}

#[test]
fn a_literal_secret_is_refused_and_nowhere_to_be_found() {
    let evaluation = with("database: {password: canary-4711}\nextraValues: {a: {password: canary-4711}}\n");
    assert_eq!(codes(&evaluation, Severity::Hard), ["answers.literal-secret"; 2]);
    assert!(!format!("{evaluation:?}").contains("canary-4711"));
    assert!(!serde_json::to_string(&evaluation.findings).unwrap().contains("canary-4711"));
}

#[test]
fn a_question_of_another_choice_is_a_contradiction() {
    let evaluation = with("storage: {type: gcs, minioSettings: {endpoint: http://a}}\nacknowledge: [S05]\n");
    let hard: Vec<_> = evaluation.of(Severity::Hard).collect();
    assert_eq!(hard.len(), 1, "the preset's own MinIO settings are no contradiction: {hard:?}");
    assert_eq!(hard[0].code, "answers.contradiction");
    assert_eq!(hard[0].place.as_ref().unwrap().line, 1);
    assert!(hard[0].message.contains("`storage.type` is minio, and that is gcs"), "{}", hard[0].message);
    assert_eq!(path::get(&evaluation.values, "storage.minioSettings"), None);
}

#[test]
fn what_is_switched_off_may_stay_answered() {
    let evaluation = with("clusterDatabase: {enabled: false, host: pg2}\n");
    assert_eq!(codes(&evaluation, Severity::Hard), [""; 0]);
    assert!(codes(&evaluation, Severity::Advisory).contains(&"answers.no-effect"));
    assert_eq!(path::get(&evaluation.values, "clusterDatabase"), None);
}

#[test]
fn a_flag_written_as_in_a_values_file_is_explained() {
    let evaluation = with("features:\n  eventStream:\n    enabled: true\n  nats: yes\n");
    let hard: Vec<_> = evaluation.of(Severity::Hard).map(|f| (f.code, f.message.as_str())).collect();
    let wrong = "answers.wrong-type";
    assert_eq!(hard[0], (wrong, "features.eventStream: a map is not true or false"));
    assert_eq!(hard[1], (wrong, "features.nats: the text `yes` is not true or false"));
}

#[test]
fn a_missing_answer_carries_the_code_of_its_rule() {
    let evaluation = with("storage: {type: azure_gen1}\nlogging: {source: loki}\nsecretStore: {type: vault}\n");
    let mut hard = codes(&evaluation, Severity::Hard);
    hard.dedup();
    assert_eq!(hard, ["S06", "S10", "S11"]);
    assert!(evaluation.required.contains(&"storage.azureSettings.storageAccountKey".into()));
}

#[test]
fn a_preset_can_ask_for_what_has_a_default() {
    let preset = Answers::read(Spec::builtin(), "docker:\n  repo:\n", "preset x", Layer::Preset);
    let evaluation = evaluate(Spec::builtin(), &preset, &Facts::default());
    assert!(evaluation.of(Severity::Hard).any(|f| f.field.as_deref() == Some("docker.repo")));
}

#[test]
fn an_answer_that_does_not_fit_is_not_used() {
    let evaluation = with("storage: {bucketName: No}\n");
    assert_eq!(codes(&evaluation, Severity::Hard), ["answers.invalid"]);
    assert_eq!(path::get(&evaluation.values, "storage.bucketName"), Some(&json!("lakehouse")));
}

#[test]
fn extra_values_are_laid_over_but_may_not_replace_questions() {
    let evaluation = with("extraValues: {services: {gateway: {settings: {maxCookieSize: 64k}}}}\n");
    assert_eq!(path::get(&evaluation.values, "services.gateway.settings.maxCookieSize"), Some(&json!("64k")));
    let evaluation = with("extraValues: {storage: {bucketName: x}, services: {sql: {replicas: 2}}}\n");
    assert_eq!(codes(&evaluation, Severity::Hard), ["answers.elsewhere", "H5"]);
}

#[test]
fn origins_name_the_layer() {
    let evaluation = with("name: mine\n");
    let origin = |path: &str| evaluation.origins[path].to_string();
    assert_eq!(origin("name"), "site.yaml:1:7");
    assert_eq!(origin("database.host"), "preset evaluation");
    assert_eq!(origin("database.port"), "default");
    assert_eq!(origin("database.ssl.mode"), "derived");
    for (leaf, _) in path::leaves(&evaluation.values) {
        assert!(evaluation.origins.contains_key(&leaf), "{leaf} has no origin");
    }
}

#[test]
fn derived_facts_follow_from_the_values() {
    let evaluation = with("cloud: {provider: gcp}\nstorage: {bucketName: tables}\n");
    let derived = |id: &str| evaluation.derived.iter().find(|d| d.id == id).unwrap().value.clone();
    assert_eq!(derived("scratch"), "/mnt/stateful_partition");
    assert_eq!(derived("storage.tables"), "s3a://tables/data/");
    assert!(derived("databases").contains("iomete_iam_db"));
    let azure = "storage: {type: azure_gen2, bucketName: c01, azureSettings: {storageAccountName: acc, storageAccountKey: prompt}}\n";
    let evaluation = with(azure);
    assert_eq!(
        evaluation.derived.iter().find(|d| d.id == "storage.uri").unwrap().value,
        "abfs://c01@acc.dfs.core.windows.net/"
    );
}

#[test]
fn a_confirmation_is_remembered_in_the_finding() {
    let text = "features: {eventStream: true, dataAccessAudit: true}\n";
    assert!(with(text).is_blocked());
    let confirmed = with(&format!("{text}acknowledge: [F07]\n"));
    assert!(!confirmed.is_blocked());
    assert!(confirmed.of(Severity::Ack).all(|finding| finding.acknowledged));
}
