//! What is observed of a real control plane: rows follow the cluster, a missing right darkens its own panel only, and
//! a line that dies without a word is noticed and comes back by itself.

mod proxy;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt;
use iomctl::cluster::{ConnectOptions, Failure, LogWish, Session, split_time};
use iomctl::observe::{Kind, News, Observer, Pod, StreamState, World};
use iomctl_test_cluster::{Attempt, Behaviour, TestCluster, allow};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use proxy::Proxy;
use serde_json::json;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

type Tested = Result<(), Box<dyn Error>>;

const SOON: Duration = Duration::from_secs(60);

/// Somebody who looks.
struct Watcher {
    world: World,
    session: Session,
    news: Receiver<News>,
    _observer: Observer,
}

impl Watcher {
    async fn start(kubeconfig: &Path) -> Result<Watcher, Box<dyn Error>> {
        // Whoever was first installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = ConnectOptions { kubeconfig: Some(kubeconfig.into()), ..ConnectOptions::default() };
        let session = Session::connect(&options).await?;
        let (observer, news) = Observer::start(session.clone(), "data-plane")?;
        Ok(Watcher { world: World::default(), session, news, _observer: observer })
    }

    /// Learns until something is true.
    async fn until(&mut self, what: &str, seen: impl Fn(&World) -> bool) -> Tested {
        let looking = async {
            while !seen(&self.world) {
                match self.news.recv().await {
                    Some(news) => self.world.learn(news, 0),
                    None => return Err("the observer ended".into()),
                }
            }
            Ok(())
        };
        timeout(SOON, looking).await.map_err(|_| format!("waited for {what}"))?
    }
}

fn deployment(replicas: u32) -> Result<Deployment, serde_json::Error> {
    serde_json::from_value(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web:1"}]},
            },
        },
    }))
}

fn pods<'w>(world: &'w World, namespace: &str) -> Vec<&'w Pod> {
    world.spaces.get(namespace).map(|space| space.pods.values().collect()).unwrap_or_default()
}

#[tokio::test]
async fn rows_follow_the_cluster() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let mut watcher = Watcher::start(ns.kubeconfig()).await?;
    watcher.until("the first lists", |world| world.stream(Kind::Pods, ns.name()) == StreamState::Live).await?;
    let api = ns.api::<Deployment>();
    api.create(&PostParams::default(), &deployment(3)?).await?;
    let well = |world: &World| pods(world, ns.name()).iter().filter(|pod| pod.is_well()).count();
    watcher.until("three pods", |world| well(world) == 3).await?;
    watcher
        .until("a ready deployment", |world| {
            world.spaces[ns.name()].deployments.get("web").is_some_and(|w| w.row.ready == 3)
        })
        .await?;
    let patch = Patch::Merge(json!({"spec": {"replicas": 1}}));
    api.patch("web", &PatchParams::default(), &patch).await?;
    watcher.until("one pod", |world| pods(world, ns.name()).len() == 1).await?;
    api.delete("web", &DeleteParams::default()).await?;
    watcher.until("no pod", |world| pods(world, ns.name()).is_empty()).await?;
    watcher.until("its events", |world| !world.spaces[ns.name()].events.is_empty()).await
}

#[tokio::test]
async fn trouble_is_told_with_its_cause() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let image = ns.behave(("app", "web"), Behaviour::ImagePullFailure { message: "manifest unknown" }).await;
    let mut watcher = Watcher::start(ns.kubeconfig()).await?;
    ns.api::<Deployment>().create(&PostParams::default(), &deployment(1)?).await?;
    let cause = |world: &World| {
        let space = world.spaces.get(ns.name())?;
        Some(iomctl::observe::judge(space, ns.name(), space.deployments.get("web")?, 0).cause)
    };
    watcher.until("the cause", |world| cause(world).is_some_and(|cause| cause.contains("image of web"))).await?;
    image.end().await;
    Ok(())
}

#[tokio::test]
async fn a_restart_replaces_every_pod() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let mut watcher = Watcher::start(ns.kubeconfig()).await?;
    ns.api::<Deployment>().create(&PostParams::default(), &deployment(2)?).await?;
    let well = |world: &World| pods(world, ns.name()).iter().filter(|pod| pod.is_well()).count();
    watcher.until("two pods", |world| well(world) == 2).await?;
    let before: Vec<_> = pods(&watcher.world, ns.name()).iter().map(|pod| pod.name.clone()).collect();
    let kind = watcher.session.kinds.find("apps/v1", "Deployment").ok_or("no Deployments")?.clone();
    let annotations = json!({"kubectl.kubernetes.io/restartedAt": "2026-11-22T22:00:00Z"});
    let patch = json!({"spec": {"template": {"metadata": {"annotations": annotations}}}});
    watcher.session.change(&kind, Some(ns.name()), "web", &patch).await?;
    let replaced = |world: &World| {
        let now = pods(world, ns.name());
        now.len() == 2 && now.iter().all(|pod| pod.is_well() && !before.contains(&pod.name))
    };
    watcher.until("two other pods", replaced).await?;
    let space = &watcher.world.spaces[ns.name()];
    assert_eq!(space.deployments["web"].restarted, Some(1_795_384_800));
    Ok(())
}

#[tokio::test]
async fn a_log_is_followed_from_its_first_line() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let _script = ns.script_job("job", [Attempt::succeeds(["one", "two", "three"])]).await;
    let mut watcher = Watcher::start(ns.kubeconfig()).await?;
    let job: Job = serde_json::from_value(json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "c:1"}]}}},
    }))?;
    ns.api::<Job>().create(&PostParams::default(), &job).await?;
    watcher.until("the pod's end", |world| pods(world, ns.name()).iter().any(|pod| pod.is_well())).await?;
    let pod = pods(&watcher.world, ns.name())[0].name.clone();
    let lines = watcher.session.log_lines(ns.name(), &pod, "c", &LogWish::default()).await?;
    let lines = timeout(SOON, lines.take(3).collect::<Vec<_>>()).await?;
    let said: Vec<String> =
        lines.into_iter().map(|line| Ok(split_time(&line?).1.to_string())).collect::<Result<_, Failure>>()?;
    assert_eq!(said, ["one", "two", "three"]);
    Ok(())
}

#[tokio::test]
async fn a_missing_right_darkens_its_own_panel_only() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let user = ns.user("viewer", &[allow(&[""], &["pods"], &["list", "watch"])]).await;
    let mut watcher = Watcher::start(&user.kubeconfig).await?;
    watcher.until("the pods", |world| world.stream(Kind::Pods, ns.name()) == StreamState::Live).await?;
    let denied = StreamState::Denied(format!("list deployments.apps in {}", ns.name()));
    watcher.until("the missing right", |world| world.stream(Kind::Deployments, ns.name()) == denied).await?;
    assert_eq!(watcher.world.stream(Kind::Pods, ns.name()), StreamState::Live);
    Ok(())
}

#[tokio::test]
async fn a_line_that_dies_silently_is_noticed_within_ten_seconds_and_comes_back() -> Tested {
    let ns = TestCluster::shared().await.namespace("observe").await;
    let proxy = Proxy::before(ns.kubeconfig()).await?;
    let mut watcher = Watcher::start(proxy.kubeconfig()).await?;
    watcher.until("the first lists", |world| world.stream(Kind::Pods, ns.name()) == StreamState::Live).await?;
    assert!(watcher.world.lost.is_none() && watcher.world.heard);

    proxy.freeze();
    let begin = Instant::now();
    watcher.until("the loss", |world| world.lost.is_some()).await?;
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());

    // What happens meanwhile is not lost.
    ns.api::<Deployment>().create(&PostParams::default(), &deployment(2)?).await?;
    proxy.thaw();
    watcher.until("the line", |world| world.lost.is_none()).await?;
    watcher.until("what happened meanwhile", |world| pods(world, ns.name()).len() == 2).await
}
