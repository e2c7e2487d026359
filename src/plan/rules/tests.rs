//! That the table itself is sound. Each rule's story is told in `tests/plan`.

use std::collections::BTreeSet;

use super::*;
use crate::plan::{Evaluation, Spec};

#[test]
fn every_rule_of_the_reference_stands_in_the_table() {
    let there: BTreeSet<&str> = all().iter().map(|rule| rule.id.as_str()).collect();
    let numbered = |letter: char, last: usize, width: usize| (1..=last).map(move |n| format!("{letter}{n:0width$}"));
    let wanted: Vec<String> = numbered('F', 28, 2).chain(numbered('S', 26, 2)).chain(numbered('H', 8, 1)).collect();
    let missing: Vec<&String> = wanted.iter().filter(|id| !there.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(there.len(), wanted.len(), "rules that the reference does not know");
}

/// A row is judged by its conditions, by a predicate, by the spec, or waits; never by nothing.
#[test]
fn every_row_is_judged_somehow() {
    for rule in all() {
        let judged = rule.when.is_some() || rule.turns.is_some() || rule.judge.is_some();
        assert!(judged || !rule.waits_for.is_empty() || !rule.by.is_empty(), "{}", rule.id);
        if let Some(name) = &rule.judge {
            assert!(predicates::NAMES.iter().any(|(known, _)| known == name), "{}: {name}", rule.id);
        }
        for by in &rule.by {
            let carried = Spec::builtin().fields().any(|field| field.rule.as_deref() == Some(&rule.id));
            assert!(if by == "fields" { carried } else { find(by).is_some() }, "{}: {by}", rule.id);
        }
    }
    let used: BTreeSet<&str> = all().iter().filter_map(|rule| rule.judge.as_deref()).collect();
    assert_eq!(used.len(), predicates::NAMES.len(), "predicates that no rule names");
}

/// A path with a spelling mistake would make a rule that never speaks.
#[test]
fn paths_are_known() {
    let bundled_only = ["services.sql", "services", "namespaces"];
    for rule in all() {
        let conditions = rule.when.iter().chain(&rule.unless).flat_map(|condition| condition.names());
        let turned = rule.turns.iter().flat_map(|turn| turn.paths.iter().map(String::as_str));
        for path in conditions.chain(turned).chain(rule.about.as_deref()) {
            let derived = Spec::builtin().sections.iter().flat_map(|s| &s.derived).any(|d| d.values == path);
            let known = Spec::builtin().field_of_value(path).is_some() || derived;
            assert!(known || bundled_only.iter().any(|p| path.starts_with(p)), "{}: {path}", rule.id);
        }
    }
}

#[test]
fn a_flag_that_is_not_written_has_its_default() {
    let nothing = serde_json::json!({});
    assert_eq!(look(&nothing, "features.icebergMetrics.enabled"), Some(&Value::Bool(true)));
    assert_eq!(look(&nothing, "services.nats.enabled"), Some(&Value::Bool(false)));
    assert_eq!(look(&nothing, "features.unknown.enabled"), None);
}

#[test]
fn an_evaluation_can_be_sent_to_a_screen() {
    fn sendable<T: Send + Sync>() {}
    sendable::<Evaluation>();
}
