//! `template` with a look at the cluster: its versions, its objects, and its word on what was rendered.

use std::path::Path;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::PostParams;

use super::{Operator, Tested, helm};
use crate::ground::{Ground, on_both};

/// A password with which nothing can be named, so that the server repeats it.
const CANARY: &str = "CANARY_hunter2_secret";

/// A chart that says what it sees.
fn curious(folder: &Path) -> Result<String, std::io::Error> {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: curious\nversion: 0.1.0\n"),
        ("values.yaml", "replicas: 1\nservice: web\npassword: abc\n"),
        (
            "templates/seen.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: seen }\ndata:\n  version: {{ .Capabilities.KubeVersion.Version \
             }}\n  found: {{ (lookup \"v1\" \"ConfigMap\" .Release.Namespace \"there\").data | toJson | quote }}\n",
        ),
        (
            "templates/web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  replicas: {{ .Values.replicas }}\n  \
             selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n      \
             containers: [{ name: web, image: registry.example/web }]\n---\napiVersion: v1\nkind: Service\nmetadata: { \
             name: {{ .Values.service }} }\nspec: { ports: [{ port: 80 }] }\n---\napiVersion: v1\nkind: \
             ConfigMap\nmetadata: { name: {{ .Values.password }} }\n",
        ),
    ];
    std::fs::create_dir_all(folder.join("templates"))?;
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(folder.display().to_string())
}

async fn what_is_rendered_for_a_cluster_is_tried_there(ground: &Ground) -> Tested {
    let ns = ground.namespace("templating").await;
    let operator = Operator::new(&ns)?;
    let chart = curious(&operator.state.path().join("curious"))?;
    let there: ConfigMap =
        serde_json::from_value(serde_json::json!({"metadata": {"name": "there"}, "data": {"a": "b"}}))?;
    ns.api::<ConfigMap>().create(&PostParams::default(), &there).await?;

    let blind = operator.run(&["template", "a", &chart]).await?;
    blind.ended(0);
    assert!(blind.out.contains("found: \"null\""), "{}", blind.out);
    let looking = operator.run(&["template", "a", &chart, "--dry-run=server"]).await?;
    looking.ended(0);
    assert!(looking.out.contains(r#"found: "{\"a\":\"b\"}""#), "{}", looking.out);

    // Helm's `--validate` knows the versions of the cluster, but not its objects.
    for flags in [&["--validate"][..], &["--validate", "--dry-run=server"]] {
        let arguments = [&["template", "a", &chart][..], flags].concat();
        let validated = operator.run(&arguments).await?;
        validated.ended(0);
        assert_eq!(validated.out, helm(&ns, "helm3", &arguments).await);
    }

    let password = format!("password={CANARY}");
    let wrong = ["--set", "replicas=-1", "--set", "service=No_Name", "--set", &password];
    let refused = operator.run(&[&["template", "a", &chart, "--validate"][..], &wrong].concat()).await?;
    refused.ended(3);
    assert_eq!(refused.out, "", "nothing is printed");
    assert!(!refused.err.contains(CANARY), "{}", refused.err);
    for words in ["Deployment", "Service", "curious/templates/web.yaml", "spec.replicas", "No_Name", "ConfigMap ••••••"]
    {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert!(ns.api::<Deployment>().get_opt("web").await?.is_none(), "nothing is made");

    // What is no YAML is shown for a cluster as without one.
    std::fs::write(operator.state.path().join("curious/templates/web.yaml"), "kind: A\n  b: {{ 1 }}\n")?;
    let broken = operator.run(&["template", "a", &chart, "--validate", "--debug"]).await?;
    broken.ended(2);
    assert!(broken.out.contains("kind: A\n  b: 1\n"), "{}", broken.out);
    Ok(())
}

on_both!(what_is_rendered_for_a_cluster_is_tried_there);
