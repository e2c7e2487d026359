//! `iomctl`: from an empty Kubernetes namespace to a running IOMETE data plane, in one static binary.
//!
//! The rooms of the house and who may import whom (held by `tests/architecture.rs`):
//!
//! ```text
//! platform, helm  <-  plan  <-  cluster  <-  deploy  <-  observe, diagnose  <-  app  <-  tui, cli
//!                     plan  <-  sandbox  <-  cli
//!                     helm  <-  charts   <-  cli
//! ```
//!
//! [`problem`] is the ground floor: every room words its errors with it.

pub mod app;
pub mod charts;
pub mod cli;
pub mod cluster;
pub mod deploy;
pub mod diagnose;
pub mod helm;
pub mod observe;
pub mod plan;
pub mod platform;
pub mod problem;
pub mod redact;
pub mod sandbox;
pub mod tui;
