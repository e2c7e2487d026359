//! Records in both directions, and the shapes that Helm 3 and Helm 4 leave behind.

use super::*;

fn sample() -> Release {
    let json = r#"{"name":"dp","info":{"first_deployed":"2026-11-22T10:00:00.5+01:00","last_deployed":"","deleted":"",
        "description":"Initial install underway","status":"pending-install","resources":{"v1/Pod":[]}},
        "chart":{"metadata":{"name":"c","version":"1.0.0","apiVersion":"v2"},"lock":null,
        "templates":[{"name":"templates/a.yaml","data":"YTogMQ=="}],"values":{"n":1},"schema":null,"files":null},
        "config":{"n":2},"manifest":"---\n# Source: c/templates/a.yaml\na: 1\n",
        "hooks":[{"name":"j","kind":"Job","path":"c/templates/j.yaml","manifest":"kind: Job","events":["pre-install"],
        "last_run":{"started_at":"","completed_at":"","phase":""},"weight":-5}],
        "version":1,"namespace":"ns","apply_method":"ssa","from_the_future":{"x":1}}"#;
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_record_survives_being_written_and_read() {
    let release = sample();
    assert_eq!(decode(&encode(&release).unwrap()).unwrap(), release);
}

proptest::proptest! {
    /// A reader that is off by the last bit would change a value of the operator's with the next upgrade.
    #[test]
    fn every_number_is_read_as_it_was_written(number in proptest::num::f64::NORMAL) {
        let mut release = sample();
        release.config = serde_json::json!({ "number": number }).as_object().cloned();
        let read = decode(&encode(&release).unwrap()).unwrap();
        proptest::prop_assert_eq!(read.config.unwrap()["number"].as_f64(), Some(number));
    }
}

#[test]
fn what_is_unknown_is_kept_and_zero_times_are_empty() {
    let text = serde_json::to_value(sample()).unwrap();
    assert_eq!(text["from_the_future"]["x"], 1);
    assert_eq!(text["info"]["resources"]["v1/Pod"], serde_json::json!([]));
    assert_eq!(text["info"]["deleted"], "");
    assert_eq!(text["hooks"][0]["last_run"]["phase"], "");
    assert_eq!(text["chart"]["files"], serde_json::Value::Null);
}

#[test]
fn helm_4_leaves_zero_times_out() {
    let json = r#"{"name":"a","info":{"status":"deployed"},"hooks":[{"name":"h","last_run":{"phase":"Succeeded"}}],"version":3}"#;
    let release: Release = serde_json::from_str(json).unwrap();
    assert_eq!(release.info.deleted, Time::default());
    assert_eq!(release.hooks[0].last_run.phase, HookPhase::Succeeded);
    assert_eq!(release.info.status, Status::Deployed);
}

#[test]
fn a_record_without_compression_is_read() {
    use base64::Engine;
    let plain = base64::engine::general_purpose::STANDARD.encode(serde_json::to_vec(&sample()).unwrap());
    assert_eq!(decode(plain.as_bytes()).unwrap(), sample());
}

#[test]
fn damaged_records_are_worded() {
    let good = encode(&sample()).unwrap();
    assert!(matches!(decode(b"!!"), Err(RecordError::Base64(_))));
    assert!(matches!(decode(&good[..good.len() / 2 / 4 * 4]), Err(RecordError::Gzip(_))));
    assert!(matches!(decode(b"e30="), Err(RecordError::Json(_))));
}

#[test]
fn names_and_labels_are_helms() {
    let release = sample();
    assert_eq!(secret_name(&release.name, release.version), "sh.helm.release.v1.dp.v1");
    let labels = labels(&release);
    let pairs: Vec<(&str, &str)> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(pairs, [("name", "dp"), ("owner", "helm"), ("status", "pending-install"), ("version", "1")]);
    for (name, valid) in [("a.b-c", true), ("A", false), ("a_", false), ("-a", false), ("", false)] {
        assert_eq!(valid_name(name), valid, "{name}");
    }
    assert!(!valid_name(&"a".repeat(54)));
}
