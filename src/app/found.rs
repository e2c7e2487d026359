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

/// An installation that somebody else has under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The process on this machine; none when it is another machine's, as far as the record says.
    pub process: Option<u32>,
    /// When it began, RFC 3339; empty when nobody knows.
    pub since: String,
    /// The stage that this machine's journal names.
    pub stage: Option<Stage>,
}

/// What a connection found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub place: Place,
    /// The release; none when the namespace has none, or when it may not be read.
    pub release: Option<FoundRelease>,
    /// Other releases of Helm in the namespace.
    pub others: Vec<String>,
    /// Somebody else installs just now.
    pub elsewhere: Option<Elsewhere>,
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
        let sign = Span::sign(Sign::Degraded);
        let words = format!(" {}", self.stopped_words()?);
        Some(Line::from(sign).and(Span::new(words).tone(Tone::Warning)))
    }

    /// The same as text.
    pub fn stopped_words(&self) -> Option<String> {
        let unfinished = self.unfinished.as_ref().filter(|unfinished| unfinished.kind == "install")?;
        if self.elsewhere.is_some() {
            return None;
        }
        let stage = unfinished.stage.map_or_else(String::new, |stage| format!(" in stage `{stage}`"));
        Some(format!("an installation stopped{stage}"))
    }

    /// Whether there is something to watch.
    pub fn is_deployed(&self) -> bool {
        self.release.as_ref().is_some_and(|release| {
            !matches!(release.status.as_str(), "pending-install" | "failed" | "uninstalled" | "uninstalling")
                || release.revision > 1 && release.status != "uninstalled"
        })
    }
}
