//! A flag that needs other flags to be active is switched on by a revision of its own.

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::Value;
use tokio::process::Command;

use super::interrupt::broken_off;
use super::{Operator, Tested, helm};
use crate::ground::{Ground, Site, on_both};

/// Domain-level authorization is to be switched on when the four flags below it are active.
const FLAGS: [&str; 5] = [
    "onboardComputeRas",
    "onboardSparkJobRas",
    "onboardWorkspaceRas",
    "onboardNamespaceMappingRas",
    "domainLevelBundleAuthorization",
];

fn installation(operator: &Operator, more: &[&str]) -> Command {
    let mut command = operator.command(&["install", "-o", "json", "--preset", "evaluation"]);
    for flag in FLAGS {
        command.args(["--set", &format!("features.{flag}=true")]);
    }
    command.args(more);
    command
}

/// Whether domain-level authorization is on in a revision.
async fn is_on(ns: &Site<'_>, revision: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let text = helm(ns, "helm3", &["get", "values", "data-plane", "--revision", revision, "-o", "json"]).await;
    let values: Value = serde_json::from_str(&text)?;
    assert_eq!(values["features"]["onboardComputeRas"]["enabled"], true, "{text}");
    Ok(values["features"]["domainLevelBundleAuthorization"]["enabled"].clone())
}

async fn a_second_revision_switches_on_what_needs_the_first_also_after_a_kill(ground: &Ground) -> Tested {
    let ns = ground.namespace("waves").await;
    let operator = Operator::new(&ns)?;

    let dry = operator.end(installation(&operator, &["--dry-run"])).await?;
    assert_eq!(dry.ended(0).all("wave").len(), 2, "{}", dry.out);

    let second = |event: &Value| event["event"] == "wave" && event["wave"] == 2;
    let record = |event: &Value| event["stage"] == "record" && event["state"] == "done";
    let in_second = std::cell::Cell::new(false);
    let reached = |event: &Value| {
        in_second.set(in_second.get() || second(event));
        in_second.get() && record(event)
    };
    assert_eq!(broken_off(installation(&operator, &[]), "-KILL", reached).await?, None);
    assert!(helm(&ns, "helm3", &["status", "data-plane"]).await.contains("STATUS: pending-upgrade"));

    let said = operator.end(installation(&operator, &[])).await?;
    said.ended(0);
    assert_eq!(said.all("resumed").len(), 1, "{}", said.out);
    let waves = said.all("wave");
    assert_eq!(waves.len(), 1, "the first is done");
    let about = waves[0]["about"].as_str().unwrap_or_default();
    assert!(about.contains("domainLevelBundleAuthorization") && about.contains("restarts"), "{about}");

    let history = helm(&ns, "helm4", &["history", "data-plane"]).await;
    assert!(history.contains("superseded") && history.contains("Install complete"), "{history}");
    assert!(history.contains("Upgrade complete"), "{history}");
    assert_eq!(is_on(&ns, "1").await?, false);
    assert_eq!(is_on(&ns, "2").await?, true);
    let core = ns.api::<Deployment>().get("iom-core").await?;
    let annotations = core.spec.and_then(|spec| spec.template.metadata).and_then(|meta| meta.annotations);
    assert!(annotations.is_some_and(|all| all.contains_key("kubectl.kubernetes.io/restartedAt")));

    let third = operator.end(installation(&operator, &[])).await?;
    third.ended(0);
    assert!(third.out.contains("nothing to do") && third.all("object").is_empty(), "{}", third.out);
    Ok(())
}

async fn an_upgrade_takes_the_same_way_and_asks_for_what_must_be_confirmed(ground: &Ground) -> Tested {
    let ns = ground.namespace("upwaves").await;
    let operator = Operator::new(&ns)?;
    operator.run(&["install", "--preset", "evaluation"]).await?.ended(0);
    let upgrade = |more: &[&str]| {
        let mut command = operator.command(&["upgrade", "-o", "json", "--preset", "evaluation"]);
        for flag in FLAGS {
            command.args(["--set", &format!("features.{flag}=true")]);
        }
        command.args(more);
        command
    };
    let refused = operator.end(upgrade(&[])).await?;
    refused.ended(2).complains("on an existing environment").complains("migration");
    let confirmed = operator.state.path().join("confirmed.yaml");
    std::fs::write(&confirmed, "acknowledge: [F01, F02]\n")?;
    let more = ["--answers", confirmed.to_str().unwrap_or_default()];
    let said = operator.end(upgrade(&more)).await?;
    said.ended(0);
    assert_eq!(said.all("wave").len(), 2, "{}", said.out);
    assert_eq!(is_on(&ns, "2").await?, false);
    assert_eq!(is_on(&ns, "3").await?, true);
    let again = operator.end(upgrade(&more)).await?;
    again.ended(0);
    assert!(again.out.contains("nothing to do") && again.all("object").is_empty(), "{}", again.out);
    Ok(())
}

on_both![
    an_upgrade_takes_the_same_way_and_asks_for_what_must_be_confirmed,
    a_second_revision_switches_on_what_needs_the_first_also_after_a_kill,
];
