//! From nothing to a release that Helm takes for its own.

use k8s_openapi::api::apps::v1::Deployment;

use super::{Operator, Tested, chart, helm};
use crate::ground::{Ground, on_both};

async fn both_helms_read_and_upgrade_what_was_installed(ground: &Ground) -> Tested {
    let ns = ground.namespace("install").await;
    let operator = Operator::new(&ns)?;
    let said = operator.install(&[]).await?;
    said.ended(0);
    let stages: Vec<String> = said
        .all("stage")
        .iter()
        .filter(|e| e["state"] == "done")
        .map(|e| e["stage"].as_str().unwrap().into())
        .collect();
    assert_eq!(stages, ["connect", "permissions", "prerequisites", "record", "init-job", "apply", "wait", "finish"]);
    assert_eq!(said.all("finished")[0]["state"], "done");

    let path = chart();
    let path = path.to_str().unwrap();
    for (tool, replicas) in [("helm3", "3"), ("helm4", "4")] {
        assert!(helm(&ns, tool, &["list"]).await.contains("deployed"), "{tool}");
        let status = helm(&ns, tool, &["status", "data-plane", "-o", "json"]).await;
        assert!(status.contains("Install complete") || tool == "helm4", "{status}");
        assert!(helm(&ns, tool, &["history", "data-plane"]).await.contains("small-1.0.0"));
        let everything = helm(&ns, tool, &["get", "all", "data-plane"]).await;
        for part in ["kind: StatefulSet", "data-plane is installed.", "name: small-init"] {
            assert!(everything.contains(part), "{tool}: {part}\n{everything}");
        }
        let set = format!("replicas={replicas}");
        helm(&ns, tool, &["upgrade", "data-plane", path, "--set", &set]).await;
        let web = ns.api::<Deployment>().get("web").await?;
        assert_eq!(web.spec.unwrap().replicas, Some(replicas.parse()?), "{tool} takes over our fields");
    }
    Ok(())
}

async fn a_second_installation_finds_nothing_to_do_and_other_values_are_refused(ground: &Ground) -> Tested {
    let ns = ground.namespace("twice").await;
    let operator = Operator::new(&ns)?;
    operator.install(&[]).await?.ended(0);
    let again = operator.install(&[]).await?;
    again.ended(0);
    assert!(again.all("object").is_empty() && again.out.contains("nothing to do"), "{}", again.out);

    let other = operator.state.path().join("other.yaml");
    std::fs::write(&other, "replicas: 5\n")?;
    let refused = operator.command(&["install", "-f", other.to_str().unwrap(), "--chart", chart().to_str().unwrap()]);
    operator
        .end(refused)
        .await?
        .ended(2)
        .complains("with another chart or other values")
        .complains("nothing was changed");
    Ok(())
}

async fn a_dry_run_changes_nothing(ground: &Ground) -> Tested {
    let ns = ground.namespace("dry").await;
    let operator = Operator::new(&ns)?;
    let said = operator.install(&["--dry-run"]).await?;
    said.ended(0);
    assert!(said.all("object").is_empty());
    assert_eq!(operator.run(&["status"]).await?.ended(2).out, "");
    Ok(())
}

async fn namespaces_that_do_not_exist_are_made_and_labelled(ground: &Ground) -> Tested {
    let beside = ground.namespace("beside").await;
    let (own, extra) = (format!("{}-own", beside.name()), format!("{}-extra", beside.name()));
    let operator = Operator::with(beside.kubeconfig(), &own)?;
    let values = operator.state.path().join("extra.yaml");
    std::fs::write(&values, format!("namespaces: [{extra}]\n"))?;
    operator.install(&["-f", values.to_str().unwrap()]).await?.ended(0);
    let second = operator.install(&["-f", values.to_str().unwrap(), "--release", "second"]).await?;
    second.ended(2).complains("belong to release `data-plane`").complains(&format!("ConfigMap small in {extra}"));
    let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(beside.client());
    for name in [own, extra] {
        let labels = namespaces.get(&name).await?.metadata.labels.unwrap_or_default();
        assert_eq!(labels.get("iomete.com/managed").map(String::as_str), Some("true"), "{name}");
    }
    Ok(())
}

on_both![
    both_helms_read_and_upgrade_what_was_installed,
    a_second_installation_finds_nothing_to_do_and_other_values_are_refused,
    a_dry_run_changes_nothing,
    namespaces_that_do_not_exist_are_made_and_labelled,
];
