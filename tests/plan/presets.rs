//! Every preset is valid once its few required answers are given.

use iomctl::plan::{Answers, Evaluation, Facts, Layer, Severity, Spec, evaluate, presets, waves};

/// Questions that must be answered beside each preset.
pub const MINIMAL: &[(&str, &str)] = &[
    ("evaluation", include_str!("minimal/evaluation.yaml")),
    ("on-prem-minio", include_str!("minimal/on-prem-minio.yaml")),
    ("on-prem-ecs", include_str!("minimal/on-prem-ecs.yaml")),
    ("aws-s3", include_str!("minimal/aws-s3.yaml")),
    ("gcp-gcs", include_str!("minimal/gcp-gcs.yaml")),
    ("azure-gen1", include_str!("minimal/azure-gen1.yaml")),
    ("azure-gen2", include_str!("minimal/azure-gen2.yaml")),
    ("multi-region", include_str!("minimal/multi-region.yaml")),
    ("air-gapped", include_str!("minimal/air-gapped.yaml")),
];

fn complete(name: &str, minimal: &str) -> Evaluation {
    let spec = Spec::builtin();
    let preset = presets().iter().find(|p| p.name == name).expect(name).answers(spec);
    evaluate(spec, &preset.overlaid(Answers::read(spec, minimal, "minimal", Layer::Answer)), &Facts::default())
}

#[test]
fn every_preset_has_its_minimal_answers() {
    let names: Vec<&str> = presets().iter().map(|preset| preset.name.as_ref()).collect();
    assert_eq!(names, MINIMAL.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn each_is_valid_once_they_are_given() {
    for (name, minimal) in MINIMAL {
        let evaluation = complete(name, minimal);
        assert!(!evaluation.is_blocked(), "{name}: {:?}", evaluation.findings);
    }
}

/// Nothing in the minimal answers can be left out, and nothing else is asked.
#[test]
fn each_asks_exactly_for_them() {
    let spec = Spec::builtin();
    for (preset, (name, minimal)) in presets().iter().zip(MINIMAL) {
        // What a choice brings with it (the settings of a storage kind) is asked after the choice.
        let given = Answers::read(spec, minimal, "minimal", Layer::Answer);
        let facts = Facts::default();
        let mut asked = evaluate(spec, &preset.answers(spec), &facts).required;
        asked.extend(evaluate(spec, &preset.answers(spec).overlaid(given.clone()), &facts).required);
        let open = |field: &str| preset.answers(spec).get(field).is_none_or(|answer| answer.value.is_null());
        for (field, _) in given.iter() {
            assert!(asked.iter().any(|id| id == field) && open(field), "{name}: {field} need not be answered");
        }
        for field in asked.iter().filter(|field| open(field)) {
            let settled = given.get(field).is_some() || spec.field(field).expect(field).default.is_some();
            assert!(settled, "{name}: {field} is asked as well");
        }
    }
}

#[test]
fn what_is_left_out_is_said() {
    for preset in presets() {
        let spec = Spec::builtin();
        let evaluation = evaluate(spec, &preset.answers(spec), &Facts::default());
        for finding in evaluation.of(Severity::Hard) {
            assert!(finding.field.is_some() && finding.next.is_some(), "{}: {finding:?}", preset.name);
            assert!(finding.message.contains("is not answered"), "{}: {finding:?}", preset.name);
        }
    }
}

#[test]
fn a_first_installation_of_each_is_one_wave() {
    for (name, minimal) in MINIMAL {
        let evaluation = complete(name, minimal);
        let waves = waves(None, &evaluation.values, &Facts::default()).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(waves.len(), 1, "{name}");
        assert!(waves[0].gates.is_empty(), "{name}: {:?}", waves[0].gates);
    }
}

#[test]
fn no_preset_holds_a_secret_and_each_says_what_it_is_for() {
    for preset in presets() {
        assert!(preset.about().len() > 20, "{}", preset.name);
        let spec = Spec::builtin();
        let secrets = spec.fields().filter(|field| field.secret.is_some());
        for field in secrets {
            let answer = preset.answers(spec).get(&field.id).map(|answer| answer.value.clone());
            let fine = answer.as_ref().is_none_or(|value| value.is_null() || value == "generate");
            assert!(fine, "{}: {}", preset.name, field.id);
        }
    }
}
