//! What an operation tells while it runs. A screen, a plain line and `-o json` are drawn from the same events.
//!
//! The JSON form is a contract: one object per line, `at` (RFC 3339), `event` (its name), then its fields.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

use super::stage::Stage;
use crate::cluster::ObjectRef;
use crate::problem::Problem;
use crate::redact::Redactor;

/// How a stage, an attempt or a workload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// At work.
    Running,
    /// Reached what it was meant to reach.
    Done,
    /// Nothing to do: it had been done before.
    Skipped,
    /// Will not come without help.
    Failed,
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It did not exist before.
    Created,
    /// It existed and is now as the chart says.
    Configured,
    /// It was removed.
    Deleted,
    /// It stays on purpose.
    Kept,
}

/// Something that happened. Durations are in seconds.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// An operation begins.
    Started {
        /// Identifier in the journal.
        operation: String,
        /// `install` or `uninstall`.
        kind: &'static str,
        /// Name of the release.
        release: String,
        /// Its namespace.
        namespace: String,
        /// Context or address of the cluster.
        cluster: String,
    },
    /// An earlier operation stopped on the way; this one goes on from there.
    Resumed {
        /// The stage it had reached.
        stage: Stage,
        /// How it ended, in words.
        how: String,
    },
    /// One of several revisions begins, because a flag must be active before another is switched on.
    Wave {
        /// Counted from 1.
        wave: usize,
        /// Of how many.
        waves: usize,
        /// What it does, in words.
        about: String,
    },
    /// A stage begins, ends or is skipped.
    Stage {
        /// Which.
        stage: Stage,
        /// How it stands.
        state: State,
        /// Time it took; none while it runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds: Option<f64>,
        /// What came of it, in a few words.
        detail: String,
    },
    /// An object was written or removed.
    Object {
        /// What happened.
        change: Change,
        /// To which.
        object: ObjectRef,
        /// How many are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// An attempt of a hook job begins or ends.
    Attempt {
        /// The job.
        job: String,
        /// Counted from 1.
        attempt: u32,
        /// Its pod.
        pod: String,
        /// How it stands.
        state: State,
        /// Exit code, once it ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        exit: Option<i32>,
        /// Time it took.
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds: Option<f64>,
        /// Why it waits or ended, in words.
        reason: String,
    },
    /// A line of the log of a hook job.
    Log {
        /// The job.
        job: String,
        /// Of which attempt.
        attempt: u32,
        /// Of which container.
        container: String,
        /// The time the node gave the line, RFC 3339.
        time: String,
        /// The line.
        line: String,
    },
    /// A warning that Kubernetes gave about one of the release's objects.
    Warning {
        /// About which.
        object: ObjectRef,
        /// `FailedScheduling`, …
        reason: String,
        /// The sentence.
        message: String,
    },
    /// A workload changed its state.
    Workload {
        /// Which.
        object: ObjectRef,
        /// How it stands.
        state: State,
        /// Pods that are ready and of the current template.
        ready: i32,
        /// Pods wanted.
        desired: i32,
        /// Why it is not ready.
        #[serde(skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A request could not be answered and is tried again.
    Retrying {
        /// What was tried.
        what: String,
        /// Why it failed.
        why: String,
        /// Time until the next try.
        seconds: f64,
    },
    /// Something the operator should know.
    Note {
        /// The sentence.
        text: String,
    },
    /// Something went wrong; the operation ends with it.
    Failed {
        /// What.
        problem: Problem,
    },
    /// The operation is over.
    Finished {
        /// Whether it reached its goal.
        state: State,
        /// Time it took.
        seconds: f64,
        /// What came of it.
        detail: String,
    },
}

/// An event with its time.
#[derive(Debug, Clone, Serialize)]
pub struct Stamped {
    /// When, RFC 3339 in UTC with milliseconds.
    pub at: String,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// Where events are told. Every foreign text in them is redacted on the way.
#[derive(Clone)]
pub struct Reporter {
    sink: UnboundedSender<Stamped>,
    redactor: Arc<Mutex<Redactor>>,
}

impl Reporter {
    /// A reporter into a channel.
    pub fn new(sink: UnboundedSender<Stamped>, redactor: Redactor) -> Self {
        Reporter { sink, redactor: Arc::new(Mutex::new(redactor)) }
    }

    /// Makes further secrets known, before anything that may contain them is told.
    pub fn learn<S: AsRef<str>>(&self, secrets: impl IntoIterator<Item = S>) {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).learn(secrets);
    }

    /// The text without secrets.
    pub fn clean(&self, text: &str) -> String {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).clean(text).into_owned()
    }

    /// The value without secrets.
    pub fn clean_json(&self, value: &mut serde_json::Value) {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).clean_json(value);
    }

    /// The problem without secrets.
    pub fn clean_problem(&self, problem: Problem) -> Problem {
        Problem {
            what: self.clean(&problem.what),
            place: problem.place.map(|text| self.clean(&text)),
            cause: problem.cause.map(|text| self.clean(&text)),
            next: problem.next.map(|text| self.clean(&text)),
            evidence: problem.evidence.iter().map(|line| self.clean(line)).collect(),
            ..problem
        }
    }

    /// Tells an event. A listener that has gone away does not disturb the operation.
    pub fn tell(&self, event: Event) {
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let _ = self.sink.send(Stamped { at, event: self.cleaned(event) });
    }

    /// Tells a [`Event::Note`].
    pub fn note(&self, text: impl Into<String>) {
        self.tell(Event::Note { text: text.into() });
    }

    fn cleaned(&self, mut event: Event) -> Event {
        let foreign = match &mut event {
            Event::Stage { detail, .. } | Event::Finished { detail, .. } => vec![detail],
            Event::Attempt { reason, .. } | Event::Workload { reason, .. } => vec![reason],
            Event::Log { line, .. } => vec![line],
            Event::Warning { message, .. } => vec![message],
            Event::Retrying { why, .. } => vec![why],
            Event::Note { text } => vec![text],
            Event::Resumed { how, .. } => vec![how],
            Event::Failed { problem } => {
                *problem = self.clean_problem(problem.clone());
                Vec::new()
            }
            Event::Started { .. } | Event::Wave { .. } | Event::Object { .. } => Vec::new(),
        };
        for text in foreign {
            *text = self.clean(text);
        }
        event
    }
}

/// Seconds with a tenth's precision: enough for people, stable for tests.
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(event: Event) -> serde_json::Value {
        let (sink, mut events) = tokio::sync::mpsc::unbounded_channel();
        Reporter::new(sink, Redactor::new(["hunter2-secret"])).tell(event);
        serde_json::to_value(events.try_recv().unwrap()).unwrap()
    }

    #[test]
    fn an_event_is_one_flat_object_with_its_name_and_time() {
        let line =
            told(Event::Stage { stage: Stage::InitJob, state: State::Running, seconds: None, detail: String::new() });
        assert_eq!(line["event"], "stage");
        assert_eq!(line["stage"], "init-job");
        assert_eq!(line["state"], "running");
        assert!(line["at"].as_str().unwrap().ends_with('Z'));
        assert!(line.get("seconds").is_none());
    }

    #[test]
    fn foreign_text_is_redacted_on_the_way() {
        let log = Event::Log {
            job: "j".into(),
            attempt: 1,
            container: "c".into(),
            time: String::new(),
            line: "password=hunter2-secret".into(),
        };
        let failed = Event::Failed { problem: Problem::failed("c", "w").evidence("aHVudGVyMi1zZWNyZXQ=") };
        for event in [log, failed] {
            let text = told(event).to_string();
            assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMi1zZWNy"), "{text}");
        }
    }
}
