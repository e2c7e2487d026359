//! The difference of two objects as a unified diff of their YAML. Of what Secrets hold it says whether it changes, never
//! what it is.

use serde_json::Value;
use similar::TextDiff;

use super::{Clean, plain};
use crate::helm::release::to_yaml;
use crate::redact::MASK;

/// Lines around a change.
const AROUND: usize = 3;

/// What is said when all that changes is masked.
const ALL_MASKED: &str = "(all that changes is masked)\n";

/// An object as it stands and as it would stand.
pub struct Sides {
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// The diff; none when nothing that counts is different.
pub fn difference(sides: Sides, clean: Clean<'_>) -> Option<String> {
    let Sides { before, after } = sides;
    let (mut before, mut after) = (before.as_ref().map(plain), after.as_ref().map(plain));
    if before == after {
        return None;
    }
    mask(&mut before, &mut after);
    let text = |side: Option<Value>| side.map(|value| clean(&yaml(value))).unwrap_or_default();
    Some(unified(&text(before), &text(after)))
}

/// The diff of two texts that are known to be different, and are clean.
pub fn unified(before: &str, after: &str) -> String {
    if before == after {
        return ALL_MASKED.into();
    }
    TextDiff::from_lines(before, after).unified_diff().context_radius(AROUND).to_string()
}

fn yaml(value: Value) -> String {
    to_yaml(value).unwrap_or_else(|e| format!("# cannot be shown: {e}\n"))
}

/// Masks what Secrets hold, so that what is different stays different.
fn mask(before: &mut Option<Value>, after: &mut Option<Value>) {
    let is_secret = |side: &Option<Value>| side.as_ref().is_some_and(|value| value["kind"] == "Secret");
    if !is_secret(before) && !is_secret(after) {
        return;
    }
    for section in ["data", "stringData"] {
        let held = |side: &Option<Value>| side.as_ref().map_or(Value::Null, |value| value[section].clone());
        let (old, new) = (held(before), held(after));
        hide(before, section, &new, "as it is");
        hide(after, section, &old, "as it will be");
    }
}

fn hide(side: &mut Option<Value>, section: &str, other: &Value, word: &str) {
    let Some(Value::Object(object)) = side else { return };
    let Some(Value::Object(held)) = object.get_mut(section) else { return };
    for (key, value) in held {
        let differs = other.get(key).is_some_and(|other| other != value);
        *value = if differs { format!("{MASK} {word}").into() } else { MASK.into() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(before: Value, after: Value) -> Option<String> {
        difference(Sides { before: Some(before), after: Some(after) }, &|text| text.replace("hunter2", MASK))
    }

    #[test]
    fn of_a_secret_only_that_it_changes_is_told() {
        let secret = |password: &str| json!({"kind": "Secret", "metadata": {"uid": password}, "data": {"password": password, "user": "dXNlcg=="}});
        insta::assert_snapshot!(shown(secret("b25l"), secret("dHdv")).unwrap(), @"
        @@ -1,5 +1,5 @@
         data:
        -  password: •••••• as it is
        +  password: •••••• as it will be
           user: ••••••
         kind: Secret
         metadata: {}
        ");
    }

    #[test]
    fn what_the_server_writes_is_no_difference_and_a_masked_one_is_not_hidden() {
        let job = |generation: i64| json!({"metadata": {"generation": generation}, "status": {"x": generation}});
        assert_eq!(shown(job(1), job(2)), None);
        let only = shown(json!({"env": "hunter2hunter2"}), json!({"env": "hunter2"})).unwrap();
        assert!(only.contains(MASK) && !only.contains("hunter2"), "{only}");
        let all =
            difference(Sides { before: Some(json!({"a": "x1"})), after: Some(json!({"a": "x2"})) }, &|_| MASK.into());
        assert_eq!(all.unwrap(), ALL_MASKED);
    }
}
