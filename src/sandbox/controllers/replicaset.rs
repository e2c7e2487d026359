//! ReplicaSets: as many pods as wanted.

use std::time::Duration;

use serde_json::{Value, json};

use super::pods::{self, active, condition, delete, make, owned, ready};
use super::{Timer, Turn};
use crate::sandbox::json;
use crate::sandbox::store::Key;

/// Time until a refused pod is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Moves a ReplicaSet on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let set = record.value();
    let wanted = json::int(&set, "/spec/replicas").unwrap_or(0);
    let mut refused = None;
    if !pods::leaving(&set) {
        let all: Vec<Value> = owned(turn, &set, "/pods").into_iter().filter(active).collect();
        let have = i64::try_from(all.len()).unwrap_or(i64::MAX);
        for _ in have..wanted {
            if let Err(error) = make(turn, &set, &set["spec"]["template"], None, &[]) {
                refused = Some(error.message);
                turn.later(AGAIN, Timer::Look(key.clone()));
                break;
            }
        }
        let mut order: Vec<&Value> = all.iter().collect();
        // Those that are not ready go first, then the youngest.
        order.sort_by_key(|pod| {
            (ready(pod), std::cmp::Reverse(json::text(pod, "/metadata/creationTimestamp").to_string()))
        });
        for pod in order.into_iter().take(usize::try_from((have - wanted).max(0)).unwrap_or(0)) {
            delete(turn, &set, pod);
        }
    }
    let all: Vec<Value> = owned(turn, &set, "/pods").into_iter().filter(active).collect();
    let ready = all.iter().filter(|pod| ready(pod)).count();
    let mut status = json!({
        "replicas": all.len(),
        "observedGeneration": set["metadata"]["generation"],
    });
    if !all.is_empty() {
        status["fullyLabeledReplicas"] = all.len().into();
    }
    if ready > 0 {
        status["readyReplicas"] = ready.into();
        status["availableReplicas"] = ready.into();
    }
    if let Some(message) = refused {
        let known = json::items(&set, "/status/conditions");
        status["conditions"] = json!([condition(known, "ReplicaFailure", true, "FailedCreate", &message)]);
    }
    pods::set_status(turn, key, &status);
}
