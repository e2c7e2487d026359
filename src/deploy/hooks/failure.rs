//! The words for a hook job that did not reach its goal: each attempt with its last lines, the events, and where
//! the whole record lies.

use std::path::Path;
use std::time::Duration;

use crate::cluster::Object;
use crate::deploy::journal::Attempt;
use crate::deploy::recorder::{End, read_events, read_logs};
use crate::problem::Problem;

/// Lines of the log shown per attempt.
const LAST_LINES: usize = 8;

/// Events shown.
const LAST_EVENTS: usize = 6;

/// Explains the end (`None`: the time ran out).
pub fn explain(object: &Object, end: Option<End>, patience: Duration, attempts: &[Attempt], folder: &Path) -> Problem {
    let reference = object.reference();
    let (code, what, cause, next) = match end {
        Some(End::Failed(reason)) => {
            let times = match attempts.len() {
                1 => "1 attempt".into(),
                n => format!("{n} attempts"),
            };
            let next =
                "mend the cause and run the same command again: it continues with this job. Nothing was rolled back";
            ("init-job.failed", format!("{reference} failed after {times}"), reason, next)
        }
        Some(End::Deleted | End::Complete) => {
            let next = "run the same command again: it creates the job anew";
            (
                "init-job.deleted",
                format!("{reference} was deleted while it ran"),
                "somebody else deleted it".into(),
                next,
            )
        }
        None => {
            let last = attempts.last().map(|attempt| attempt.reason.clone()).unwrap_or_default();
            let last = if last.is_empty() { "it is still running".into() } else { last };
            let next =
                "it goes on in the cluster; run the same command again to join it, or give it more time with --timeout";
            ("init-job.timeout", format!("{reference} has not finished after {} s", patience.as_secs()), last, next)
        }
    };
    let mut problem = Problem::failed(code, what).at(format!("record: {}", folder.display())).because(cause).next(next);
    for attempt in attempts {
        problem = with_attempt(problem, attempt);
    }
    for line in events(folder, attempts) {
        problem = problem.evidence(line);
    }
    problem
}

fn with_attempt(mut problem: Problem, attempt: &Attempt) -> Problem {
    let how = match attempt.exit {
        Some(code) => format!("exit {code}"),
        None if attempt.finished.is_none() => "running".into(),
        None => "ended".into(),
    };
    let why = if attempt.reason.is_empty() { String::new() } else { format!(", {}", attempt.reason) };
    problem = problem.evidence(format!("attempt {} ({}): {how}{why}", attempt.number, attempt.pod));
    for (container, lines) in read_logs(&attempt.folder).unwrap_or_default() {
        for line in lines.iter().skip(lines.len().saturating_sub(LAST_LINES)) {
            problem = problem.evidence(format!("  {container}  {line}"));
        }
    }
    problem
}

fn events(folder: &Path, attempts: &[Attempt]) -> Vec<String> {
    let folders = std::iter::once(folder).chain(attempts.iter().map(|attempt| attempt.folder.as_path()));
    let all = folders.flat_map(|folder| read_events(folder).unwrap_or_default());
    let mut lines: Vec<String> = all
        .filter(|event| event["type"] == "Warning")
        .map(|event| {
            let text =
                |key: &str| event[key].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_string();
            format!("event {}: {}", text("reason"), text("message"))
        })
        .collect();
    lines.dedup();
    let skipped = lines.len().saturating_sub(LAST_EVENTS);
    lines.split_off(skipped)
}
