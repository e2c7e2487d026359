//! A scripted job: the pods do as told, everything else is the real job controller's.

use std::time::Duration;

use futures::{AsyncBufReadExt, TryStreamExt};
use iomctl_test_cluster::{Attempt, Namespace, TestCluster, eventually};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{DeleteParams, ListParams, LogParams, PostParams};
use serde_json::json;

use super::{SOON, Tested, object};

/// Three attempts with the controller's back-off of 10 and 20 seconds.
const THREE_ATTEMPTS: Duration = Duration::from_secs(120);

#[tokio::test]
async fn three_attempts_fail_and_a_repaired_job_succeeds() -> Tested {
    let ns = TestCluster::shared().await.namespace("job").await;
    let _script = ns
        .script_job(
            "init",
            [
                Attempt::fails(1, ["first", "no database"]),
                Attempt::fails(2, ["second", "no database"]),
                Attempt::fails(3, ["third", "no database"]),
                Attempt::succeeds(["fourth", "done"]),
            ],
        )
        .await;
    create_job(&ns).await?;
    assert_eq!(ended(&ns, THREE_ATTEMPTS).await?, ("Failed".to_owned(), "BackoffLimitExceeded".to_owned()));

    let pods = ns.api::<Pod>();
    let mut attempts = Vec::new();
    for pod in pods.list(&ListParams::default()).await? {
        let status = pod.status.as_ref().and_then(|s| s.container_statuses.as_ref()).ok_or("no status")?;
        let end = status[0].state.as_ref().and_then(|s| s.terminated.as_ref()).ok_or("not terminated")?;
        let log = pods.logs(pod.metadata.name.as_deref().ok_or("no name")?, &LogParams::default()).await?;
        attempts.push((end.exit_code, log));
    }
    attempts.sort();
    let expected = [(1, "first\nno database\n"), (2, "second\nno database\n"), (3, "third\nno database\n")];
    assert_eq!(attempts, expected.map(|(code, log)| (code, log.to_owned())));

    ns.api::<Job>().delete("init", &DeleteParams::background()).await?;
    eventually("the job's end", SOON, || async { ns.api::<Job>().get_opt("init").await.ok()?.is_none().then_some(()) })
        .await?;
    create_job(&ns).await?;
    assert_eq!(ended(&ns, SOON).await?.0, "Complete");
    Ok(())
}

#[tokio::test]
async fn a_log_can_be_followed_while_the_attempt_runs() -> Tested {
    let ns = TestCluster::shared().await.namespace("follow").await;
    let attempt = Attempt::succeeds(["one", "two", "three"]).lasting(Duration::from_secs(4));
    let _script = ns.script_job("init", [attempt]).await;
    create_job(&ns).await?;

    let pods = ns.api::<Pod>();
    let name = eventually("a running attempt", SOON, || async {
        let pods = pods.list(&ListParams::default()).await.ok()?;
        let pod = pods.items.into_iter().next()?;
        (pod.status?.phase? == "Running").then_some(pod.metadata.name?)
    })
    .await?;
    let mut lines = pods.log_stream(&name, &LogParams { follow: true, ..LogParams::default() }).await?.lines();
    assert_eq!(lines.try_next().await?.as_deref(), Some("one"));
    assert_eq!(lines.try_next().await?.as_deref(), Some("two"));
    let phase = pods.get(&name).await?.status.and_then(|s| s.phase);
    assert_eq!(phase.as_deref(), Some("Running"), "lines arrive before the end");
    assert_eq!(lines.try_next().await?.as_deref(), Some("three"));
    Ok(())
}

async fn create_job(ns: &Namespace<'_>) -> Tested {
    let job: Job = object(json!({
        "metadata": { "name": "init" },
        "spec": {
            "backoffLimit": 2,
            "template": { "spec": {
                "restartPolicy": "Never",
                "containers": [{ "name": "init", "image": "registry.example/init:1" }],
            } },
        },
    }))?;
    ns.api().create(&PostParams::default(), &job).await?;
    Ok(())
}

/// Waits for the end of the job: the condition's type and reason.
async fn ended(ns: &Namespace<'_>, patience: Duration) -> Result<(String, String), iomctl_test_cluster::Error> {
    eventually("the end of the job", patience, || async {
        let conditions = ns.api::<Job>().get("init").await.ok()?.status?.conditions?;
        let end = conditions.into_iter().find(|c| ["Failed", "Complete"].contains(&c.type_.as_str()))?;
        Some((end.type_, end.reason.unwrap_or_default()))
    })
    .await
}
