//! The small language in which the spec says when a question is asked, when it must be answered, and when a rule
//! speaks: `{storage.type: [minio, dell_ecs], database.ssl.enabled: true}`. All entries of a map must hold; in a
//! list of maps one must. The wanted value is a scalar, a list of them, `present` or `absent`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One map of wanted values must hold completely.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Vec<BTreeMap<String, Wanted>>);

#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    OneOf(Vec<Value>),
    Present,
    Absent,
}

impl Condition {
    /// All of these.
    pub(super) fn all(wanted: serde_json::Map<String, Value>) -> Self {
        Condition(vec![wanted.into_iter().map(|(name, value)| (name, value.into())).collect()])
    }

    /// Whether it holds where `look` gives the value of a name.
    pub fn holds<'a>(&self, look: impl Fn(&str) -> Option<&'a Value>) -> bool {
        self.0.iter().any(|clause| clause.iter().all(|(name, wanted)| wanted.fits(look(name))))
    }

    /// The names it looks at.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|clause| clause.keys().map(String::as_str))
    }

    /// The entries of the first clause that do not hold, as `name` and words for what was wanted.
    pub fn unmet<'a>(&self, look: impl Fn(&str) -> Option<&'a Value>) -> Vec<(String, String)> {
        let clause = self.0.first().into_iter().flatten();
        clause.filter(|(name, w)| !w.fits(look(name))).map(|(name, w)| (name.clone(), w.to_string())).collect()
    }
}

impl Wanted {
    fn fits(&self, found: Option<&Value>) -> bool {
        let there = found.filter(|value| !is_empty(value));
        match self {
            Wanted::OneOf(values) => found.is_some_and(|found| values.contains(found)),
            Wanted::Present => there.is_some(),
            Wanted::Absent => there.is_none(),
        }
    }
}

/// Null, empty text, empty list or empty map: nothing was said.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, clause) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", or ")?;
            }
            for (j, (name, wanted)) in clause.iter().enumerate() {
                if j > 0 {
                    f.write_str(" and ")?;
                }
                write!(f, "{name} is {wanted}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Present => f.write_str("given"),
            Wanted::Absent => f.write_str("not given"),
            Wanted::OneOf(values) => {
                let words: Vec<String> =
                    values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string)).collect();
                f.write_str(&words.join(" or "))
            }
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let clauses = match Value::deserialize(deserializer)? {
            Value::Array(clauses) => clauses,
            clause => vec![clause],
        };
        let clause = |value: Value| match value {
            Value::Object(map) => Ok(map.into_iter().map(|(name, wanted)| (name, wanted.into())).collect()),
            other => Err(serde::de::Error::custom(format!("a condition is a map of names, not {other}"))),
        };
        Ok(Condition(clauses.into_iter().map(clause).collect::<Result<_, _>>()?))
    }
}

impl From<Value> for Wanted {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(values) => Wanted::OneOf(values),
            Value::String(word) if word == "present" => Wanted::Present,
            Value::String(word) if word == "absent" => Wanted::Absent,
            value => Wanted::OneOf(vec![value]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn condition(value: Value) -> Condition {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn all_of_a_map_and_one_of_a_list() {
        let values = json!({"type": "minio", "tls": true});
        let look = |name: &str| values.get(name);
        assert!(condition(json!({"type": ["minio", "dell_ecs"], "tls": true})).holds(look));
        assert!(!condition(json!({"type": "gcs", "tls": true})).holds(look));
        assert!(condition(json!([{"type": "gcs"}, {"tls": true}])).holds(look));
    }

    #[test]
    fn present_means_said_and_not_empty() {
        let values = json!({"name": "", "port": 1});
        let look = |name: &str| values.get(name);
        assert!(condition(json!({"name": "absent", "host": "absent", "port": "present"})).holds(look));
        assert!(!condition(json!({"name": "present"})).holds(look));
    }

    #[test]
    fn says_what_was_wanted() {
        let wanted = condition(json!([{"type": ["a", "b"], "tls": true}]));
        assert_eq!(wanted.to_string(), "tls is true and type is a or b");
        let values = json!({"tls": true});
        assert_eq!(wanted.unmet(|n| values.get(n)), [("type".to_string(), "a or b".to_string())]);
    }
}
