//! The options that every command has which makes a revision: how long to wait, whether to change anything at all, and
//! how what happens is printed.

use std::time::Duration;

use clap::Args;

use super::duration::Seconds;
use super::progress::Stream;
use crate::deploy::Manner;

/// How a revision is made, as far as the operator says it the same way everywhere.
#[derive(Debug, Clone, Args)]
pub struct MannerFlags {
    /// Most time for each hook job, and most time for the workloads, e.g. 90s, 20m, 1h
    #[arg(long, default_value = "20m", value_name = "TIME")]
    timeout: Seconds,
    /// Find out what would be refused, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on where another machine is, or was, at work
    #[arg(long)]
    take_over: bool,
    /// How events are printed
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Stream,
}

impl MannerFlags {
    /// What they say; the rest is as usual.
    pub fn manner(&self) -> Manner {
        Manner { dry_run: self.dry_run, take_over: self.take_over, ..Manner::patient(Duration::from(self.timeout)) }
    }
}
