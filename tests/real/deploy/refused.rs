//! Bad input and missing rights: a located message, and nothing changed.

use std::time::{Duration, Instant};

use iomctl_test_cluster::allow;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{ListParams, ObjectMeta, PostParams};

use super::{Operator, Tested, chart};
use crate::ground::{Ground, on_both};

async fn missing_rights_are_told_all_at_once(ground: &Ground) -> Tested {
    let ns = ground.namespace("rights").await;
    let rules = [allow(&[""], &["secrets", "configmaps"], &["*"]), allow(&["batch"], &["jobs"], &["*"])];
    let user = ns.user("operator", &rules).await;
    let operator = Operator::with(&user.kubeconfig, ns.name())?;
    let said = operator.install(&[]).await?;
    said.ended(3).complains("needed rights are missing").complains("nothing was changed");
    for right in ["deployments.apps", "statefulsets.apps", "services", "pods/log"] {
        said.complains(right);
    }
    assert!(ns.api::<Secret>().list(&ListParams::default()).await?.items.is_empty());
    Ok(())
}

async fn objects_of_another_release_are_left_alone(ground: &Ground) -> Tested {
    let ns = ground.namespace("owner").await;
    let operator = Operator::new(&ns)?;
    operator.install(&[]).await?.ended(0);
    let said = operator.install(&["--release", "second"]).await?;
    said.ended(2).complains("belong to release `data-plane` in namespace").complains("Deployment web");
    let records = ns.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await?;
    assert_eq!(records.items.len(), 1);
    Ok(())
}

async fn objects_of_nobody_are_not_adopted(ground: &Ground) -> Tested {
    let ns = ground.namespace("nobody").await;
    let kept = ConfigMap {
        metadata: ObjectMeta { name: Some("kept".into()), ..ObjectMeta::default() },
        ..ConfigMap::default()
    };
    ns.api::<ConfigMap>().create(&PostParams::default(), &kept).await?;
    let said = Operator::new(&ns)?.install(&[]).await?;
    said.ended(2).complains("exist already and belong to no release").complains("ConfigMap kept");
    assert!(ns.api::<Secret>().list(&ListParams::default()).await?.items.is_empty());
    Ok(())
}

async fn what_the_server_refuses_is_found_before(ground: &Ground) -> Tested {
    let ns = ground.namespace("refused").await;
    let operator = Operator::new(&ns)?;
    let values = operator.state.path().join("bad.yaml");
    std::fs::write(&values, "replicas: many\npassword: ''\nnamespaces: []\n")?;
    let command = operator.command(&["install", "--chart", chart().to_str().unwrap(), "-f", values.to_str().unwrap()]);
    let said = operator.end(command).await?;
    said.ended(3)
        .complains("refuses Deployment web")
        .complains("templates/workloads.yaml")
        .complains("nothing was changed");
    assert!(ns.api::<Secret>().list(&ListParams::default()).await?.items.is_empty());
    Ok(())
}

async fn an_unreachable_server_is_one_message_within_seconds(ground: &Ground) -> Tested {
    let ns = ground.namespace("unreachable").await;
    let folder = tempfile::tempdir()?;
    let text = std::fs::read_to_string(ns.kubeconfig())?;
    let server =
        text.split_once("https://127.0.0.1:").and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next());
    let nobody = folder.path().join("nobody");
    std::fs::write(&nobody, text.replace(&format!("127.0.0.1:{}", server.ok_or("no port")?), "127.0.0.1:1"))?;
    let operator = Operator::with(&nobody, ns.name())?;
    let began = Instant::now();
    operator.install(&[]).await?.ended(5).complains("connection is refused").complains("https://127.0.0.1:1");
    assert!(began.elapsed() < Duration::from_secs(10));
    Ok(())
}

async fn a_wrong_context_names_those_there_are(ground: &Ground) -> Tested {
    let ns = ground.namespace("context").await;
    let operator = Operator::new(&ns)?;
    operator
        .install(&["--context", "elsewhere"])
        .await?
        .ended(2)
        .complains("no context `elsewhere`")
        .complains("contexts: ");
    Ok(())
}

async fn an_unwritable_journal_is_told_before_anything_is_changed(ground: &Ground) -> Tested {
    let ns = ground.namespace("journal").await;
    let operator = Operator::new(&ns)?;
    let said = operator.install(&["--state-dir", "/proc/nowhere"]).await?;
    said.ended(3).complains("the journal cannot be written").complains("--state-dir");
    assert!(ns.api::<Secret>().list(&ListParams::default()).await?.items.is_empty());
    Ok(())
}

on_both![
    missing_rights_are_told_all_at_once,
    objects_of_another_release_are_left_alone,
    objects_of_nobody_are_not_adopted,
    what_the_server_refuses_is_found_before,
    an_unreachable_server_is_one_message_within_seconds,
    a_wrong_context_names_those_there_are,
    an_unwritable_journal_is_told_before_anything_is_changed,
];
