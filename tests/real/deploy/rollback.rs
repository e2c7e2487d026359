//! An earlier revision again: from its record, without losing what tells why.

use iomctl_test_cluster::Attempt;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Secret};
use kube::api::ListParams;
use serde_json::Value;

use super::upgrade::{by_helm, changes, upgrade};
use super::{Operator, Said, Tested, helm, moving};
use crate::ground::{Ground, Site, on_both};

async fn rollback(operator: &Operator, more: &[&str]) -> Result<Said, Box<dyn std::error::Error>> {
    operator.run(&[&["rollback", "r", "-o", "json"], more].concat()).await
}

/// Revisions with their states, as `1 superseded`.
async fn history(ns: &Site<'_>) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let told: Value = serde_json::from_str(&helm(ns, "helm3", &["history", "r", "-o", "json"]).await)?;
    let all = told.as_array().ok_or("no history")?;
    Ok(all.iter().map(|one| format!("{} {}", one["revision"], one["status"].as_str().unwrap_or_default())).collect())
}

async fn an_earlier_revision_is_made_again_whoever_made_it(ground: &Ground) -> Tested {
    let ns = ground.namespace("back").await;
    let operator = Operator::new(&ns)?;
    by_helm(&ns, "helm3", "install", &["--set", "size=0,extra=true"]).await;
    by_helm(&ns, "helm4", "upgrade", &["--set", "size=0,color=blue,keys={x}"]).await;
    upgrade(&operator, &["--set", "size=0,color=green,kept=false"]).await?.ended(0);
    let said = rollback(&operator, &["1"]).await?;
    said.ended(0);
    let maps = ns.api::<ConfigMap>();
    let fields = maps.get("fields").await?.data.unwrap_or_default();
    assert_eq!(
        fields.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(),
        ["a=1", "b=1", "color=red"]
    );
    assert!(maps.get_opt("extra").await?.is_some(), "{:?}", changes(&said));
    assert_eq!(history(&ns).await?, ["1 superseded", "2 superseded", "3 superseded", "4 deployed"]);
    for tool in ["helm3", "helm4"] {
        assert!(helm(&ns, tool, &["history", "r"]).await.contains("Rollback to 1"));
    }
    // Without a number: the one before. And Helm goes on from there.
    rollback(&operator, &[]).await?.ended(0);
    assert_eq!(maps.get("fields").await?.data.unwrap_or_default()["color"], "green");
    helm(&ns, "helm4", &["rollback", "r", "2"]).await;
    helm(&ns, "helm3", &["rollback", "r", "4"]).await;
    assert_eq!(history(&ns).await?.last().map(String::as_str), Some("7 deployed"));
    rollback(&operator, &["3"]).await?.ended(0);
    assert_eq!(maps.get("fields").await?.data.unwrap_or_default().len(), 3);
    Ok(())
}

async fn what_cannot_be_restored_is_said_and_nothing_is_changed(ground: &Ground) -> Tested {
    let ns = ground.namespace("norevision").await;
    let operator = Operator::new(&ns)?;
    rollback(&operator, &[]).await?.ended(2).complains("there is no release `r`");
    upgrade(&operator, &["--install", "--set", "size=0"]).await?.ended(0);
    rollback(&operator, &[]).await?.ended(2).complains("no earlier revision").complains("1 (deployed)");
    let said = rollback(&operator, &["7"]).await?;
    said.ended(2)
        .complains("there is no revision 7")
        .complains("release r in namespace")
        .complains("nothing was changed");
    upgrade(&operator, &["--recreate", "--set", "size=0,fixed=two"]).await?.ended(0);
    let said = rollback(&operator, &["1"]).await?;
    said.ended(2).complains("cannot be changed in place").complains("--recreate").complains("nothing was changed");
    assert_eq!(history(&ns).await?.len(), 2);
    assert!(changes(&said).is_empty());
    rollback(&operator, &["1", "--dry-run", "--recreate"]).await?.ended(0);
    assert_eq!(history(&ns).await?.len(), 2);
    rollback(&operator, &["1", "--recreate"]).await?.ended(0);
    Ok(())
}

async fn over_a_failed_hook_and_the_evidence_stays(ground: &Ground) -> Tested {
    let ns = ground.namespace("evidence").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install", "--set", "size=0"]).await?.ended(0);
    let _script = ns.script_job("hook", [Attempt::fails(3, ["it breaks"])]).await;
    let said = upgrade(&operator, &["--set", "size=0,color=blue,hook=Job"]).await?;
    said.ended(3).complains("Job hook in").complains("it breaks");
    assert_eq!(history(&ns).await?, ["1 deployed", "2 failed"]);
    rollback(&operator, &["1"]).await?.ended(0);
    assert_eq!(history(&ns).await?, ["1 superseded", "2 failed", "3 deployed"]);
    assert!(ns.api::<Job>().get_opt("hook").await?.is_some(), "the failed job stays");
    let pods = ns.api::<Pod>().list(&ListParams::default().labels("job-name=hook")).await?.items;
    assert_eq!(pods.len(), 1, "and so does its pod");
    assert!(operator.run(&["init-logs", "--release", "r"]).await?.ended(0).out.contains("it breaks"));
    let records = ns.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await?.items;
    assert_eq!(records.len(), 3, "and all records");
    Ok(())
}

/// Jobs of the newer chart may have changed databases, which no revision brings back.
async fn an_older_chart_is_told_before_it_comes(ground: &Ground) -> Tested {
    let ns = ground.namespace("older").await;
    let operator = Operator::new(&ns)?;
    let folder = tempfile::tempdir()?;
    let (chart, to) = (moving().to_string_lossy().into_owned(), folder.path().to_string_lossy().into_owned());
    helm(&ns, "helm3", &["package", &chart, "--version", "1.1.0", "-d", &to]).await;
    let newer = format!("{to}/moving-1.1.0.tgz");
    let back = "the chart goes back from moving-1.1.0 to moving-1.0.0";
    upgrade(&operator, &["--install", "--set", "size=0"]).await?.ended(0);
    let said = operator.run(&["upgrade", "r", &newer, "--set", "size=0", "-o", "json"]).await?;
    said.ended(0);
    assert!(!said.out.contains("goes back"), "{}", said.out);
    let said = upgrade(&operator, &["--set", "size=0", "--dry-run"]).await?;
    said.ended(0);
    assert!(said.out.contains(back), "{}", said.out);
    assert!(rollback(&operator, &["1"]).await?.ended(0).out.contains(back));
    Ok(())
}

on_both![
    an_earlier_revision_is_made_again_whoever_made_it,
    what_cannot_be_restored_is_said_and_nothing_is_changed,
    over_a_failed_hook_and_the_evidence_stays,
    an_older_chart_is_told_before_it_comes,
];
