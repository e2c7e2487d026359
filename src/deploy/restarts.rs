//! Restarting services that read at start what a revision has changed.

use jiff::Timestamp;

use super::operation::{Context, refused};
use crate::cluster::ObjectRef;
use crate::platform::{Service, catalogue};
use crate::problem::Problem;

/// Restarts services, in their order. The rollouts are waited for with all others.
pub async fn restart(context: &Context, services: &[String], workloads: &[ObjectRef]) -> Result<(), Problem> {
    let at = Timestamp::now();
    for service in services.iter().filter_map(|name| catalogue().service(name)) {
        for workload in workloads.iter().filter(|workload| runs(service, workload)) {
            let request = || context.session.restart(workload, at);
            let restarted = context.patiently("restart a workload", request).await;
            restarted
                .map_err(|failure| refused("restart.refused", format!("{workload} cannot be restarted"), &failure))?;
        }
    }
    if !services.is_empty() {
        context.reporter.note(format!("restarted: {}", services.join(", ")));
    }
    Ok(())
}

fn runs(service: &Service, workload: &ObjectRef) -> bool {
    let namespace = workload.namespace.as_deref().unwrap_or_default();
    service.kind.as_str() == workload.kind && service.owns_object(&workload.name, namespace)
}
