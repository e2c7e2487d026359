//! Held against the other reader, on usual documents and on what nearly is one.

use proptest::prelude::*;

use super::*;
use crate::helm::yaml::decode;

const USUAL: &str = "# Source: x\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: iom-core\n  labels:\n    \
    app.kubernetes.io/name: \"iom-core\"\n  annotations: {}\nspec:\n  replicas: 2 # two\n  template:\n    spec:\n      \
    containers:\n        - name: 'it''s'\n          args:\n          - -c\n          - |\n            \
    echo \"a: b\" # c\n\n              deeper\n          env:\n            - name: A\n              value: \"1\\n2\"\n\
    data:\n  file: |-\n    x\n  on_: ~\n  f: 1.5";

const FLOW: &str =
    "a: { b: 1, c: \"x\", d: 'y' }\nl:\n- [1, two words, \"3\",-1]\n- {e: yes, f: { g: [], h: {i: 10m} }}\nz: {}\n";

/// Pieces of lines that are, or nearly are, of the simple kind.
const PIECES: &[&str] = &[
    "a: 1",
    "b:",
    "c: |",
    "d: |-",
    "- x",
    "-",
    "- k: v",
    "- k:",
    "- |",
    "- - y",
    "text",
    "e: 'it''s'",
    "f: \"q\\\"\"",
    "g: a # c",
    "# c",
    "",
    "h: {}",
    "i: []",
    "j: [1]",
    "on: 1",
    "1: 2",
    "k: yes",
    "l: 0o7",
    "m: .inf",
    "n: a: b",
    "o: b:",
    "p: |+",
    "q: >",
    "r: &x 1",
    "s: *x",
    "<<: 1",
    "? z",
    "---",
    "...",
    "t : 1",
    "\"u\": 1",
    "'v': 2",
    "w: -",
    "x: - 1",
    "y: -1",
    "z: \"open",
    "- 'a': 1",
    "aa: ä",
    "- # c",
    "- k: |",
    "bb:  1  ",
    "- a: b: c",
    "!t 1",
    "{}",
    "[a, b]",
    "'cc",
    "dd'",
    "ee\"",
    "'ff'",
    "gg: 'hh",
    "ii: \"jj",
    "\"kk\" # c",
    "more text # c",
    "ll: text",
    "'mm' nn",
    "nn: |2",
    "oo: |1-",
    "- |2-",
    "pp: {\"a\":1,\"b\":[\"\\u0041\\\"\"],'c':x}",
    "qq: {\"a\":}",
    "rr: [\"\\ud800\", \"\\u00e\"]",
    "ss: {a:1, \"b\" : 2}",
];

/// What goes over several lines, stands on a line of its own, or has a comment behind it.
const LONG: &str = "description: Some text that\n  goes on, here\n\n\n  - and there\nsummary: 'It''s\n  one\n\n  more '\nlist:\n\
    - \"quoted \\\"text\\\"\n  over lines\"\n- plain\n  text\nnodeSelector:\n  {}\nargs:\n    [a, b]\nalone:\n  text on\n  its \
    own\nquoted: \"\" # as it is\nend: 'x'  # y\n";

/// What JSON becomes in templates, blocks in which nothing stands, and blocks that say how deep they are.
const UNUSUAL: &str = "---\n# c\nmetadata: {\"annotations\":{\"a/b\":\"\\u003ctrue\\u003e\"},\"n\":[{\"x\":-1.5,\"y\":null},\
    \"{\\\"k\\\": [1]}\"]}\naffinity: |\n\n# comment\nnext: |-\nlist:\n- |\n- |2-\n\n\n  two\n    four\n\nend:\n  inner: |2\n\n     \
    deep\n    less\n  last: 'a''b'\n";

fn compare(text: &str) -> Result<bool, TestCaseError> {
    let mut answered = false;
    for numbers in [Numbers::Go, Numbers::Json] {
        if let Some(data) = document(text.as_bytes(), numbers) {
            prop_assert_eq!(decode::document(text.as_bytes(), numbers), Ok(data), "{}", text);
            answered = true;
        }
    }
    // An outline is answered whenever the whole is, and has what is wanted of it.
    let wanted = |key: &str| key.len() == 1;
    let whole = document(text.as_bytes(), Numbers::Go);
    let outlined = outline(text.as_bytes(), wanted);
    prop_assert_eq!(whole.is_some(), outlined.is_some(), "{}", text);
    match (whole, outlined) {
        (Some(Data::Table(whole)), Some(outlined)) => {
            let kept = whole.into_iter().filter(|(key, _)| wanted(key)).collect();
            prop_assert_eq!(Data::Table(kept), outlined, "{}", text);
        }
        (whole, outlined) => prop_assert_eq!(whole, outlined, "{}", text),
    }
    Ok(answered)
}

#[test]
fn what_templates_usually_print_is_answered() {
    assert!(compare(USUAL).unwrap());
    assert!(compare(&format!("{USUAL}\n")).unwrap());
    assert!(compare(FLOW).unwrap());
    assert!(compare(LONG).unwrap());
    assert!(compare(UNUSUAL).unwrap());
    for text in ["a: 1", "- a\n- b: 2\n  c: 3", "a:\n- |\n  x\n\n\nb: ''\n", "# c\n", "---\na: 1"] {
        assert!(compare(text).unwrap(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn an_answer_is_the_other_readers_answer(
        lines in prop::collection::vec((0..5_usize, prop::sample::select(PIECES)), 1..9),
        end in prop::sample::select(vec!["", "\n", "\n\n", "\n  "]),
    ) {
        let lines: Vec<String> = lines.iter().map(|(indent, piece)| " ".repeat(*indent) + piece).collect();
        compare(&(lines.join("\n") + end))?;
    }

    #[test]
    fn also_where_a_usual_document_was_damaged(
        text in prop::sample::select(vec![USUAL, FLOW, LONG, UNUSUAL]),
        at in any::<prop::sample::Index>(), cut in 0..3_usize, put in "[ \\-:#|'\"a1{}\n\t>&*,\\[\\]?]{0,3}",
    ) {
        let mut damaged = text.to_string();
        let at = at.index(text.len());
        damaged.replace_range(at..(at + cut).min(text.len()), &put);
        compare(&damaged)?;
    }
}
