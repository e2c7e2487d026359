//! A question as data: what it is called, what fits as an answer, when it is asked, and where the answer goes.

use std::sync::OnceLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::condition::Condition;

/// A section of the spec; the order of the sections is the order of the wizard and of the answers file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it decides, in a sentence or two.
    pub about: String,
    /// Its questions.
    pub fields: Vec<Field>,
    /// Values that follow from the answers and are not asked.
    #[serde(default)]
    pub derived: Vec<Constant>,
}

/// A question.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its path in the answers file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Heading under which it stands within its section.
    #[serde(default)]
    pub group: Option<String>,
    /// What kind of answer fits.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The answer when none is given.
    #[serde(default)]
    pub default: Option<Value>,
    /// For [`Kind::Enum`]: what can be chosen.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// When it is asked; always, if not said.
    #[serde(default)]
    pub visible: Option<Condition>,
    /// When it must be answered; never, if not said.
    #[serde(default)]
    pub required: Required,
    /// What else an answer must satisfy.
    #[serde(default)]
    pub check: Check,
    /// Meaning and consequence.
    pub help: String,
    /// An answer as it could be.
    #[serde(default)]
    pub example: Option<Value>,
    /// Chart values path that the answer goes to; none for questions that only steer other ones.
    #[serde(default)]
    pub values: Option<String>,
    /// For [`Kind::Secret`]: how it reaches the chart.
    #[serde(default)]
    pub secret: Option<SecretTarget>,
    /// When the value is written although nobody answered.
    #[serde(default)]
    pub emit: Emit,
    /// Rule that a missing or contradicting answer violates, e.g. `S03`.
    #[serde(default)]
    pub rule: Option<String>,
}

/// What kind of answer fits a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line of text.
    String,
    /// A whole number.
    Int,
    /// A TCP port; written to the values as text, as every published example does.
    Port,
    /// Yes or no.
    Bool,
    /// One of the choices.
    Enum,
    /// A list of lines.
    List,
    /// Names with a line each.
    Map,
    /// A Kubernetes quantity.
    Quantity,
    /// A URL with scheme and host.
    Url,
    /// A reference to a secret.
    Secret,
    /// Kubernetes tolerations.
    Tolerations,
    /// Chart values as they are.
    Values,
    /// Certificates as PEM.
    Pem,
}

impl Kind {
    /// The word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Kind::String => "one line of text",
            Kind::Int => "a whole number",
            Kind::Port => "a port from 1 to 65535",
            Kind::Bool => "true or false",
            Kind::Enum => "one of the choices",
            Kind::List => "a list of texts",
            Kind::Map => "a map of names to texts",
            Kind::Quantity => "a quantity such as 20Gi",
            Kind::Url => "a URL such as https://host:9000",
            Kind::Secret => "a reference to a secret",
            Kind::Tolerations => "a list of tolerations",
            Kind::Values => "a map of chart values",
            Kind::Pem => "certificates as PEM",
        }
    }
}

/// One choice of an [`Kind::Enum`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is written.
    pub value: String,
    /// What it means.
    pub title: String,
}

/// When a question must be answered.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Required {
    /// Always, or (false) never.
    Always(bool),
    /// When the condition holds.
    When(Condition),
    /// Never.
    #[default]
    Never,
}

/// What an answer must satisfy beyond its kind.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Shape of the text, or of every item of a list, or of every value of a map.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Regular expression for the same texts, with the words that explain it.
    #[serde(default)]
    pub pattern: Option<Pattern>,
    /// Smallest number, or fewest characters.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest number, or most characters.
    #[serde(default)]
    pub max: Option<i64>,
    /// The keys a map may have.
    #[serde(default)]
    pub keys: Vec<String>,
    /// No item of a list twice.
    #[serde(default)]
    pub unique: bool,
}

/// A regular expression and what it means.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Matches the whole text.
    pub regex: String,
    /// What it asks for, completing "must be …".
    pub says: String,
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Whether it matches the whole text. It is compiled once, because the wizard asks at every key.
    pub(super) fn fits(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&format!("^(?:{})$", self.regex)).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// Shapes of text that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Lower-case letters, digits, `-`; at most 63 characters.
    DnsLabel,
    /// DNS labels with dots; at most 253 characters.
    DnsName,
    /// A host name or an IP address, without scheme and port.
    Host,
    /// `name@domain`.
    Email,
    /// A bucket or container name.
    Bucket,
    /// A label value of Kubernetes.
    LabelValue,
    /// A regular expression.
    Regex,
    /// Part of a PostgreSQL database name.
    DatabasePrefix,
}

/// How a secret reaches the chart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SecretTarget {
    /// Values path of the `{name, key}` reference that published charts know; none where the value must be inlined.
    #[serde(default)]
    pub reference: Option<String>,
    /// Values path of a reference that only the bundled chart knows.
    #[serde(default)]
    pub bundled: Option<String>,
    /// Name of the Kubernetes Secret that the installation creates for it.
    pub name: String,
    /// Key in that Secret.
    pub key: String,
    /// It can be made at random; what another system decides cannot.
    #[serde(default)]
    pub generated: bool,
}

/// When a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emit {
    /// With its default too, so that nothing rests on defaults of a chart.
    #[default]
    Always,
    /// Only when answered: the path is not published, or the default belongs to the chart's version.
    Answered,
}

/// A value that follows from answers.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Chart values path.
    pub values: String,
    /// What is written.
    pub value: Value,
    /// When; always, if not said.
    #[serde(default)]
    pub when: Option<Condition>,
}

/// A key that is refused with an explanation, because people try it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The key in the answers file.
    pub key: String,
    /// The rule, or the kind of fault.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
    /// What to do instead.
    pub next: String,
}

impl Field {
    /// Whether it is asked where `look` gives the value of other questions.
    pub(super) fn asked<'a>(&self, look: impl Fn(&str) -> Option<&'a Value>) -> bool {
        self.visible.as_ref().is_none_or(|condition| condition.holds(look))
    }

    /// Whether it must be answered.
    pub(super) fn must<'a>(&self, look: impl Fn(&str) -> Option<&'a Value>) -> bool {
        match &self.required {
            Required::Always(required) => *required,
            Required::When(condition) => condition.holds(look),
            Required::Never => false,
        }
    }
}
