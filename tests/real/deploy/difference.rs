//! What an upgrade would change, told before anything is: against what stands, not against what was stored.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use super::{Operator, Said, Tested, helm, told};
use crate::ground::{Ground, on_both};

const OLD: &str = "hunter2-secret";
const NEW: &str = "hunter3-secret";

/// `(change, kind, name)` of everything that is different.
fn told_of(said: &Said) -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out));
    let word = |object: &Value, key: &str| object[key].as_str().unwrap_or_default().to_string();
    let objects = document["objects"].as_array().into_iter().flatten();
    objects.map(|object| (word(object, "change"), word(object, "kind"), word(object, "name"))).collect()
}

fn values(operator: &Operator, text: &str) -> Result<String, std::io::Error> {
    let path = operator.state.path().join("values.yaml");
    std::fs::write(&path, text)?;
    Ok(path.display().to_string())
}

async fn a_diff_says_what_the_upgrade_does_and_leaves_everything_alone(ground: &Ground) -> Tested {
    let ns = ground.namespace("diff").await;
    let operator = Operator::new(&ns)?;
    let set = format!("password={OLD},extra=true");
    helm(&ns, "helm3", &["install", "a", &told(), "--set", &set]).await;
    let new = values(&operator, &format!("password: {NEW}\nreplicas: 3\n"))?;
    let diff = ["diff", "a", "--chart", &told(), "-f", &new, "--exit-code"];
    let said = operator.run(&[&diff[..], &["-o", "json"]].concat()).await?;
    said.ended(1);
    let expected = [
        ("changed", "Secret", "told"),
        ("changed", "Deployment", "web"),
        ("removed", "ConfigMap", "extra"),
        ("changed", "Secret", "told-hook"),
    ];
    assert_eq!(told_of(&said), expected.map(|(a, b, c)| (a.into(), b.into(), c.into())));
    let text = operator.run(&diff).await?;
    text.ended(1);
    for (words, there) in [
        ("-  replicas: 1\n", true),
        ("+  replicas: 3\n", true),
        ("0 created, 3 changed, 1 removed, 1 unchanged", true),
        (OLD, false),
        (NEW, false),
        ("aHVudGVy", false),
    ] {
        assert_eq!(text.out.contains(words), there, "{words}: {}", text.out);
    }
    assert_eq!(ns.api::<Deployment>().get("web").await?.spec.and_then(|spec| spec.replicas), Some(1));

    helm(&ns, "helm3", &["upgrade", "a", &told(), "-f", &new]).await;
    operator.run(&diff).await?.ended(0);
    let unchanged = operator.run(&["diff", "a", "--chart", &told()]).await?;
    assert!(unchanged.ended(0).out.contains("0 created, 0 changed, 0 removed, 3 unchanged"), "{}", unchanged.out);
    let stored = operator.run(&["diff", "a", "--revision", "1", "--exit-code", "-o", "json"]).await?;
    assert_eq!(told_of(stored.ended(1)).len(), 4);
    let back = operator.run(&["diff", "a", "--revision", "2", "--revision", "2", "--exit-code"]).await?;
    back.ended(0);
    Ok(())
}

async fn changes_by_hand_show_and_what_others_manage_is_a_problem(ground: &Ground) -> Tested {
    let ns = ground.namespace("drift").await;
    let operator = Operator::new(&ns)?;
    let own = values(&operator, &format!("password: {OLD}\n"))?;
    operator.run(&["install", "--release", "a", "--chart", &told(), "-f", &own]).await?.ended(0);
    let maps = ns.api::<ConfigMap>();
    maps.delete("colours", &Default::default()).await?;
    let by_hand = Patch::Merge(json!({"spec": {"replicas": 2}}));
    let hand = PatchParams { field_manager: Some("by-hand".into()), ..PatchParams::default() };
    ns.api::<Deployment>().patch("web", &hand, &by_hand).await?;
    let said = operator.run(&["diff", "a", "--chart", &told(), "-f", &own, "-o", "json"]).await?;
    said.ended(3).complains("Deployment web").complains("by-hand");
    let told_of = told_of(&said);
    assert!(told_of.contains(&("created".into(), "ConfigMap".into(), "colours".into())), "{}", said.out);
    assert!(told_of.contains(&("changed".into(), "Deployment".into(), "web".into())), "{}", said.out);
    assert!(maps.get_opt("colours").await?.is_none());
    Ok(())
}

async fn without_a_release_everything_would_be_created(ground: &Ground) -> Tested {
    let ns = ground.namespace("fresh").await;
    let operator = Operator::with(ns.kubeconfig(), &format!("{}-not-there", ns.name()))?;
    let own = values(&operator, &format!("password: {OLD}\n"))?;
    let said = operator.run(&["diff", "a", "--chart", &told(), "-f", &own]).await?;
    assert!(said.ended(0).out.contains("6 created, 0 changed, 0 removed, 0 unchanged"), "{}", said.out);
    assert!(!said.out.contains(OLD), "{}", said.out);
    operator.run(&["diff", "a", "--chart", &told()]).await?.ended(2).complains("no release `a` to take values of");
    Ok(())
}

on_both![
    a_diff_says_what_the_upgrade_does_and_leaves_everything_alone,
    changes_by_hand_show_and_what_others_manage_is_a_problem,
    without_a_release_everything_would_be_created,
];
