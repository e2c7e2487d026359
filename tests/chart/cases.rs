//! The values the chart is tried with: `cases.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    answers: Value,
    cases: BTreeMap<String, Value>,
}

static CASES: LazyLock<Cases> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("cases.yaml")).expect("cases.yaml is valid"));

/// What every installation has to say.
pub fn answers() -> &'static Value {
    &CASES.answers
}

/// All cases with their names.
pub fn all() -> &'static BTreeMap<String, Value> {
    &CASES.cases
}

/// One of them.
pub fn case(name: &str) -> &'static Value {
    &CASES.cases[name]
}
