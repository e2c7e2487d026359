//! A release that is pending: somebody is at work on it, or died there.

use std::time::Duration;

use iomctl_test_cluster::{Attempt, eventually};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::process::Command;

use super::interrupt::broken_off;
use super::upgrade::{by_helm, changes, upgrade};
use super::{Operator, Tested, helm, moving};
use crate::ground::{Ground, Site, on_both};

/// `iomctl upgrade r` with a hook that runs for a while, not started yet.
fn slow(operator: &Operator) -> Command {
    let chart = moving();
    let mut command = operator.command(&["upgrade", "r", chart.to_str().unwrap_or_default(), "-o", "json"]);
    command.args(["--set", "size=0,color=blue,hook=Job"]);
    command
}

fn hook_runs(event: &Value) -> bool {
    event["event"] == "attempt" && event["state"] == "running"
}

async fn statuses(ns: &Site<'_>, tool: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let told: Value = serde_json::from_str(&helm(ns, tool, &["history", "r", "-o", "json"]).await)?;
    let all = told.as_array().ok_or("no history")?;
    Ok(all.iter().map(|one| one["status"].as_str().unwrap_or_default().to_string()).collect())
}

async fn an_upgrade_that_was_killed_is_recovered_in_place(ground: &Ground) -> Tested {
    let ns = ground.namespace("killed").await;
    let _script = ns.script_job("hook", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(5))]).await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install", "--set", "size=0"]).await?.ended(0);
    assert_eq!(broken_off(slow(&operator), "-KILL", hook_runs).await?, None);
    assert_eq!(statuses(&ns, "helm3").await?, ["deployed", "pending-upgrade"]);
    let said = operator.end(slow(&operator)).await?;
    said.ended(0);
    assert_eq!(said.all("resumed").len(), 1, "{}", said.out);
    assert!(said.out.contains("still runs: joining it"), "{}", said.out);
    assert_eq!(statuses(&ns, "helm4").await?, ["superseded", "failed", "deployed"]);
    assert!(ns.api::<Lease>().list(&ListParams::default()).await?.items.is_empty(), "the lease is given back");
    Ok(())
}

async fn another_machine_sees_who_is_at_work_and_takes_over_only_when_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("holder").await;
    let _script = ns.script_job("hook", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(600))]).await;
    let (first, second) = (Operator::new(&ns)?, Operator::new(&ns)?);
    upgrade(&first, &["--install", "--set", "size=0"]).await?.ended(0);
    assert_eq!(broken_off(slow(&first), "-KILL", hook_runs).await?, None);
    let refused = upgrade(&second, &["--set", "size=0"]).await?;
    refused.ended(3).complains("is at work on release `r`").complains("@").complains("last sign of life");
    refused.complains("revision 2 (pending-upgrade)").complains("--take-over");
    assert!(changes(&refused).is_empty());
    let refused = second.run(&["rollback", "r", "1"]).await?;
    refused.ended(3).complains("is at work on release `r`").complains("Nothing was changed");
    assert_eq!(statuses(&ns, "helm3").await?, ["deployed", "pending-upgrade"]);

    // Its lease grows old: it is watched, and when no sign of life comes the release is recovered without being told.
    let lease = ns.api::<Lease>();
    let old = json!({"spec": {"renewTime": "2026-01-01T00:00:00.000000Z"}});
    lease.patch("iomctl-r", &PatchParams::default(), &Patch::Merge(old)).await?;
    let said = upgrade(&second, &["--set", "size=0,color=green"]).await?;
    said.ended(0);
    assert!(said.out.contains("gives a sign of life"), "{}", said.out);
    assert_eq!(statuses(&ns, "helm4").await?, ["superseded", "failed", "deployed"]);
    assert_eq!(ns.api::<ConfigMap>().get("fields").await?.data.unwrap_or_default()["color"], "green");
    Ok(())
}

async fn who_is_taken_over_stops_and_leaves_the_record_alone(ground: &Ground) -> Tested {
    let ns = ground.namespace("taken").await;
    let _script = ns.script_job("hook", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(600))]).await;
    let (first, second) = (Operator::new(&ns)?, Operator::new(&ns)?);
    upgrade(&first, &["--install", "--set", "size=0"]).await?.ended(0);
    let mut command = slow(&first);
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn()?;
    let records = ns.api::<Secret>();
    let pending = ListParams::default().labels("owner=helm,status=pending-upgrade");
    eventually("a pending record", Duration::from_secs(60), || async {
        records.list(&pending).await.ok().filter(|all| !all.items.is_empty())
    })
    .await?;
    upgrade(&second, &["--set", "size=0,color=green"]).await?.ended(3).complains("is at work");
    upgrade(&second, &["--set", "size=0,color=green", "--take-over"]).await?.ended(0);
    let output = tokio::time::timeout(super::SOON, child.wait_with_output()).await??;
    assert_eq!(output.status.code(), Some(3));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("somebody else has taken over release `r`"), "{words}");
    assert_eq!(statuses(&ns, "helm3").await?, ["superseded", "failed", "deployed"]);
    Ok(())
}

async fn what_helm_left_pending_needs_a_word(ground: &Ground) -> Tested {
    let ns = ground.namespace("helmpend").await;
    let script = ns.script_job("hook", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(600))]).await;
    let operator = Operator::new(&ns)?;
    by_helm(&ns, "helm3", "install", &["--set", "size=0"]).await;
    let chart = moving();
    let mut helm3 = Command::from(ns.command("helm3"));
    helm3.args(["upgrade", "r", chart.to_str().unwrap_or_default(), "--set", "size=0,hook=Job"]).kill_on_drop(true);
    let mut helm3 = helm3.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn()?;
    eventually("a pending record", Duration::from_secs(60), || async {
        let pending = ListParams::default().labels("owner=helm,status=pending-upgrade");
        ns.api::<Secret>().list(&pending).await.ok().filter(|all| !all.items.is_empty())
    })
    .await?;
    helm3.kill().await?;
    let refused = upgrade(&operator, &["--set", "size=0"]).await?;
    refused.ended(2).complains("under way, or was interrupted").complains("helm, which leaves no sign of life");
    refused.complains("revision 2 (pending-upgrade), begun 20").complains("s ago)").complains("--take-over");
    drop(script);
    upgrade(&operator, &["--set", "size=0,color=green", "--take-over"]).await?.ended(0);
    assert_eq!(statuses(&ns, "helm3").await?, ["superseded", "failed", "deployed"]);
    Ok(())
}

on_both![
    an_upgrade_that_was_killed_is_recovered_in_place,
    another_machine_sees_who_is_at_work_and_takes_over_only_when_told,
    who_is_taken_over_stops_and_leaves_the_record_alone,
    what_helm_left_pending_needs_a_word,
];
