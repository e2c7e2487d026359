//! `values.schema.json`: what a chart demands of its values.

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
        text.push_str(&format!("{}:\n{violations}", chart.name()));
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
    let schema: serde_json::Value = serde_json::from_slice(schema).map_err(|e| format!("{e}\n"))?;
    let validator = jsonschema::validator_for(&schema).map_err(|e| format!("{e}\n"))?;
    let values = Data::Table(values.clone()).to_json();
    let violations: Vec<String> =
        validator.iter_errors(&values).map(|error| format!("- at '{}': {error}\n", error.instance_path())).collect();
    if violations.is_empty() { Ok(()) } else { Err(violations.concat()) }
}
