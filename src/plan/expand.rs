//! Questions and choices that are made from the catalogue, so that a flag, a service or a storage kind is written
//! down once.

use serde_json::{Value, json};

use super::condition::Condition;
use super::field::{Check, Choice, Emit, Field, Kind, Required, Section};
use crate::platform::{Autoscaling, Catalogue, Flag, FlagClass, Service};

/// Adds what the catalogue knows to a section of the spec.
pub(super) fn expand(section: &mut Section, catalogue: &Catalogue) {
    for field in &mut section.fields {
        if let Some(choices) = choices(&field.id, catalogue) {
            field.choices = choices;
        }
    }
    match section.id.as_str() {
        "autoscaling" => section.fields.extend(autoscaling(catalogue)),
        "features" => section.fields.extend(catalogue.flags.iter().map(flag)),
        _ => {}
    }
}

fn choices(field: &str, catalogue: &Catalogue) -> Option<Vec<Choice>> {
    let choices = match field {
        "cloud.provider" => catalogue.cloud_providers.iter().map(|p| Choice::new(&p.provider, &p.title)).collect(),
        "storage.type" => catalogue.storage_kinds.iter().map(|k| Choice::new(&k.kind, &k.title)).collect(),
        "secretStore.type" => catalogue.secret_stores.iter().map(|s| Choice::new(&s.kind, &s.keeps)).collect(),
        "logging.source" => catalogue.log_sources.iter().map(|s| Choice::new(&s.kind, &s.reads)).collect(),
        _ => return None,
    };
    Some(choices)
}

/// The question of a flag: `features.<flag>: true`, whatever its values path is.
fn flag(flag: &Flag) -> Field {
    let group = match flag.class {
        FlagClass::Deployment => "Deployment",
        FlagClass::Runtime => "Runtime",
    };
    Field {
        default: Some(Value::Bool(flag.default)),
        values: Some(flag.path.clone()),
        ..field(format!("features.{}", flag.key()), flag.key().into(), group.into(), Kind::Bool, sentence(&flag.effect))
    }
}

/// The questions of the autoscaler of every service that has one.
fn autoscaling(catalogue: &Catalogue) -> Vec<Field> {
    let scaled = catalogue.services.iter().filter_map(|s| s.autoscaling.as_ref().map(|a| (s, a)));
    scaled.flat_map(|(service, scale)| scaler(service, scale, catalogue)).collect()
}

fn scaler(service: &Service, scale: &Autoscaling, catalogue: &Catalogue) -> Vec<Field> {
    let base = format!("services.{}.autoscaling", service.values_key);
    let flag = service.flag.as_deref().and_then(|name| catalogue.flag(name));
    let shown = |switched: bool| {
        let mut wanted = serde_json::Map::new();
        if let Some(flag) = flag {
            wanted.insert(format!("features.{}", flag.key()), json!(true));
        }
        if switched {
            wanted.insert(format!("{base}.enabled"), json!(true));
        }
        (!wanted.is_empty()).then(|| Condition::all(wanted))
    };
    let make = |key: &str, title: &str, kind: Kind, default: Value, check: Check, help: String| {
        let path = format!("{base}.{key}");
        Field {
            default: Some(default),
            visible: shown(key != "enabled"),
            check,
            values: Some(path.clone()),
            emit: Emit::Answered,
            rule: Some("S20".into()),
            ..field(path, title.into(), service.name.clone(), kind, help)
        }
    };
    let count = || Check { min: Some(1), max: Some(100), ..Check::default() };
    let percent = || Check { min: Some(1), max: Some(100), ..Check::default() };
    let replicas = |which: &str| format!("{which} pods of {}.", service.name);
    let usage = |of: &str| {
        format!("Pods are added when the average use of {of} exceeds this share of what they request, in percent.")
    };
    let mut fields = vec![
        make(
            "enabled",
            "Scaled by load",
            Kind::Bool,
            json!(scale.enabled),
            Check::default(),
            format!("A HorizontalPodAutoscaler for {}.", service.name),
        ),
        make("minReplicas", "At least", Kind::Int, json!(scale.min), count(), replicas("Fewest")),
        make("maxReplicas", "At most", Kind::Int, json!(scale.max), count(), replicas("Most")),
    ];
    if let Some(memory) = scale.memory {
        fields.push(make(
            "targetMemoryUtilizationPercentage",
            "Memory",
            Kind::Int,
            json!(memory),
            percent(),
            usage("memory"),
        ));
    }
    fields.push(make("targetCPUUtilizationPercentage", "CPU", Kind::Int, json!(scale.cpu), percent(), usage("CPU")));
    fields
}

fn field(id: String, title: String, group: String, kind: Kind, help: String) -> Field {
    Field {
        id,
        title,
        group: Some(group),
        kind,
        default: None,
        choices: Vec::new(),
        visible: None,
        required: Required::Never,
        check: Check::default(),
        help,
        example: None,
        values: None,
        secret: None,
        emit: Emit::Always,
        rule: None,
    }
}

/// A phrase of the catalogue as a sentence.
fn sentence(phrase: &str) -> String {
    let mut chars = phrase.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let dot = if phrase.ends_with('.') { "" } else { "." };
    format!("{first}{}{dot}", chars.as_str())
}
