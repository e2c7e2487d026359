//! Upgrades on a real control plane: one in which all Deployments of a chart roll, and one that changes nothing.
//!
//! `cargo bench --bench upgrade`, or `IOMCTL=PATH cargo bench --profile dev --bench upgrade` for a binary that is there
//! already; the argument `rolling` or `unchanged` narrows it. The aims of the project: rolling takes at most 0.8 of the
//! time of `kubectl apply --server-side` with `kubectl rollout status`, and 0.5 of Helm 4's; changing nothing takes at
//! most 30 requests and 0.1 of Helm's processor time. The controllers' request limits are raised, so that the tools
//! decide.

#[allow(dead_code, reason = "a part is enough")]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use iomctl_test_cluster::{Namespace, Options, TestCluster, User, allow};
use support::{Usage, charts};

/// Runs of each side.
const ROUNDS: usize = 7;

/// In a moment without an upgrade, the record of requests grows by less than so many bytes.
const MOMENT: Duration = Duration::from_millis(500);
const AT_REST: u64 = 20_000;

/// What people do without Helm: `$0` is kubectl, `$1` the manifest, the rest says the namespace. One process for both
/// steps: in a pause between them the rollout would go on without being timed.
const APPLY_AND_WAIT: &str =
    "file=$1; shift; \"$0\" apply --server-side -f \"$file\" \"$@\" && \"$0\" rollout status deployment \"$@\"";

/// Deployments that roll.
const DEPLOYMENTS: usize = 30;

#[tokio::main]
async fn main() {
    let options = Options { audit: true, tools: vec!["helm3", "helm4"], ..Options::default() };
    let cluster = TestCluster::start(options).await.expect("a test cluster");
    let folder = tempfile::tempdir().expect("a folder");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    if "rolling".contains(&wanted) {
        rolling(&cluster, folder.path()).await;
    }
    if "unchanged".contains(&wanted) {
        unchanged(&cluster, folder.path()).await;
    }
}

/// One tool, with a namespace and a user of its own.
struct Side<'c> {
    namespace: Namespace<'c>,
    user: User,
    program: PathBuf,
}

impl<'c> Side<'c> {
    async fn new(cluster: &'c TestCluster, name: &str, program: PathBuf) -> Side<'c> {
        let namespace = cluster.namespace(name).await;
        let user = namespace.cluster_user(name, &[allow(&["*"], &["*"], &["*"])]).await;
        Side { namespace, user, program }
    }

    async fn ours(cluster: &'c TestCluster) -> Side<'c> {
        Side::new(cluster, "ours", support::iomctl().get_program().into()).await
    }

    async fn tool(cluster: &'c TestCluster, name: &str) -> Side<'c> {
        Side::new(cluster, name, cluster.tool(name)).await
    }

    /// Runs the tool in its namespace, once the cluster is at rest.
    fn run(&self, state: &Path, arguments: &[&str]) -> Usage {
        let cluster = self.namespace.cluster();
        settle(cluster);
        let count = || cluster.requests_of(&self.user.name).expect("the audit log").len();
        let before = count();
        let mut command = Command::new(&self.program);
        command.env("KUBECONFIG", &self.user.kubeconfig).env("XDG_STATE_HOME", state);
        let usage = support::run(command.args(arguments).args(["-n", self.namespace.name()]));
        Usage { requests: count() - before, ..usage }
    }

    /// Proves that nothing is rolling any more.
    fn is_rolled_out(&self) {
        let mut kubectl = self.namespace.command("kubectl");
        support::run(kubectl.args(["rollout", "status", "deployment", "--timeout=1s"]));
    }
}

/// Waits until the controllers are done with what the run before left behind.
fn settle(cluster: &TestCluster) {
    let log = cluster.folder().join("audit.log");
    let size = || std::fs::metadata(&log).map_or(0, |log| log.len());
    let mut before = size();
    loop {
        std::thread::sleep(MOMENT);
        let now = size();
        if now - before < AT_REST {
            return;
        }
        before = now;
    }
}

/// Every Deployment rolls.
async fn rolling(cluster: &TestCluster, folder: &Path) {
    let path = folder.join("rolling");
    write_chart(&path);
    let chart = path.to_str().expect("a path");
    let us = Side::ours(cluster).await;
    let kubectl = Side::new(cluster, "kubectl", "sh".into()).await;
    let helm = Side::tool(cluster, "helm4").await;
    let manifest = folder.join("rolling.yaml");
    let file = manifest.to_str().expect("a path");
    let rounds = std::cell::Cell::new(0);
    let set = || format!("round=r{}", rounds.replace(rounds.get() + 1));
    let upgrade = ["upgrade", "--install", "rolling", chart, "--set"];
    let what = format!("upgrade in which all of {DEPLOYMENTS} Deployments roll");
    support::race(
        &what,
        ROUNDS,
        &mut [
            ("iomctl", &mut || {
                let usage = us.run(folder, &[&upgrade[..], &[&set(), "-o", "json"]].concat());
                us.is_rolled_out();
                usage
            }),
            ("kubectl", &mut || {
                let text = support::iomctl().args(["template", "rolling", chart, "--set", &set()]).output();
                std::fs::write(&manifest, text.expect("iomctl template").stdout).expect("a manifest");
                kubectl.run(folder, &["-c", APPLY_AND_WAIT, cluster.tool("kubectl").to_str().expect("a path"), file])
            }),
            ("helm 4", &mut || helm.run(folder, &[&upgrade[..], &[&set(), "--wait", "--qps", "50"]].concat())),
        ],
    );
}

/// Deployments whose pods depend on one value, with a Service and a ConfigMap each.
fn write_chart(chart: &Path) {
    charts::write(chart, "Chart.yaml", &charts::description("rolling", &[]));
    charts::write(chart, "values.yaml", "round: r0\n");
    let text = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker-NUMBER
spec:
  replicas: 1
  selector: {matchLabels: {app: worker-NUMBER}}
  template:
    metadata:
      labels: {app: worker-NUMBER}
      annotations: {round: {{ .Values.round }}}
    spec:
      containers:
        - name: worker
          image: registry.example/worker:1.0.0
          ports: [{name: http, containerPort: 8080}]
          envFrom: [{configMapRef: {name: worker-NUMBER}}]
---
apiVersion: v1
kind: Service
metadata:
  name: worker-NUMBER
spec:
  selector: {app: worker-NUMBER}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: worker-NUMBER
data: {LEVEL: info}
";
    for number in 0..DEPLOYMENTS {
        charts::write(chart, &format!("templates/{number}.yaml"), &text.replace("NUMBER", &number.to_string()));
    }
}

/// The bundled chart is upgraded with the values that it has.
async fn unchanged(cluster: &TestCluster, folder: &Path) {
    let values = folder.join("values.yaml");
    std::fs::write(&values, support::preset_values()).expect("values");
    let values = values.to_str().expect("a path");
    let us = Side::ours(cluster).await;
    let (helm3, helm4) = (Side::tool(cluster, "helm3").await, Side::tool(cluster, "helm4").await);
    let upgrade = ["upgrade", "--install", "data-plane"];
    let theirs = |side: &Side| side.run(folder, &[&upgrade[..], &["assets/chart", "-f", values, "--wait"]].concat());
    support::race(
        "upgrade of the preset on-prem-minio that changes nothing",
        ROUNDS,
        &mut [
            ("iomctl", &mut || us.run(folder, &[&upgrade[..], &["-f", values, "-o", "json"]].concat())),
            ("helm 3", &mut || theirs(&helm3)),
            ("helm 4", &mut || theirs(&helm4)),
        ],
    );
}
