//! `iomctl sample`: a commented answers file with every question.

use clap::Args;

use super::output::write;
use super::values::named_preset;
use crate::plan::{self, Spec};
use crate::problem::Problems;

/// Prints a commented answers file with every question
#[derive(Debug, Args)]
pub struct Sample {
    /// Answer as this preset does (see `iomctl presets`)
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
}

impl Sample {
    /// Prints.
    ///
    /// # Errors
    /// An unknown preset.
    pub fn run(self) -> Result<(), Problems> {
        let preset = self.preset.as_deref().map(named_preset).transpose()?;
        write(&plan::sample(Spec::builtin(), preset.as_ref()))
    }
}
