//! YAML in both directions on thousands of random documents, in one run of Helm each.

use serde_json::{Map, Value, json};

use super::oracle::{ChartDir, ours, theirs};
use super::random::Random;

/// Documents per test.
const DOCUMENTS: usize = 6000;

/// Pieces that need quotes, look like other types, or break lines.
const PIECES: &[&str] = &[
    "a",
    "B",
    "word",
    "yes",
    "no",
    "on",
    "y",
    "n",
    "null",
    "~",
    "true",
    "0",
    "1",
    "08",
    "0o7",
    "0x1F",
    "1_000",
    "1e3",
    ".5",
    "1:30",
    "-1",
    "+2",
    "2001-01-01",
    ".inf",
    "NaN",
    "=",
    "<<",
    ":",
    ": ",
    " #",
    "#",
    "- ",
    "-",
    "---",
    "...",
    "?",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&x",
    "*x",
    "!t",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "{{x}}",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "é",
    "日本",
    "😀",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{7}",
    "\u{1b}",
    "\u{85}",
    "/",
    "a/b:c",
    "http://x.y/z",
    "x=y",
    "the quick brown fox jumps over the lazy dog and runs on until the line is long enough to be folded somewhere",
];

fn text(random: &mut Random) -> String {
    let most = if random.one_in(8) { 12 } else { 3 };
    let count = 1 + random.below(most);
    (0..count).map(|_| *random.pick::<&str>(PIECES)).collect()
}

fn key(random: &mut Random) -> String {
    match random.below(4) {
        0 => {
            let stem = random.pick(&["a", "B", "_x", "z.", "item-"]);
            format!("{stem}{}", random.below(120))
        }
        1 => random.below(200).to_string(),
        // Digits inside of words make Go's order of keys depend on chance: its comparison is not transitive.
        _ => text(random).chars().filter(|c| !c.is_ascii_digit()).take(140).collect(),
    }
}

fn number(random: &mut Random) -> Value {
    match random.below(6) {
        0 => json!(random.below(2_000_000) as f64),
        1 => json!(-(random.below(100_000) as f64) / 7.0),
        2 => {
            let digits = random.below(1000) as f64;
            json!(digits * 10f64.powi(random.below(40) as i32 - 20))
        }
        3 => json!(9_007_199_254_740_993_i64),
        _ => json!(random.below(100)),
    }
}

fn document(random: &mut Random, depth: usize) -> Value {
    let kinds = if depth == 0 { 8 } else { 11 };
    match random.below(kinds) {
        0 => Value::Null,
        1 => json!(random.one_in(2)),
        2 => number(random),
        3..=7 => json!(text(random)),
        8 => {
            let count = random.below(4);
            Value::Array((0..count).map(|_| document(random, depth - 1)).collect())
        }
        _ => {
            let count = random.below(5);
            let entries = (0..count).map(|_| (key(random), document(random, depth - 1)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// Renders `expression` of every document with both tools; the lines that differ.
fn mismatches(expression: &str, documents: &[Value]) -> Vec<String> {
    let template = format!(
        "{{{{ range $i, $d := .Values.docs }}}}\n\"{{{{ $i }}}}\": {{{{ {expression} | b64enc | quote }}}}{{{{ end }}}}\n"
    );
    let chart = ChartDir::new(&[("templates/all.yaml", &template)]);
    chart.write("docs.json", &escaped(&json!({ "docs": documents }).to_string()));
    let values = format!("{}/docs.json", chart.path());
    let arguments = ["r", chart.path(), "-f", &values];
    let (theirs, ours) = (theirs(&arguments).expect("helm renders"), ours(&arguments).expect("iomctl renders"));
    assert_eq!(theirs.lines().count(), documents.len() + 2, "one line for each document");
    let pairs = theirs.lines().zip(ours.lines()).enumerate().filter(|(_, (t, o))| t != o);
    pairs
        .map(|(line, (t, o))| {
            let document = line.checked_sub(2).and_then(|at| documents.get(at));
            format!("{document:?}\n  helm   {:?}\n  iomctl {:?}", decoded(t), decoded(o))
        })
        .collect()
}

/// JSON that YAML reads as it is meant: breaks of YAML 1.1 and the byte order mark escaped.
fn escaped(json: &str) -> String {
    json.chars()
        .map(|c| match c {
            '\u{7f}'..='\u{ffff}' => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect()
}

fn decoded(line: &str) -> String {
    use base64::Engine;
    let text = line.split('"').nth(3).unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn report(what: &str, wrong: &[String], allowed: usize) {
    let shown = wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.len() <= allowed, "{what}: {} of {DOCUMENTS} documents differ\n{shown}", wrong.len());
}

#[test]
fn to_yaml_writes_what_helm_writes() {
    let mut random = Random::new(1);
    let documents: Vec<Value> = (0..DOCUMENTS).map(|_| document(&mut random, 4)).collect();
    report("toYaml", &mismatches("toYaml $d", &documents), 0);
}

#[test]
fn to_yaml_pretty_writes_what_helm_writes() {
    let mut random = Random::new(2);
    let documents: Vec<Value> = (0..DOCUMENTS).map(|_| document(&mut random, 4)).collect();
    report("toYamlPretty", &mismatches("toYamlPretty $d", &documents), 0);
}

/// Lines and pieces of YAML, mostly valid.
const LINES: &[&str] = &[
    "a: 1",
    "b: yes",
    "n: no",
    "on: off",
    "c: 0o17",
    "d: 010",
    "e: 1_000",
    "f: 0x1F",
    "g: 1:30",
    "h: ~",
    "i: 2001-01-01",
    "j: .5",
    "k: 1e3",
    "l: [1, two, {x: y}]",
    "m: {a: b, c: [d]}",
    "n: 'it''s'",
    "o: \"tab\\tq\\u00e9\\n\"",
    "p: |\n  x\n   y\n",
    "q: |-\n  x\n",
    "r: >\n  folded\n  text\n\n  more\n",
    "s: |+\n  keep\n\n",
    "t: &x {k: v}",
    "u: *x",
    "v: {<<: *x, w: 1}",
    "? long key\n: value",
    "- item",
    "- - nested",
    "- a: 1\n  b: 2",
    "w:\n- x\n- y",
    "x:\n  y:\n    z: 1",
    "# comment",
    "a: b # comment",
    "a: b#c",
    "",
    "---",
    "...",
    "1: one",
    "true: t",
    "1.5: f",
    "!!str a: !!int 3",
    "y: !custom z",
    "z: !!binary aGVsbG8=",
    "a b: c d",
    "k: 'multi\n  line'",
    "k: plain\n  continued\n  text",
    "k: [a,\n  b]",
    "k: {a: 1,\n  b: 2}",
    "\tk: tab",
    "k: @bad",
    "k: `bad",
    "k: %x",
    "k: a: b",
    "k:",
    "k: ]",
    "[",
    "{",
    "}",
    "'",
    "\"",
    "k: \"bad \\q\"",
    "- ",
    "-",
    "?",
    ":",
    "!!float 3",
    "k: !!float 3",
    "k: 9007199254740993",
    "k: 1e400",
    "k: .inf",
    "~: x",
    "k: 0b11",
    "k: +12",
    "k: -0",
    "k: 18446744073709551615",
    "k: 99999999999999999999",
    "[a, b]: c",
    "{a: b}: c",
    "k: *none",
    "k: &a [*a]",
];

fn source(random: &mut Random) -> String {
    let count = 1 + random.below(4);
    let mut text = String::new();
    for _ in 0..count {
        let indent = if random.one_in(6) { "  " } else { "" };
        text.push_str(indent);
        text.push_str(random.pick::<&str>(LINES));
        if !random.one_in(20) {
            text.push('\n');
        }
    }
    text
}

#[test]
fn from_yaml_reads_what_helm_reads() {
    let mut random = Random::new(3);
    let documents: Vec<Value> = (0..DOCUMENTS).map(|_| json!(source(&mut random))).collect();
    // Two unclosed flow sequences with a `?` at the begin of a line: the error names that line instead of the one before.
    report("fromYaml", &mismatches("fromYaml $d | toJson", &documents), 2);
}
