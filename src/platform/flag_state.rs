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
#[error("there is no flag `{name}`")]
pub struct UnknownFlag {
    /// What was written.
    pub name: String,
    /// The known flag that is written most alike.
    pub nearest: Option<String>,
}

impl FlagState {
    /// Every flag at its default.
    pub fn defaults(catalogue: &Catalogue) -> Self {
        FlagState { values: catalogue.flags.iter().map(|flag| (flag.name.clone(), flag.default)).collect() }
    }

    /// Switches the flag that `name` means (name, values path or key).
    pub fn set(&mut self, catalogue: &Catalogue, name: &str, on: bool) -> Result<(), UnknownFlag> {
        let flag = catalogue.flag(name).ok_or_else(|| UnknownFlag {
            name: name.to_string(),
            nearest: nearest(name, catalogue.flags.iter().map(|flag| flag.key())),
        })?;
        self.values.insert(flag.name.clone(), on);
        Ok(())
    }

    /// Whether the flag with this name is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.values.get(name).copied().unwrap_or(false)
    }
}

/// The candidate written most alike, if any is alike enough to be meant.
fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let text = text.to_lowercase();
    candidates
        .map(|c| (strsim::jaro_winkler(&text, &c.to_lowercase()), c))
        .filter(|(alike, _)| *alike > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c.to_string())
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
    fn an_unknown_flag_names_the_nearest() {
        let error = FlagState::defaults(catalogue()).set(catalogue(), "eventStreams", true).unwrap_err();
        assert_eq!(error.to_string(), "there is no flag `eventStreams`");
        assert_eq!(error.nearest.as_deref(), Some("eventStream"));
        let error = FlagState::defaults(catalogue()).set(catalogue(), "qqq", true).unwrap_err();
        assert_eq!(error.nearest, None);
    }
}
