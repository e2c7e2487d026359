//! What Helm warns about while it merges values: keys whose shapes do not fit together, so that one side is dropped.
//!
//! Helm prints the values as well; here only the path is named, because a value may be a secret.

/// Warnings in the order in which they were found, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings(Vec<String>);

impl Warnings {
    /// Adds a sentence about a place.
    pub(super) fn tell(&mut self, at: &At<'_>, sentence: &str) {
        self.say(format!("{at}: {sentence}"));
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, sentence: String) {
        // Dependencies are settled before values are merged for good: the same place is passed twice.
        if !self.0.contains(&sentence) {
            self.0.push(sentence);
        }
    }

    /// The sentences.
    pub fn into_sentences(self) -> Vec<String> {
        self.0
    }
}

/// A place in values, from the chart's name down. Written out only when something is wrong there.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    above: Option<&'a At<'a>>,
    key: &'a str,
}

impl<'a> At<'a> {
    /// The top of a chart's values.
    pub fn root(chart: &'a str) -> Self {
        At { above: None, key: chart }
    }

    /// A key below.
    pub fn key(&'a self, key: &'a str) -> At<'a> {
        At { above: Some(self), key }
    }
}

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        f.write_str(self.key)
    }
}
