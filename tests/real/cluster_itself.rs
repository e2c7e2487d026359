//! The test cluster keeps what the other tests rely on.

mod behaviours;
mod binaries;
mod end;
mod jobs;

use std::error::Error;
use std::time::Duration;

use iomctl_test_cluster::{Namespace, Options, TestCluster, allow, eventually};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Node, PersistentVolumeClaim, Pod, Secret};
use kube::api::{Api, ListParams, PostParams};
use kube::{Client, Config};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Tested = Result<(), Box<dyn Error>>;

/// How long to wait for what takes a second or two on an idle machine.
const SOON: Duration = Duration::from_secs(60);

#[tokio::test]
async fn pods_are_spread_over_two_zones() -> Tested {
    let cluster = TestCluster::shared().await;
    let ns = cluster.namespace("zones").await;
    let spread = json!([{
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": { "matchLabels": { "app": "web" } },
    }]);
    create_deployment(&ns, "web", 6, &json!({ "topologySpreadConstraints": spread })).await?;
    rolled_out(&ns, "web", 6).await?;

    let nodes = Api::<Node>::all(ns.client()).list(&ListParams::default()).await?;
    let pods = ns.api::<Pod>().list(&ListParams::default().labels("app=web")).await?;
    let in_zone = |zone: &str| {
        let zone_of =
            |node: &Node| node.metadata.labels.as_ref().and_then(|l| l.get("topology.kubernetes.io/zone").cloned());
        let names: Vec<_> =
            nodes.iter().filter(|n| zone_of(n).as_deref() == Some(zone)).map(|n| &n.metadata.name).collect();
        pods.iter().filter(|p| p.spec.as_ref().is_some_and(|s| names.contains(&&s.node_name))).count()
    };
    assert_eq!((in_zone("zone-a"), in_zone("zone-b")), (3, 3));
    Ok(())
}

#[tokio::test]
async fn a_claim_gets_its_volume() -> Tested {
    let ns = TestCluster::shared().await.namespace("claims").await;
    let claims = ns.api::<PersistentVolumeClaim>();
    let claim = object(json!({
        "metadata": { "name": "data" },
        "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } },
    }))?;
    claims.create(&PostParams::default(), &claim).await?;
    eventually("a bound claim", SOON, || async {
        let status = claims.get("data").await.ok()?.status?;
        (status.phase? == "Bound").then_some(())
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_restricted_user_may_do_what_was_granted_and_no_more() -> Tested {
    let ns = TestCluster::shared().await.namespace("rights").await;
    let user = ns.user("viewer", &[allow(&[""], &["pods"], &["list"])]).await;
    let viewer = client(&user.kubeconfig).await?;

    Api::<Pod>::namespaced(viewer.clone(), ns.name()).list(&ListParams::default()).await?;
    for refused in [
        Api::<Secret>::namespaced(viewer.clone(), ns.name()).list(&ListParams::default()).await.map(drop),
        Api::<Pod>::namespaced(viewer.clone(), "default").list(&ListParams::default()).await.map(drop),
    ] {
        let Err(kube::Error::Api(status)) = refused else { panic!("expected a refusal, got {refused:?}") };
        assert_eq!(status.code, 403, "{}", status.message);
        assert!(status.message.contains(&user.name), "the message names the user: {}", status.message);
    }
    Ok(())
}

#[tokio::test]
async fn helm_and_kubectl_work_in_the_namespace() -> Tested {
    let ns = TestCluster::shared().await.namespace("tools").await;
    let chart = tempfile::tempdir()?;
    let run = |mut command: std::process::Command| {
        let output = command.output()?;
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let mut create = ns.command("helm3");
    create.args(["create", "app"]).current_dir(chart.path());
    run(create)?;
    let mut install = ns.command("helm3");
    install.args(["install", "web", "app", "--wait", "--timeout=60s"]).current_dir(chart.path());
    run(install)?;

    for helm in ["helm3", "helm4"] {
        let mut list = ns.command(helm);
        list.args(["list", "--output=json"]);
        let releases: Value = serde_json::from_str(&run(list)?)?;
        assert_eq!(releases[0]["name"], "web", "{helm}");
        assert_eq!(releases[0]["namespace"], ns.name(), "{helm}");
    }
    let mut pods = ns.command("kubectl");
    pods.args(["get", "deployments", "--output=name"]);
    assert_eq!(run(pods)?.trim(), "deployment.apps/web-app");
    Ok(())
}

#[tokio::test]
async fn requests_are_counted_per_user() -> Tested {
    let cluster = TestCluster::start(Options { audit: true, ..Options::default() }).await?;
    let ns = cluster.namespace("audit").await;
    let rules = [allow(&[""], &["pods"], &["list"])];
    let (one, other) = (ns.cluster_user("one", &rules).await, ns.cluster_user("other", &rules).await);
    let pods = Api::<Pod>::namespaced(client(&one.kubeconfig).await?, ns.name());
    pods.list(&ListParams::default().labels("app=web")).await?;

    let asked = eventually("the request on record", SOON, || async {
        cluster.requests_of(&one.name).ok().filter(|requests| !requests.is_empty())
    })
    .await?;
    assert_eq!(asked, [format!("list /api/v1/namespaces/{}/pods?&labelSelector=app%3Dweb", ns.name())]);
    assert_eq!(cluster.requests_of(&other.name)?, [""; 0]);
    Ok(())
}

/// Its own cluster, because figures need metrics-server, and a minute.
#[tokio::test]
#[ignore = "takes one to two minutes"]
async fn an_autoscaler_sees_what_pods_claim_to_use() -> Tested {
    let options = Options { metrics: true, ..Options::default() };
    let cluster = TestCluster::start(options).await?;
    let ns = cluster.namespace("scaling").await;
    let mut deployment = deployment("web", 1, &json!({}));
    deployment["spec"]["template"]["metadata"]["annotations"] = json!({ "kwok.x-k8s.io/usage-cpu": "90m" });
    deployment["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({ "requests": { "cpu": "100m" } });
    ns.api::<Deployment>().create(&PostParams::default(), &object(deployment)?).await?;
    let autoscaler: HorizontalPodAutoscaler = object(json!({
        "metadata": { "name": "web" },
        "spec": {
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" },
            "minReplicas": 1,
            "maxReplicas": 2,
            "metrics": [{
                "type": "Resource",
                "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 } },
            }],
        },
    }))?;
    ns.api().create(&PostParams::default(), &autoscaler).await?;
    eventually("a second replica", Duration::from_secs(240), || async {
        let status = ns.api::<Deployment>().get("web").await.ok()?.status?;
        (status.ready_replicas? == 2).then_some(())
    })
    .await?;
    Ok(())
}

/// An object from JSON.
fn object<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

/// A deployment whose pods are labelled `app: NAME`; `pod` is merged into the pod's spec.
fn deployment(name: &str, replicas: i32, pod: &Value) -> Value {
    let mut spec = json!({ "containers": [{ "name": "main", "image": format!("registry.example/{name}:1") }] });
    if let (Some(spec), Some(pod)) = (spec.as_object_mut(), pod.as_object()) {
        spec.extend(pod.clone());
    }
    json!({
        "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": { "metadata": { "labels": { "app": name } }, "spec": spec },
        },
    })
}

async fn create_deployment(ns: &Namespace<'_>, name: &str, replicas: i32, pod: &Value) -> Tested {
    let deployment: Deployment = object(deployment(name, replicas, pod))?;
    ns.api().create(&PostParams::default(), &deployment).await?;
    Ok(())
}

/// Waits until so many replicas are available.
async fn rolled_out(ns: &Namespace<'_>, name: &str, replicas: i32) -> Tested {
    eventually(&format!("{replicas} available replicas of {name}"), SOON, || async {
        let status = ns.api::<Deployment>().get(name).await.ok()?.status?;
        (status.available_replicas? == replicas).then_some(())
    })
    .await?;
    Ok(())
}

/// A client with a restricted user's kubeconfig.
async fn client(kubeconfig: &std::path::Path) -> Result<Client, Box<dyn Error>> {
    let file = kube::config::Kubeconfig::read_from(kubeconfig)?;
    Ok(Client::try_from(Config::from_custom_kubeconfig(file, &Default::default()).await?)?)
}
