//! Jobs whose attempts do what a test says.
//!
//! The job, its retries with their back-off and its end are the real job controller's. Only what
//! happens inside of the pods is scripted: a task here tells each new pod which attempt it is, and
//! writes the pod's log line by line while it runs. The stages in `manifests/behaviours/attempt.yaml`
//! do the rest.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{Api, Patch, PatchParams};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::behaviour::bound;
use crate::{Error, Namespace, apply, settled};

/// The label that the job controller puts on the pods of a job.
const JOB_NAME: &str = "batch.kubernetes.io/job-name";

/// What one pod of a job does.
#[derive(Debug, Clone)]
pub struct Attempt {
    log: Vec<String>,
    runs: Duration,
    exit_code: i32,
}

impl Attempt {
    /// Writes these lines and exits with this code, after a second.
    #[must_use]
    pub fn fails<L: Into<String>>(exit_code: i32, log: impl IntoIterator<Item = L>) -> Self {
        Self { log: log.into_iter().map(Into::into).collect(), runs: Duration::from_secs(1), exit_code }
    }

    /// Writes these lines and exits with 0, after a second.
    #[must_use]
    pub fn succeeds<L: Into<String>>(log: impl IntoIterator<Item = L>) -> Self {
        Self::fails(0, log)
    }

    /// Its lines, its time and its exit code, for other simulations of the same attempt.
    #[must_use]
    pub fn parts(&self) -> (&[String], Duration, i32) {
        (&self.log, self.runs, self.exit_code)
    }

    /// Takes this long instead; the log lines come evenly spread over it.
    #[must_use]
    pub fn lasting(mut self, runs: Duration) -> Self {
        self.runs = runs;
        self
    }
}

/// A job under script. Dropping it ends the script.
#[derive(Debug)]
#[must_use]
pub struct ScriptedJob {
    task: JoinHandle<()>,
}

impl Drop for ScriptedJob {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Puts the script in force, and begins to watch for the job's pods.
pub(crate) async fn script(ns: &Namespace<'_>, job: &str, attempts: Vec<Attempt>) -> Result<ScriptedJob, Error> {
    if attempts.is_empty() {
        return Err(Error::Manifest { name: job.to_owned(), problem: "a script needs an attempt".to_owned() });
    }
    let id = format!("{}.{}", ns.name(), ns.cluster().next());
    let pods = (JOB_NAME, job);
    let hold = include_str!("../manifests/behaviours/attempt-hold.yaml");
    let mut objects = bound(hold, &[], &id, ns.name(), pods)?;
    for (index, attempt) in attempts.iter().enumerate() {
        let succeeded = attempt.exit_code == 0;
        let blanks = [
            ("attempt", json!(index.to_string()).to_string()),
            ("after", attempt.runs.as_millis().to_string()),
            ("exit_code", attempt.exit_code.to_string()),
            ("phase", if succeeded { "Succeeded" } else { "Failed" }.to_owned()),
            ("reason", if succeeded { "Completed" } else { "Error" }.to_owned()),
        ];
        let template = include_str!("../manifests/behaviours/attempt.yaml");
        objects.extend(bound(template, &blanks, &format!("{id}.{index}"), ns.name(), pods)?);
    }
    apply::apply(&ns.client(), &objects).await?;
    settled::stages(&ns.client(), &id).await?;

    let director = Director { pods: ns.api(), client: ns.client(), folder: ns.cluster().folder().to_owned(), attempts };
    let selector = format!("{JOB_NAME}={job}");
    Ok(ScriptedJob { task: tokio::spawn(director.run(selector)) })
}

/// Tells pods which attempt they are.
struct Director {
    pods: Api<Pod>,
    client: kube::Client,
    folder: PathBuf,
    attempts: Vec<Attempt>,
}

impl Director {
    async fn run(self, selector: String) {
        let watch = watcher(self.pods.clone(), watcher::Config::default().labels(&selector));
        let mut pods = watch.default_backoff().applied_objects().boxed();
        let mut seen = HashSet::new();
        // The watcher goes on after an error by itself.
        loop {
            let pod = match pods.try_next().await {
                Ok(Some(pod)) => pod,
                Ok(None) => return,
                Err(_) => continue,
            };
            if !seen.insert(pod.uid()) {
                continue;
            }
            let index = (seen.len() - 1).min(self.attempts.len() - 1);
            // A pod that is gone again needs no part any more; anything else shows as a waiting pod.
            if let Err(problem) = self.give_part(&pod, index).await {
                eprintln!("scripted job: {}: {problem}", pod.name_any());
            }
        }
    }

    async fn give_part(&self, pod: &Pod, index: usize) -> Result<(), Error> {
        let attempt = &self.attempts[index];
        let path =
            self.folder.join(format!("{}.{}.container.log", pod.namespace().unwrap_or_default(), pod.name_any()));
        File::create(&path).map_err(Error::file(&path))?;
        self.show_log(pod, &path, "waiting").await?;
        let part = json!({ "metadata": { "annotations": { "iomctl.test/attempt": index.to_string() } } });
        self.pods.patch(&pod.name_any(), &PatchParams::default(), &Patch::Merge(&part)).await?;
        tokio::spawn(speak(path.clone(), attempt.clone()));
        // kwok may miss an object until one of its kind changes again (see `settled`).
        self.show_log(pod, &path, "running").await
    }

    /// Tells kwok where the pod's log is.
    async fn show_log(&self, pod: &Pod, path: &Path, state: &str) -> Result<(), Error> {
        let logs = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Logs",
            "metadata": {
                "name": pod.name_any(),
                "namespace": pod.namespace(),
                "annotations": { "iomctl.test/attempt": state },
            },
            "spec": { "logs": [{ "logsFile": path, "follow": true }] },
        });
        apply::apply(&self.client, &apply::objects("Logs", &logs.to_string())?).await
    }
}

/// Writes an attempt's lines while it runs.
async fn speak(path: PathBuf, attempt: Attempt) {
    let parts = u32::try_from(attempt.log.len() + 1).unwrap_or(u32::MAX);
    for line in &attempt.log {
        if let Err(problem) = append(&path, line) {
            eprintln!("scripted job: {problem}");
            return;
        }
        tokio::time::sleep(attempt.runs / parts).await;
    }
}

/// Writes a whole log at once.
pub(crate) fn write_log(path: &Path, lines: &[&str]) -> Result<(), Error> {
    File::create(path).map_err(Error::file(path))?;
    lines.iter().try_for_each(|line| append(path, line))
}

/// Adds a line as container runtimes write it: time, stream, `F` for a full line.
fn append(path: &Path, line: &str) -> Result<(), Error> {
    let mut file = OpenOptions::new().append(true).open(path).map_err(Error::file(path))?;
    writeln!(file, "{:.9} stdout F {line}", jiff::Timestamp::now()).map_err(Error::file(path))
}
