//! The language itself; functions have their own tests.

use super::{Env, Templates};
use crate::helm::profile::Profile;
use crate::helm::value::{Map, Value};

fn render(text: &str, dot: Value) -> String {
    let mut templates = Templates::new(Profile::Helm3);
    if let Err(error) = templates.parse("t", text.as_bytes()) {
        return error.message;
    }
    match templates.execute("t", dot, &Env::default()) {
        Ok(out) => String::from_utf8_lossy(&out).into_owned(),
        Err(error) => error.message,
    }
}

fn values() -> Value {
    let map = Map::default();
    map.insert("s", Value::str("text"));
    map.insert("f", Value::Float(1_000_000.0));
    map.insert("i", Value::Int64(1_000_000));
    map.insert("l", Value::list(vec![Value::str("a"), Value::Nil, Value::Float(1.5)]));
    let top = Map::default();
    top.insert("Values", Value::Map(map));
    Value::Map(top)
}

/// What a second file prints or fails with after a first one.
fn second(first: &str, text: &str) -> String {
    let mut templates = Templates::new(Profile::Helm3);
    templates.parse("first", first.as_bytes()).unwrap();
    let executed = match templates.parse("t", text.as_bytes()) {
        Err(error) => return error.message,
        Ok(()) => templates.execute("t", values(), &Env::default()),
    };
    executed.map_or_else(|error| error.message, |out| String::from_utf8_lossy(&out).into_owned())
}

#[test]
fn an_action_is_shared_only_where_its_variables_are_visible() {
    let first = "{{ $x := 1 }}{{ $x }}{{ if $x }}{{ end }}";
    assert_eq!(second(first, "{{ $x := 2 }}{{ $x }}{{ if $x }}y{{ end }}"), "2y");
    assert_eq!(second(first, "\n{{ $x }}"), "template: t:2: undefined variable \"$x\"");
    assert_eq!(second(first, "{{ if $x }}{{ end }}"), "template: t:1: undefined variable \"$x\"");
    // What an action declares is visible behind it, and no longer than its control structure.
    let first = "{{ with $y := .Values.s }}{{ $y }}{{ end }}";
    assert_eq!(second(first, "{{ with $y := .Values.s }}{{ $y }}{{ end }}"), "text");
    assert_eq!(
        second(first, "{{ with $y := .Values.s }}{{ end }}{{ $y }}"),
        "template: t:1: undefined variable \"$y\""
    );
    assert_eq!(second("{{ $z := 1 }}{{ $z }}", "{{ if 1 }}{{ $z := 3 }}{{ $z }}{{ end }}"), "3");
}

#[test]
fn a_shared_action_fails_where_it_stands() {
    let failing = "{{ .Values.s.deeper }}";
    let wanted = "template: t:2:11: executing \"t\" at <.Values.s.deeper>: can't evaluate field deeper in type \
                  interface {}";
    assert_eq!(render(&format!("\n {failing}"), values()), wanted);
    assert_eq!(second(&format!("{{{{ if .none }}}}{failing}{{{{ end }}}}"), &format!("\n {failing}")), wanted);
    let within = "{{ with .Values }}{{ range .l }}{{ fail . }}{{ end }}{{ end }}";
    let alone = render(&format!("line\n{within}"), values());
    assert!(alone.contains("t:2:35: executing \"t\" at <fail .>"), "{alone}");
    assert_eq!(second(within, &format!("line\n{within}")), alone);
}

#[test]
fn delimiters_in_texts_and_trim_markers_are_kept_apart() {
    let first = "{{ \"}}\" }}{{- \"a\" -}} {{ `-}}` }}{{ 1 }}";
    assert_eq!(second(first, "{{ \"}}\" }} {{- \"a\" -}} {{ `-}}` }} {{ 1 }}"), "}}a-}} 1");
    assert_eq!(second("{{ if 1 }}{{ else if 2 }}{{ end }}", "{{ if 0 }}a{{ else if 2 }}b{{ else }}c{{ end }}"), "b");
    assert_eq!(second("{{ range .Values.l }}{{ end }}", "{{ range .Values.l }}{{ break }}{{ end }}ok"), "ok");
}

#[test]
fn prints_as_go_does() {
    assert_eq!(render("{{ .Values.f }} {{ .Values.i }} {{ .Values.l }}", values()), "1e+06 1000000 [a <nil> 1.5]");
}
