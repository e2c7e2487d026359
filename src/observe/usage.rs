//! What pods use: the metrics API cannot be watched, so it is asked now and then, where it is served and allowed.

use std::time::Duration;

use tokio::time::sleep;

use super::decode::RawMetrics;
use super::names::Name;
use super::news::Item;
use super::outbox::Outbox;
use crate::cluster::{Failure, Line};

/// Metrics servers measure every 15 to 60 seconds.
const EVERY: Duration = Duration::from_secs(20);

/// After an answer that will not change soon.
const LATER: Duration = Duration::from_secs(300);

/// Asks for one namespace until it is dropped.
pub async fn poll(line: Line, namespace: Name, outbox: Outbox) {
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods");
    loop {
        let pause = match line.read::<RawMetrics>(&path).await {
            Ok(metrics) => {
                outbox.tell(Item::Used(namespace.clone(), metrics.usage()));
                EVERY
            }
            Err(Failure::Forbidden(_)) => {
                outbox.tell(Item::Unmeasured(format!("needs: list pods.metrics.k8s.io in {namespace}")));
                LATER
            }
            Err(Failure::NotFound(_)) => {
                outbox.tell(Item::Unmeasured("the cluster serves no metrics API".into()));
                LATER
            }
            Err(failure) => {
                outbox.tell(Item::Unmeasured(failure.to_string()));
                EVERY
            }
        };
        sleep(pause.mul_f64(0.9 + 0.2 * fastrand::f64())).await;
    }
}
