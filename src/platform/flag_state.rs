//! Which flags are on. Starts from the defaults of the catalogue.

use std::collections::BTreeMap;

use super::catalogue::Catalogue;

/// The value of every flag of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagState {
    values: BTreeMap<String, bool>,
}

/// A flag that the catalogue does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no flag `{0}`")]
pub struct UnknownFlag(pub String);

impl FlagState {
    /// Every flag at its default.
    pub fn defaults(catalogue: &Catalogue) -> Self {
        FlagState { values: catalogue.flags.iter().map(|flag| (flag.name.clone(), flag.default)).collect() }
    }

    /// Switches the flag that `name` means (name, values path or key).
    pub fn set(&mut self, catalogue: &Catalogue, name: &str, on: bool) -> Result<(), UnknownFlag> {
        let flag = catalogue.flag(name).ok_or_else(|| UnknownFlag(name.to_string()))?;
        self.values.insert(flag.name.clone(), on);
        Ok(())
    }

    /// Whether the flag with this name is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.values.get(name).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    #[test]
    fn starts_from_the_defaults_and_can_be_switched() {
        let mut state = FlagState::defaults(catalogue());
        assert!(state.is_on("icebergMetrics"));
        assert!(!state.is_on("eventStream"));
        state.set(catalogue(), "features.eventStream.enabled", true).unwrap();
        assert!(state.is_on("eventStream"));
    }

    #[test]
    fn an_unknown_flag_is_an_error() {
        let mut state = FlagState::defaults(catalogue());
        let error = state.set(catalogue(), "eventStreams", true).unwrap_err();
        assert_eq!(error.to_string(), "there is no flag `eventStreams`");
        assert_eq!(state, FlagState::defaults(catalogue()));
    }
}
