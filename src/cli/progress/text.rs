//! One line per event, for pipes, logs and dumb terminals.

use crate::cli::symbols::Symbols;
use crate::deploy::{Change, Event, State};

/// The lines of an event; most have one.
pub fn lines(event: &Event, symbols: Symbols) -> Vec<String> {
    match event {
        Event::Started { kind, release, namespace, cluster, .. } => {
            vec![format!("{kind} {release}: namespace {namespace} of {cluster}")]
        }
        Event::Resumed { stage, how } => vec![format!("goes on after stage `{stage}`: {how}")],
        Event::Wave { wave, waves, about } => vec![format!("wave {wave} of {waves}: {about}")],
        Event::Stage { state: State::Running, stage, .. } => vec![format!("{} {stage}", symbols.of(State::Running))],
        Event::Stage { stage, state, seconds, detail } => {
            let took = seconds.map(|seconds| format!("  {seconds:.1} s")).unwrap_or_default();
            vec![format!("{} {stage}{took}  {detail}", symbols.of(*state)).trim_end().into()]
        }
        Event::Object { change, object, done, total } => {
            let count = if *total > 1 { format!("  {done}/{total}") } else { String::new() };
            vec![format!("  {} {object}{count}", changed(*change))]
        }
        Event::Attempt { attempt, pod, state, exit, seconds, reason, .. } => {
            let exit =
                exit.filter(|_| *state == State::Failed).map(|code| format!("  exit {code}")).unwrap_or_default();
            let took = seconds.map(|seconds| format!("  after {seconds} s")).unwrap_or_default();
            vec![
                format!(
                    "  {} attempt {attempt} {}  {pod}{exit}{took}  {reason}",
                    symbols.of(*state),
                    attempt_word(*state)
                )
                .trim_end()
                .into(),
            ]
        }
        Event::Log { attempt, time, line, .. } => vec![format!("    {attempt} {} {}", clock(time), plain(line))],
        Event::Warning { object, reason, message } => {
            vec![format!("  {} {object}: {reason}: {}", symbols.warning(), first_line(message))]
        }
        Event::Workload { object, state, ready, desired, reason } => {
            vec![format!("  {} {object}  {ready}/{desired}  {reason}", symbols.of(*state)).trim_end().into()]
        }
        Event::Retrying { what, why, seconds } => {
            vec![format!("  {} {what}: {}; again in {seconds:.1} s", symbols.warning(), first_line(why))]
        }
        Event::Note { text } => text.lines().map(|line| format!("  {line}").trim_end().to_string()).collect(),
        // Problems are worded once, at the end, on standard error.
        Event::Failed { .. } => Vec::new(),
        Event::Finished { state, seconds, detail } => vec![format!("{} {detail}  {seconds:.1} s", symbols.of(*state))],
    }
}

/// How a change of an object is said.
pub fn changed(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Configured => "configured",
        Change::Deleted => "deleted",
        Change::Kept => "kept",
    }
}

/// How the state of an attempt is said.
pub fn attempt_word(state: State) -> &'static str {
    match state {
        State::Running => "running",
        State::Done => "succeeded",
        State::Skipped => "skipped",
        State::Failed => "failed",
    }
}

/// `10:41:07` of an RFC 3339 time.
pub fn clock(time: &str) -> &str {
    time.get(11..19).unwrap_or(time)
}

/// A container may write anything; a terminal gets no control characters of it.
fn plain(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '·' } else { c }).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ObjectRef;
    use crate::deploy::Stage;

    fn said(event: Event) -> String {
        lines(&event, Symbols::detect(true)).join("\n")
    }

    #[test]
    fn every_event_reads_as_a_line() {
        let object = ObjectRef { kind: "Deployment".into(), namespace: Some("ns".into()), name: "iom-core".into() };
        let stage = Event::Stage {
            stage: Stage::Apply,
            state: State::Done,
            seconds: Some(1.25),
            detail: "104 objects created".into(),
        };
        assert_eq!(said(stage), "+ apply  1.2 s  104 objects created");
        let created = Event::Object { change: Change::Created, object: object.clone(), done: 3, total: 104 };
        assert_eq!(said(created), "  created Deployment iom-core in ns  3/104");
        let workload =
            Event::Workload { object, state: State::Running, ready: 0, desired: 1, reason: "starting".into() };
        assert_eq!(said(workload), "  ~ Deployment iom-core in ns  0/1  starting");
        let log = Event::Log {
            job: "j".into(),
            attempt: 2,
            container: "c".into(),
            time: "2026-11-22T10:41:07.5Z".into(),
            line: "database exists".into(),
        };
        assert_eq!(said(log), "    2 10:41:07 database exists");
    }
}
