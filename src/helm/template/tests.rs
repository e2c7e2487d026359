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

#[test]
fn prints_as_go_does() {
    assert_eq!(render("{{ .Values.f }} {{ .Values.i }} {{ .Values.l }}", values()), "1e+06 1000000 [a <nil> 1.5]");
}
