//! `iomctl schema`: the JSON Schema of an answers file.

use clap::Args;

use super::output::write;
use crate::plan::{Spec, schema};
use crate::problem::{Problem, Problems};

/// Prints the JSON Schema (2020-12) of an answers file, for editors
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    /// Prints.
    ///
    /// # Errors
    /// When the schema cannot be written as JSON.
    pub fn run(self) -> Result<(), Problems> {
        let text = serde_json::to_string_pretty(&schema(Spec::builtin()))
            .map_err(|e| Problem::failed("output", format!("the schema cannot be written: {e}")))?;
        write(&(text + "\n"))
    }
}
