//! What the evaluator has to say about answers: one finding per thing, all of them at once.

use serde::Serialize;

use super::place::Place;
use crate::problem::Problem;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The plan is refused.
    Hard,
    /// The plan waits until the operator confirms a named fact (`acknowledge: [CODE]`).
    Ack,
    /// A warning; the plan goes on.
    Advisory,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hard => "error",
            Severity::Ack => "confirm",
            Severity::Advisory => "warning",
            Severity::Info => "note",
        }
    }
}

/// One thing to say. It never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule (`F03`, `S12`, `H5`) or the kind of fault (`answers.unknown-key`).
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The question it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where that was answered.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// One sentence: what is wrong, or what to know.
    pub message: String,
    /// What breaks when it is ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaks: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// For [`Severity::Ack`]: the operator has confirmed it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub acknowledged: bool,
}

impl Finding {
    /// A finding with its code, weight and sentence.
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Finding {
            code,
            severity,
            field: None,
            place: None,
            message: message.into(),
            breaks: None,
            next: None,
            acknowledged: false,
        }
    }

    /// Says which question it is about.
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says where that was answered.
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Says what to do.
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Whether an installation must not start with it.
    pub fn blocks(&self) -> bool {
        match self.severity {
            Severity::Hard => true,
            Severity::Ack => !self.acknowledged,
            Severity::Advisory | Severity::Info => false,
        }
    }
}

impl From<&Finding> for Problem {
    fn from(finding: &Finding) -> Self {
        let mut problem = Problem::bad_input(finding.code, finding.message.clone());
        problem.place = match (&finding.place, &finding.field) {
            (Some(place), Some(field)) => Some(format!("{place} ({field})")),
            (Some(place), None) => Some(place.to_string()),
            (None, field) => field.clone(),
        };
        problem.cause = finding.breaks.clone();
        problem.next = finding.next.clone();
        if finding.severity == Severity::Ack && problem.next.is_none() {
            problem.next = Some(format!("confirm it with `acknowledge: [{}]`", finding.code));
        }
        problem
    }
}
