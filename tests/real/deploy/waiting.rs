//! Workloads that do not come: the reason of each, and the way on.

use std::time::Duration;

use iomctl_test_cluster::Behaviour;

use super::{Operator, Tested};
use crate::ground::{Ground, on_both};

async fn the_reason_of_each_workload_is_told(ground: &Ground) -> Tested {
    let ns = ground.namespace("waiting").await;
    let crash = Behaviour::CrashLoop {
        runs: Duration::from_millis(500),
        exit_code: 3,
        // Longer than the wait: between two crashes it would be up, and be counted as such at the very end.
        back_off: Duration::from_secs(60),
        log: &["reading configuration", "no such table: users"],
    };
    let crash = ns.behave(("app", "web"), crash).await;
    let image = ns.behave(("app", "store"), Behaviour::ImagePullFailure { message: "manifest unknown" }).await;
    let operator = Operator::new(&ns)?;
    let said = operator.install(&["--timeout", "12s"]).await?;
    said.ended(3).complains("Deployment web").complains("exits with 3").complains("no such table: users");
    said.complains("StatefulSet store").complains("image of store").complains("it goes on waiting");
    let status = operator.run(&["status", "--strict"]).await?;
    status.ended(4);
    assert!(status.out.contains("image of store") && status.out.contains("0 of 2 ready"), "{}", status.out);

    crash.end().await;
    image.end().await;
    for kind in ["deployment/web", "statefulset/store"] {
        super::helm(&ns, "kubectl", &["-n", ns.name(), "rollout", "restart", kind]).await;
    }
    Ok(())
}

on_both![the_reason_of_each_workload_is_told,];
