//! `iomctl chart`: getting charts, looking into them, and what they depend on.

mod deps;
mod pull;
mod show;

use clap::{Args, Subcommand};

use super::Global;
use crate::problem::Problems;

/// Get a chart, look into it, or bring in what it depends on
#[derive(Debug, Args)]
pub struct Charts {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Pull(pull::Pull),
    Show(show::Show),
    Deps(deps::Deps),
}

impl Charts {
    /// Does it.
    pub fn run(self, _: &Global) -> Result<(), Problems> {
        match self.what {
            What::Pull(command) => command.run(),
            What::Show(command) => command.run(),
            What::Deps(command) => command.run(),
        }
    }
}
