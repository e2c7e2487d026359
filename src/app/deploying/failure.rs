//! Why an installation ended before its goal, and what can be done: the lower half of the screen after a failure.

use crate::app::view::{Line, Sign, Span, Tone, plain};
use crate::deploy::State;
use crate::diagnose::{Diagnosis, diagnose};
use crate::problem::{Outcome, Problem, Problems};

use super::progress::Progress;

/// Most characters of the line that proves the cause; all of it stands further down.
const EVIDENCE: usize = 240;

/// What is known of a failure. Owned: the evidence may be pushed out of the log it stands in.
#[derive(Debug, Clone)]
pub struct Failure {
    problems: Vec<Problem>,
    found: Option<Found>,
    stands: Vec<String>,
}

#[derive(Debug, Clone)]
struct Found {
    cause: &'static str,
    remedy: &'static str,
    field: Option<&'static str>,
    line: String,
}

impl Failure {
    /// Looks for the cause in everything that was said.
    pub fn new(problems: &Problems, progress: &Progress) -> Failure {
        let own = problems.0.iter().flat_map(|problem| {
            let cause = problem.cause.iter().flat_map(|cause| cause.lines());
            cause.chain(problem.evidence.iter().map(String::as_str))
        });
        let found = diagnose(own.chain(progress.said())).map(|Diagnosis { signature, line }| Found {
            cause: &signature.cause,
            remedy: &signature.remedy,
            field: signature.field.as_deref(),
            line: ending(&plain(line.trim())),
        });
        let found = found.filter(|_| !problems.0.iter().any(|problem| problem.outcome == Outcome::Cancelled));
        Failure { problems: problems.0.clone(), found, stands: stands(progress) }
    }

    /// The question whose answer is to be looked at.
    pub fn field(&self) -> Option<&str> {
        self.found.as_ref().and_then(|found| found.field)
    }

    /// Whether the operator stopped it.
    pub fn is_cancelled(&self) -> bool {
        self.problems.iter().any(|problem| problem.outcome == Outcome::Cancelled)
    }

    /// The first problem, in a sentence.
    pub fn what(&self) -> &str {
        self.problems.first().map_or("it ended without a word", |problem| problem.what.as_str())
    }

    /// What has been done and stays.
    pub fn stands(&self) -> &[String] {
        &self.stands
    }

    /// Symptom, evidence, likely cause, the answer to change, how to go on; then everything else that is known.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        let label = |word: &str| Span::new(format!("   {word:<9}")).tone(Tone::Dim);
        for problem in &self.problems {
            let sign = if problem.outcome == Outcome::Cancelled { Sign::Off } else { Sign::Failed };
            lines.push(Line::from(" ").and(Span::sign(sign)).and(" ").and(Span::new(problem.what.as_str()).strong()));
        }
        match &self.found {
            Some(found) => {
                lines.push(Line::from(label("evidence")).and(Span::new(found.line.as_str()).tone(Tone::Warning)));
                lines.push(Line::from(label("cause")).and(found.cause));
                lines.push(Line::from(label("remedy")).and(found.remedy));
                if let Some(field) = found.field {
                    let key = Span::new("Enter").tone(Tone::Accent);
                    lines.push(
                        Line::from(label("answer")).and(Span::new(field).strong()).and("   ").and(key).and(" opens it"),
                    );
                }
            }
            None => {
                for cause in self.problems.iter().filter_map(|problem| problem.cause.as_deref()) {
                    lines.extend(labelled("cause", cause));
                }
            }
        }
        for text in &self.stands {
            lines.push(Line::from(label("stands")).and(text.as_str()));
        }
        lines.push(
            Line::from(label("go on"))
                .and(Span::new("r").tone(Tone::Accent))
                .and(" goes on from here; ")
                .and(Span::new("q").tone(Tone::Accent))
                .and(" keeps everything and leaves"),
        );
        for problem in &self.problems {
            if self.found.is_some() {
                lines.extend(problem.cause.iter().flat_map(|cause| labelled("said", cause)));
            }
            lines.extend(problem.place.iter().flat_map(|place| labelled("where", place)));
            lines.extend(problem.next.iter().flat_map(|next| labelled("next", next)));
            lines.extend(problem.evidence.iter().map(|line| Line::dim(format!("   | {}", plain(line)))));
        }
        lines
    }
}

/// A line of which not more than its end is shown: what wraps an error stands in front of it.
fn ending(line: &str) -> String {
    match line.char_indices().rev().nth(EVIDENCE) {
        Some((at, _)) => format!("… {}", line[at..].trim_start()),
        None => line.to_string(),
    }
}

/// Lines of foreign text under one label.
fn labelled<'t>(word: &'static str, text: &'t str) -> impl Iterator<Item = Line<'t>> {
    text.lines().enumerate().map(move |(at, line)| {
        let word = if at == 0 { word } else { "" };
        Line::from(Span::new(format!("   {word:<9}")).tone(Tone::Dim)).and(plain(line))
    })
}

/// What has been done and stays.
fn stands(progress: &Progress) -> Vec<String> {
    let done: Vec<String> =
        progress.stages.iter().filter(|row| row.state == Some(State::Done)).map(|row| row.stage.to_string()).collect();
    let mut stands = Vec::new();
    if !done.is_empty() {
        stands.push(format!("{}; nothing was rolled back", done.join(", ")));
    }
    if let Some((written, all)) = progress.objects {
        stands.push(format!("{written} of {all} objects"));
    }
    stands
}
