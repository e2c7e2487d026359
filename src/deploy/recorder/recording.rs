//! The running recording: watches of the job, its pods and its events, folded into attempts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::stream::{BoxStream, StreamExt, select_all};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event as ClusterEvent, Pod};
use kube::core::ObjectMeta;
use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::attempt::Following;
use super::{Recorder, Target, files};
use crate::cluster::rows::WarningRow;
use crate::cluster::{Follow, ObjectRef, Watched};
use crate::deploy::event::Event;
use crate::deploy::journal::Attempt;
use crate::problem::Problem;

/// The most time the watches may take to stand.
const ARMED: Duration = Duration::from_secs(10);

/// The most time that logs may take to come in after the job has ended.
const DRAIN: Duration = Duration::from_secs(10);

/// After the end of the job, pods may still report theirs.
const SETTLE: Duration = Duration::from_millis(300);

/// How the recorded job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It reached its goal.
    Complete,
    /// It will not be tried again: reason and message.
    Failed(String),
    /// Somebody deleted it.
    Deleted,
}

/// A recording under way. Dropping it ends it.
pub struct Recording {
    end: watch::Receiver<Option<End>>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Vec<Attempt>>,
    /// Folder of the job's record.
    pub folder: PathBuf,
}

impl Recording {
    pub(super) async fn arm(recorder: Recorder, target: Target) -> Result<Recording, Problem> {
        let folder = recorder.folder.join(&target.name);
        crate::deploy::journal::private_folder(&folder).map_err(|e| unwritable(&folder, e))?;
        let (end_sender, end) = watch::channel(None);
        let (stop, stopped) = oneshot::channel();
        let (armed_sender, armed) = oneshot::channel();
        let film = Film {
            recorder,
            target,
            folder: folder.clone(),
            attempts: HashMap::new(),
            early: Vec::new(),
            logs: JoinSet::new(),
            end: end_sender,
        };
        let task = tokio::spawn(film.roll(armed_sender, stopped));
        // Without every watch (a missing right, a slow server) a part of the record is better than no job.
        let _ = timeout(ARMED, armed).await;
        Ok(Recording { end, stop: Some(stop), task, folder })
    }

    /// Waits for the end of the job.
    pub async fn end(&mut self) -> End {
        match self.end.wait_for(Option::is_some).await {
            Ok(end) => end.clone().unwrap_or(End::Deleted),
            Err(_) => End::Deleted,
        }
    }

    /// Waits until all logs have come in, ends the recording, and gives the attempts.
    pub async fn finish(mut self) -> Vec<Attempt> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.task).await.unwrap_or_default()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if self.stop.is_some() {
            self.task.abort();
        }
    }
}

enum Sight {
    Job(Watched<Box<Job>>),
    Pod(Watched<Box<Pod>>),
    Event(Watched<Box<ClusterEvent>>),
}

struct Film {
    recorder: Recorder,
    target: Target,
    folder: PathBuf,
    attempts: HashMap<String, Following>,
    /// Events about pods that the watch of pods has not shown yet.
    early: Vec<ClusterEvent>,
    logs: JoinSet<()>,
    end: watch::Sender<Option<End>>,
}

impl Film {
    async fn roll(mut self, armed: oneshot::Sender<()>, mut stopped: oneshot::Receiver<()>) -> Vec<Attempt> {
        let (mut sights, watches) = self.sights();
        let mut armed = Some(armed);
        let mut listed = 0;
        loop {
            let sight = tokio::select! {
                sight = sights.next() => sight,
                _ = &mut stopped => break,
            };
            let Some(sight) = sight else { break };
            listed += usize::from(sight.is_list());
            self.see(sight).await;
            if listed >= watches
                && let Some(armed) = armed.take()
            {
                let _ = armed.send(());
            }
        }
        let late = async {
            while let Some(sight) = sights.next().await {
                self.see(sight).await;
            }
        };
        let _ = timeout(SETTLE, late).await;
        let _ = timeout(DRAIN, async { while self.logs.join_next().await.is_some() {} }).await;
        let mut attempts: Vec<Attempt> = self.attempts.into_values().map(|following| following.entry).collect();
        attempts.sort_by_key(|attempt| attempt.number);
        attempts
    }

    fn sights(&self) -> (futures::stream::SelectAll<BoxStream<'static, Sight>>, usize) {
        let session = &self.recorder.session;
        let namespace = &self.target.namespace;
        let itself = format!("metadata.name={}", self.target.name);
        let of_job = format!("batch.kubernetes.io/job-name={}", self.target.name);
        let itself = Follow { fields: Some(&itself), labels: None };
        let events = session.watch(namespace, &Follow::default()).map(|news| Sight::Event(news.map(Box::new))).boxed();
        let streams = if self.target.kind == "Job" {
            let pods = Follow { labels: Some(&of_job), fields: None };
            vec![
                session.watch(namespace, &itself).map(|news| Sight::Job(news.map(Box::new))).boxed(),
                session.watch(namespace, &pods).map(|news| Sight::Pod(news.map(Box::new))).boxed(),
                events,
            ]
        } else {
            vec![session.watch(namespace, &itself).map(|news| Sight::Pod(news.map(Box::new))).boxed(), events]
        };
        let watches = streams.len();
        (select_all(streams), watches)
    }

    async fn see(&mut self, sight: Sight) {
        match sight {
            Sight::Job(Watched::Listed(jobs)) => jobs.into_iter().for_each(|job| self.job(*job, false)),
            Sight::Job(Watched::Changed(job)) => self.job(*job, false),
            Sight::Job(Watched::Gone(job)) => self.job(*job, true),
            Sight::Pod(Watched::Listed(mut pods)) => {
                pods.sort_by_key(|pod| pod.metadata.creation_timestamp.as_ref().map(|time| time.0));
                for pod in pods {
                    self.pod(*pod, false).await;
                }
            }
            Sight::Pod(Watched::Changed(pod)) => self.pod(*pod, false).await,
            Sight::Pod(Watched::Gone(pod)) => self.pod(*pod, true).await,
            // Events of the past are of earlier attempts with other uids, or of the job we attach to: both are kept.
            Sight::Event(Watched::Listed(events)) => events.into_iter().for_each(|event| self.event(*event)),
            Sight::Event(Watched::Changed(event)) => self.event(*event),
            Sight::Event(Watched::Gone(_)) => {}
            Sight::Job(Watched::Interrupted(why))
            | Sight::Pod(Watched::Interrupted(why))
            | Sight::Event(Watched::Interrupted(why)) => {
                self.recorder.reporter.tell(Event::Retrying {
                    what: format!("watching {}", self.target.name),
                    why,
                    seconds: 1.0,
                });
            }
        }
    }

    fn job(&mut self, job: Job, gone: bool) {
        if self.is_of_before(&job.metadata) {
            return;
        }
        self.keep("job.json", &job);
        let conditions = job.status.and_then(|status| status.conditions).unwrap_or_default();
        let said = |kind: &str| conditions.iter().find(|c| c.type_ == kind && c.status == "True");
        let end = match (said("Complete"), said("Failed")) {
            (Some(_), _) => Some(End::Complete),
            (_, Some(failed)) => {
                let words = [failed.reason.as_deref(), failed.message.as_deref()];
                Some(End::Failed(words.into_iter().flatten().collect::<Vec<_>>().join(": ")))
            }
            _ if gone => Some(End::Deleted),
            _ => None,
        };
        if end.is_some() {
            self.end.send_if_modified(|known| known.is_none().then(|| *known = end).is_some());
        }
    }

    async fn pod(&mut self, pod: Pod, gone: bool) {
        let owner = pod.metadata.owner_references.iter().flatten().find(|owner| owner.controller == Some(true));
        let of_before = owner.is_some_and(|owner| Some(&owner.uid) == self.target.before.as_ref());
        if of_before || self.is_of_before(&pod.metadata) {
            return;
        }
        let uid = pod.metadata.uid.clone().unwrap_or_default();
        if !self.attempts.contains_key(&uid) {
            let number = self.attempts.len() as u32 + 1;
            let folder = self.folder.join(format!("attempt-{number}"));
            if let Err(e) = crate::deploy::journal::private_folder(&folder) {
                self.recorder.reporter.note(unwritable(&folder, e).to_string());
            }
            self.attempts.insert(uid.clone(), Following::new(&self.recorder, &self.target.name, number, &pod, folder));
            std::mem::take(&mut self.early).into_iter().for_each(|event| self.event(event));
        }
        let phase = pod.status.as_ref().and_then(|status| status.phase.clone()).unwrap_or_default();
        let words = pod.status.as_ref().and_then(|status| status.message.clone()).unwrap_or_default();
        if let Some(following) = self.attempts.get_mut(&uid) {
            if following.is_over() && gone {
                return;
            }
            following.update(&self.recorder, pod, gone, &mut self.logs).await;
        }
        if self.target.kind == "Pod" {
            let end = match phase.as_str() {
                "Succeeded" => Some(End::Complete),
                "Failed" => Some(End::Failed(words)),
                _ => gone.then_some(End::Deleted),
            };
            self.end.send_if_modified(|known| (known.is_none() && end.is_some()).then(|| *known = end).is_some());
        }
    }

    fn event(&mut self, event: ClusterEvent) {
        let about = event.involved_object.name.clone().unwrap_or_default();
        let uid = event.involved_object.uid.clone().unwrap_or_default();
        let folder = match self.attempts.get(&uid) {
            Some(following) => following.entry.folder.clone(),
            None if about == self.target.name && Some(&uid) != self.target.before.as_ref() => self.folder.clone(),
            None if about.starts_with(&format!("{}-", self.target.name)) => return self.early.push(event),
            None => return,
        };
        let Ok(value) = serde_json::to_value(&event) else { return };
        let mut value = files::slim(value);
        self.recorder.reporter.clean_json(&mut value);
        if let Err(e) = files::append(&folder.join("events.ndjson"), &value.to_string()) {
            self.recorder.reporter.note(format!("an event cannot be recorded: {e}"));
        }
        if event.type_.as_deref() == Some("Warning") {
            let row = WarningRow::from(event);
            let object = ObjectRef { kind: row.kind, namespace: Some(row.namespace), name: row.name };
            self.recorder.reporter.tell(Event::Warning { object, reason: row.reason, message: row.message });
        }
    }

    fn is_of_before(&self, metadata: &ObjectMeta) -> bool {
        self.target.before.is_some() && metadata.uid == self.target.before
    }

    fn keep(&self, name: &str, object: &impl serde::Serialize) {
        let Ok(value) = serde_json::to_value(object) else { return };
        let mut value: Value = files::slim(value);
        self.recorder.reporter.clean_json(&mut value);
        if let Err(e) = files::replace(&self.folder.join(name), &value) {
            self.recorder.reporter.note(unwritable(&self.folder, e).to_string());
        }
    }
}

impl Sight {
    fn is_list(&self) -> bool {
        matches!(
            self,
            Sight::Job(Watched::Listed(_)) | Sight::Pod(Watched::Listed(_)) | Sight::Event(Watched::Listed(_))
        )
    }
}

fn unwritable(folder: &Path, error: std::io::Error) -> Problem {
    Problem::failed("recorder.unwritable", "the record of the job cannot be written")
        .at(folder.display().to_string())
        .because(error.to_string())
        .next("make room or name another folder with --state-dir")
}
