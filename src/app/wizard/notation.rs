//! Answers of several lines as text to be edited, and back. A list is a line per item, a map a line `name: value`;
//! tolerations are written as taints are (`dedicated=spark:NoSchedule`), or as the YAML of a values file.

use serde_json::{Map, Value, json};

use crate::plan::{Field, Kind, check};

/// Why a text cannot be taken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// The text cannot be an answer at all, or must not be kept; otherwise it is an answer that does not fit.
    pub refused: bool,
}

/// Whether answers of this kind are edited as several lines.
pub fn is_long(kind: Kind) -> bool {
    matches!(kind, Kind::List | Kind::Map | Kind::Tolerations | Kind::Values | Kind::Pem)
}

/// How such a text is written, in a line above the editor.
pub fn hint(kind: Kind) -> &'static str {
    match kind {
        Kind::List => "one per line",
        Kind::Map => "a line `name: value` for each",
        Kind::Tolerations => "key=value:Effect, key:Effect or key on a line each, as taints; or YAML",
        Kind::Values => "YAML, as in a values file",
        Kind::Pem => "PEM, one certificate after the other",
        _ => "",
    }
}

/// An answer as text.
pub fn write(kind: Kind, value: &Value) -> String {
    let lines = |texts: Vec<String>| texts.iter().map(|text| format!("{text}\n")).collect::<String>();
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    match (kind, value) {
        (Kind::Tolerations, Value::Array(items)) => match items.iter().map(toleration_line).collect() {
            Some(texts) => lines(texts),
            None => yaml(value),
        },
        (Kind::List, Value::Array(items)) => lines(items.iter().map(word).collect()),
        (Kind::Map, Value::Object(map)) => {
            lines(map.iter().map(|(key, value)| format!("{key}: {}", word(value))).collect())
        }
        (Kind::Pem, Value::String(text)) => text.clone(),
        (_, Value::Null) => String::new(),
        (_, Value::Object(map)) if map.is_empty() => String::new(),
        (_, value) => yaml(value),
    }
}

fn yaml(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_else(|_| value.to_string())
}

/// An answer in one line, for where it is only shown.
pub fn brief(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Pem, Value::String(text)) => match text.matches("-----BEGIN CERTIFICATE").count() {
            1 => "1 certificate".into(),
            count => format!("{count} certificates"),
        },
        (Kind::Values, Value::Object(map)) if !map.is_empty() => {
            let count = crate::plan::path::leaves(value).len();
            format!("{count} value{} below {}", if count == 1 { "" } else { "s" }, keys(map))
        }
        (_, Value::Array(items)) if items.is_empty() => "none".into(),
        (_, Value::Object(map)) if map.is_empty() => "none".into(),
        (kind, Value::Array(_) | Value::Object(_)) => {
            write(kind, value).lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

fn keys(map: &Map<String, Value>) -> String {
    map.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A text as an answer; null for an empty one.
///
/// # Errors
/// Where it cannot be read.
pub fn read(kind: Kind, text: &str) -> Result<Value, Fault> {
    let empty = text.lines().all(|line| line.trim().is_empty());
    if empty {
        return Ok(Value::Null);
    }
    match kind {
        Kind::List => Ok(items(text).map(|(_, item)| json!(item)).collect()),
        Kind::Map => {
            items(text).map(|(line, item)| pair(line, item)).collect::<Result<Map<_, _>, _>>().map(Value::from)
        }
        Kind::Tolerations if !text.trim_start().starts_with(['-', '[']) => {
            items(text).map(|(line, item)| toleration(line, item)).collect::<Result<Vec<_>, _>>().map(Value::from)
        }
        Kind::Pem => Ok(json!(text)),
        _ => parse(text),
    }
}

/// The first thing that is wrong with a text as the answer of a question.
pub fn fault(field: &Field, text: &str) -> Option<Fault> {
    let value = match read(field.kind, text) {
        Ok(Value::Null) => return None,
        Ok(value) => value,
        Err(fault) => return Some(fault),
    };
    let misfits = check(field, &value).err()?;
    // The words of a list or map do not say where; each of its lines is asked for itself.
    let alone = |line: &(usize, &str)| read(field.kind, line.1).is_ok_and(|value| check(field, &value).is_err());
    let line = match field.kind {
        Kind::List | Kind::Map => items(text).find(alone).map_or(0, |(line, _)| line),
        Kind::Tolerations if !text.trim_start().starts_with(['-', '[']) => {
            items(text).find(alone).map_or(0, |(line, _)| line)
        }
        Kind::Pem => misfits.first().and_then(|misfit| line_in_words(&misfit.what)).unwrap_or(0),
        _ => 0,
    };
    let refused = misfits.iter().any(|misfit| misfit.holds_a_secret());
    let first = misfits.into_iter().next()?;
    let next = first.next.map(|next| format!("; {next}")).unwrap_or_default();
    Some(Fault { line, column: 0, what: format!("{}{next}", first.what), refused })
}

/// `line 12 is not base64` → 11.
fn line_in_words(words: &str) -> Option<usize> {
    let rest = words.split("line ").nth(1)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<usize>().ok()?.checked_sub(1)
}

/// The lines that say something, with their numbers. A dash in front, as in YAML, is not part of an item.
fn items(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let item = |line: &'_ str| -> Option<()> { (!line.trim().is_empty()).then_some(()) };
    text.lines().enumerate().filter(move |(_, line)| item(line).is_some()).map(|(at, line)| {
        let line = line.trim();
        (at, line.strip_prefix("- ").map_or(line, str::trim))
    })
}

fn refused(line: usize, what: impl Into<String>) -> Fault {
    Fault { line, column: 0, what: what.into(), refused: true }
}

fn pair(line: usize, text: &str) -> Result<(String, Value), Fault> {
    let split = text.split_once(": ").or_else(|| text.strip_suffix(':').map(|key| (key, "")));
    let Some((key, value)) = split else {
        return Err(refused(line, "a line is `name: value`"));
    };
    let unquoted = |text: &str| -> String {
        let text = text.trim();
        let inner = ['"', '\''].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q));
        inner.unwrap_or(text).to_string()
    };
    match unquoted(key) {
        key if key.is_empty() => Err(refused(line, "the name before `:` is missing")),
        key => Ok((key, json!(unquoted(value)))),
    }
}

/// `key=value:Effect` and what is left out of it; `*` stands for every key; `for 300s` at the end.
fn toleration(line: usize, text: &str) -> Result<Value, Fault> {
    let mut map = Map::new();
    let (taint, seconds) = match text.split_once(" for ") {
        Some((taint, time)) => {
            let seconds = time.trim().trim_end_matches('s').parse::<i64>();
            (taint.trim(), Some(seconds.map_err(|_| refused(line, "after `for` stands a number of seconds"))?))
        }
        None => (text, None),
    };
    let (taint, effect) = match taint.rsplit_once(':') {
        Some((taint, effect)) => (taint, Some(effect.trim())),
        None => (taint, None),
    };
    match taint.split_once('=') {
        Some((key, value)) => {
            map.insert("key".into(), json!(key.trim()));
            map.insert("operator".into(), json!("Equal"));
            map.insert("value".into(), json!(value.trim()));
        }
        None => {
            if taint.trim() != "*" {
                map.insert("key".into(), json!(taint.trim()));
            }
            map.insert("operator".into(), json!("Exists"));
        }
    }
    map.extend(effect.map(|effect| ("effect".to_string(), json!(effect))));
    map.extend(seconds.map(|seconds| ("tolerationSeconds".to_string(), json!(seconds))));
    Ok(Value::Object(map))
}

/// The line of a toleration, when a line can say it.
fn toleration_line(value: &Value) -> Option<String> {
    let map = value.as_object()?;
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    let taint = match (text("operator"), text("key"), text("value")) {
        (Some("Exists"), None, None) => "*".to_string(),
        (Some("Exists"), Some(key), None) => key.to_string(),
        (Some("Equal"), Some(key), value) => format!("{key}={}", value?),
        _ => return None,
    };
    let effect = text("effect").map(|effect| format!(":{effect}")).unwrap_or_default();
    let seconds = map.get("tolerationSeconds").map(|seconds| format!(" for {seconds}s")).unwrap_or_default();
    let line = format!("{taint}{effect}{seconds}");
    // What would be read differently is better shown as YAML.
    (toleration(0, &line).ok().as_ref() == Some(value)).then_some(line)
}

fn parse(text: &str) -> Result<Value, Fault> {
    let options = serde_yaml::options! { with_snippet: false, strict_booleans: true, emit_comments: false };
    serde_yaml::from_str_with_options(text, options).map_err(|error: serde_yaml::Error| {
        let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        let at = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or(0);
        Fault {
            line: at(line),
            column: at(column),
            what: "this is not valid YAML here; texts with `:`, `#`, `*`, `&`, `{` or `[` need quotes".into(),
            refused: true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;

    fn field(id: &str) -> &'static Field {
        Spec::builtin().field(id).unwrap()
    }

    #[test]
    fn lists_and_maps_are_lines() {
        assert_eq!(read(Kind::List, "spark-a\n\n - spark-b \n"), Ok(json!(["spark-a", "spark-b"])));
        assert_eq!(read(Kind::Map, "a.b/c: \"true\"\nempty:\n"), Ok(json!({"a.b/c": "true", "empty": ""})));
        assert_eq!(write(Kind::Map, &json!({"a": "b"})), "a: b\n");
        assert_eq!(read(Kind::Map, "a: 1\nb\n").unwrap_err().line, 1);
        assert_eq!(read(Kind::List, " \n"), Ok(Value::Null));
    }

    #[test]
    fn tolerations_are_written_as_taints_or_as_yaml() {
        let text = "dedicated=spark:NoSchedule\ngpu:NoExecute for 300s\nspot\n*\n";
        let value = read(Kind::Tolerations, text).unwrap();
        assert_eq!(
            value[0],
            json!({"key": "dedicated", "operator": "Equal", "value": "spark", "effect": "NoSchedule"})
        );
        assert_eq!(value[1]["tolerationSeconds"], json!(300));
        assert_eq!(value[3], json!({"operator": "Exists"}));
        assert_eq!(write(Kind::Tolerations, &value), text);
        let yaml = "- key: a\n  operator: Exists\n";
        assert_eq!(read(Kind::Tolerations, yaml), Ok(json!([{"key": "a", "operator": "Exists"}])));
        let odd = json!([{"key": "a", "value": "b"}]);
        assert_eq!(read(Kind::Tolerations, &write(Kind::Tolerations, &odd)), Ok(odd));
    }

    #[test]
    fn what_is_wrong_is_found_in_its_line() {
        let found = fault(field("namespaces"), "spark-a\nSpark_B\n").unwrap();
        assert_eq!((found.line, found.refused), (1, false), "{found:?}");
        let found = fault(field("controlPlaneTolerations"), "a:NoSchedule\nb:Never\n").unwrap();
        assert_eq!(found.line, 1, "{found:?}");
        let found = fault(field("extraValues"), "a: 1\nb: [1\nc: 2\n").unwrap();
        assert!(found.line >= 1 && found.refused, "{found:?}");
        let found = fault(field("javaTrustStore.authorities"), "-----BEGIN CERTIFICATE-----\nMIIB\n**\n").unwrap();
        assert_eq!(found.line, 0, "{found:?}");
        assert_eq!(fault(field("namespaces"), ""), None);
    }

    #[test]
    fn secrets_are_refused() {
        let found = fault(field("extraValues"), "custom:\n  apiKey: canary\n").unwrap();
        assert!(found.refused && !found.what.contains("canary"), "{found:?}");
    }
}
