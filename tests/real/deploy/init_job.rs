//! The init job fails, leaves its evidence, is repaired, and the installation goes on.

use iomctl_test_cluster::Attempt;

use super::{Operator, Tested, helm};
use crate::ground::{Ground, on_both};

async fn three_failed_attempts_are_told_and_a_repaired_one_goes_on(ground: &Ground) -> Tested {
    let ns = ground.namespace("init").await;
    let operator = Operator::new(&ns)?;
    let failing = ["first", "second", "third"].map(|nth| {
        Attempt::fails(1, [format!("connecting for the {nth} time"), "password authentication failed".to_string()])
    });
    let attempts = failing.into_iter().chain([Attempt::succeeds(["schema is ready"])]);
    // The fourth attempt is the first one of the repaired job.
    let _script = ns.script_job("small-init", attempts).await;
    let said = operator.install(&[]).await?;
    said.ended(3).complains("Job small-init").complains("failed after 3 attempts").complains("BackoffLimitExceeded");
    for nth in ["first", "second", "third"] {
        said.complains(&format!("connecting for the {nth} time"));
    }
    said.complains("record: ").complains("Nothing was rolled back");
    let attempts: Vec<_> = said.all("attempt").into_iter().filter(|e| e["state"] == "failed").collect();
    assert_eq!(attempts.iter().map(|e| e["exit"].as_i64()).collect::<Vec<_>>(), [Some(1); 3]);
    assert_eq!(said.all("log").len(), 6);
    assert!(helm(&ns, "helm3", &["list", "--failed"]).await.contains("data-plane"));

    // What was recorded does not need the cluster.
    let logs = operator.run(&["init-logs", "--attempt", "2"]).await?;
    logs.ended(0);
    assert!(logs.out.contains("connecting for the second time") && !logs.out.contains("first time"), "{}", logs.out);
    let recorded: serde_json::Value = serde_json::from_str(&operator.run(&["init-logs", "-o", "json"]).await?.out)?;
    assert_eq!(recorded.as_array().map(Vec::len), Some(3));
    operator.run(&["init-logs", "--attempt", "9"]).await?.ended(2).complains("recorded are: 1, 2, 3");

    let said = operator.install(&[]).await?;
    said.ended(0);
    assert_eq!(said.all("resumed")[0]["stage"], "init-job");
    assert!(said.out.contains("schema is ready") && said.out.contains("revision 1 deployed"), "{}", said.out);
    Ok(())
}

on_both![three_failed_attempts_are_told_and_a_repaired_one_goes_on,];
