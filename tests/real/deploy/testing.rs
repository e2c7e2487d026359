//! The tests that a chart brings, as `helm test` runs them, with what they say while they run.

use iomctl_test_cluster::Attempt;

use super::{Operator, Tested, helm, told};
use crate::ground::{Ground, on_both};

async fn tests_run_in_order_with_their_logs_and_helm_reads_the_outcome(ground: &Ground) -> Tested {
    let ns = ground.namespace("tests").await;
    let operator = Operator::new(&ns)?;
    helm(&ns, "helm3", &["install", "a", &told()]).await;
    let _colours = ns.script_job("told-colours", [Attempt::succeeds(["colours are fine"])]).await;
    let later = Attempt::fails(3, ["no route to it"]);
    let _reachable = ns.script_job("told-reachable", [Attempt::succeeds(["it can be reached"]), later]).await;
    let said = operator.run(&["test", "a", "-o", "json"]).await?;
    let lines: Vec<String> = said.ended(0).all("log").iter().map(|log| log["line"].to_string()).collect();
    assert_eq!(lines, ["\"colours are fine\"", "\"it can be reached\""], "by weight, then name");
    assert_eq!(said.all("finished")[0]["detail"], "2 tests succeeded");
    let status = helm(&ns, "helm3", &["status", "a"]).await;
    assert_eq!(status.matches("Phase:          Succeeded").count(), 2, "{status}");

    // They run again whenever they are asked for, and only those that are.
    let said = operator.run(&["test", "a", "--filter", "name=told-reachable"]).await?;
    said.ended(3).complains("Job told-reachable").complains("no route to it").complains("exit 3");
    assert!(said.out.contains("no route to it") && !said.out.contains("colours"), "{}", said.out);
    let status = helm(&ns, "helm3", &["status", "a"]).await;
    assert!(status.contains("Phase:          Failed") && status.contains("Phase:          Succeeded"), "{status}");
    let said = operator.run(&["test", "a", "--filter", "!name=told-reachable"]).await?;
    assert!(said.ended(0).out.contains("1 test succeeded"), "{}", said.out);
    operator.run(&["init-logs", "--release", "a"]).await?.ended(2).complains("no init job");
    Ok(())
}

async fn what_cannot_be_tested_is_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("untested").await;
    let operator = Operator::new(&ns)?;
    operator.run(&["test", "a"]).await?.ended(2).complains("there is no release `a`");
    operator.install(&[]).await?.ended(0);
    assert!(operator.run(&["test"]).await?.ended(0).out.contains("the chart has no tests"));
    operator.run(&["test", "--filter", "name=x"]).await?.ended(2).complains("there is no test `x`");
    operator.run(&["test", "--filter", "kind=Job"]).await?.ended(2).complains("is no filter");
    Ok(())
}

on_both![tests_run_in_order_with_their_logs_and_helm_reads_the_outcome, what_cannot_be_tested_is_told];
