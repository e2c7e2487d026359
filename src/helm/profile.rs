//! Which Helm is followed where Helm 3 and 4 differ.

/// The Helm whose output is the yardstick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Helm 3.22.0
    #[default]
    Helm3,
    /// Helm 4.3.1
    Helm4,
}
