//! Answers as YAML text that reads back as the same answers, and that a person likes to read.

use std::fmt::Write;

use serde_json::Value;

use super::tree;

/// A value on one line: plain where that reads back as the same text, else in the notation of JSON, which is YAML.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        Value::Array(items) => format!("[{}]", items.iter().map(scalar_inside).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}: {}", word_inside(key), scalar_inside(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// `key: value` with everything below it, indented.
pub(super) fn entry(out: &mut String, indent: usize, key: &str, value: &Value) {
    let margin = " ".repeat(indent);
    let _ = write!(out, "{margin}{}:", word(key));
    below(out, indent, value);
}

/// What stands after the colon.
fn below(out: &mut String, indent: usize, value: &Value) {
    let margin = " ".repeat(indent + 2);
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            for (key, value) in map {
                entry(out, indent + 2, key, value);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                let _ = writeln!(out, "{margin}- {}", scalar(item));
            }
        }
        Value::String(text) if is_block(text) => {
            out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
            for line in text.lines() {
                let _ = writeln!(out, "{margin}{line}");
            }
        }
        other => {
            let _ = writeln!(out, " {}", scalar(other));
        }
    }
}

/// Several lines that stand as they are: printable, each beginning with something, one line break at the end.
fn is_block(text: &str) -> bool {
    let plain = |line: &str| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_graphic());
        edge(line.chars().next()) && edge(line.chars().last()) && line.chars().all(|c| c == ' ' || c.is_ascii_graphic())
    };
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n') && body.split('\n').all(plain)
}

/// A text, in quotes where it needs them.
fn word(text: &str) -> String {
    let simple = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+".contains(c));
    let same = || tree::parse(text, &"text".into()).is_ok_and(|read| read.value() == Value::String(text.to_string()));
    if simple && same() { text.to_string() } else { quoted(text) }
}

/// A text inside of a list or a map on one line, where `:` at its end would be a key.
fn word_inside(text: &str) -> String {
    let plain = word(text);
    if plain.contains(':') && !plain.starts_with('"') { quoted(text) } else { plain }
}

fn scalar_inside(value: &Value) -> String {
    match value {
        Value::String(text) => word_inside(text),
        other => scalar(other),
    }
}

/// In double quotes; everything that is invisible or means something to YAML is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn written(value: &Value) -> String {
        let mut out = String::new();
        entry(&mut out, 0, "key", value);
        out
    }

    fn read(text: &str) -> Value {
        tree::parse(text, &"text".into()).unwrap_or_else(|e| panic!("{e:?} in {text}")).value()["key"].clone()
    }

    #[test]
    fn simple_things_look_simple() {
        let value = json!({"host": "pg-1", "port": 5432, "names": ["a", "b"], "none": [], "text": "true"});
        let text = written(&value);
        assert_eq!(
            text,
            "key:\n  host: pg-1\n  names:\n    - a\n    - b\n  none: []\n  port: 5432\n  text: \"true\"\n"
        );
    }

    #[test]
    fn certificates_stand_as_they_are() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let text = written(&json!(pem));
        assert!(text.starts_with("key: |\n  -----BEGIN"), "{text}");
        assert_eq!(read(&text), json!(pem));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[a-z:# \\-\n|>{}\\[\\]&*!%@`'\",]{0,12}", Just("~".to_string())];
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(text.clone(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn everything_reads_back_as_it_was(value in any_value()) {
            let text = written(&value);
            prop_assert_eq!(read(&text), value, "{}", text);
        }
    }
}
