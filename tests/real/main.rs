//! Tests against a real control plane. One binary, so that one cluster serves them all: ask for it
//! with `TestCluster::shared()`, and work in a namespace of your own.

mod cluster_itself;
mod conformance;
mod deploy;
mod ground;
mod observe;
mod scenarios;
