//! Killed anywhere, the next run goes on.

use std::process::Stdio;
use std::time::Duration;

use iomctl_test_cluster::Attempt;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::{Operator, SOON, Tested, helm};
use crate::ground::{Ground, on_both};

/// Runs an installation until an event that `reached` recognises, then sends `signal`. The exit code, if it had one.
pub async fn broken_off(
    mut installation: Command,
    signal: &str,
    reached: impl Fn(&Value) -> bool,
) -> Result<Option<i32>, Box<dyn std::error::Error>> {
    let mut child = installation.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let until = async {
        while let Some(line) = lines.next_line().await? {
            if reached(&serde_json::from_str(&line)?) {
                return Ok::<_, Box<dyn std::error::Error>>(());
            }
        }
        Err("it ended before".into())
    };
    tokio::time::timeout(SOON, until).await??;
    let id = child.id().ok_or("it has ended")?.to_string();
    Command::new("kill").args([signal, &id]).status().await?;
    // Whoever reads on keeps the pipe from filling.
    while lines.next_line().await?.is_some() {}
    Ok(child.wait().await?.code())
}

async fn goes_on_after(ground: &Ground, name: &str, reached: impl Fn(&Value) -> bool) -> Tested {
    let ns = ground.namespace(name).await;
    let _job = ns.script_job("small-init", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(2))]).await;
    let operator = Operator::new(&ns)?;
    assert_eq!(broken_off(operator.installation(&[]), "-KILL", reached).await?, None);
    let said = operator.install(&[]).await?;
    said.ended(0);
    assert!(said.all("resumed").len() <= 1);
    assert!(helm(&ns, "helm3", &["history", "data-plane"]).await.contains("Install complete"));
    Ok(())
}

async fn a_kill_before_the_record_leaves_nothing_to_resume(ground: &Ground) -> Tested {
    goes_on_after(ground, "kill-early", |event| event["event"] == "stage" && event["stage"] == "permissions").await
}

async fn a_kill_after_the_record_is_resumed(ground: &Ground) -> Tested {
    goes_on_after(ground, "kill-record", |event| event["stage"] == "record" && event["state"] == "done").await
}

async fn a_kill_during_the_init_job_joins_it(ground: &Ground) -> Tested {
    let ns = ground.namespace("kill-init").await;
    let _job =
        ns.script_job("small-init", [Attempt::succeeds(["one", "two", "three"]).lasting(Duration::from_secs(6))]).await;
    let operator = Operator::new(&ns)?;
    assert_eq!(broken_off(operator.installation(&[]), "-KILL", |event| event["event"] == "log").await?, None);
    let said = operator.install(&[]).await?;
    said.ended(0);
    assert!(said.out.contains("still runs: joining it"), "{}", said.out);
    let created = |kind: &str| said.all("object").iter().filter(|e| e["object"]["kind"] == kind).count();
    assert_eq!(created("Job"), 0, "the job was not made anew");
    let logged: Vec<Value> = said.all("log");
    assert_eq!(logged.len(), 3, "the whole log is recorded: {}", said.out);
    Ok(())
}

async fn a_kill_while_applying_does_not_repeat_the_init_job(ground: &Ground) -> Tested {
    let ns = ground.namespace("kill-apply").await;
    let _job = ns.script_job("small-init", [Attempt::succeeds(["ready"])]).await;
    let operator = Operator::new(&ns)?;
    let applying = |event: &Value| event["event"] == "object" && event["object"]["kind"] == "ConfigMap";
    assert_eq!(broken_off(operator.installation(&[]), "-KILL", applying).await?, None);
    let said = operator.install(&[]).await?;
    said.ended(0);
    assert!(said.out.contains("completed by the interrupted installation"), "{}", said.out);
    assert_eq!(said.all("resumed")[0]["stage"], "apply");
    Ok(())
}

async fn control_c_stops_at_a_safe_point(ground: &Ground) -> Tested {
    let ns = ground.namespace("stop").await;
    let job = ns.script_job("small-init", [Attempt::succeeds(["ready"]).lasting(Duration::from_secs(4))]).await;
    let operator = Operator::new(&ns)?;
    assert_eq!(broken_off(operator.installation(&[]), "-INT", |event| event["event"] == "attempt").await?, Some(130));
    assert!(helm(&ns, "helm3", &["list", "--failed"]).await.contains("data-plane"));
    operator.install(&[]).await?.ended(0);
    drop(job);
    Ok(())
}

on_both![
    a_kill_before_the_record_leaves_nothing_to_resume,
    a_kill_after_the_record_is_resumed,
    a_kill_during_the_init_job_joins_it,
    a_kill_while_applying_does_not_repeat_the_init_job,
    control_c_stops_at_a_safe_point,
];
