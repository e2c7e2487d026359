//! Random templates: the control structures, variables, definitions and white space of the language.

use super::arguments::{VALUES, any};
use super::oracle::Question;
use super::{Random, agree};

const EXPRESSIONS: &[&str] = &[
    ".",
    "$",
    "$x",
    "$i",
    ".Values.s",
    ".Values.l",
    ".Values.m",
    ".Values.m.k",
    ".Values.m.k.x",
    ".Values.nope.deep",
    "$.Values.i",
    ".Values.nothing",
    "(.Values.nope).deep",
    "$.Values.em",
    ".k",
    "$x.k",
    "(index .Values.l 0)",
    "len .Values.l",
    "not .Values.t",
    "and .Values.t .Values.s",
    "or .Values.nothing 1",
    "eq .Values.i 8080",
    "eq .Values.s \"text\" \"x\"",
    "lt 1 2",
    "ne 1 1.0",
    "include \"d\" .",
    "include \"d\" $",
    "include \"none\" .",
    "tpl \"{{ .Values.s }}\" $",
    "tpl \"{{ . }}\" .",
    "toYaml .",
    "printf \"%v\" .",
    "nil",
    "true",
    "1",
    "\"lit\"",
    "`raw`",
    "'c'",
    "1 | add 2 | mul 3",
    ".Values.s | upper | quote",
    "(list 1 2 | first)",
    "$.Release.Name",
    ".Chart.Name",
    ".Template.Name",
    "default \"d\" .Values.nope",
    "ternary 1 2 .Values.t",
    "required \"wanted\" .Values.nope",
    "fail \"stop\"",
    "dict \"a\" 1 | toJson",
    "$x := 3",
    "$x = 4",
    "$i := 1",
    "range",
    "1 2",
    ".Values.s 1",
    "until 2",
    "break",
    "kindOf .",
    "3.0",
    "1e6",
    "-1",
    "+2",
    "0x10",
    "1_0",
];

const RANGES: &[&str] = &[
    ".Values.l",
    ".Values.m",
    ".Values.em",
    ".Values.nope",
    "$i, $x := .Values.l",
    "$x := until 3",
    "$k, $v := .Values.m",
    "3",
    "$x := 2",
    ".Values.s",
    "list 1 nil \"a\"",
    "$i, $x = .Values.l",
    "tuple",
    ".Values.i",
    "int .Values.i | min 3",
];

const TEXTS: &[&str] = &[
    "a",
    " ",
    "\n",
    "  x\n",
    "{",
    "}}",
    "é",
    "{{`{{`}}",
    "\t",
    "<no value>",
    "{{/* c */}}",
    "{{- /* c */ -}}",
    "\\",
    "\"",
];

fn open(random: &mut Random) -> &'static str {
    random.pick::<&str>(&["{{ ", "{{ ", "{{", "{{- ", "{{- \n"])
}

fn close(random: &mut Random) -> &'static str {
    random.pick::<&str>(&[" }}", " }}", "}}", " -}}", "\n -}}"])
}

fn action(random: &mut Random, content: &str) -> String {
    format!("{}{content}{}", open(random), close(random))
}

fn expression(random: &mut Random) -> String {
    match random.below(6) {
        0 => any(random).to_string(),
        1 => format!("({})", random.pick::<&str>(EXPRESSIONS)),
        2 => format!(
            "{} | {}",
            random.pick::<&str>(EXPRESSIONS),
            random.pick::<&str>(&["quote", "toJson", "len", "not", "default 1", "print", "html"])
        ),
        _ => (*random.pick::<&str>(EXPRESSIONS)).to_string(),
    }
}

fn block(random: &mut Random, depth: usize) -> String {
    (0..1 + random.below(4)).map(|_| node(random, depth)).collect()
}

fn node(random: &mut Random, depth: usize) -> String {
    if depth == 0 || random.one_in(3) {
        return match random.below(3) {
            0 => (*random.pick::<&str>(TEXTS)).to_string(),
            _ => {
                let content = expression(random);
                action(random, &content)
            }
        };
    }
    let head = |random: &mut Random, word: &str| {
        let content = format!("{word} {}", expression(random));
        action(random, &content)
    };
    let end = action(random, "end");
    match random.below(9) {
        0 | 1 => {
            let otherwise =
                if random.one_in(2) { action(random, "else") + &block(random, depth - 1) } else { String::new() };
            head(random, "if") + &block(random, depth - 1) + &otherwise + &end
        }
        2 => {
            let middle = head(random, "else if");
            head(random, "if") + &block(random, depth - 1) + &middle + &block(random, depth - 1) + &end
        }
        3 => {
            let otherwise =
                if random.one_in(2) { head(random, "else with") + &block(random, depth - 1) } else { String::new() };
            head(random, "with") + &block(random, depth - 1) + &otherwise + &end
        }
        4 | 5 => {
            let over = format!("range {}", random.pick::<&str>(RANGES));
            let leave = if random.one_in(4) {
                action(random, if depth > 1 { "break" } else { "continue" })
            } else {
                String::new()
            };
            let otherwise =
                if random.one_in(4) { action(random, "else") + &block(random, depth - 1) } else { String::new() };
            action(random, &over) + &block(random, depth - 1) + &leave + &otherwise + &end
        }
        6 => {
            let name = *random.pick::<&str>(&["d", "e", "d2"]);
            let over = format!("{} \"{name}\"", random.pick::<&str>(&["define", "template", "block"]));
            let whole = if over.starts_with("template") || over.starts_with("block") { over + " ." } else { over };
            let body = if whole.starts_with("template") { String::new() } else { block(random, depth - 1) + &end };
            action(random, &whole) + &body
        }
        7 => {
            let declared = format!("$x := {}", expression(random));
            action(random, &declared)
        }
        _ => {
            let assigned = format!("$x = {}", expression(random));
            action(random, &assigned)
        }
    }
}

#[test]
fn random_templates() {
    agree("templates", |random| {
        let prelude = "{{ define \"d\" }}[{{ . | kindOf }}]{{ end }}{{ $x := 1 }}{{ $i := 0 }}";
        let template = format!("{prelude}{}", block(random, 3));
        Question { template, values: VALUES.into(), ..Question::default() }
    });
}
