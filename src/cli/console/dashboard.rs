//! What the dashboard wants from the world.

mod actions;
mod logs;
mod objects;
mod records;
mod release;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch as watch_channel;
use tokio::task::AbortHandle;

use super::Hub;
use crate::app::Msg;
use crate::app::dashboard::{News, Order, Scope};
use crate::problem::{Outcome, Problem};
use crate::redact::Redactor;

/// What runs for the dashboard. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Desk(Arc<Mutex<Running>>, watch_channel::Sender<u64>);

#[derive(Debug, Default)]
struct Running {
    /// Takes what is to be watched.
    follow: Option<UnboundedSender<Scope>>,
    watch: Option<AbortHandle>,
    log: Option<AbortHandle>,
    forward: Option<AbortHandle>,
    redactor: Redactor,
}

impl Desk {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The line was dead and is not any more. What has its own connection hears it here: a dead one says nothing.
    fn line_is_back(&self) {
        self.1.send_modify(|times| *times += 1);
    }

    /// Changes whenever the line comes back.
    fn comebacks(&self) -> watch_channel::Receiver<u64> {
        self.1.subscribe()
    }

    /// Makes further secrets known.
    fn learn(&self, secrets: Vec<String>) {
        self.running().redactor.learn(secrets);
    }

    /// Knows the secrets that were learned so far.
    fn redactor(&self) -> Redactor {
        self.running().redactor.clone()
    }
}

/// Ends a task.
fn end(task: Option<AbortHandle>) {
    if let Some(task) = task {
        task.abort();
    }
}

/// Executes an order; its outcome is told as news.
pub fn execute(hub: &Hub, order: Order) {
    let desk = hub.desk().clone();
    let own = hub.clone();
    match order {
        Order::Watch => watch::start(hub),
        Order::Follow(scope) => {
            if let Some(follow) = &desk.running().follow {
                // The watch has ended: nobody wants it any more.
                let _ = follow.send(scope);
            }
        }
        Order::ListNamespaces => drop(hub.tie(async move { release::namespaces(&own).await })),
        Order::ReadRelease => drop(hub.tie(async move { release::read(&own).await })),
        Order::ReadAttempts => drop(hub.tie(async move { records::attempts(&own).await })),
        Order::ReadRecord { log, folder } => drop(hub.tie(async move { records::read(&own, log, folder).await })),
        Order::LastLine(crash) => drop(hub.tie(async move { logs::last_line(&own, crash).await })),
        Order::FollowLog(request) => {
            let task = hub.tie(async move { logs::follow(own, *request).await });
            end(desk.running().log.replace(task));
        }
        Order::EndLog => end(desk.running().log.take()),
        Order::ReadYaml(subject) => drop(hub.tie(async move { objects::yaml(&own, subject).await })),
        Order::Restart(subject) => drop(hub.tie(async move { actions::restart(&own, subject).await })),
        Order::DeletePod(subject) => drop(hub.tie(async move { actions::delete_pod(&own, subject).await })),
        Order::Forward { pod, port, local } => {
            let task = hub.tie(async move { actions::forward(&own, pod, (local, port)).await });
            end(desk.running().forward.replace(task));
        }
        Order::EndForward => {
            end(desk.running().forward.take());
            hub.tell(Msg::Dashboard(News::ForwardEnded));
        }
        Order::Save(name, text) => super::files::save_and_tell(hub, name, text),
    }
}

fn unconnected() -> Problem {
    Problem::new(Outcome::Unreachable, "cluster.none", "there is no connection to a cluster")
        .next("press `r` to connect again")
}

#[cfg(test)]
mod screens;
