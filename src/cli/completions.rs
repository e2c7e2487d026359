//! `iomctl completions SHELL`: the completion script, generated from the one command definition.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::problem::Problems;

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell it is for
    shell: Shell,
}

impl Completions {
    /// Writes the script to standard output.
    pub fn run(self) -> Result<(), Problems> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "iomctl", &mut script);
        super::output::write(&String::from_utf8_lossy(&script))
    }
}
