//! Rights and certificate outlive upgrades, with both versions of helm.

use iomctl_test_cluster::{Namespace, TestCluster};
use k8s_openapi::api::core::v1::{Secret, ServiceAccount};
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::ResourceExt;
use serde_json::json;

use crate::cases;
use crate::cluster::define_spark_kinds;
use crate::helm::{CHART, values_file};

/// A helm command for a release in this namespace.
fn helm(namespace: &Namespace<'_>, version: &str, arguments: &[&str], more: &serde_json::Value) {
    let values = values_file(&cases::with(more.clone()));
    let mut command = namespace.command(version);
    command.args(arguments).args(["data-plane", CHART, "--timeout", "2m"]);
    command.arg("-f").arg(values.path());
    let output = command.output().expect("helm runs");
    assert!(output.status.success(), "{version} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What must not be made anew: an account whose uid changes invalidates the tokens of running pods.
async fn lasting(namespace: &Namespace<'_>) -> Vec<(String, String)> {
    let account = namespace.api::<ServiceAccount>().get("lakehouse-service-account").await.expect("the account");
    let role = namespace.api::<Role>().get("iomete-lakehouse-role").await.expect("the role");
    let binding = namespace.api::<RoleBinding>().get("iomete-lakehouse-role-binding").await.expect("the binding");
    let certificate = namespace.api::<Secret>().get("spark-operator-webhook-certs").await.expect("the certificate");
    let key = certificate.data.iter().flatten().find(|(k, _)| *k == "server-key.pem").map(|(_, v)| format!("{v:?}"));
    vec![
        ("account".into(), account.uid().unwrap_or_default()),
        ("role".into(), role.uid().unwrap_or_default()),
        ("binding".into(), binding.uid().unwrap_or_default()),
        ("certificate".into(), key.unwrap_or_default()),
    ]
}

async fn survives(version: &str) {
    let cluster = TestCluster::shared().await;
    define_spark_kinds(cluster).await;
    let namespace = cluster.namespace("rights").await;
    let created = json!({"serviceAccount": {"create": true}, "webhook": {"create": true}});
    helm(&namespace, version, &["install"], &created);
    let first = lasting(&namespace).await;
    let annotated =
        json!({"serviceAccount": {"create": true, "annotations": {"team": "lake"}}, "webhook": {"create": true}});
    for values in [&annotated, &annotated] {
        helm(&namespace, version, &["upgrade"], values);
        assert_eq!(lasting(&namespace).await, first, "{version}");
    }
    let account = namespace.api::<ServiceAccount>().get("lakehouse-service-account").await.expect("the account");
    assert_eq!(account.annotations().get("team").map(String::as_str), Some("lake"), "an upgrade changes the account");

    let mut back = namespace.command(version);
    let output = back.args(["rollback", "data-plane", "1"]).output().expect("helm runs");
    assert!(output.status.success(), "{version} rollback: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(lasting(&namespace).await, first, "{version} after a rollback");
}

#[tokio::test]
async fn rights_and_certificate_survive_with_helm_3() {
    survives("helm3").await;
}

#[tokio::test]
async fn rights_and_certificate_survive_with_helm_4() {
    survives("helm4").await;
}
