//! What changes something: each was confirmed on the screen.

use serde_json::json;

use super::objects;
use crate::app::Msg;
use crate::app::dashboard::{News, Subject};
use crate::cli::console::Hub;
use crate::cluster::{Deleted, Failure};
use crate::problem::Problem;

/// Restarts the pods of a workload one after the other, as `kubectl rollout restart` does.
pub async fn restart(hub: &Hub, subject: Subject) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let annotations = json!({"kubectl.kubernetes.io/restartedAt": now});
    let patch = json!({"spec": {"template": {"metadata": {"annotations": annotations}}}});
    let done = async {
        let session = hub.session().ok_or_else(super::unconnected)?;
        let kind = objects::kind(hub, &subject.kind)?;
        let changed = session.change(&kind, Some(&subject.namespace), &subject.name, &patch).await;
        changed.map_err(|failure| refused(&subject, "cannot be restarted", &failure))
    };
    hub.tell(match done.await {
        Ok(()) => Msg::Done(format!("{} {} restarts", subject.kind, subject.name)),
        Err(problem) => Msg::Refused(Box::new(problem)),
    });
}

/// Deletes a pod.
pub async fn delete_pod(hub: &Hub, subject: Subject) {
    let done = async {
        let session = hub.session().ok_or_else(super::unconnected)?;
        let kind = objects::kind(hub, "Pod")?;
        let deleted = session.remove(&kind, Some(&subject.namespace), &subject.name).await;
        deleted.map_err(|failure| refused(&subject, "cannot be deleted", &failure))
    };
    hub.tell(match done.await {
        Ok(Deleted::Absent) => Msg::Done(format!("{} was gone already", subject.name)),
        Ok(_) => Msg::Done(format!("{} is deleted", subject.name)),
        Err(problem) => Msg::Refused(Box::new(problem)),
    });
}

/// Forwards a port until it is ended, or the pod refuses.
pub async fn forward(hub: &Hub, subject: Subject, ports: (Option<u16>, Option<u16>)) {
    match open(hub, &subject, ports).await {
        Ok(forward) => {
            hub.tell(Msg::Dashboard(News::Forwarded(subject.clone(), forward.address())));
            let why = forward.serve().await;
            hub.tell(Msg::Dashboard(News::ForwardEnded));
            let what = format!("no port of pod {} is forwarded any more", subject.name);
            let problem = Problem::failed("forward.ended", what).because(why.to_string());
            hub.tell(Msg::Refused(Box::new(problem.next("press F to forward one again"))));
        }
        Err(problem) => hub.tell(Msg::Refused(Box::new(problem))),
    }
}

async fn open(
    hub: &Hub,
    subject: &Subject,
    (local, port): (Option<u16>, Option<u16>),
) -> Result<crate::cluster::Forward, Problem> {
    let session = hub.session().ok_or_else(super::unconnected)?;
    let port = match port {
        Some(port) => port,
        None => {
            let kind = objects::kind(hub, "Pod")?;
            let pod = session.get(&kind, Some(&subject.namespace), &subject.name).await;
            let pod = pod.map_err(|failure| refused(subject, "cannot be read", &failure))?.unwrap_or_default();
            let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
            let ports = containers.iter().filter_map(|c| c["ports"].as_array()).flatten();
            let first = ports.filter_map(|port| port["containerPort"].as_u64()).next();
            first.and_then(|port| u16::try_from(port).ok()).ok_or_else(|| {
                Problem::failed("forward.no-port", format!("pod {} names no port", subject.name))
                    .next("press F again and type the number")
            })?
        }
    };
    session.forward(&subject.namespace, &subject.name, port, local).await.map_err(|e| {
        let what = local.map_or("no port can be opened on this machine".into(), |local| {
            format!("port {local} cannot be opened on this machine")
        });
        Problem::failed("forward.local", what).because(e.to_string()).next("name another one, as LOCAL:PORT")
    })
}

fn refused(subject: &Subject, what: &str, failure: &Failure) -> Problem {
    Problem::failed("action.refused", format!("{} {} {what}", subject.kind, subject.name))
        .at(format!("namespace {}", subject.namespace))
        .because(failure.to_string())
}
