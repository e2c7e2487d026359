//! One attempt: one pod of the job, from its first sign to its last.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use tokio::task::JoinSet;

use super::log::Follower;
use super::{Recorder, files};
use crate::cluster::rows::PodRow;
use crate::deploy::event::{Event, State};
use crate::deploy::journal::Attempt;
use crate::deploy::rollout;

/// The attempt as it is followed.
pub struct Following {
    /// As the journal has it.
    pub entry: Attempt,
    state: State,
    told: Option<(State, String)>,
    began: jiff::Timestamp,
    runs: HashMap<(String, i32), Arc<AtomicBool>>,
}

impl Following {
    /// The first sign of an attempt.
    pub fn new(recorder: &Recorder, job: &str, number: u32, pod: &Pod, folder: PathBuf) -> Self {
        let began = pod.metadata.creation_timestamp.as_ref().map_or_else(jiff::Timestamp::now, |time| time.0);
        let entry = Attempt {
            operation: recorder.operation.clone(),
            job: job.into(),
            number,
            pod: pod.metadata.name.clone().unwrap_or_default(),
            started: began.to_string(),
            finished: None,
            exit: None,
            reason: String::new(),
            folder,
        };
        Following { entry, state: State::Running, told: None, began, runs: HashMap::new() }
    }

    /// Whether the attempt has ended.
    pub fn is_over(&self) -> bool {
        self.state != State::Running
    }

    /// What the watch says of the pod now.
    pub async fn update(&mut self, recorder: &Recorder, pod: Pod, gone: bool, logs: &mut JoinSet<()>) {
        self.keep_object(recorder, &pod);
        self.follow_logs(recorder, &pod, logs);
        if gone {
            self.runs.values().for_each(|ended| ended.store(true, Ordering::Relaxed));
        }
        let row = PodRow::from(pod);
        let (state, exit, reason) = judge(&row, gone);
        self.state = state;
        if self.told.as_ref() == Some(&(state, reason.clone())) {
            return;
        }
        let ended = (state != State::Running).then(jiff::Timestamp::now);
        self.entry.exit = exit;
        self.entry.reason = recorder.reporter.clean(&reason);
        self.entry.finished = ended.map(|time| time.to_string());
        if let Err(problem) = recorder.journal.attempt(&self.entry).await {
            recorder.reporter.note(problem.what);
        }
        let seconds = ended.map(|time| time.duration_since(self.began).as_secs_f64().max(0.0).round());
        recorder.reporter.tell(Event::Attempt {
            job: self.entry.job.clone(),
            attempt: self.entry.number,
            pod: self.entry.pod.clone(),
            state,
            exit,
            seconds,
            reason: reason.clone(),
        });
        self.told = Some((state, reason));
    }

    fn keep_object(&self, recorder: &Recorder, pod: &Pod) {
        let Ok(value) = serde_json::to_value(pod) else { return };
        let mut value = files::slim(value);
        recorder.reporter.clean_json(&mut value);
        if let Err(e) = files::replace(&self.entry.folder.join("pod.json"), &value) {
            recorder.reporter.note(format!("attempt {} cannot be recorded: {e}", self.entry.number));
        }
    }

    fn follow_logs(&mut self, recorder: &Recorder, pod: &Pod, logs: &mut JoinSet<()>) {
        let Some(status) = &pod.status else { return };
        let all = status.init_container_statuses.iter().chain(&status.container_statuses).flatten();
        for container in all {
            let state = container.state.clone().unwrap_or_default();
            if state.running.is_none() && state.terminated.is_none() {
                continue;
            }
            self.end_earlier_runs(container);
            let key = (container.name.clone(), container.restart_count);
            if !self.runs.contains_key(&key) {
                let follower = self.follower(recorder, pod, container);
                self.runs.insert(key.clone(), follower.ended.clone());
                logs.spawn(follower.run());
            }
            if state.terminated.is_some()
                && let Some(ended) = self.runs.get(&key)
            {
                ended.store(true, Ordering::Relaxed);
            }
        }
    }

    fn end_earlier_runs(&self, container: &ContainerStatus) {
        let earlier =
            self.runs.iter().filter(|((name, run), _)| *name == container.name && *run < container.restart_count);
        earlier.for_each(|(_, ended)| ended.store(true, Ordering::Relaxed));
    }

    fn follower(&self, recorder: &Recorder, pod: &Pod, container: &ContainerStatus) -> Follower {
        Follower {
            session: recorder.session.clone(),
            reporter: recorder.reporter.clone(),
            namespace: pod.metadata.namespace.clone().unwrap_or_default(),
            job: self.entry.job.clone(),
            attempt: self.entry.number,
            pod: self.entry.pod.clone(),
            container: container.name.clone(),
            path: self.entry.folder.join(files::log_name(&container.name, container.restart_count)),
            ended: Arc::new(AtomicBool::new(false)),
        }
    }
}

/// State, exit code and reason of a pod that is an attempt.
fn judge(row: &PodRow, gone: bool) -> (State, Option<i32>, String) {
    let failed = row.containers.iter().filter_map(|container| container.ended.as_ref()).find(|ended| ended.0 != 0);
    let exit = failed
        .or_else(|| row.containers.iter().rev().find_map(|container| container.ended.as_ref()))
        .map(|ended| ended.0);
    let said = |fallback: &str| rollout::reason_of(row).unwrap_or_else(|| fallback.into());
    match row.phase.as_str() {
        "Succeeded" => (State::Done, exit.or(Some(0)), String::new()),
        "Failed" => (State::Failed, exit, said("failed")),
        _ if gone => (State::Failed, exit, "its pod was deleted".into()),
        "Running" => (State::Running, None, rollout::reason_of(row).unwrap_or_default()),
        _ => (State::Running, None, said("starting")),
    }
}
