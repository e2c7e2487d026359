//! A release that is named as with helm (`get values RELEASE`), or as everywhere here (`--release NAME`).

use clap::Args;

use super::run::Release;

/// The release a command is about.
#[derive(Debug, Clone, Args)]
pub struct Named {
    /// Name of the release [default: data-plane]
    #[arg(value_name = "RELEASE")]
    release: Option<String>,
    /// Name of the release, as other commands take it
    #[arg(long = "release", value_name = "NAME", conflicts_with = "release", id = "named-release", hide = true)]
    option: Option<String>,
}

impl Named {
    /// Its name.
    pub fn name(&self) -> String {
        self.release.clone().or_else(|| self.option.clone()).unwrap_or_else(|| Release::default().name)
    }
}
