//! A real API server accepts what the chart renders, without a warning.

use std::io::Write;
use std::process::{Command, Stdio};

use iomctl_test_cluster::TestCluster;

use crate::{cases, helm};

/// Runs kubectl as administrator and returns what it said.
fn kubectl(cluster: &TestCluster, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut process = Command::new(cluster.tool("kubectl"))
        .arg("--kubeconfig")
        .arg(cluster.kubeconfig())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    if let Some(mut stdin) = process.stdin.take() {
        stdin.write_all(input.as_bytes()).map_err(|e| e.to_string())?;
    }
    let output = process.wait_with_output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// Makes the definitions of Spark's kinds known, once for every test that needs them.
pub async fn define_spark_kinds(cluster: &TestCluster) {
    static DEFINED: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    DEFINED
        .get_or_init(|| async {
            let crds = format!("{}/charts/operator-crds/crds", helm::CHART);
            let applied = kubectl(cluster, &["apply", "--server-side", "-f", &crds], "");
            applied.unwrap_or_else(|said| panic!("{said}"));
            let all = ["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"];
            kubectl(cluster, &all, "").unwrap_or_else(|said| panic!("{said}"));
        })
        .await;
}

#[tokio::test]
async fn every_case_is_accepted_without_a_warning() {
    let cluster = TestCluster::shared().await;
    define_spark_kinds(cluster).await;
    for namespace in [helm::NAMESPACE, "team-a", "2024"] {
        cluster.existing_namespace(namespace).await.unwrap_or_else(|e| panic!("{namespace}: {e}"));
    }
    for (name, values) in cases::all() {
        let manifest = helm::template("helm3", values, &[]);
        let arguments = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
        let said = kubectl(cluster, &arguments, &manifest).unwrap_or_else(|said| panic!("{name}: {said}"));
        assert!(said.is_empty(), "{name}: {said}");
    }
}
