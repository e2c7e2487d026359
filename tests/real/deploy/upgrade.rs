//! The next revision, whoever made the one before: what left the chart goes, what others changed is told, and what
//! cannot be done is found before anything is done.

use std::time::Duration;

use iomctl_test_cluster::{Behaviour, Options, TestCluster, allow};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::{Value, json};

use super::{Operator, Said, Tested, helm, moving};
use crate::ground::{Ground, Site, on_both};

/// `iomctl upgrade r` to the chart that moves, told as JSON.
pub async fn upgrade(operator: &Operator, more: &[&str]) -> Result<Said, Box<dyn std::error::Error>> {
    let chart = moving();
    let mut command = operator.command(&["upgrade", "r", chart.to_str().unwrap_or_default(), "-o", "json"]);
    command.args(more);
    operator.end(command).await
}

/// `helm install` or `helm upgrade` of the same.
pub async fn by_helm(ns: &Site<'_>, tool: &str, verb: &str, more: &[&str]) -> String {
    let chart = moving();
    helm(ns, tool, &[&[verb, "r", chart.to_str().unwrap_or_default()], more].concat()).await
}

/// The objects that were written or removed, as `created ConfigMap extra`.
pub fn changes(said: &Said) -> Vec<String> {
    let word = |event: &Value| {
        let part = |value: &Value| value.as_str().unwrap_or_default().to_string();
        format!("{} {} {}", part(&event["change"]), part(&event["object"]["kind"]), part(&event["object"]["name"]))
    };
    said.all("object")
        .iter()
        .map(word)
        .filter(|change| !change.contains(" Namespace ") && !change.ends_with(" hook"))
        .collect()
}

/// The keys of the data of ConfigMap `fields`.
async fn keys(ns: &Site<'_>) -> Result<Vec<String>, kube::Error> {
    Ok(ns.api::<ConfigMap>().get("fields").await?.data.unwrap_or_default().into_keys().collect())
}

async fn exists(ns: &Site<'_>, name: &str) -> Result<bool, kube::Error> {
    Ok(ns.api::<ConfigMap>().get_opt(name).await?.is_some())
}

async fn what_left_the_chart_leaves_the_cluster_whoever_wrote_it(ground: &Ground) -> Tested {
    for tool in ["helm3", "helm4"] {
        let ns = ground.namespace("leave").await;
        let operator = Operator::new(&ns)?;
        by_helm(&ns, tool, "install", &["--set", "extra=true"]).await;
        let said = upgrade(&operator, &["--set", "keys={a},kept=false"]).await?;
        said.ended(0);
        assert_eq!(keys(&ns).await?, ["a", "color"], "{tool}");
        let secret = ns.api::<Secret>().get("secret").await?.data.unwrap_or_default();
        assert_eq!(secret.keys().collect::<Vec<_>>(), ["a", "color"], "{tool}");
        let web = serde_json::to_value(ns.api::<Deployment>().get("web").await?)?;
        let env = web["spec"]["template"]["spec"]["containers"][0]["env"].as_array().ok_or("no environment")?;
        assert_eq!(env.len(), 2, "{tool}: {env:?}");
        assert!(!exists(&ns, "extra").await?, "{tool}: an object that left the chart is removed");
        assert!(exists(&ns, "kept").await?, "{tool}: one that is kept stays");
        let fields = ns.api::<ConfigMap>().get("fields").await?.metadata;
        assert!(!fields.annotations.unwrap_or_default().contains_key("moving/extra"), "{tool}");
        let entries = fields.managed_fields.unwrap_or_default();
        let ways: Vec<_> = entries.iter().filter_map(|entry| entry.operation.as_deref()).collect();
        assert_eq!(ways, ["Apply"], "{tool}: what was written from the client's side is booked as applied");
        assert!(changes(&said).contains(&"kept ConfigMap kept".to_string()), "{:?}", changes(&said));
        for tool in ["helm3", "helm4"] {
            assert!(helm(&ns, tool, &["status", "r"]).await.contains("STATUS: deployed"));
            let history: Value = serde_json::from_str(&helm(&ns, tool, &["history", "r", "-o", "json"]).await)?;
            assert_eq!([&history[0]["status"], &history[1]["status"]], ["superseded", "deployed"], "{history}");
        }
    }
    Ok(())
}

async fn only_the_live_annotation_decides_what_is_kept(ground: &Ground) -> Tested {
    let ns = ground.namespace("keep").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install", "--set", "extra=true"]).await?.ended(0);
    let annotate = |value: Value| json!({"metadata": {"annotations": {"helm.sh/resource-policy": value}}});
    let maps = ns.api::<ConfigMap>();
    maps.patch("extra", &PatchParams::default(), &Patch::Merge(annotate("keep".into()))).await?;
    maps.patch("kept", &PatchParams::default(), &Patch::Merge(annotate(Value::Null))).await?;
    let said = upgrade(&operator, &["--set", "kept=false"]).await?;
    said.ended(0);
    assert!(exists(&ns, "extra").await? && !exists(&ns, "kept").await?, "{:?}", changes(&said));
    Ok(())
}

async fn what_others_changed_is_told_with_field_and_manager(ground: &Ground) -> Tested {
    let ns = ground.namespace("drift").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install"]).await?.ended(0);
    let other = PatchParams { field_manager: Some("somebody".into()), ..PatchParams::default() };
    let patch = json!({"data": {"color": "blue", "own": "theirs"}});
    ns.api::<ConfigMap>().patch("fields", &other, &Patch::Merge(patch)).await?;
    let scaled =
        ns.command("kubectl").args(["scale", "deployment", "web", "--replicas=3", "-n", ns.name()]).status()?;
    assert!(scaled.success());
    // Also when nothing else is to be changed.
    for more in [&[][..], &["--set", "extra=true"]] {
        let said = upgrade(&operator, more).await?;
        said.ended(3).complains("somebody else manages fields of ConfigMap fields").complains(".data.color  somebody");
        said.complains(".spec.replicas  kubectl (through scale)").complains("--force-conflicts");
        said.complains("nothing was changed");
        assert!(changes(&said).is_empty());
    }
    upgrade(&operator, &["--force-conflicts"]).await?.ended(0);
    let data = ns.api::<ConfigMap>().get("fields").await?.data.unwrap_or_default();
    assert_eq!((data["color"].as_str(), data["own"].as_str()), ("red", "theirs"), "what is not ours stays");
    assert_eq!(ns.api::<Deployment>().get("web").await?.spec.and_then(|spec| spec.replicas), Some(1));
    Ok(())
}

async fn what_cannot_be_changed_is_found_before_all_at_once(ground: &Ground) -> Tested {
    let ns = ground.namespace("fixed").await;
    let operator = Operator::new(&ns)?;
    by_helm(&ns, "helm3", "install", &[]).await;
    let said = upgrade(&operator, &["--set", "fixed=two,storage=fast,color=blue"]).await?;
    said.ended(2)
        .complains("Deployment web in")
        .complains("StatefulSet store in")
        .complains("PersistentVolumeClaim claim");
    said.complains("put the old value back").complains("--recreate").complains("nothing was changed");
    assert_eq!(ns.api::<ConfigMap>().get("fields").await?.data.unwrap_or_default()["color"], "red");
    assert_eq!(ns.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await?.items.len(), 1);
    // A claim is never deleted for it.
    upgrade(&operator, &["--recreate", "--set", "fixed=two,storage=fast"]).await?.ended(2).complains("never deleted");
    let before = ns.api::<StatefulSet>().get("store").await?.metadata.uid;
    upgrade(&operator, &["--recreate", "--set", "fixed=two"]).await?.ended(0);
    let store = ns.api::<StatefulSet>().get("store").await?;
    assert_ne!(store.metadata.uid, before);
    assert_eq!(store.spec.and_then(|spec| spec.service_name).as_deref(), Some("two"));
    Ok(())
}

async fn a_failed_upgrade_leaves_the_revision_before_deployed(ground: &Ground) -> Tested {
    let ns = ground.namespace("fail").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install"]).await?.ended(0);
    let never = ns.behave(("app", "web"), Behaviour::ImagePullFailure { message: "no such image" }).await;
    let said = upgrade(&operator, &["--set", "extra=true,image=registry.example/never:1", "--timeout", "4s"]).await?;
    said.ended(3).complains("Deployment web").complains("Nothing was rolled back");
    let history: Value = serde_json::from_str(&helm(&ns, "helm3", &["history", "r", "-o", "json"]).await)?;
    assert_eq!([&history[0]["status"], &history[1]["status"]], ["deployed", "failed"], "{history}");
    never.end().await;
    // What the failed revision made and nobody wants goes with the next one.
    let said = upgrade(&operator, &["--set", "color=blue"]).await?;
    said.ended(0);
    assert!(!exists(&ns, "extra").await?, "{:?}", changes(&said));
    let history: Value = serde_json::from_str(&helm(&ns, "helm4", &["history", "r", "-o", "json"]).await)?;
    let statuses: Vec<_> = (0..3).map(|at| history[at]["status"].as_str().unwrap_or_default()).collect();
    assert_eq!(statuses, ["superseded", "failed", "deployed"]);
    Ok(())
}

async fn values_are_carried_on_as_helm_does(ground: &Ground) -> Tested {
    let ns = ground.namespace("values").await;
    let operator = Operator::new(&ns)?;
    let start = ["--set", "color=blue,size=0,extra=true"];
    let steps: &[&[&str]] = &[
        &[],
        &["--reuse-values", "--set", "keys={x}"],
        &["--reset-then-reuse-values", "--set", "color=green"],
        &["--reuse-values", "--set", "extra=null"],
        &["--set", "size=0"],
        &["--reset-values", "--set", "size=0,color=grey"],
    ];
    let mut seen = Vec::new();
    for tool in ["helm3", "iomctl"] {
        by_helm(&ns, "helm3", "install", &start).await;
        let mut values = Vec::new();
        for step in steps {
            match tool {
                "iomctl" => drop(upgrade(&operator, step).await?.ended(0)),
                _ => drop(by_helm(&ns, tool, "upgrade", step).await),
            }
            let given = helm(&ns, "helm3", &["get", "values", "r", "-o", "json"]).await;
            let all = helm(&ns, "helm3", &["get", "values", "r", "-o", "json", "--all"]).await;
            values.push((given, all));
        }
        helm(&ns, "helm3", &["uninstall", "r"]).await;
        seen.push(values);
    }
    for (at, step) in steps.iter().enumerate() {
        assert_eq!(seen[0][at], seen[1][at], "after {step:?}");
    }
    Ok(())
}

async fn records_take_labels_and_descriptions_and_stay_few(ground: &Ground) -> Tested {
    let ns = ground.namespace("records").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &["--install", "--labels", "team=a,stage=test", "--set", "size=0"]).await?.ended(0);
    for color in ["one", "two", "three"] {
        let set = format!("size=0,color={color}");
        upgrade(&operator, &["--set", &set, "--max-history", "2", "--description", color]).await?.ended(0);
    }
    upgrade(&operator, &["--labels", "stage=null", "--max-history", "2"]).await?.ended(0);
    let records = ns.api::<Secret>().list(&ListParams::default().labels("owner=helm,name=r")).await?.items;
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let labels = record.metadata.labels.clone().unwrap_or_default();
            ["version", "status", "team", "stage"].map(|key| labels.get(key).cloned().unwrap_or_default())
        })
        .collect();
    assert_eq!(told, [["4", "superseded", "a", "test"], ["5", "deployed", "a", ""]]);
    assert!(helm(&ns, "helm3", &["history", "r"]).await.contains("three"));
    upgrade(&operator, &["--labels", "owner=me"]).await?.ended(2).complains("Helm keeps this label");
    Ok(())
}

async fn what_belongs_to_nobody_is_taken_over_only_when_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("nobodys").await;
    let operator = Operator::new(&ns)?;
    upgrade(&operator, &[]).await?.ended(2).complains("there is no release `r`").complains("--install");
    let made = ns
        .command("kubectl")
        .args(["create", "configmap", "extra", "--from-literal=color=old", "-n", ns.name()])
        .status()?;
    assert!(made.success());
    upgrade(&operator, &["--install", "--set", "size=0"]).await?.ended(0);
    let more = ["--set", "size=0,extra=true"];
    let refused = upgrade(&operator, &more).await?;
    refused.ended(2).complains("belong to no release").complains("ConfigMap extra").complains("--take-ownership");
    upgrade(&operator, &[&more[..], &["--take-ownership"]].concat()).await?.ended(0);
    assert_eq!(ns.api::<ConfigMap>().get("extra").await?.data.unwrap_or_default()["color"], "red");
    Ok(())
}

on_both![
    what_left_the_chart_leaves_the_cluster_whoever_wrote_it,
    only_the_live_annotation_decides_what_is_kept,
    what_others_changed_is_told_with_field_and_manager,
    what_cannot_be_changed_is_found_before_all_at_once,
    a_failed_upgrade_leaves_the_revision_before_deployed,
    values_are_carried_on_as_helm_does,
    records_take_labels_and_descriptions_and_stay_few,
    what_belongs_to_nobody_is_taken_over_only_when_told,
];

/// The most requests of an upgrade of the data plane that changes nothing; Helm makes ten times as many.
const MOST_REQUESTS: usize = 30;

#[tokio::test]
async fn an_upgrade_that_changes_nothing_says_so_in_a_few_requests() -> Tested {
    let cluster = TestCluster::start(Options { audit: true, ..Options::default() }).await?;
    let ns = cluster.namespace("same").await;
    let user = ns.cluster_user("operator", &[allow(&["*"], &["*"], &["*"])]).await;
    let operator = Operator::with(&user.kubeconfig, ns.name())?;
    operator.run(&["install", "--preset", "evaluation"]).await?.ended(0);
    let count = || cluster.requests_of(&user.name).map(|requests| requests.len());
    for more in [&["--preset", "evaluation"][..], &[]] {
        let before = count()?;
        let said = operator.run(&[&["upgrade", "-o", "json"], more].concat()).await?;
        said.ended(0);
        assert!(said.out.contains("nothing to do") && said.all("object").is_empty(), "{more:?}: {}", said.out);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let all = cluster.requests_of(&user.name)?;
        assert!(
            all.len() - before <= MOST_REQUESTS,
            "{more:?}: {} requests: {:#?}",
            all.len() - before,
            &all[before..]
        );
        // What an upgrade would find nothing to do about is no difference, though the first revision had more hooks.
        let said = operator.run(&[&["diff", "--exit-code"], more].concat()).await?;
        said.ended(0);
        assert!(said.out.contains("0 created, 0 changed, 0 removed"), "{more:?}: {}", said.out);
    }
    // The values hold the access key `iomete`, which everybody reads in the names of the platform.
    let said = operator.run(&["upgrade", "data-plane", "--reuse-values", "--set", "services.core.replicas=2"]).await?;
    said.ended(0);
    assert!(said.out.contains("logs job/iomete-data-plane-init"), "{}", said.out);
    Ok(())
}
