//! Where something was written. Every finding about a file names its line, because a person with an editor open
//! wants to go there, not to search.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A position in a text that the operator gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the file, `-` for standard input, `--set` for the command line, `preset NAME` for a preset.
    pub source: Arc<str>,
    /// Line, counted from 1; 0 when the source has no lines.
    pub line: u64,
    /// Column, counted from 1; 0 when the source has no lines.
    pub column: u64,
}

impl Place {
    /// A source without lines, such as `--set`.
    pub fn whole(source: impl Into<Arc<str>>) -> Self {
        Place { source: source.into(), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.source),
            line => write!(f, "{}:{line}:{}", self.source, self.column),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
