//! Pods misbehave as told, seen through the real API server.

use std::time::{Duration, Instant};

use iomctl_test_cluster::{Behaviour, Namespace, TestCluster, eventually};
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Event, Pod};
use kube::api::{ListParams, LogParams};

use super::{SOON, Tested, create_deployment, rolled_out};

#[tokio::test]
async fn an_image_that_cannot_be_pulled() -> Tested {
    let ns = TestCluster::shared().await.namespace("pull").await;
    let message = r#"failed to pull "registry.example/web:1": not found"#;
    let behaviour = ns.behave(("app", "web"), Behaviour::ImagePullFailure { message }).await;
    create_deployment(&ns, "web", 1, &serde_json::json!({})).await?;

    let (pod, _) = container(&ns, |status| waiting(&status.state) == Some("ImagePullBackOff")).await?;
    let event = warning(&ns, "Failed").await?;
    assert_eq!(event.message.as_deref(), Some(message));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let phase = ns.api::<Pod>().get(&pod).await?.status.and_then(|status| status.phase);
    assert_eq!(phase.as_deref(), Some("Pending"), "it stays so");

    behaviour.end().await;
    ns.api::<Pod>().delete_collection(&Default::default(), &ListParams::default()).await?;
    rolled_out(&ns, "web", 1).await
}

#[tokio::test]
async fn a_pod_that_no_node_takes() -> Tested {
    let ns = TestCluster::shared().await.namespace("nowhere").await;
    let _behaviour = ns.behave(("app", "web"), Behaviour::Unschedulable).await;
    create_deployment(&ns, "web", 1, &serde_json::json!({})).await?;
    create_deployment(&ns, "other", 1, &serde_json::json!({})).await?;

    let event = warning(&ns, "FailedScheduling").await?;
    let message = event.message.unwrap_or_default();
    assert!(message.starts_with("0/4 nodes are available: 4 node(s) didn't match"), "{message}");
    rolled_out(&ns, "other", 1).await
}

#[tokio::test]
async fn a_crash_loop_has_its_log() -> Tested {
    let ns = TestCluster::shared().await.namespace("crash").await;
    let crash = Behaviour::CrashLoop {
        runs: Duration::from_millis(300),
        exit_code: 137,
        back_off: Duration::from_millis(700),
        log: &["starting", "out of heap space"],
    };
    let _behaviour = ns.behave(("app", "web"), crash).await;
    create_deployment(&ns, "web", 1, &serde_json::json!({})).await?;

    let (pod, status) = container(&ns, |s| s.restart_count >= 2 && waiting(&s.state).is_some()).await?;
    assert_eq!(waiting(&status.state), Some("CrashLoopBackOff"));
    let last = status.last_state.and_then(|state| state.terminated).ok_or("no last state")?;
    assert_eq!((last.exit_code, last.reason.as_deref()), (137, Some("OOMKilled")));
    for previous in [false, true] {
        let log = ns.api::<Pod>().logs(&pod, &LogParams { previous, ..LogParams::default() }).await?;
        assert_eq!(log, "starting\nout of heap space\n", "previous: {previous}");
    }
    Ok(())
}

#[tokio::test]
async fn readiness_comes_late_or_never() -> Tested {
    let ns = TestCluster::shared().await.namespace("ready").await;
    let delay = Duration::from_secs(2);
    let _late = ns.behave(("app", "late"), Behaviour::SlowStart { after: delay }).await;
    let _never = ns.behave(("app", "never"), Behaviour::NeverReady { message: "probe failed: 503" }).await;
    let started = Instant::now();
    for name in ["late", "never"] {
        create_deployment(&ns, name, 1, &serde_json::json!({})).await?;
    }
    rolled_out(&ns, "late", 1).await?;
    assert!(started.elapsed() >= delay, "ready after only {:?}", started.elapsed());
    assert_eq!(warning(&ns, "Unhealthy").await?.message.as_deref(), Some("probe failed: 503"));
    let pods = ns.api::<Pod>().list(&ListParams::default().labels("app=never")).await?;
    let status = pods.items[0].status.as_ref().and_then(|s| s.container_statuses.as_ref()).ok_or("no status")?;
    assert!(!status[0].ready && status[0].state.as_ref().is_some_and(|s| s.running.is_some()), "{status:?}");
    Ok(())
}

fn waiting(state: &Option<ContainerState>) -> Option<&str> {
    state.as_ref()?.waiting.as_ref()?.reason.as_deref()
}

/// Waits for a pod whose first container is as wanted; returns the pod's name and that container.
async fn container(
    ns: &Namespace<'_>,
    wanted: impl Fn(&ContainerStatus) -> bool,
) -> Result<(String, ContainerStatus), iomctl_test_cluster::Error> {
    eventually("a container in the wanted state", SOON, || async {
        let pods = ns.api::<Pod>().list(&ListParams::default()).await.ok()?;
        pods.items.into_iter().find_map(|pod| {
            let status = pod.status?.container_statuses?.into_iter().next()?;
            wanted(&status).then(|| (pod.metadata.name.unwrap_or_default(), status))
        })
    })
    .await
}

/// Waits for a warning with this reason.
async fn warning(ns: &Namespace<'_>, reason: &str) -> Result<Event, iomctl_test_cluster::Error> {
    eventually(reason, SOON, || async {
        let events = ns.api::<Event>().list(&ListParams::default()).await.ok()?;
        events.items.into_iter().find(|e| e.type_.as_deref() == Some("Warning") && e.reason.as_deref() == Some(reason))
    })
    .await
}
