//! Secrets are never in answers, only where to find them; and they reach the chart as names of Kubernetes Secrets
//! wherever the chart has a key for that.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::path;

/// Where the bytes of a secret come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretRef {
    /// `env:NAME`: a variable of the environment of `iomctl`.
    Env(String),
    /// `file:PATH`: the content of a file, without the last line break.
    File(PathBuf),
    /// `prompt`: asked on the terminal at installation.
    Prompt,
    /// `generate`: made at random at installation.
    Generate,
    /// `secret:NAME/KEY`: a Secret that exists in the release namespace.
    Existing {
        /// Name of the Secret.
        name: String,
        /// Key in it.
        key: String,
    },
}

impl FromStr for SecretRef {
    /// Nothing: the text may be a password and is not repeated.
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "prompt" => Ok(SecretRef::Prompt),
            None if text == "generate" => Ok(SecretRef::Generate),
            Some(("env", name)) if is_variable(name) => Ok(SecretRef::Env(name.into())),
            Some(("file", path)) if !path.is_empty() => Ok(SecretRef::File(path.into())),
            Some(("secret", place)) => match place.split_once('/') {
                Some((name, key)) if is_object_name(name) && is_secret_key(key) => {
                    Ok(SecretRef::Existing { name: name.into(), key: key.into() })
                }
                _ => Err(()),
            },
            _ => Err(()),
        }
    }
}

fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_object_name(name: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.len() <= 253
        && edge(name.chars().next())
        && edge(name.chars().last())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
}

fn is_secret_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= 253 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretRef::Env(name) => write!(f, "env:{name}"),
            SecretRef::File(path) => write!(f, "file:{}", path.display()),
            SecretRef::Prompt => f.write_str("prompt"),
            SecretRef::Generate => f.write_str("generate"),
            SecretRef::Existing { name, key } => write!(f, "secret:{name}/{key}"),
        }
    }
}

impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How a secret reaches the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The values name the Kubernetes Secret (`{name, key}`).
    Reference,
    /// The chart has no such key: the value itself is written into the values at installation, and so into the
    /// Secret `data-plane`.
    Inline,
}

/// A Kubernetes Secret that the plan needs in the release namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedSecret {
    /// The question it answers.
    pub field: String,
    /// Name of the Secret.
    pub name: String,
    /// Key in it.
    pub key: String,
    /// Where its value comes from.
    pub reference: SecretRef,
    /// How it reaches the services.
    pub delivery: Delivery,
    /// Values path of the reference or of the value itself.
    pub path: String,
}

impl PlannedSecret {
    /// Whether the Secret must exist already; otherwise the installation creates it.
    pub fn exists_already(&self) -> bool {
        matches!(self.reference, SecretRef::Existing { .. })
    }

    /// What stands in printed values in place of an inlined secret.
    pub(super) fn placeholder(&self) -> Value {
        Value::String(format!("<written at installation from {}>", self.reference))
    }
}

/// Chart values with the inlined secrets in them. It can be handed to the chart, not printed.
#[derive(Clone)]
pub struct ResolvedValues(Value);

impl ResolvedValues {
    /// The values, secrets included: for rendering and for the release record only.
    pub fn expose(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for ResolvedValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResolvedValues(…)")
    }
}

/// Puts the inlined secrets in their places. `fetch` gives the value of a planned secret; it is called only for
/// those that are delivered inline.
pub fn resolve<E>(
    values: &Value,
    secrets: &[PlannedSecret],
    mut fetch: impl FnMut(&PlannedSecret) -> Result<SecretString, E>,
) -> Result<ResolvedValues, E> {
    let mut values = values.clone();
    for secret in secrets.iter().filter(|s| s.delivery == Delivery::Inline) {
        path::set(&mut values, &secret.path, fetch(secret)?.expose_secret().into());
    }
    Ok(ResolvedValues(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_written_back() {
        for text in ["env:DB_PASSWORD", "file:/run/secrets/db", "prompt", "generate", "secret:iomete-db/password"] {
            assert_eq!(text.parse::<SecretRef>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_a_literal() {
        for text in
            ["hunter2", "env:", "env:two words", "env:9", "file:", "secret:name", "secret:Name/key", "secret:a/"]
        {
            assert_eq!(text.parse::<SecretRef>(), Err(()), "{text}");
        }
    }

    #[test]
    fn inlined_values_cannot_be_printed() {
        let planned = PlannedSecret {
            field: "storage.azureSettings.storageAccountKey".into(),
            name: "iomete-storage".into(),
            key: "account-key".into(),
            reference: SecretRef::Env("KEY".into()),
            delivery: Delivery::Inline,
            path: "storage.azureSettings.storageAccountKey".into(),
        };
        let values = serde_json::json!({});
        let resolved = resolve(&values, &[planned], |_| Ok::<_, ()>(SecretString::from("canary-7"))).unwrap();
        assert!(resolved.expose().to_string().contains("canary-7"));
        assert!(!format!("{resolved:?}").contains("canary-7"));
    }
}
