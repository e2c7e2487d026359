//! Why it failed: from the words of logs, events and servers to a cause, and to the answer to change.
//!
//! One table of signatures (`assets/diagnose/signatures.yaml`). The line that matched is always shown with the cause:
//! a signature is a likely explanation, and the reader decides.

use std::sync::LazyLock;

use regex::RegexSet;
use serde::Deserialize;

/// What a wording tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Stable name.
    pub code: String,
    /// A regular expression; case does not matter.
    pub pattern: String,
    /// How much it says; 0 for umbrellas such as "the job failed".
    pub rank: u8,
    /// The likely cause, as a sentence.
    pub cause: String,
    /// What to do, imperative.
    pub remedy: String,
    /// The question whose answer is to be looked at.
    pub field: Option<String>,
    /// Where the wording was met.
    pub seen: String,
}

/// A signature that was met, with the line it was met in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diagnosis<'l> {
    /// What it tells.
    pub signature: &'static Signature,
    /// The evidence.
    pub line: &'l str,
}

struct Table {
    signatures: Vec<Signature>,
    patterns: RegexSet,
}

/// Read at the first failure, not before.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/diagnose/signatures.yaml"));
    // The data is part of the program and read by its tests: that it does not parse is a fault of the build.
    let signatures: Vec<Signature> = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("signatures.yaml: {e}"));
    let patterns = signatures.iter().map(|signature| format!("(?i){}", signature.pattern));
    let patterns = RegexSet::new(patterns).unwrap_or_else(|e| panic!("signatures.yaml: {e}"));
    Table { signatures, patterns }
});

/// All signatures.
pub fn signatures() -> &'static [Signature] {
    &TABLE.signatures
}

/// The signature that says most about these lines; of equals, the one met last, because what fails last is what
/// stopped it.
pub fn diagnose<'l>(lines: impl IntoIterator<Item = &'l str>) -> Option<Diagnosis<'l>> {
    let mut best: Option<Diagnosis<'l>> = None;
    for line in lines {
        let met = TABLE.patterns.matches(line).into_iter().map(|at| &TABLE.signatures[at]);
        for signature in met {
            if best.as_ref().is_none_or(|best| signature.rank >= best.signature.rank) {
                best = Some(Diagnosis { signature, line });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;

    #[test]
    fn every_signature_is_a_sentence_and_leads_to_a_question_that_exists() {
        let spec = Spec::builtin();
        for signature in signatures() {
            assert!(signature.cause.ends_with('.'), "{}", signature.code);
            assert!(!signature.remedy.ends_with('.'), "{}", signature.code);
            if let Some(field) = &signature.field {
                assert!(spec.field(field).is_some(), "{}: there is no question `{field}`", signature.code);
            }
        }
        let codes: std::collections::BTreeSet<&str> = signatures().iter().map(|s| s.code.as_str()).collect();
        assert_eq!(codes.len(), signatures().len());
    }

    #[test]
    fn the_line_that_says_most_wins_over_the_umbrella() {
        let lines = [
            "connecting to pg-1.corp.example:5432 as iomete_user",
            "FATAL: password authentication failed for user \"iomete_user\"",
            "BackoffLimitExceeded: Job has reached the specified backoff limit",
        ];
        let found = diagnose(lines).unwrap();
        assert_eq!(found.signature.code, "database.password");
        assert_eq!(found.signature.field.as_deref(), Some("database.password"));
        assert_eq!(found.line, lines[1]);
    }

    #[test]
    fn of_equals_the_last_one_counts_and_nothing_is_made_up() {
        let lines = ["dial tcp 10.0.0.1:5432: connection refused", "dial tcp 10.0.0.2:5432: i/o timeout"];
        assert_eq!(diagnose(lines).unwrap().signature.code, "network.timeout");
        assert_eq!(diagnose(["everything is fine"]), None);
    }
}
