//! How sure a fact is and where it comes from. The platform is documented in parts, and a console that shows an
//! assumed port like a stated one would be believed when it is wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The certainty of a fact, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Stated by the specification.
    Stated,
    /// Documented in another publication of the vendor.
    Documented,
    /// Seen in an example, an old values file, or a public write-up of a live installation.
    Example,
    /// Assumed: a conventional default or an inference.
    Assumed,
}

impl Certainty {
    /// The letter used in the data files and in tables.
    pub fn letter(self) -> char {
        match self {
            Certainty::Stated => 'S',
            Certainty::Documented => 'D',
            Certainty::Example => 'E',
            Certainty::Assumed => 'A',
        }
    }

    /// What the letter stands for, for footnotes.
    pub fn words(self) -> &'static str {
        match self {
            Certainty::Stated => "stated by the specification",
            Certainty::Documented => "documented elsewhere by the vendor",
            Certainty::Example => "seen in an example",
            Certainty::Assumed => "assumed",
        }
    }
}

/// Certainty and origin of an entry or of one of its fields, written `S SPEC`, `D RN 3.16.0` or just `A`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How sure it is.
    pub certainty: Certainty,
    /// The publication, e.g. `SPEC`, `RN 3.16.0` (a release note), `VAL-2.1` (an old values file). Empty for a bare
    /// assumption.
    pub origin: String,
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (letter, origin) = text.split_once(' ').unwrap_or((text, ""));
        let certainty = match letter {
            "S" => Certainty::Stated,
            "D" => Certainty::Documented,
            "E" => Certainty::Example,
            "A" => Certainty::Assumed,
            other => return Err(format!("`{other}` is no certainty; write S, D, E or A")),
        };
        Ok(Source { certainty, origin: origin.trim().to_string() })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.certainty.letter())?;
        if !self.origin.is_empty() {
            write!(f, " {}", self.origin)?;
        }
        Ok(())
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The sources of those fields of an entry that are less (or differently) sure than the entry itself.
pub type FieldSources = BTreeMap<String, Source>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_letter_and_an_origin() {
        let source: Source = "D RN 3.16.0".parse().unwrap();
        assert_eq!(source, Source { certainty: Certainty::Documented, origin: "RN 3.16.0".into() });
        assert_eq!(source.to_string(), "D RN 3.16.0");
        assert_eq!("A".parse::<Source>().unwrap().to_string(), "A");
    }

    #[test]
    fn an_unknown_letter_is_refused_in_words() {
        assert_eq!("X SPEC".parse::<Source>().unwrap_err(), "`X` is no certainty; write S, D, E or A");
    }
}
