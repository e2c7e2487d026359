//! Before a release of others is touched: does it render to what its record says? And what else is found before anything
//! is changed: a record that does not fit, definitions whose upgrade would lose objects.

use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::Value;

use super::upgrade::{by_helm, changes, upgrade};
use super::{Operator, Said, Tested, helm};
use crate::ground::{Ground, Site, on_both};

/// A chart made of these files.
fn made(folder: &Path, name: &str, version: &str, files: &[(&str, &str)]) -> Result<PathBuf, std::io::Error> {
    let chart = folder.join(name);
    let described = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    for (path, text) in [("Chart.yaml", described.as_str())].iter().chain(files) {
        let path = chart.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(chart)
}

async fn to(operator: &Operator, chart: &Path, more: &[&str]) -> Result<Said, Box<dyn Error>> {
    operator.run(&[&["upgrade", "r", chart.to_str().unwrap_or_default(), "-o", "json"], more].concat()).await
}

async fn records(ns: &Site<'_>) -> Result<usize, kube::Error> {
    Ok(ns.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await?.items.len())
}

async fn what_renders_to_its_record_is_gone_on_with(ground: &Ground) -> Tested {
    for tool in ["helm3", "helm4"] {
        let ns = ground.namespace("adopt").await;
        let operator = Operator::new(&ns)?;
        by_helm(&ns, tool, "install", &["--set", "size=0,random=true"]).await;
        by_helm(&ns, tool, "upgrade", &["--set", "size=0,random=true,extra=true"]).await;
        let said = upgrade(&operator, &["--set", "size=0,color=blue"]).await?;
        said.ended(0);
        assert!(
            said.out.contains("render to the 10 objects of its record, but for 2 fields that differ each time"),
            "{}",
            said.out
        );
        // The next one is ours already.
        let said = upgrade(&operator, &["--set", "size=0,color=green"]).await?;
        said.ended(0);
        assert!(!said.out.contains("objects of its record"), "{}", said.out);
    }
    Ok(())
}

async fn what_renders_to_something_else_stops_unless_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("differs").await;
    let operator = Operator::new(&ns)?;
    let script = operator.state.path().join("rewrite");
    fs::write(&script, "#!/bin/sh\nsed 's/color: \"red\"/color: \"pink-canary\"/'\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    by_helm(&ns, "helm3", "install", &["--set", "size=0", "--post-renderer", script.to_str().unwrap_or_default()])
        .await;
    let said = upgrade(&operator, &["--set", "size=0,extra=true"]).await?;
    said.ended(2)
        .complains("do not render to the same objects as its record says")
        .complains("revision 1 in namespace");
    said.complains("ConfigMap fields (moving/templates/objects.yaml): .data.color").complains("Secret secret");
    said.complains("--adopt-differing").complains("Nothing was changed");
    assert!(!said.err.contains("pink-canary"), "values may be secrets: {}", said.err);
    assert_eq!((records(&ns).await?, changes(&said).len()), (1, 0));
    upgrade(&operator, &["--set", "size=0,extra=true", "--adopt-differing"]).await?.ended(0);
    assert_eq!(ns.api::<ConfigMap>().get("fields").await?.data.unwrap_or_default()["color"], "red");
    Ok(())
}

async fn what_subcharts_gave_is_said_to_be_unverified(ground: &Ground) -> Tested {
    let ns = ground.namespace("subchart").await;
    let operator = Operator::new(&ns)?;
    let map = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: {name} }}\ndata: {{ x: {{{{ .Chart.Version | quote }}}} }}\n"
        )
    };
    let (own, below) = (map("own"), map("below"));
    let dependency = "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies: [{ name: child, version: 1.0.0 }]\n";
    let files = [
        ("Chart.yaml", dependency),
        ("templates/own.yaml", own.as_str()),
        ("charts/child/Chart.yaml", "apiVersion: v2\nname: child\nversion: 1.0.0\n"),
        ("charts/child/templates/below.yaml", below.as_str()),
    ];
    let chart = made(operator.state.path(), "parent", "1.0.0", &files)?;
    helm(&ns, "helm3", &["install", "r", chart.to_str().unwrap_or_default()]).await;
    // With the same chart in hand nothing is left unverified.
    let same = to(&operator, &chart, &["--dry-run"]).await?;
    same.ended(0);
    assert!(same.out.contains("render to the 2 objects of its record"), "{}", same.out);
    fs::write(chart.join("Chart.yaml"), dependency.replacen("version: 1.0.0", "version: 1.1.0", 1))?;
    let other = to(&operator, &chart, &[]).await?;
    other.ended(0);
    assert!(other.out.contains("1 of 2 objects come from subcharts"), "{}", other.out);
    assert!(other.out.contains("render to the 1 objects of its record"), "{}", other.out);
    Ok(())
}

async fn a_record_that_does_not_fit_is_told_before_with_the_largest_files(ground: &Ground) -> Tested {
    let ns = ground.namespace("large").await;
    let operator = Operator::new(&ns)?;
    // What does not compress: numbers that follow no rule.
    let mut state = 7_u64;
    let mut noise = String::new();
    while noise.len() < 2_400_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        noise.push_str(&format!("{:016x}\n", state));
    }
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: own }\n";
    let files = [("templates/own.yaml", map), ("docs/pictures.txt", noise.as_str()), ("README.md", "short")];
    let chart = made(operator.state.path(), "large", "1.0.0", &files)?;
    let said = to(&operator, &chart, &["--install"]).await?;
    said.ended(2).complains("larger than the API server takes").complains("docs/pictures.txt of the chart");
    said.complains("of 1024 KiB").complains("nothing was changed");
    assert_eq!((records(&ns).await?, ns.api::<ConfigMap>().get_opt("own").await?.is_none()), (0, true));
    Ok(())
}

/// A definition with these versions; the last one is stored.
fn definition(group: &str, versions: &[&str], field: &str) -> String {
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{ name: gears.{group} }}\nspec:\n  \
         group: {group}\n  names: {{ kind: Gear, plural: gears, singular: gear }}\n  scope: Namespaced\n  versions:\n"
    );
    for (at, version) in versions.iter().enumerate() {
        text.push_str(&format!(
            "    - name: {version}\n      served: true\n      storage: {}\n      schema: {{ openAPIV3Schema: {{ type: object, \
             description: {field}, x-kubernetes-preserve-unknown-fields: true }} }}\n",
            at + 1 == versions.len()
        ));
    }
    text
}

async fn definitions_are_upgraded_only_when_chosen_and_only_without_loss(ground: &Ground) -> Tested {
    let ns = ground.namespace("definitions").await;
    let operator = Operator::new(&ns)?;
    let group = format!("{}.example.com", ns.name());
    let name = format!("gears.{group}");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: own }\ndata: { x: {{ .Values.x | quote }} }\n";
    let first = definition(&group, &["v1alpha1"], "one");
    let chart = made(
        operator.state.path(),
        "gear",
        "1.0.0",
        &[("templates/own.yaml", map), ("values.yaml", "x: 1\n"), ("crds/gears.yaml", &first)],
    )?;
    helm(&ns, "helm3", &["install", "r", chart.to_str().unwrap_or_default()]).await;
    let live = || {
        let output = ns.command("kubectl").args(["get", "crd", &name, "-o", "json"]).output()?;
        Ok::<Value, Box<dyn Error>>(serde_json::from_slice(&output.stdout)?)
    };
    let described = |crd: &Value| crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"].clone();

    // A version is added: not by itself, not when skipped, but when chosen.
    fs::write(chart.join("crds/gears.yaml"), definition(&group, &["v1alpha1", "v1"], "two"))?;
    to(&operator, &chart, &["--set", "x=2"]).await?.ended(0);
    to(&operator, &chart, &["--set", "x=3", "--skip-crds"]).await?.ended(0);
    assert_eq!(described(&live()?), "one");
    let said = to(&operator, &chart, &["--set", "x=4", "--upgrade-crds"]).await?;
    said.ended(0);
    assert_eq!(described(&live()?), "two");
    assert!(changes(&said).contains(&format!("configured CustomResourceDefinition {name}")), "{:?}", changes(&said));

    // The old version goes, but objects are stored in it.
    fs::write(chart.join("crds/gears.yaml"), definition(&group, &["v1"], "three"))?;
    let said = to(&operator, &chart, &["--set", "x=5", "--upgrade-crds"]).await?;
    said.ended(2)
        .complains("objects are stored in v1alpha1")
        .complains("status.storedVersions")
        .complains("nothing was changed");
    assert_eq!(ns.api::<ConfigMap>().get("own").await?.data.unwrap_or_default()["x"], "4");
    Ok(())
}

on_both![
    what_renders_to_its_record_is_gone_on_with,
    what_renders_to_something_else_stops_unless_told,
    what_subcharts_gave_is_said_to_be_unverified,
    a_record_that_does_not_fit_is_told_before_with_the_largest_files,
    definitions_are_upgraded_only_when_chosen_and_only_without_loss,
];
