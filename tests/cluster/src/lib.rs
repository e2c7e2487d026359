//! A real Kubernetes control plane for tests, on this machine, without containers.
//!
//! What iomctl does to a cluster is only believable when a real API server, real controllers and a
//! real scheduler saw it. Nodes and containers alone are simulated (kwok): they do what a test says,
//! which is how a test gets an image that cannot be pulled or a job that fails twice.
//!
//! ```no_run
//! # async fn example() {
//! use iomctl_test_cluster::{Attempt, Behaviour, TestCluster};
//!
//! let cluster = TestCluster::shared().await;
//! let ns = cluster.namespace("install").await;
//! let _slow = ns.behave(("app", "iom-core"), Behaviour::NeverReady { message: "probe failed" }).await;
//! let _job = ns.script_job("init-job", [Attempt::fails(1, ["no database"]), Attempt::succeeds(["done"])]).await;
//! std::process::Command::new("iomctl").env("KUBECONFIG", ns.kubeconfig());
//! # }
//! ```

mod apply;
mod attempts;
mod audit;
mod behaviour;
mod binaries;
mod certificates;
mod cluster;
mod components;
mod error;
mod kubeconfig;
mod metrics;
mod namespace;
mod ports;
mod rights;
mod settled;
mod supervisor;

pub use attempts::{Attempt, ScriptedJob};
pub use behaviour::{Applied, Behaviour};
pub use binaries::Binaries;
pub use cluster::{Options, TestCluster};
pub use error::Error;
pub use namespace::{Namespace, User};
pub use rights::{allow, grant};

use std::time::{Duration, Instant};

/// How often a condition without a watch is looked at again.
const POLL: Duration = Duration::from_millis(50);

/// Looks again and again until `look` finds something, or until `patience` is over.
///
/// # Errors
/// After `patience`, says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> F,
) -> Result<T, Error> {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return Ok(found);
        }
        if started.elapsed() > patience {
            return Err(Error::Waited { what: what.to_owned(), patience });
        }
        tokio::time::sleep(POLL).await;
    }
}
