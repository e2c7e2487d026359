//! One of the revisions on the way to what is wanted. A flag that needs another one to be *active* can only be switched
//! on by a second revision, after the services that read the first have restarted.

use crate::deploy::input::Input;

/// A revision with the restarts it needs.
#[derive(Debug, Clone)]
pub struct Wave {
    /// Chart and values.
    pub input: Input,
    /// Services that must restart although their objects may not change.
    pub restarts: Vec<String>,
    /// What it does, in words.
    pub about: String,
}

impl Wave {
    /// The only revision of an installation.
    pub fn only(input: Input) -> Wave {
        Wave { input, restarts: Vec::new(), about: String::new() }
    }
}
