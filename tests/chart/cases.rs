//! The values the chart is tried with: `cases.yaml`, and what every preset of the product gives.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::LazyLock;

use iomctl::plan::path::merge;
use iomctl::plan::{Answers, Facts, Layer, Spec, evaluate, presets};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    answers: Value,
    cases: BTreeMap<String, Value>,
    /// What each preset leaves open.
    presets: BTreeMap<String, Value>,
}

static FILE: LazyLock<Cases> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("cases.yaml")).expect("cases.yaml is valid"));

static CASES: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| FILE.cases.iter().map(|(name, values)| (name.clone(), with(values.clone()))).collect());

static PRESETS: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| presets().iter().map(|p| (format!("preset {}", p.name), planned(&p.name))).collect());

/// Values laid over what every installation has to say.
pub fn with(values: Value) -> Value {
    let mut all = FILE.answers.clone();
    merge(&mut all, &values);
    all
}

/// All cases and presets with their names.
pub fn all() -> impl Iterator<Item = (&'static String, &'static Value)> {
    CASES.iter().chain(PRESETS.iter())
}

/// One of the cases.
pub fn case(name: &str) -> &'static Value {
    &CASES[name]
}

/// The chart values of a preset with its open questions answered.
fn planned(name: &str) -> Value {
    let spec = Spec::builtin();
    let preset = iomctl::plan::preset(name).expect("a preset");
    let open = FILE.presets.get(name).unwrap_or_else(|| panic!("cases.yaml has no answers for preset {name}"));
    let answers = preset.answers(spec).overlaid(Answers::read(spec, &open.to_string(), name, Layer::Answer));
    let evaluation = evaluate(spec, &answers, &Facts::default());
    let hard: Vec<_> = evaluation.of(iomctl::plan::Severity::Hard).map(|f| &f.message).collect();
    assert!(hard.is_empty(), "preset {name}: {hard:?}");
    let Ok(values) = evaluation.resolved(|_| Ok::<_, Infallible>("inline-secret".to_string().into()));
    values.expose().clone()
}
