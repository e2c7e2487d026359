//! The schema and the sample describe the answers file that the program reads.

use iomctl::plan::{Answers, Facts, Kind, Layer, Severity, Spec, evaluate, preset, presets, sample, schema};
use serde_json::{Value, json};

use crate::presets::MINIMAL;

fn as_json(text: &str) -> Value {
    let options = serde_yaml::options! { emit_comments: false };
    let value: Option<Value> = serde_yaml::from_str_with_options(text, options).expect("valid YAML");
    value.unwrap_or_else(|| json!({}))
}

fn faults(value: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&schema(Spec::builtin())).expect("a valid schema");
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema(Spec::builtin())));
}

#[test]
fn presets_minimal_answers_and_samples_fit_the_schema() {
    for (preset, (name, minimal)) in presets().iter().zip(MINIMAL) {
        assert_eq!(faults(&as_json(&preset.text)), [""; 0], "{name}");
        assert_eq!(faults(&as_json(minimal)), [""; 0], "{name}");
        assert_eq!(faults(&as_json(&sample(Spec::builtin(), Some(preset)))), [""; 0], "{name}");
    }
    assert_eq!(faults(&as_json(&sample(Spec::builtin(), None))), [""; 0]);
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    for wrong in [
        json!({"nmae": "x"}),
        json!({"database": {"password": "hunter2"}}),
        json!({"database": {"port": 0}}),
        json!({"storage": {"type": "s3"}}),
        json!({"namespaces": ["A"]}),
        json!({"features": {"nats": "yes"}}),
        json!({"acknowledge": ["F03"]}),
        json!({"controlPlaneTolerations": [{"operator": "Is"}]}),
    ] {
        assert!(!faults(&wrong).is_empty(), "{wrong} fits");
        let text = serde_json::to_string(&wrong).expect("JSON");
        let spec = Spec::builtin();
        let answers = Answers::read(spec, &text, "wrong", Layer::Answer);
        let evaluation = evaluate(spec, &answers, &Facts::default());
        let located = evaluation.of(Severity::Hard).any(|f| f.place.as_ref().is_some_and(|p| &*p.source == "wrong"));
        assert!(located, "{wrong}: {:?}", evaluation.findings);
    }
}

#[test]
fn every_default_and_example_fits_the_schema() {
    for field in Spec::builtin().fields() {
        for value in field.default.iter().chain(&field.example) {
            let keys: Vec<&str> = field.id.split('.').collect();
            let nested = keys.iter().rev().fold(value.clone(), |inner, key| json!({ *key: inner }));
            assert_eq!(faults(&nested), [""; 0], "{}", field.id);
        }
    }
}

#[test]
fn the_plain_sample_is_a_valid_plan() {
    let spec = Spec::builtin();
    let answers = Answers::read(spec, &sample(spec, None), "sample", Layer::Answer);
    let evaluation = evaluate(spec, &answers, &Facts::default());
    assert_eq!(evaluation.of(Severity::Hard).count(), 0, "{:?}", evaluation.findings);
}

#[test]
fn the_sample_of_a_preset_answers_like_the_preset() {
    let spec = Spec::builtin();
    for preset in presets() {
        let answers = Answers::read(spec, &sample(spec, Some(preset)), "sample", Layer::Preset);
        for (field, answer) in preset.answers(spec).iter() {
            assert_eq!(answers.get(field).map(|a| &a.value), Some(&answer.value), "{}: {field}", preset.name);
        }
    }
}

/// With every `#` before a setting removed it is the complete answers file.
#[test]
fn the_sample_holds_every_question() {
    let spec = Spec::builtin();
    let switched_on: Vec<String> = sample(spec, None)
        .lines()
        .map(|line| match line.trim_start().strip_prefix('#') {
            // Prose has one blank after the mark; a setting none, or those of its depth.
            Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => line.replacen('#', "", 1),
            _ => line.to_string(),
        })
        .collect();
    let answers = Answers::read(spec, &switched_on.join("\n"), "sample", Layer::Answer);
    // A certificate would be a screenful of an example, so its question stands there without one.
    for field in spec.fields().filter(|field| field.kind != Kind::Pem) {
        assert!(answers.get(&field.id).is_some(), "{} is not in the sample", field.id);
    }
    let evaluation = evaluate(spec, &answers, &Facts::default());
    let misread: Vec<_> = evaluation
        .findings
        .iter()
        .filter(|f| ["answers.unknown-key", "answers.wrong-type", "answers.invalid"].contains(&f.code))
        .collect();
    assert!(misread.is_empty(), "{misread:?}");
}

#[test]
fn the_air_gapped_sample_asks_for_the_registry() {
    let text = sample(Spec::builtin(), preset("air-gapped"));
    assert!(text.contains("\n  repo:\n"), "{text}");
}
