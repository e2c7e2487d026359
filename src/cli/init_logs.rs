//! `iomctl init-logs`: what the flight recorder kept of the init job, or the job that runs now.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::progress::Stream;
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use super::{Format, Global};
use crate::cluster::{Session, address};
use crate::deploy::{self, Attempt, Journal, follow_job, read_events, read_logs};
use crate::problem::{Problem, Problems};
use crate::redact::Redactor;

/// Show the recorded attempts of the init job: logs, warnings, how each ended
///
/// Needs no cluster. With --follow, or when nothing is recorded here, the job in the cluster is shown, and recorded.
#[derive(Debug, Args)]
pub struct InitLogs {
    #[command(flatten)]
    subject: Subject,
    /// Follow the job that runs in the cluster
    #[arg(long, short)]
    follow: bool,
    /// Only this attempt
    #[arg(long, value_name = "N")]
    attempt: Option<u32>,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
}

/// An attempt with what was recorded of it.
#[derive(Debug, Serialize)]
struct Recorded {
    #[serde(flatten)]
    attempt: Attempt,
    logs: Vec<Log>,
    events: Vec<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct Log {
    container: String,
    lines: Vec<String>,
}

impl InitLogs {
    /// Shows.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let symbols = Symbols::detect(global.ascii);
        let options = options(global);
        block_on(async {
            let journal = self.subject.journal().await?;
            if !self.follow {
                let (cluster, namespace) = address(&options).await?;
                let subject = deploy::Subject { cluster, namespace, release: self.subject.release.name.clone() };
                let recorded = self.recorded(&journal, &subject).await?;
                if !recorded.is_empty() {
                    return self.output.print(&recorded, |recorded| recorded.iter().map(text).collect());
                }
            }
            let session = Session::connect(&options).await?;
            let stream = if self.output == Format::Json { Stream::Json } else { Stream::Text };
            let release = self.subject.release.name.clone();
            let run = |context| async move { follow_job(context, &release).await };
            shown(session, journal, Redactor::default(), stream, symbols, run).await
        })
    }

    /// The attempts of the newest operation that has any.
    async fn recorded(&self, journal: &Journal, subject: &deploy::Subject) -> Result<Vec<Recorded>, Problem> {
        let mut attempts = journal.attempts(subject).await?;
        let newest = attempts.last().map(|attempt| attempt.operation.clone());
        attempts.retain(|attempt| Some(&attempt.operation) == newest.as_ref());
        if let Some(number) = self.attempt {
            let known: Vec<String> = attempts.iter().map(|attempt| attempt.number.to_string()).collect();
            attempts.retain(|attempt| attempt.number == number);
            if attempts.is_empty() && !known.is_empty() {
                return Err(Problem::bad_input("init-logs.attempt", format!("there is no attempt {number}"))
                    .next(format!("recorded are: {}", known.join(", "))));
            }
        }
        attempts.into_iter().map(read).collect()
    }
}

fn read(attempt: Attempt) -> Result<Recorded, Problem> {
    let unreadable = |e: std::io::Error, folder: &Path| {
        Problem::failed("init-logs.unreadable", "the record cannot be read")
            .at(folder.display().to_string())
            .because(e.to_string())
    };
    let logs = read_logs(&attempt.folder).map_err(|e| unreadable(e, &attempt.folder))?;
    let events = read_events(&attempt.folder).map_err(|e| unreadable(e, &attempt.folder))?;
    let logs = logs.into_iter().map(|(container, lines)| Log { container, lines }).collect();
    Ok(Recorded { attempt, logs, events })
}

fn text(recorded: &Recorded) -> String {
    let Attempt { number, job, pod, started, finished, exit, reason, folder, .. } = &recorded.attempt;
    let how = match (exit, finished) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(_)) => "ended".into(),
        (None, None) => "not ended when last seen".into(),
    };
    let reason = if reason.is_empty() { String::new() } else { format!(", {reason}") };
    let mut text = format!("attempt {number} of {job}: {how}{reason}\n  pod {pod}, from {started}");
    if let Some(finished) = finished {
        text.push_str(&format!(" to {finished}"));
    }
    text.push_str(&format!("\n  record {}\n", folder.display()));
    for log in &recorded.logs {
        for line in &log.lines {
            text.push_str(&format!("  {}  {line}\n", log.container));
        }
    }
    for event in recorded.events.iter().filter(|event| event["type"] == "Warning") {
        let word = |key: &str| event[key].as_str().unwrap_or_default();
        text.push_str(&format!("  ! {}: {}\n", word("reason"), word("message")));
    }
    text.push('\n');
    text
}
