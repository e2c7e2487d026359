//! `iomctl install` against `helm install --wait`: the same chart, the same values, the same real control plane.
//!
//! `cargo bench --bench install`; the aims of the project are a ratio of at most 0.6 in time and 0.5 in requests.
//! Our time is until every workload is rolled out, which `kubectl rollout status` confirms after each run; helm's is
//! until it returns, which is earlier. The controllers' request limits are raised, so that the tools decide.

#[allow(dead_code, reason = "a part is enough")]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use iomctl_test_cluster::{Options, TestCluster, allow};
use support::Usage;

/// Runs of each side.
const PAIRS: usize = 5;

#[tokio::main]
async fn main() {
    let options = Options { audit: true, tools: vec!["helm3"], ..Options::default() };
    let cluster = TestCluster::start(options).await.expect("a test cluster");
    let folder = tempfile::tempdir().expect("a folder");
    let values = folder.path().join("values.yaml");
    std::fs::write(&values, support::preset_values()).expect("values");
    let home = cluster.namespace("bench").await;
    let all = [allow(&["*"], &["*"], &["*"])];
    let us = home.cluster_user("iomctl", &all).await;
    let them = home.cluster_user("helm", &all).await;
    let count = |user: &str| cluster.requests_of(user).expect("the audit log").len();
    let (mut our_runs, mut their_runs, mut last) = (0, 0, 0);
    let ours = |namespace: &str, kubeconfig: &Path| {
        let mut command = support::iomctl();
        command.args(["install", "-n", namespace, "-o", "json", "-f"]).arg(&values);
        command.env("KUBECONFIG", kubeconfig).env("XDG_STATE_HOME", folder.path());
        command
    };
    let theirs = |namespace: &str, kubeconfig: &Path| {
        let mut command = Command::new(cluster.tool("helm3"));
        command.args(["install", "data-plane", "assets/chart", "--wait", "--create-namespace", "-n", namespace, "-f"]);
        command.arg(&values).env("KUBECONFIG", kubeconfig);
        command
    };
    let rolled_out = |namespace: &str| {
        let mut kubectl = Command::new(cluster.tool("kubectl"));
        kubectl.env("KUBECONFIG", home.kubeconfig()).args(["-n", namespace]);
        support::run(kubectl.args(["rollout", "status", "deployment", "--timeout=1s"]));
    };
    let remove = |namespace: &str| {
        let mut kubectl = Command::new(cluster.tool("kubectl"));
        support::run(kubectl.env("KUBECONFIG", home.kubeconfig()).args(["delete", "namespace", namespace]));
    };
    support::compare(
        "install of the preset on-prem-minio until rolled out",
        PAIRS,
        &mut || {
            our_runs += 1;
            let namespace = format!("ours-{our_runs}");
            let before = count(&us.name);
            let usage = support::run(&mut ours(&namespace, &us.kubeconfig));
            last = count(&us.name) - before;
            rolled_out(&namespace);
            remove(&namespace);
            Usage { requests: last, ..usage }
        },
        &mut || {
            their_runs += 1;
            let namespace = format!("theirs-{their_runs}");
            let before = count(&them.name);
            let usage = support::run(&mut theirs(&namespace, &them.kubeconfig));
            let requests = count(&them.name) - before;
            remove(&namespace);
            Usage { requests, ..usage }
        },
    );
    println!("  ours, last run:");
    let all = cluster.requests_of(&us.name).expect("the audit log");
    kinds(&all[all.len() - last..]).iter().for_each(|(kind, count)| println!("  {count:>10}  {kind}"));
}

/// How many of each verb and resource, without names and queries.
fn kinds(requests: &[String]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for request in requests {
        let (path, query) = request.split_once('?').unwrap_or((request, ""));
        let dry = if query.contains("dryRun") { " (dry run)" } else { "" };
        let words: Vec<&str> = path.split('/').filter(|part| !part.starts_with("ours-")).collect();
        *counted.entry(format!("{}{dry}", words[..words.len().min(6)].join("/"))).or_default() += 1;
    }
    counted
}
