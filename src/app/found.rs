//! Which release the console is about, and what was found there.

use super::view::{Line, Sign, Span, Tone};
use crate::deploy::Stage;

/// What to connect to; what is missing follows kubectl's rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Context of the kubeconfig.
    pub context: Option<String>,
    /// Namespace of the release.
    pub namespace: Option<String>,
    /// Name of the release.
    pub release: String,
}

/// A cluster and a namespace in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Context of the kubeconfig, or the server's address where there is none.
    pub context: String,
    /// Address of the API server.
    pub server: String,
    /// Version of the API server.
    pub version: String,
    /// Namespace of the release.
    pub namespace: String,
    /// Name of the release.
    pub release: String,
}

/// The newest revision of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRelease {
    /// Its number.
    pub revision: i64,
    /// `deployed`, `failed`, `pending-install` …
    pub status: String,
}

/// An operation on this machine that did not reach its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// `install` or `uninstall`.
    pub kind: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// The stage it had reached.
    pub stage: Option<Stage>,
    /// `failed` or `cancelled`; none when it was interrupted.
    pub outcome: Option<String>,
}

/// What a connection found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub place: Place,
    /// The release; none when the namespace has none, or when it may not be read.
    pub release: Option<FoundRelease>,
    /// What stopped on the way.
    pub unfinished: Option<Unfinished>,
    /// Whether the namespace exists; none when that may not be read.
    pub namespace_exists: Option<bool>,
    /// Why the release could not be read.
    pub unreadable: Option<String>,
}

impl Found {
    /// A word on an installation that stopped on the way: installing again continues it.
    pub fn stopped(&self) -> Option<Line<'static>> {
        let unfinished = self.unfinished.as_ref().filter(|unfinished| unfinished.kind == "install")?;
        let stage = unfinished.stage.map_or_else(String::new, |stage| format!(" in stage `{stage}`"));
        let sign = Span::sign(Sign::Degraded);
        Some(Line::from(sign).and(Span::new(format!(" an installation stopped{stage}")).tone(Tone::Warning)))
    }

    /// Whether there is something to watch.
    pub fn is_deployed(&self) -> bool {
        self.release.as_ref().is_some_and(|release| {
            !matches!(release.status.as_str(), "pending-install" | "failed" | "uninstalled" | "uninstalling")
                || release.revision > 1 && release.status != "uninstalled"
        })
    }
}
