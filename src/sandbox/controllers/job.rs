//! Jobs: attempts with a growing pause between them, until it is enough.

use std::time::Duration;

use serde_json::{Value, json};

use super::events::{Said, say};
use super::pods::{self, active, condition, delete, make, owned};
use super::{Timer, Turn};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::registry::{self, Deletion};
use crate::sandbox::store::{Key, uid_of};

/// The pause after the first failure; it doubles with every other one.
const BACK_OFF: Duration = Duration::from_secs(10);

/// How long news of pods are gathered before a job is judged.
const GATHER: Duration = Duration::from_millis(600);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(600);

/// Moves a job on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let job = record.value();
    if pods::leaving(&job) {
        return;
    }
    if ended(&job) {
        after_the_end(turn, key, &job);
        return;
    }
    let all = owned(turn, &job, "/pods");
    let phase = |wanted: &str| all.iter().filter(|pod| json::text(pod, "/status/phase") == wanted).count();
    let (succeeded, failed) = (phase("Succeeded"), phase("Failed"));
    let running: Vec<&Value> = all.iter().filter(|pod| active(pod)).collect();
    let number = |pointer: &str, default: i64| json::int(&job, pointer).unwrap_or(default).max(0);
    let wanted = usize::try_from(number("/spec/completions", 1)).unwrap_or(1);
    let at_once = usize::try_from(number("/spec/parallelism", 1)).unwrap_or(1);
    let limit = usize::try_from(number("/spec/backoffLimit", 6)).unwrap_or(6);
    let restarts: i64 = running
        .iter()
        .flat_map(|pod| json::items(pod, "/status/containerStatuses"))
        .map(|status| json::int(status, "/restartCount").unwrap_or(0))
        .sum();
    let failures = failed + usize::try_from(restarts).unwrap_or(0);
    let mut status = json!({
        "startTime": match json::at(&job, "/status/startTime") {
            Value::Null => json!(clock::now()),
            time => time.clone(),
        },
        "uncountedTerminatedPods": {},
        "terminating": all.iter().filter(|pod| pods::leaving(pod)).count(),
        "ready": running.iter().filter(|pod| pods::ready(pod)).count(),
    });
    let known = json::items(&job, "/status/conditions");
    let mut active = running.len();
    let started = json::text(&status, "/startTime").to_string();
    let deadline = json::int(&job, "/spec/activeDeadlineSeconds").and_then(|s| u64::try_from(s).ok());
    let deadline = deadline.map(|s| turn.world.clock.scaled(Duration::from_secs(s)));
    let late = deadline.is_some_and(|deadline| clock::age(&started) >= deadline);
    if (succeeded >= wanted || failures > limit)
        && !late
        && let Some(left) = rest(turn, &all)
    {
        turn.later(left, Timer::Look(key.clone()));
        return;
    }
    if succeeded >= wanted {
        let why = "Reached expected number of succeeded pods";
        let met = |kind: &str| condition(known, kind, true, "CompletionsReached", why);
        status["conditions"] = json!([met("SuccessCriteriaMet"), met("Complete")]);
        status["completionTime"] = clock::now().into();
        say(turn.store, &job, Said::normal("job-controller", "Completed", "Job completed"));
    } else if failures > limit || late {
        let (reason, why) = match late {
            true => ("DeadlineExceeded", "Job was active longer than specified deadline"),
            false => ("BackoffLimitExceeded", "Job has reached the specified backoff limit"),
        };
        let met = |kind: &str| condition(known, kind, true, reason, why);
        status["conditions"] = json!([met("FailureTarget"), met("Failed")]);
        for pod in &running {
            delete(turn, &job, pod);
        }
        active = 0;
        say(turn.store, &job, Said::warning("job-controller", reason, why));
    } else if job["spec"]["suspend"] != true {
        if let Some(deadline) = deadline {
            turn.later(turn.world.clock.unscaled(deadline), Timer::Look(key.clone()));
        }
        let missing = at_once.min(wanted - succeeded).saturating_sub(active);
        match pause(turn, &all, failed) {
            Some(left) if missing > 0 => turn.later(left, Timer::Look(key.clone())),
            _ => {
                for _ in 0..missing {
                    if make(turn, &job, &job["spec"]["template"], None, &[]).is_err() {
                        turn.later(Duration::from_secs(5), Timer::Look(key.clone()));
                        break;
                    }
                    active += 1;
                }
            }
        }
    }
    for (field, count) in [("active", active), ("succeeded", succeeded), ("failed", failed)] {
        if count > 0 {
            status[field] = count.into();
        }
    }
    pods::set_status(turn, key, &status);
}

/// How long the controller still waits for other news of pods before it judges, as the real one does.
fn rest(turn: &Turn<'_>, all: &[Value]) -> Option<Duration> {
    let last = all.iter().filter_map(|pod| turn.world.logs().ended(uid_of(&pod["metadata"]["uid"]))).max()?;
    let spent = Duration::try_from(clock::time().duration_since(last)).unwrap_or_default();
    let spent = turn.world.clock.unscaled(spent);
    (spent < GATHER).then(|| GATHER - spent + Duration::from_millis(5))
}

/// How long the next attempt still has to wait, in the time of a real cluster.
fn pause(turn: &Turn<'_>, all: &[Value], failed: usize) -> Option<Duration> {
    let failed_pods = all.iter().filter(|pod| json::text(pod, "/status/phase") == "Failed");
    let last = failed_pods.filter_map(|pod| turn.world.logs().ended(uid_of(&pod["metadata"]["uid"]))).max()?;
    let exponent = u32::try_from(failed.saturating_sub(1)).unwrap_or(10).min(10);
    let whole = BACK_OFF.saturating_mul(1 << exponent).min(LONGEST);
    let spent = Duration::try_from(clock::time().duration_since(last)).unwrap_or_default();
    let spent = turn.world.clock.unscaled(spent);
    (spent < whole).then(|| whole - spent)
}

fn ended(job: &Value) -> bool {
    let ends = ["Complete", "Failed"];
    json::items(job, "/status/conditions")
        .iter()
        .any(|c| ends.contains(&json::text(c, "/type")) && c["status"] == "True")
}

/// Jobs that say so are removed some time after their end.
fn after_the_end(turn: &mut Turn<'_>, key: &Key, job: &Value) {
    let Some(keep) = json::int(job, "/spec/ttlSecondsAfterFinished").and_then(|s| u64::try_from(s).ok()) else {
        return;
    };
    let conditions = json::items(job, "/status/conditions").iter();
    let end = conditions.map(|c| json::text(c, "/lastTransitionTime")).max().unwrap_or_default();
    let spent = turn.world.clock.unscaled(clock::age(end));
    let keep = Duration::from_secs(keep);
    if spent < keep {
        turn.later(keep - spent, Timer::Look(key.clone()));
        return;
    }
    if let Some(kind) = pods::kind(turn, &key.table) {
        let _ = registry::delete(turn.store, &kind, &key.namespace, &key.name, &Deletion::default());
    }
}
