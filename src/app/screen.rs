//! The screens, and how they lie on each other. Their state outlives their being shown: who leaves a screen and comes
//! back finds it as it was.

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Looking for the cluster and what is in it.
    Opening,
    /// Questions, review.
    Wizard,
    /// An installation.
    Deploying,
    /// What runs.
    Dashboard,
}

impl Screen {
    /// As the palette names it.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Opening => "Connection",
            Screen::Wizard => "Wizard",
            Screen::Deploying => "Installation",
            Screen::Dashboard => "Dashboard",
        }
    }
}
