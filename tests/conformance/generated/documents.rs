//! YAML in every direction.

use super::oracle::Question;
use super::{Random, agree};

const SCALARS: &[&str] = &[
    "a",
    "1",
    "010",
    "0o17",
    "0x1F",
    "1_000",
    "1.5",
    "1e3",
    ".5",
    "5.",
    "-1",
    "+2",
    "~",
    "null",
    "yes",
    "No",
    "on",
    "true",
    "TRUE",
    "y",
    "n",
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "12:30:45",
    "'single ''quoted'''",
    "\"double \\\"q\\\" \\n \\u00e9 \\x41\"",
    "text with spaces",
    "\"\"",
    "''",
    ".inf",
    ".NaN",
    "-.Inf",
    "!!str 1",
    "!!int \"3\"",
    "!!binary YWJj",
    "&a x",
    "*a",
    "é",
    "😀",
    "a: b",
    "a #b",
    "- x",
    "{}",
    "[]",
    "[a, 1]",
    "{a: 1}",
    "? x",
    "@x",
    "`x`",
    "%x",
    "|x",
    ">x",
    "!x",
    "!custom y",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "0.1",
    "123456789.123",
    "1e-7",
    "1e21",
    "08",
    "0b11",
    "0b2",
    "-0",
    "-0.0",
    "=",
    "<<",
    "null null",
    "a\tb",
    "x:y",
    "key:",
    "'a\n\n b'",
    "\"a\\\n  b\"",
    "1:30",
    "1.2.3",
    "0.",
    "1__0",
    "_1",
    "-",
    "--- x",
    "...",
    "!!float 1",
    "!!bool yes",
    "!!set {a}",
    "[a",
    "{a: 1",
    "'open",
    "a, b",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "key",
    "1",
    "yes",
    "~",
    "'q'",
    "\"d\"",
    "a b",
    "1.5",
    "010",
    "<<",
    "? a",
    "é",
    "a.b",
    "[x]",
    "{x: 1}",
    "true",
    "2001-01-01",
    "*a",
];

fn node(random: &mut Random, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match if indent > 6 { 0 } else { random.below(7) } {
        0..=2 => out.push_str(&format!(" {}\n", random.pick::<&str>(SCALARS))),
        3 | 4 => {
            out.push('\n');
            for _ in 0..1 + random.below(3) {
                out.push_str(&format!("{pad}{}:", random.pick::<&str>(KEYS)));
                node(random, indent + 2, out);
            }
        }
        5 => {
            out.push('\n');
            for _ in 0..1 + random.below(3) {
                out.push_str(&format!("{pad}-"));
                node(random, indent + 2, out);
            }
        }
        _ => {
            let head = *random.pick::<&str>(&[" |", " >", " |-", " >-", " |+", " >+", " |2", " >1-"]);
            out.push_str(head);
            out.push('\n');
            for _ in 0..random.below(4) {
                let line = *random.pick::<&str>(&[
                    "text",
                    "more text",
                    "",
                    "  deeper",
                    "# no comment",
                    "a: b",
                    "tab\tx",
                    "trailing ",
                ]);
                out.push_str(&format!("{pad}  {line}\n"));
            }
        }
    }
}

/// A document that is often right.
pub fn document(random: &mut Random) -> String {
    let mut out = String::new();
    for _ in 0..1 + random.below(4) {
        out.push_str(&format!("{}:", random.pick::<&str>(KEYS)));
        node(random, 2, &mut out);
        if random.one_in(12) {
            out.push_str(random.pick::<&str>(&["# comment\n", "\n\n", "---\n", "...\n", "\t\n", "%YAML 1.1\n"]));
        }
    }
    out
}

#[test]
fn random_documents() {
    agree("documents", |random| {
        Question {
        template: "{{ toJson .Values }}\n{{ toYaml .Values }}\n{{ printf \"%v\" .Values }}\n{{ toYamlPretty .Values }}\n{{ toToml .Values }}".into(),
        values: document(random),
        ..Question::default()
    }
    });
}

#[test]
fn random_documents_in_templates() {
    agree("texts", |random| {
        let quoted = format!("{:?}", document(random)).replace("\\'", "'").replace("\\u{", "\\U{");
        let text = document(random);
        let function = *random.pick::<&str>(&[
            "fromYaml",
            "fromYamlArray",
            "fromJson",
            "fromJsonArray",
            "fromToml",
            "mustFromJson",
        ]);
        let template = match quoted.contains("\\U{") || text.contains('`') {
            true => format!("{{{{ {function} .Values.text | toJson }}}}"),
            false => format!("{{{{ {function} `{text}` | toJson }}}}"),
        };
        let values = format!("text: {}\n", serde_json::to_string(&text).unwrap_or_default());
        Question { template, values, ..Question::default() }
    });
}

/// Values as JSON, which decide alone how they are written.
fn json(random: &mut Random, depth: usize) -> serde_json::Value {
    const TEXTS: &[&str] = &[
        "",
        "a",
        "yes",
        "null",
        "1",
        "1.0",
        "0x1",
        "a: b",
        "# c",
        "- d",
        "'q'",
        "\"d\"",
        "two\nlines",
        "end\n",
        "end\n\n",
        "\n",
        " lead",
        "trail ",
        "tab\t",
        "é",
        "😀",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "a long text that goes on and on so that it has to be folded somewhere after eighty columns of it",
        "long_without_any_space_long_without_any_space_long_without_any_space_long_without_any_space",
        "{{ x }}",
        "*a",
        "&a",
        "!x",
        "%x",
        "@x",
        "`x`",
        "?",
        "? x",
        ":",
        ":x",
        "x:",
        "-",
        "--",
        "---",
        "...",
        "=",
        "<<",
        "2001-01-01",
        "12:30:45",
        "1:30",
        "~",
        "0o7",
        "010",
        "1_000",
        ".5",
        "1e3",
        "[x",
        "{x",
        "a,b",
        "a #b",
        "\r\n",
        "a\r\nb",
        " \n",
        "\n a",
        "line one is here\n  indented line two\n\nline four after a blank one\n",
        "tab\tin\nlines",
        "trailing \nspace",
        "key: value\nother: |\n  block\n",
    ];
    match if depth == 0 { random.below(4) } else { random.below(7) } {
        0 | 1 => serde_json::json!(*random.pick::<&str>(TEXTS)),
        2 => random
            .pick(&[
                serde_json::json!(0),
                serde_json::json!(1.5),
                serde_json::json!(1_000_000),
                serde_json::json!(-3),
                serde_json::json!(1e21),
                serde_json::json!(1e20),
                serde_json::json!(123_456_789),
                serde_json::json!(0.000_001),
                serde_json::json!(1e-7),
                serde_json::json!(-0.0),
                serde_json::json!(100_000.5),
                serde_json::json!(1e300),
            ])
            .clone(),
        3 => random
            .pick(&[
                serde_json::json!(true),
                serde_json::json!(false),
                serde_json::Value::Null,
                serde_json::json!({}),
                serde_json::json!([]),
            ])
            .clone(),
        4 | 5 => {
            let entries =
                (0..1 + random.below(4)).map(|_| (random.pick::<&str>(TEXTS).to_string(), json(random, depth - 1)));
            serde_json::Value::Object(entries.collect())
        }
        _ => serde_json::Value::Array((0..1 + random.below(3)).map(|_| json(random, depth - 1)).collect()),
    }
}

#[test]
fn random_values_written() {
    agree("written", |random| {
        let values = serde_json::json!({ "v": json(random, 3), "k": json(random, 2) });
        let function = *random.pick(&[
            "toYaml",
            "toYaml",
            "toYamlPretty",
            "toToml",
            "toJson",
            "toPrettyJson",
            "toRawJson",
            "printf \"%v\"",
            "printf \"%#v\"",
            "printf \"%q\"",
        ]);
        let template = format!(
            "{{{{ {function} .Values }}}}|{{{{ {function} .Values.v }}}}|{{{{ {function} (list .Values.k) }}}}"
        );
        Question { template, values: values.to_string(), ..Question::default() }
    });
}
