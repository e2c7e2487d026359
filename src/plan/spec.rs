//! The question spec: everything that can be asked, as data. It drives the evaluator, the answers file, the JSON
//! Schema, the sample and the wizard; there is no second description of a question anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::expand;
use super::field::{Choice, Field, Refused, Section};
use crate::platform::{Catalogue, catalogue};

/// The sections in the order in which they are asked.
const SECTIONS: &[(&str, &str)] = &[
    ("provider", include_str!("../../assets/plan/spec/provider.yaml")),
    ("storage", include_str!("../../assets/plan/spec/storage.yaml")),
    ("database", include_str!("../../assets/plan/spec/database.yaml")),
    ("secret-store", include_str!("../../assets/plan/spec/secret-store.yaml")),
    ("logging", include_str!("../../assets/plan/spec/logging.yaml")),
    ("ingress", include_str!("../../assets/plan/spec/ingress.yaml")),
    ("placement", include_str!("../../assets/plan/spec/placement.yaml")),
    ("autoscaling", include_str!("../../assets/plan/spec/autoscaling.yaml")),
    ("features", include_str!("../../assets/plan/spec/features.yaml")),
];

const REFUSED: &str = include_str!("../../assets/plan/refused.yaml");

/// The answers-file key that lists acknowledged rules.
pub const ACKNOWLEDGE: &str = "acknowledge";

/// All questions.
#[derive(Debug)]
pub struct Spec {
    /// In the order in which they are asked.
    pub sections: Vec<Section>,
    /// Keys that people try and that are refused with an explanation.
    pub refused: Vec<Refused>,
    index: BTreeMap<String, (usize, usize)>,
    parents: BTreeSet<String>,
}

impl Spec {
    /// The spec compiled into the program.
    pub fn builtin() -> &'static Spec {
        static SPEC: LazyLock<Spec> = LazyLock::new(|| Spec::load(catalogue()));
        &SPEC
    }

    /// The data is part of the program and read by its tests: that it does not parse is a fault of the build.
    fn load(catalogue: &Catalogue) -> Spec {
        let mut sections: Vec<Section> = SECTIONS.iter().map(|(name, text)| table(name, text)).collect();
        for section in &mut sections {
            expand::expand(section, catalogue);
        }
        let mut index = BTreeMap::new();
        let mut parents = BTreeSet::new();
        for (s, section) in sections.iter().enumerate() {
            for (f, field) in section.fields.iter().enumerate() {
                index.insert(field.id.clone(), (s, f));
                for (dot, _) in field.id.match_indices('.') {
                    parents.insert(field.id[..dot].to_string());
                }
            }
        }
        let refused: Vec<Refused> = table("refused", REFUSED);
        for refused in &refused {
            parents.extend(refused.key.match_indices('.').map(|(dot, _)| refused.key[..dot].to_string()));
        }
        Spec { sections, refused, index, parents }
    }

    /// The question with this path in the answers file.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.index.get(id).map(|&(s, f)| &self.sections[s].fields[f])
    }

    /// Every question, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The question whose answer goes to this values path, or else to a map above it.
    pub fn field_of_value(&self, path: &str) -> Option<&Field> {
        fn targets(field: &Field) -> impl Iterator<Item = &String> {
            let secret = field.secret.iter().flat_map(|s| s.reference.iter().chain(&s.bundled));
            field.values.iter().chain(secret)
        }
        let above = |target: &String| path.strip_prefix(target.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let exactly = |field: &&Field| targets(field).any(|target| target == path);
        self.fields().find(exactly).or_else(|| self.fields().find(|field| targets(field).any(above)))
    }

    /// Whether `key` leads to questions without being one.
    pub(super) fn leads_on(&self, key: &str) -> bool {
        self.parents.contains(key)
    }

    /// The refusal that fits `key`.
    pub(super) fn refusal(&self, key: &str) -> Option<&Refused> {
        self.refused.iter().find(|refused| refused.key == key)
    }

    /// The known key that is written most like `key`, when it is close enough to be meant.
    pub(super) fn nearest(&self, key: &str) -> Option<&str> {
        let known = self.index.keys().chain(&self.parents).map(String::as_str).chain([ACKNOWLEDGE]);
        nearest(key, known)
    }
}

/// The candidate that is written most like `text`, when it is close enough to be meant.
pub(super) fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_lowercase();
    let score = |candidate: &str| {
        let whole = strsim::normalized_damerau_levenshtein(text, candidate);
        // A right name in a wrong place is worth naming too.
        let name = 0.85 * strsim::normalized_damerau_levenshtein(&last(text), &last(candidate));
        if whole > name { whole } else { name }
    };
    let best = candidates.map(|c| (score(c), c)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.6).then_some(best.1)
}

fn table<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|e| panic!("assets/plan, {name}: {e}"))
}

impl Choice {
    pub(super) fn new(value: &str, title: &str) -> Self {
        Choice { value: value.to_string(), title: title.to_string() }
    }
}

#[cfg(test)]
mod tests;
