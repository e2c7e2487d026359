use super::*;
use crate::plan::check::check;
use crate::plan::field::{Kind, Required};
use crate::plan::rules;

/// A name per section, in the order of the card.
#[test]
fn sections_stand_in_the_order_in_which_they_are_asked() {
    let ids: Vec<&str> = Spec::builtin().sections.iter().map(|section| section.id.as_str()).collect();
    let card = "provider storage database secret-store logging ingress placement autoscaling features";
    assert_eq!(ids.join(" "), card);
}

#[test]
fn ids_and_values_paths_are_unique() {
    let mut seen = BTreeSet::new();
    for field in Spec::builtin().fields() {
        assert!(seen.insert(field.id.clone()), "{} is asked twice", field.id);
    }
    let mut written = BTreeSet::new();
    for path in Spec::builtin().fields().filter_map(|field| field.values.clone()) {
        assert!(written.insert(path.clone()), "{path} is written by two questions");
    }
}

#[test]
fn a_question_is_never_a_map_of_other_questions() {
    let spec = Spec::builtin();
    for field in spec.fields() {
        assert!(!spec.leads_on(&field.id), "{} is a question and leads to others", field.id);
        assert_ne!(field.id, ACKNOWLEDGE);
    }
}

#[test]
fn defaults_examples_and_choices_fit() {
    for field in Spec::builtin().fields() {
        for value in field.default.iter().chain(&field.example) {
            assert_eq!(check(field, value), Ok(()), "{}: {value}", field.id);
        }
        assert_eq!(field.kind == Kind::Enum, !field.choices.is_empty(), "{}: choices", field.id);
        if let Some(pattern) = &field.check.pattern {
            assert!(regex::Regex::new(&pattern.regex).is_ok(), "{}", field.id);
        }
        let needs_example = field.default.is_none() && ![Kind::Enum, Kind::Pem].contains(&field.kind);
        assert!(!needs_example || field.example.is_some() || field.kind == Kind::String, "{}: no example", field.id);
    }
}

#[test]
fn secrets_know_where_they_go() {
    for field in Spec::builtin().fields() {
        assert_eq!(field.kind == Kind::Secret, field.secret.is_some(), "{}", field.id);
    }
}

#[test]
fn conditions_name_questions_and_form_no_circle() {
    let spec = Spec::builtin();
    fn depth(spec: &Spec, id: &str, below: &mut Vec<String>) {
        assert!(!below.contains(&id.to_string()), "circle: {below:?} → {id}");
        let field = spec.field(id).unwrap_or_else(|| panic!("{below:?} names the unknown question {id}"));
        below.push(id.to_string());
        let required = match &field.required {
            Required::When(condition) => Some(condition),
            _ => None,
        };
        for name in required.iter().flat_map(|c| c.names()) {
            assert!(spec.field(name).is_some(), "{id} is required by the unknown question {name}");
        }
        for name in field.visible.iter().flat_map(|condition| condition.names()) {
            depth(spec, name, below);
        }
        below.pop();
    }
    for field in spec.fields() {
        depth(spec, &field.id, &mut Vec::new());
    }
    for constant in spec.sections.iter().flat_map(|section| &section.derived) {
        for name in constant.when.iter().flat_map(|condition| condition.names()) {
            assert!(spec.field(name).is_some(), "{}: {name}", constant.values);
        }
    }
}

#[test]
fn every_flag_scaled_service_and_priority_class_has_its_questions() {
    let spec = Spec::builtin();
    for flag in &catalogue().flags {
        let field = spec.field(&format!("features.{}", flag.key())).unwrap();
        assert_eq!(field.values.as_deref(), Some(flag.path.as_str()));
        assert_eq!(field.default, Some(flag.default.into()));
    }
    assert_eq!(spec.fields().filter(|f| f.id.starts_with("features.")).count(), 30);
    let switches = spec.fields().filter(|f| f.id.ends_with(".autoscaling.enabled")).count();
    assert_eq!(switches, catalogue().services.iter().filter(|s| s.autoscaling.is_some()).count());
    for class in &catalogue().priority_classes {
        assert!(spec.field(&format!("priorityClassMappings.{}", class.name)).is_some(), "{}", class.name);
    }
}

/// What the catalogue says a storage kind, secret store or log source needs is what the spec asks.
#[test]
fn every_required_setting_of_the_catalogue_is_asked() {
    let catalogue = catalogue();
    let required = catalogue
        .storage_kinds
        .iter()
        .flat_map(|k| &k.required)
        .chain(catalogue.secret_stores.iter().flat_map(|s| &s.required))
        .chain(catalogue.log_sources.iter().flat_map(|s| &s.required));
    for setting in required {
        let annotation = |a: &String| format!("serviceAccount.annotations.\"{a}\"");
        let path = setting.path.clone().or(setting.annotation.as_ref().map(annotation)).unwrap();
        let field = Spec::builtin().field_of_value(&path);
        assert!(field.is_some_and(|f| f.values.as_ref() == Some(&path)), "{path} is not asked");
    }
}

#[test]
fn codes_of_questions_and_refusals_are_rules() {
    let spec = Spec::builtin();
    for code in spec.fields().filter_map(|field| field.rule.as_deref()) {
        assert!(rules::find(code).is_some(), "{code}");
    }
    for refused in &spec.refused {
        assert!(spec.field(&refused.key).is_none(), "{} is a question", refused.key);
        assert!(refused.code == "answers.elsewhere" || rules::find(&refused.code).is_some(), "{}", refused.code);
    }
}

#[test]
fn the_nearest_key_is_found_by_spelling_and_by_name() {
    let spec = Spec::builtin();
    assert_eq!(spec.nearest("nmae"), Some("name"));
    assert_eq!(spec.nearest("database.pasword"), Some("database.password"));
    assert_eq!(spec.nearest("features.eventstream"), Some("features.eventStream"));
    assert_eq!(spec.nearest("bucketName"), Some("storage.bucketName"));
    assert_eq!(spec.nearest("xyzzy"), None);
}

/// A title stands in front of its answer on a screen of 80 columns.
#[test]
fn titles_are_short() {
    for field in Spec::builtin().fields().filter(|field| !field.id.starts_with("features.")) {
        assert!(field.title.chars().count() <= 22, "{}: {}", field.id, field.title);
    }
}
