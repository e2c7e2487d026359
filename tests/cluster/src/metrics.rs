//! Autoscaling: metrics-server, fed with figures that pods claim in annotations.
//!
//! A pod annotated `kwok.x-k8s.io/usage-cpu: 90m` (or `usage-memory: 100Mi`) uses that much; others
//! use next to nothing.

use std::time::Duration;

use kube::Client;

use crate::{Error, TestCluster, apply, eventually, ports};

/// Until the API server has the aggregated API; the first figures come later.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) async fn start(cluster: &TestCluster, client: &Client) -> Result<(), Error> {
    let [port] = ports::free()?;
    let text = include_str!("../manifests/metrics.yaml").replace("@port@", &port.to_string());
    apply::apply(client, &apply::objects("metrics.yaml", &text)?).await?;
    let port = format!("--secure-port={port}");
    let components = cluster.components();
    cluster.with_supervisor(|supervisor| {
        components.start(
            supervisor,
            "metrics-server",
            &[
                "--kubeconfig=admin.kubeconfig",
                "--authentication-kubeconfig=admin.kubeconfig",
                "--authorization-kubeconfig=admin.kubeconfig",
                "--kubelet-use-node-status-port",
                "--kubelet-insecure-tls",
                "--kubelet-request-timeout=5s",
                "--metric-resolution=10s",
                "--bind-address=127.0.0.1",
                "--cert-dir=metrics-server",
                &port,
            ],
        )
    })?;
    eventually("metrics-server", PATIENCE, || async {
        client.list_api_group_resources("metrics.k8s.io/v1beta1").await.ok().map(drop)
    })
    .await
}
