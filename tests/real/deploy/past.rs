//! What the records of a release say, held against what Helm says of them, whoever wrote them and wherever.

use super::{Operator, Tested, helm, told};
use crate::ground::{Ground, Site, on_both};

/// What both print alike once secrets are shown.
const ALIKE: &[&str] = &[
    "get manifest",
    "get hooks",
    "get notes",
    "get values",
    "get values -o json",
    "get values -o yaml",
    "get values --all",
    "get values --all -o json",
    "get metadata",
    "get metadata -o json",
    "get metadata -o yaml",
    "get all",
    "get manifest --revision 1",
    "get values --revision 1",
    "history -o json",
    "history -o yaml",
];

const PASSWORD: &str = "hunter2-secret";

/// Holds every answer about a release against Helm's.
async fn alike(ns: &Site<'_>, operator: &Operator, release: &str, driver: &str) -> Tested {
    for question in ALIKE {
        let words: Vec<&str> = question.split(' ').chain([release]).collect();
        let mut helm = tokio::process::Command::from(ns.command("helm3"));
        let theirs = helm.args(&words).env("HELM_DRIVER", driver).output().await?;
        assert!(theirs.status.success(), "{question}: {}", String::from_utf8_lossy(&theirs.stderr));
        let mut words = words;
        if question.starts_with("get") && !question.contains("metadata") {
            words.push("--show-secrets");
        }
        let ours = operator.run(&words).await?;
        ours.ended(0);
        assert_eq!(ours.out, String::from_utf8(theirs.stdout)?, "{question} {release}");
    }
    Ok(())
}

async fn releases_of_both_are_told_as_helm_tells_them(ground: &Ground) -> Tested {
    let ns = ground.namespace("told").await;
    let operator = Operator::new(&ns)?;
    let password = format!("password={PASSWORD}");
    let set = ["--set", &password, "--set", "nested.drop=null,about=<&>", "--set-json", r#"list=[1,2.5,1e7,"x"]"#];
    helm(&ns, "helm3", &[&["install", "theirs", &told()], &set[..]].concat()).await;
    helm(&ns, "helm3", &["upgrade", "theirs", &told(), "--set", "extra=true"]).await;
    alike(&ns, &operator, "theirs", "secret").await?;
    helm(&ns, "helm3", &["uninstall", "theirs"]).await;

    let values = operator.state.path().join("own.yaml");
    std::fs::write(&values, format!("password: {PASSWORD}\nbig: 2000000\ncolour: blue\n"))?;
    let install = ["install", "--release", "ours", "--chart", &told(), "-f", values.to_str().unwrap_or_default()];
    operator.run(&install).await?.ended(0);
    alike(&ns, &operator, "ours", "secret").await
}

async fn records_in_config_maps_are_read_written_and_removed_there(ground: &Ground) -> Tested {
    let ns = ground.namespace("maps").await;
    let operator = Operator::new(&ns)?;
    let mut install = tokio::process::Command::from(ns.command("helm3"));
    let installed = install.args(["install", "mapped", &told()]).env("HELM_DRIVER", "configmap").output().await?;
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    alike(&ns, &operator, "mapped", "configmap").await?;
    let status = operator.run(&["status", "--release", "mapped"]).await?;
    assert!(status.ended(0).out.contains("revision 1: deployed"), "{}", status.out);
    operator.run(&["uninstall", "--release", "mapped", "--yes"]).await?.ended(0);

    let mut own = operator.command(&["install", "--release", "own", "--chart", &told(), "-f", "/dev/null"]);
    own.env("HELM_DRIVER", "configmap");
    operator.end(own).await?.ended(0);
    alike(&ns, &operator, "own", "configmap").await?;
    let maps = ns.api::<k8s_openapi::api::core::v1::ConfigMap>();
    assert!(maps.get_opt("sh.helm.release.v1.own.v1").await?.is_some());
    assert!(maps.get_opt("sh.helm.release.v1.mapped.v1").await?.is_none(), "uninstall removes the record");
    Ok(())
}

async fn secrets_are_masked_and_what_is_not_there_is_named(ground: &Ground) -> Tested {
    let ns = ground.namespace("masked").await;
    let operator = Operator::new(&ns)?;
    helm(&ns, "helm3", &["install", "a", &told(), "--set", &format!("password={PASSWORD}")]).await;
    for what in ["manifest", "hooks", "values", "all", "notes"] {
        let said = operator.run(&["get", what, "a"]).await?;
        assert!(!said.ended(0).out.contains(PASSWORD), "{what}: {}", said.out);
        let masked = said.out.contains("••••••");
        assert_eq!(masked, what != "notes", "{what}");
        assert_eq!(said.err.contains("--show-secrets"), masked, "{what}: {}", said.err);
    }
    operator.run(&["get", "values", "a", "--revision", "9"]).await?.ended(2).complains("there are: 1");
    operator.run(&["get", "values", "b"]).await?.ended(2).complains("there is no release `b`").complains("there: a");
    let mut sql = operator.command(&["history", "a"]);
    sql.env("HELM_DRIVER", "sql");
    operator.end(sql).await?.ended(2).complains("SQL database").complains("HELM_DRIVER=sql");
    Ok(())
}

on_both![
    releases_of_both_are_told_as_helm_tells_them,
    records_in_config_maps_are_read_written_and_removed_there,
    secrets_are_masked_and_what_is_not_there_is_named,
];
