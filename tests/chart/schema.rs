//! Bad values are refused before anything is rendered, with the place and the reason.

use serde_json::{Value, json};

use crate::cases;
use crate::helm::{self, CHART, NAMESPACE, RELEASE};

/// Values and what the message about them must name.
fn bad() -> Vec<(Value, &'static str)> {
    vec![
        (json!({"storag": {}}), "storag"),
        (json!({"storage": {"type": "floppy"}}), "/storage/type"),
        (json!({"cloud": {"provider": "moon"}}), "/cloud/provider"),
        (json!({"namespaces": ["Team_A"]}), "/namespaces/0"),
        (json!({"namespaces": ["a", "a"]}), "/namespaces"),
        (json!({"database": {"port": "five"}}), "/database/port"),
        (json!({"database": {"type": "mysql"}}), "/database/type"),
        (json!({"database": {"passwordSecret": {"name": "only"}}}), "/database/passwordSecret"),
        (json!({"database": {"ssl": {"mode": "require"}}}), "/database/ssl/mode"),
        (json!({"features": {"eventStream": true}}), "/features/eventStream"),
        (json!({"features": {"eventStream": {"enabled": "yes"}}}), "/features/eventStream/enabled"),
        (json!({"services": {"sql": {"replicas": 2}}}), "/services/sql/replicas"),
        (json!({"services": {"sql": {"autoscaling": {"enabled": true}}}}), "/services/sql/autoscaling/enabled"),
        (json!({"services": {"core": {"port": 70000}}}), "/services/core/port"),
        (json!({"services": {"gateway": {"settings": {"maxCookieSize": "huge"}}}}), "maxCookieSize"),
        (json!({"secretStore": {"type": "paper"}}), "/secretStore/type"),
        (json!({"logging": {"source": "syslog"}}), "/logging/source"),
        (json!({"priorityClassMappings": {"iomete-other": "x"}}), "iomete-other"),
        (json!({"dataPlaneTolerations": [{"key": "a", "operator": "Perhaps"}]}), "/dataPlaneTolerations/0/operator"),
    ]
}

/// Values that only the whole shows to be wrong.
fn contradictions() -> Vec<(Value, &'static str)> {
    vec![
        (json!({"database": {"password": ""}}), "database: password or passwordSecret is missing"),
        (json!({"storage": {"minioSettings": {"endpoint": ""}}}), "storage.type minio: endpoint is missing"),
        (json!({"storage": {"type": "aws_s3"}}), "storage.type aws_s3: cloud.region is missing"),
        (json!({"storage": {"type": "azure_gen2"}}), "storageAccountName is missing"),
        (json!({"secretStore": {"type": "vault"}}), "secretStore.vaultSettings.endpoint is missing"),
        (json!({"logging": {"source": "splunk"}}), "logging.splunkSettings.token is missing"),
        (json!({"logging": {"hotStorage": {"enabled": true}}}), "logging.hotStorage needs an external"),
        (json!({"namespaces": [NAMESPACE]}), "is the release namespace"),
        (json!({"clusterDatabase": {"host": "postgresql.example"}}), "the same host, port and prefix"),
        (
            json!({"features": {"enableAutomatedMaintenance": {"enabled": true}}, "services": {"maintenance": {"resources": {"limits": {"cpu": "3"}}}}}),
            "requests and limits must be equal",
        ),
    ]
}

fn refusal(values: &Value) -> String {
    let values = cases::with(values.clone());
    let output = helm::run("helm3", &["template", RELEASE, CHART, "-n", NAMESPACE], &values);
    assert!(!output.status.success(), "accepted: {values}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_schema_names_what_is_wrong() {
    for (values, place) in bad() {
        let said = refusal(&values);
        assert!(said.contains("don't meet the specifications of the schema"), "{values}: {said}");
        assert!(said.contains(place), "{values}: {said}");
    }
}

#[test]
fn contradictions_are_told_together() {
    for (values, problem) in contradictions() {
        let said = refusal(&values);
        assert!(said.contains(problem), "{values}: {said}");
    }
    let said = refusal(
        &json!({"secretStore": {"type": "vault"}, "logging": {"source": "loki"}, "database": {"password": ""}}),
    );
    for part in ["database", "secretStore.vaultSettings.path", "logging.lokiSettings.port"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}
