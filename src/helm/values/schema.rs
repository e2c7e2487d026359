//! `values.schema.json`: what a chart demands of its values, with violations in the words of Helm's validator.
//!
//! An own validator, because the layout of Helm's messages mirrors the way in which its library walks a schema: which
//! keyword ends a check early, which one gathers the violations below it.

mod document;
mod format;
mod keywords;
mod metaschema;
mod plain;
mod validator;

use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use serde_json::Value as Json;

use super::violation::tree;
use crate::helm::chart::Chart;
use crate::helm::data::{Data, Table};

/// Schemas that were read and found valid, by their text.
#[derive(Debug, Default)]
pub struct Schemas(Mutex<HashMap<Vec<u8>, Arc<Json>>>);

impl Schemas {
    fn get(&self, text: &[u8]) -> Option<Arc<Json>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned()
    }

    fn keep(&self, text: &[u8], schema: &Arc<Json>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_vec(), Arc::clone(schema));
    }
}

/// Checks the coalesced values of `chart` and its subcharts against their schemas.
///
/// # Errors
/// All violations of all charts, in Helm's layout.
pub fn validate(chart: &Chart, values: &Table, schemas: &Schemas) -> Result<(), String> {
    let mut text = String::new();
    if let Some(schema) = &chart.schema
        && let Err(violations) = against(schema, values, schemas)
    {
        text.push_str(&format!("{}:\n{violations}", chart.name()));
    }
    for child in &chart.dependencies {
        match values.get(child.name()) {
            Some(Data::Table(inner)) => {
                if let Err(violations) = validate(child, inner, schemas) {
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

/// Checks one chart's values; the text of violations ends with a line break, that of an unusable schema does not.
fn against(schema: &[u8], values: &Table, schemas: &Schemas) -> Result<(), String> {
    let known = schemas.get(schema);
    let json = match &known {
        Some(json) => Arc::clone(json),
        None => Arc::new(serde_json::from_slice(schema).map_err(|error| error.to_string())?),
    };
    let document = document::Document::new(&json, document::URL)?;
    if known.is_none() {
        document.check()?;
        schemas.keep(schema, &json);
    }
    match validator::validate(&document, values.into()) {
        Ok(()) => Ok(()),
        Err(violation) => Err(tree(violation) + "\n"),
    }
}

#[cfg(test)]
mod tests;
