//! The only room that speaks to Kubernetes: connect, apply, watch, logs, access reviews.
