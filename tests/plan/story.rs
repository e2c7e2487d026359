//! Helpers to tell the story of a rule: an installation that is fine, one change, what is said about it.

use iomctl::plan::{Answers, Evaluation, Facts, Finding, Layer, Release, Severity, Spec, evaluate, preset};
use serde_json::Value;

/// The evaluation preset, which needs nothing, with more answers.
pub fn answered(text: &str) -> Evaluation {
    answered_knowing(text, &Facts::default())
}

/// The same, with facts.
pub fn answered_knowing(text: &str, facts: &Facts) -> Evaluation {
    let spec = Spec::builtin();
    let base = preset("evaluation").expect("the preset exists").answers(spec);
    evaluate(spec, &base.overlaid(Answers::read(spec, text, "site.yaml", Layer::Answer)), facts)
}

/// Facts of an environment that runs with the values of these answers.
pub fn running(text: &str) -> Facts {
    Facts { release: Some(Release::Deployed(answered(text).values)), ..Facts::default() }
}

/// Facts of an empty namespace.
pub fn empty() -> Facts {
    Facts { release: Some(Release::Fresh), ..Facts::default() }
}

/// The finding of a rule with this weight.
pub fn finding<'e>(evaluation: &'e Evaluation, code: &str, severity: Severity) -> Option<&'e Finding> {
    evaluation.of(severity).find(|finding| finding.code == code)
}

/// The rule speaks with this weight.
#[track_caller]
pub fn says(evaluation: &Evaluation, code: &str, severity: Severity) {
    let said: Vec<_> = evaluation.findings.iter().map(|f| (f.code, f.severity)).collect();
    let found = finding(evaluation, code, severity).unwrap_or_else(|| panic!("{code} does not speak: {said:?}"));
    assert!(!found.message.contains('{'), "a hole in the message: {}", found.message);
}

/// The rule is silent, whatever its weight.
#[track_caller]
pub fn silent(evaluation: &Evaluation, code: &str) {
    let said: Vec<_> = evaluation.findings.iter().filter(|f| f.code == code).collect();
    assert!(said.is_empty(), "{said:?}");
}

/// The rule waits for facts.
#[track_caller]
pub fn waits(evaluation: &Evaluation, code: &str) {
    let waiting: Vec<_> = evaluation.waiting.iter().map(|w| w.code).collect();
    assert!(waiting.contains(&code), "{code} does not wait: {waiting:?}");
}

/// The rule does not wait.
#[track_caller]
pub fn settled(evaluation: &Evaluation, code: &str) {
    assert!(evaluation.waiting.iter().all(|w| w.code != code), "{code} waits");
}

/// The value at a dotted path without quoted keys.
pub fn value<'e>(evaluation: &'e Evaluation, path: &str) -> Option<&'e Value> {
    iomctl::plan::path::get(&evaluation.values, path)
}
