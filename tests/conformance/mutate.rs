//! Values made from the defaults of a chart: switches turned, other scalars, nothing where something was.

use iomctl::helm::Chart;
use serde_json::{Map, Value, json};

use super::random::Random;

/// Which values to make.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Every `enabled`, `create` and the like is turned on.
    AllOn,
    /// Some switches are turned and some scalars replaced by others of their type.
    Mild,
    /// Anything by anything.
    Wild,
}

/// Values over the defaults of `chart`, as JSON, which is YAML.
pub fn values(chart: &Chart, kind: Kind, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut defaults = iomctl::helm::Values((*chart.values).clone()).to_json();
    for child in &chart.dependencies {
        let own = iomctl::helm::Values((*child.values).clone()).to_json();
        if let Value::Object(map) = &mut defaults {
            map.entry(child.name().to_string()).or_insert(own);
        }
    }
    let changed = change(&defaults, kind, &mut random).unwrap_or_else(|| json!({}));
    changed.to_string()
}

/// What is laid over `value`, if anything.
fn change(value: &Value, kind: Kind, random: &mut Random) -> Option<Value> {
    if let Value::Object(map) = value {
        let mut over = Map::new();
        for (key, value) in map {
            if let Some(changed) = change_entry(key, value, kind, random) {
                over.insert(key.clone(), changed);
            }
        }
        return if over.is_empty() { None } else { Some(Value::Object(over)) };
    }
    match kind {
        Kind::AllOn => None,
        Kind::Mild => random.one_in(8).then(|| mild(value, random)),
        Kind::Wild => random.one_in(25).then(|| wild(random)),
    }
}

fn change_entry(key: &str, value: &Value, kind: Kind, random: &mut Random) -> Option<Value> {
    let switch = ["enabled", "create", "install"].iter().any(|word| key.to_lowercase().ends_with(word));
    match (kind, value) {
        (Kind::AllOn, Value::Bool(false)) if switch => Some(json!(true)),
        (Kind::Wild, Value::Object(map)) if !map.is_empty() && random.one_in(60) => Some(wild(random)),
        (Kind::Mild, Value::Bool(b)) if random.one_in(3) => Some(json!(!b)),
        _ => change(value, kind, random),
    }
}

/// Another value of the same type, or what people write for nothing.
fn mild(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Bool(b) => json!(!b),
        Value::Number(n) => {
            random.pick(&[json!(0), json!(3), json!(n.as_f64().unwrap_or(0.0) + 1.0), json!("7")]).clone()
        }
        Value::String(_) => random
            .pick(&[
                json!(""),
                json!("other"),
                json!("a: b"),
                json!("{{ .Release.Name }}-x"),
                json!("two\nlines\n"),
                Value::Null,
            ])
            .clone(),
        Value::Array(_) => random.pick(&[json!([]), json!(["x"]), json!([{"name": "n", "value": "v"}])]).clone(),
        _ => random.pick(&[json!("set"), json!({}), json!({"key": "value"}), json!(true), json!(1)]).clone(),
    }
}

fn wild(random: &mut Random) -> Value {
    let all = [
        Value::Null,
        json!(""),
        json!("text"),
        json!("yes"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1_000_000),
        json!(true),
        json!(false),
        json!([]),
        json!(["a", 1, null]),
        json!({}),
        json!({"a": {"b": "c"}}),
        json!("{{ .Values.nope.deep }}"),
        json!("{{ include"),
    ];
    random.pick(&all).clone()
}
