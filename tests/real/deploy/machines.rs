//! Two machines at one release: the second one asks before it goes on, and can look at what it did not begin.

use std::time::Duration;

use iomctl_test_cluster::Attempt;
use serde_json::Value;

use super::interrupt::broken_off;
use super::{Operator, Tested};
use crate::ground::{Ground, on_both};

async fn what_another_machine_began_is_gone_on_with_only_when_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("machines").await;
    let (first, second) = (Operator::new(&ns)?, Operator::new(&ns)?);
    let recorded = |event: &Value| event["stage"] == "record" && event["state"] == "done";
    assert_eq!(broken_off(first.installation(&[]), "-KILL", recorded).await?, None);
    let refused = second.install(&[]).await?;
    refused
        .ended(3)
        .complains("is at work on release `data-plane`")
        .complains("last sign of life")
        .complains("--take-over");
    refused.complains("revision 1 (pending-install)").complains("othing was changed");
    assert!(refused.all("object").is_empty());
    let taken = second.install(&["--take-over"]).await?;
    taken.ended(0);
    assert_eq!(taken.all("resumed").len(), 1);
    Ok(())
}

async fn a_job_that_another_machine_started_is_followed_and_recorded(ground: &Ground) -> Tested {
    let ns = ground.namespace("watcher").await;
    let lines = ["creating schema", "schema is ready"];
    let _script = ns.script_job("small-init", [Attempt::succeeds(lines).lasting(Duration::from_secs(6))]).await;
    let (first, second) = (Operator::new(&ns)?, Operator::new(&ns)?);
    let running = |event: &Value| event["event"] == "attempt" && event["state"] == "running";
    assert_eq!(broken_off(first.installation(&[]), "-KILL", running).await?, None);
    let followed = second.run(&["init-logs", "--follow"]).await?;
    followed.ended(0);
    for line in lines {
        assert!(followed.out.contains(line), "{}", followed.out);
    }
    let recorded = second.run(&["init-logs"]).await?;
    assert!(recorded.ended(0).out.contains("schema is ready"), "{}", recorded.out);
    Ok(())
}

on_both![
    what_another_machine_began_is_gone_on_with_only_when_told,
    a_job_that_another_machine_started_is_followed_and_recorded
];
