//! One of the revisions on the way to what is wanted. A flag that needs another one to be *active* can only be switched
//! on by a second revision, after the services that read the first have restarted.

use jiff::Timestamp;

use crate::cluster::ObjectRef;
use crate::deploy::input::Input;
use crate::deploy::operation::{Context, refused};
use crate::platform::{Service, catalogue};
use crate::problem::Problem;

/// A revision with the restarts it needs.
#[derive(Debug, Clone)]
pub struct Wave {
    /// Chart and values.
    pub input: Input,
    /// Services that must restart although their objects may not change.
    pub restarts: Vec<String>,
    /// What it does, in words.
    pub about: String,
}

impl Wave {
    /// The only revision of an installation.
    pub fn only(input: Input) -> Wave {
        Wave { input, restarts: Vec::new(), about: String::new() }
    }
}

/// Restarts the services of a wave, in their order. The rollouts are waited for with all others.
pub(super) async fn restart(context: &Context, wave: &Wave, workloads: &[ObjectRef]) -> Result<(), Problem> {
    let at = Timestamp::now();
    let services = wave.restarts.iter().filter_map(|name| catalogue().service(name));
    for service in services {
        for workload in workloads.iter().filter(|workload| runs(service, workload)) {
            let request = || context.session.restart(workload, at);
            let restarted = context.patiently("restart a workload", request).await;
            restarted
                .map_err(|failure| refused("restart.refused", format!("{workload} cannot be restarted"), &failure))?;
        }
    }
    if !wave.restarts.is_empty() {
        context.reporter.note(format!("restarted: {}", wave.restarts.join(", ")));
    }
    Ok(())
}

fn runs(service: &Service, workload: &ObjectRef) -> bool {
    let namespace = workload.namespace.as_deref().unwrap_or_default();
    service.kind.as_str() == workload.kind && service.owns_object(&workload.name, namespace)
}
