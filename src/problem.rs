//! What an operator is told when something does not work.
//!
//! One shape for every room, so that a screen, a plain line and `-o json` say the same: what happened, where,
//! the likely cause, and what to do next. A problem never carries a secret: whoever builds one from foreign text
//! redacts that text first.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// How a command ends, apart from success. The numbers are part of the command-line contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing is wrong: what was compared is different, and the caller asked to be told by the exit code 1.
    Differs,
    /// The operator's input cannot be used; nothing was changed. Exit code 2.
    BadInput,
    /// An operation was tried and failed. Exit code 3.
    Failed,
    /// Finished, with warnings that the caller asked to be treated as errors. Exit code 4.
    Warned,
    /// The cluster or another server could not be reached, so nothing is known. Exit code 5.
    Unreachable,
    /// The operator stopped it. Exit code 130.
    Cancelled,
}

impl Outcome {
    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Differs => 1,
            Outcome::BadInput => 2,
            Outcome::Failed => 3,
            Outcome::Warned => 4,
            Outcome::Unreachable => 5,
            Outcome::Cancelled => 130,
        }
    }
}

/// One thing that is wrong, in the words of the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How the command ends because of it.
    pub outcome: Outcome,
    /// Stable name for scripts and documentation, e.g. `answers.unknown-key`.
    pub code: &'static str,
    /// One sentence: what is wrong.
    pub what: String,
    /// File with line and column, object, field or host it was seen at.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The likely cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What to do next, imperative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Lines that prove it (already redacted): log lines, events, server messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

impl Problem {
    /// A problem with its code and sentence.
    pub fn new(outcome: Outcome, code: &'static str, what: impl Into<String>) -> Self {
        Problem { outcome, code, what: what.into(), place: None, cause: None, next: None, evidence: Vec::new() }
    }

    /// Shorthand for [`Outcome::BadInput`].
    pub fn bad_input(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Outcome::BadInput, code, what)
    }

    /// Shorthand for [`Outcome::Failed`].
    pub fn failed(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, code, what)
    }

    /// Says where it was seen.
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Says the likely cause.
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Says what to do next.
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Adds a line of evidence.
    pub fn evidence(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_middle(&self.what, LONGEST_SHOWN))?;
        if let Some(place) = &self.place {
            write!(f, "\n  where: {place}")?;
        }
        for line in &self.evidence {
            write!(f, "\n       | {line}")?;
        }
        if let Some(cause) = &self.cause {
            write!(f, "\n  cause: {cause}")?;
        }
        if let Some(next) = &self.next {
            write!(f, "\n   next: {next}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// What is shown of a sentence, in bytes: a template that includes itself tells of a thousand templates on the way.
/// JSON has all of it.
const LONGEST_SHOWN: usize = 4000;

/// A text without its middle if it has more than `most` bytes: half as many are left. What failed stands at its end.
pub fn without_middle(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let head = &text[..text.floor_char_boundary(most / 4)];
    let tail = &text[text.ceil_char_boundary(text.len() - most / 4)..];
    format!("{head} [... {} bytes left out ...] {tail}", text.len() - head.len() - tail.len()).into()
}

/// All that is wrong at once; never empty. Commands return it so that nobody mends one error to meet the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The exit code of the gravest problem: a failure outranks bad input, an interruption outranks both.
    pub fn code(&self) -> u8 {
        let rank = |o: &Outcome| match o {
            Outcome::Differs => 0,
            Outcome::Warned => 1,
            Outcome::BadInput => 2,
            Outcome::Unreachable => 3,
            Outcome::Failed => 4,
            Outcome::Cancelled => 5,
        };
        self.0.iter().map(|p| &p.outcome).max_by_key(|o| rank(o)).map_or(3, |o| o.code())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "error: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_cause_and_next_in_that_order() {
        let problem = Problem::bad_input("answers.unknown-key", "unknown key `databse`")
            .at("site.yaml:3:1")
            .because("a typing error")
            .next("write `database`");
        assert_eq!(
            problem.to_string(),
            "unknown key `databse`\n  where: site.yaml:3:1\n  cause: a typing error\n   next: write `database`"
        );
    }

    #[test]
    fn a_sentence_that_fills_the_screen_loses_its_middle() {
        let problem = Problem::failed("a", format!("begins {} ends", "x".repeat(90_000)));
        let shown = problem.to_string();
        assert!(shown.len() < LONGEST_SHOWN && shown.starts_with("begins xx") && shown.ends_with("xx ends"), "{shown}");
        assert!(shown.contains("xx [... 88012 bytes left out ...] xx"), "{shown}");
    }

    #[test]
    fn the_gravest_problem_decides_the_exit_code() {
        let both = Problems(vec![Problem::bad_input("a", "a"), Problem::failed("b", "b")]);
        assert_eq!(both.code(), 3);
    }
}
