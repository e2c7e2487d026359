//! `values.schema.json`: what a chart demands of its values, with violations in the words of Helm's validator.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as Json;

use super::violation::{Violation, number, quoted, tree};
use crate::helm::chart::Chart;
use crate::helm::data::{Data, Table};

/// Checks the coalesced values of `chart` and its subcharts against their schemas.
///
/// # Errors
/// All violations of all charts, in Helm's layout.
pub fn validate(chart: &Chart, values: &Table) -> Result<(), String> {
    let mut text = String::new();
    if let Some(schema) = &chart.schema
        && let Err(violations) = against(schema, values)
    {
        text.push_str(&format!("{}:\n{violations}\n", chart.name()));
    }
    for child in &chart.dependencies {
        match values.get(child.name()) {
            Some(Data::Table(inner)) => {
                if let Err(violations) = validate(child, inner) {
                    text.push_str(&violations);
                }
            }
            None | Some(Data::Null) => {}
            Some(other) => {
                let kind = match other {
                    Data::Bool(_) => "bool",
                    Data::Int(_) => "int64",
                    Data::Float(_) => "float64",
                    Data::Str(_) => "string",
                    _ => "[]interface {}",
                };
                let name = child.name();
                text.push_str(&format!("{name}:\ninvalid type for values: expected object (map), got {kind}\n"));
            }
        }
    }
    if text.is_empty() { Ok(()) } else { Err(text) }
}

fn against(schema: &[u8], values: &Table) -> Result<(), String> {
    let schema: Json = serde_json::from_slice(schema).map_err(|e| e.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|e| e.to_string())?;
    let values = Data::Table(values.clone()).to_json();
    let errors: Vec<ValidationError> = validator.iter_errors(&values).collect();
    let violations = collected(&errors);
    if violations.is_empty() { Ok(()) } else { Err(tree(violations)) }
}

/// The errors of one schema; missing properties of one object are told together.
fn collected(errors: &[ValidationError]) -> Vec<Violation> {
    let mut violations: Vec<Violation> = Vec::new();
    let mut missing: Vec<(String, Vec<String>)> = Vec::new();
    for error in errors {
        let place = error.instance_path().to_string();
        if let Kind::Required { property } = error.kind() {
            let name = quoted(property.as_str().unwrap_or_default());
            match missing.iter_mut().find(|(known, _)| *known == place) {
                Some((_, names)) => names.push(name),
                None => {
                    let referenced = behind_reference(error);
                    violations.push(Violation { referenced, ..Violation::new(place.clone(), String::new()) });
                    missing.push((place, vec![name]));
                }
            }
            continue;
        }
        let referenced = behind_reference(error);
        violations.push(Violation { referenced, ..worded(place, error) });
    }
    for violation in violations.iter_mut().filter(|v| v.text.is_empty()) {
        let names = missing.iter().find(|(place, _)| *place == violation.place).map(|(_, names)| names.as_slice());
        violation.text = match names {
            Some([name]) => format!("missing property {name}"),
            Some(names) => format!("missing properties {}", names.join(", ")),
            None => continue,
        };
    }
    violations
}

fn behind_reference(error: &ValidationError) -> bool {
    error.evaluation_path().to_string().contains("/$ref")
}

fn worded(place: String, error: &ValidationError) -> Violation {
    let instance: &Json = error.instance();
    let bound = |name: &str, limit: &Json| {
        let shown = |value: &Json| number(value.as_f64().unwrap_or(0.0));
        format!("{name}: got {}, want {}", shown(instance), shown(limit))
    };
    let size =
        |name: &str, limit: u64| format!("{name}: got {}, want {}", number(length(instance)), number(limit as f64));
    let branches = |text: &str, context: &[Vec<ValidationError<'static>>]| {
        let causes = context.iter().flat_map(|branch| Violation::joined(collected(branch))).collect();
        Violation { causes, ..Violation::new(place.clone(), text.into()) }
    };
    let text: Cow<str> = match error.kind() {
        Kind::Type { kind } => format!("got {}, want {}", kind_of(instance), wanted(kind)).into(),
        Kind::Enum { options } => match options.as_array() {
            Some(options) if options.iter().all(|o| !o.is_array() && !o.is_object()) => {
                let options: Vec<String> = options.iter().map(display).collect();
                let many = if options.len() == 1 { "" } else { "one of " };
                format!("value must be {many}{}", options.join(", ")).into()
            }
            _ => "'enum' failed".into(),
        },
        Kind::Constant { expected_value } if expected_value.is_array() || expected_value.is_object() => {
            "'const' failed".into()
        }
        Kind::Constant { expected_value } => format!("value must be {}", display(expected_value)).into(),
        Kind::Minimum { limit } => bound("minimum", limit).into(),
        Kind::Maximum { limit } => bound("maximum", limit).into(),
        Kind::ExclusiveMinimum { limit } => bound("exclusiveMinimum", limit).into(),
        Kind::ExclusiveMaximum { limit } => bound("exclusiveMaximum", limit).into(),
        Kind::MultipleOf { multiple_of } => bound("multipleOf", &Json::from(*multiple_of)).into(),
        Kind::MinLength { limit } => size("minLength", *limit).into(),
        Kind::MaxLength { limit } => size("maxLength", *limit).into(),
        Kind::MinItems { limit } => size("minItems", *limit).into(),
        Kind::MaxItems { limit } => size("maxItems", *limit).into(),
        Kind::MinProperties { limit } => size("minProperties", *limit).into(),
        Kind::MaxProperties { limit } => size("maxProperties", *limit).into(),
        Kind::Pattern { pattern } => {
            format!("{} does not match pattern {}", quoted(instance.as_str().unwrap_or_default()), quoted(pattern))
                .into()
        }
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().map(|name| quoted(name)).collect();
            format!("additional properties {} not allowed", names.join(", ")).into()
        }
        Kind::UniqueItems => duplicates(instance).into(),
        Kind::Contains => "no items match contains schema".into(),
        Kind::Not { .. } => "'not' failed".into(),
        Kind::FalseSchema => "false schema".into(),
        Kind::AnyOf { context } => return branches("'anyOf' failed", context),
        Kind::OneOfNotValid { context } => return branches("'oneOf' failed, none matched", context),
        Kind::OneOfMultipleValid { context } => {
            let valid: Vec<String> =
                context.iter().enumerate().filter(|(_, b)| b.is_empty()).take(2).map(|(i, _)| i.to_string()).collect();
            format!("'oneOf' failed, subschemas {} matched", valid.join(", ")).into()
        }
        Kind::PropertyNames { error } => {
            let name = quoted(error.instance().as_str().unwrap_or_default());
            let text = format!("invalid propertyName {name}");
            return Violation { causes: vec![worded(String::new(), error)], ..Violation::new(place, text) };
        }
        _ => error.to_string().into(),
    };
    Violation::new(place, text.into_owned())
}

fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn wanted(kind: &TypeKind) -> String {
    const ORDER: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];
    let mut names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|one| one.to_string()).collect(),
    };
    names.sort_by_key(|name| ORDER.iter().position(|known| known == name));
    names.join(" or ")
}

fn display(value: &Json) -> String {
    match value {
        Json::Null => "<nil>".into(),
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn length(value: &Json) -> f64 {
    match value {
        Json::String(text) => text.chars().count() as f64,
        Json::Array(items) => items.len() as f64,
        Json::Object(map) => map.len() as f64,
        _ => 0.0,
    }
}

fn duplicates(value: &Json) -> String {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let pair = (1..items.len())
        .find_map(|later| (0..later).find(|earlier| items[*earlier] == items[later]).map(|earlier| (earlier, later)));
    let (earlier, later) = pair.unwrap_or_default();
    format!("items at {earlier} and {later} are equal")
}
