//! `-f` and the `--set` forms: what they make of their texts, in Helm's order of precedence.

use super::oracle::{ChartDir, difference, ours, theirs};
use super::random::Random;

fn shown() -> ChartDir {
    ChartDir::new(&[
        ("values.yaml", "a: {b: 1, c: [x, y], n: null}\nm: {k: v}\nnum: 1000000\ntext: t\n"),
        (
            "templates/a.yaml",
            "json: {{ .Values | toJson | quote }}\nyaml:\n{{ toYaml .Values | indent 2 }}\nprint: {{ print .Values | quote }}\n",
        ),
    ])
}

#[test]
fn forms_and_their_order() {
    let chart = shown();
    chart.write("one.yaml", "a: {b: 2, d: one}\nm: null\n# end");
    chart.write("two.yaml", "a: {d: two, c: null}\nnum: 2000000\n---\nignored: true\n");
    chart.write("text", "file text\n");
    let file = |name: &str| format!("{}/{name}", chart.path());
    let (one, two, text) = (file("one.yaml"), file("two.yaml"), format!("f={}", file("text")));
    chart.same(&["-f", &one, "-f", &two]);
    chart.same(&["-f", &two, "--values", &one, "--set", "a.b=3,a.c[0]=z,new.x=1"]);
    chart.same(&[
        "--set-literal",
        "l=a,b={c}",
        "--set-file",
        &text,
        "--set-string",
        "l=s,s=1",
        "--set",
        "l=t",
        "--set-json",
        "l={\"j\":1}",
    ]);
    chart.same(&["--set-json", "a={\"b\":[1,2.5,null]},m.k=\"x\" , num=7"]);
    chart.same(&["--set-file", "f=/nowhere"]);
}

/// Pieces of `--set` texts.
const PIECES: &[&str] = &[
    "a", "b", "c", "x", ".", ".", "=", "=", "=1", "=01", "=true", "=null", "=1.5", "={a,b}", "={}", "=[]", "[0]",
    "[1]", "[2]", "[x]", "[", "]", ",", ",", "\\,", "\\.", "\\", "{", "}", "a.b", "m.k", "a.c[0]", "text", "num", " ",
    "-1", "é", "\"q\"",
];

#[test]
fn random_texts_are_read_or_refused_alike() {
    let mut random = Random::new(11);
    let chart = shown();
    let mut wrong = Vec::new();
    for _ in 0..150 {
        let count = 2 + random.below(6);
        let text: String = (0..count).map(|_| *random.pick::<&str>(PIECES)).collect();
        let flag = *random.pick(&["--set", "--set", "--set-string", "--set-literal"]);
        let form = format!("{flag}={text}");
        let arguments = ["r", chart.path(), form.as_str()];
        if let Some(difference) = difference(&theirs(&arguments), &ours(&arguments)) {
            wrong.push(format!("{form}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{} of 150 differ:\n{}", wrong.len(), wrong[..wrong.len().min(6)].join("\n"));
}
