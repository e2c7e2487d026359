//! The `--set` forms.

use super::oracle::Question;
use super::{Random, agree};

const PIECES: &[&str] = &[
    "a",
    "b",
    "c",
    "x",
    ".",
    ".",
    "=",
    "=",
    "=1",
    "=01",
    "=true",
    "=null",
    "=1.5",
    "={a,b}",
    "={}",
    "=[]",
    "[0]",
    "[1]",
    "[2]",
    "[x]",
    "[",
    "]",
    ",",
    ",",
    "\\,",
    "\\.",
    "\\",
    "{",
    "}",
    "a.b",
    "m.k",
    "a.c[0]",
    "text",
    "num",
    " ",
    "-1",
    "é",
    "\"q\"",
    "=0",
    "=-0",
    "=+1",
    "=1e3",
    "=0x1F",
    "=9223372036854775808",
    "[-1]",
    "[00]",
    "[1][0]",
    "\\[",
    "\\=",
    "={1,null,true}",
    "={{a}}",
    "{a",
    "=}",
    "a.c[1].z=1",
    "=False",
    "=NULL",
    "=~",
    "=,",
    "..",
    "[65537]",
    "=a b",
    "\n",
];

const BASE: &str = "a: {b: 1, c: [x, y, {z: 1}], n: null}\nm: {k: v}\nnum: 1000000\ntext: t\nlist: [[1], [2, 3]]\n";

const JSON: &[&str] = &[
    "1",
    "null",
    "\"x\"",
    "[1,2]",
    "{\"b\":{\"c\":1}}",
    "1.50",
    "1e3",
    "true",
    "{",
    "",
    "x",
    "[1",
    "\"a\\u00e9\"",
    "12345678901234567890",
    " {\"a\": 1} ",
    "nul",
    "{\"a\":1}x",
];

#[test]
fn random_forms() {
    agree("settings", |random| {
        let text = |random: &mut Random| -> String {
            (0..2 + random.below(6)).map(|_| *random.pick::<&str>(PIECES)).collect()
        };
        let mut question = Question {
            template: "{{ toJson .Values }} {{ printf \"%v\" .Values }}".into(),
            values: BASE.into(),
            ..Question::default()
        };
        for _ in 0..1 + random.below(2) {
            let form = text(random);
            match random.below(6) {
                0 => question.set_string.push(form),
                1 => question.literal.push(form),
                2 => question.set_json.push(format!(
                    "{}={}",
                    random.pick::<&str>(&["a", "a.c[0]", "new.x", "a.b", "m", "list[0][1]"]),
                    random.pick::<&str>(JSON)
                )),
                _ => question.set.push(form),
            }
        }
        question
    });
}
