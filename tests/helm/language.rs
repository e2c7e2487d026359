//! The template language and its functions, case by case.
//!
//! `vectors/*.json` hold expressions with what Helm 3.22.0 makes of them: the output, or the text of the error. They
//! are checked without Helm, and then against it, so that they cannot rot.

use iomctl::helm::profile::Profile;
use iomctl::helm::template::{Env, Templates};
use iomctl::helm::value::{Map, MapType, Value};
use iomctl::helm::yaml;
use serde::Deserialize;

use crate::oracle::{self, ChartDir};

/// A file of cases that share their values.
#[derive(Deserialize)]
struct Vectors {
    values: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    template: String,
    out: Option<String>,
    error: Option<String>,
}

/// The file that the cases' errors name.
const FILE: &str = "c/templates/t";

fn language() -> Vectors {
    serde_json::from_str(include_str!("vectors/language.json")).unwrap()
}

fn functions() -> Vectors {
    serde_json::from_str(include_str!("vectors/functions.json")).unwrap()
}

fn scope(values: &str) -> Value {
    let top = Map::default();
    match yaml::decode(values.as_bytes()).unwrap() {
        Value::Map(values) => top.insert("Values", Value::Map(values.typed(MapType::Values))),
        other => panic!("values are a map, not {other:?}"),
    }
    let release = Map::default();
    for (key, text) in [("Name", "r"), ("Namespace", "n"), ("Service", "Helm")] {
        release.insert(key, Value::str(text));
    }
    top.insert("Release", Value::Map(release));
    let template = Map::default().typed(MapType::Values);
    template.insert("Name", Value::str(FILE));
    top.insert("Template", Value::Map(template));
    Value::Map(top.typed(MapType::Values))
}

/// The same actions in other places, where every variable is known: what is shared with them must not show.
fn elsewhere(template: &str) -> String {
    let words = template.split(|c: char| !(c.is_alphanumeric() || "$_".contains(c)));
    let variables = words.filter(|word| word.len() > 1 && word.starts_with('$'));
    let known: String = variables.map(|name| format!("{{{{ {name} := 1 }}}}")).collect();
    format!("elsewhere\n{known}{template}")
}

fn ours(template: &str, values: &str, shares: bool) -> Result<String, String> {
    let mut templates = Templates::new(Profile::Helm3);
    if shares {
        // What is wrong there is of no interest.
        let _ = templates.parse("c/templates/elsewhere", elsewhere(template).as_bytes());
    }
    templates.parse(FILE, template.as_bytes()).map_err(|error| error.helm_message(FILE))?;
    let env = Env { zone: Some(jiff::tz::TimeZone::UTC), ..Env::default() };
    let out = templates.execute(FILE, scope(values), &env).map_err(|error| error.helm_message(FILE, Profile::Helm3))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn check(vectors: &Vectors) {
    let mut wrong = Vec::new();
    for case in &vectors.cases {
        let expected = match (&case.out, &case.error) {
            (Some(out), None) => Ok(out.clone()),
            (None, Some(error)) => Err(error.clone()),
            _ => panic!("either out or error: {}", case.template),
        };
        for shares in [false, true] {
            let found = ours(&case.template, &vectors.values, shares);
            if found != expected {
                wrong.push(format!("{}\n  helm   {expected:?}\n  iomctl {found:?}", case.template));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.cases.len(), wrong.join("\n"));
}

#[test]
fn the_language_is_gos() {
    check(&language());
}

#[test]
fn the_functions_are_helms() {
    check(&functions());
}

/// Helm renders all succeeding cases in one go, each as a named template whose output goes through base 64.
fn still_true(vectors: &Vectors) {
    let mut definitions = String::new();
    let mut calls = String::new();
    let mut expected = String::from("---\n# Source: c/templates/all.yaml\ndata:\n");
    for (i, case) in vectors.cases.iter().enumerate() {
        // A definition cannot stand inside of another; and what changes the values would be seen by other cases.
        let own_file = ["define", "block", "$_ :="].iter().any(|word| case.template.contains(word));
        let (Some(out), false) = (&case.out, own_file) else { continue };
        definitions.push_str(&format!("{{{{ define \"case-{i}\" }}}}{}{{{{ end }}}}\n", case.template));
        calls.push_str(&format!(
            "  k{i}: {{{{ include \"case-{i}\" . | replace \"<no value>\" \"\" | b64enc | quote }}}}\n"
        ));
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, out);
        expected.push_str(&format!("  k{i}: \"{encoded}\"\n"));
    }
    let chart = ChartDir::new(&[
        ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
        ("values.yaml", &vectors.values),
        ("templates/_cases.tpl", &definitions),
        ("templates/all.yaml", &format!("data:\n{calls}")),
    ]);
    let found = oracle::theirs(&["r", chart.path()]);
    assert_eq!(oracle::difference(&found, &Ok(expected)), None);
}

#[test]
fn helm_still_prints_what_the_language_cases_say() {
    still_true(&language());
}

#[test]
fn helm_still_prints_what_the_function_cases_say() {
    still_true(&functions());
}

#[test]
fn helm_still_refuses_in_these_words() {
    // One process each: every fifth will do.
    for vectors in [language(), functions()] {
        let refused = vectors.cases.iter().filter_map(|case| Some((case, case.error.as_ref()?)));
        for (case, error) in refused.step_by(5) {
            let chart = ChartDir::new(&[
                ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
                ("values.yaml", &vectors.values),
                ("templates/t", &case.template),
            ]);
            let found = oracle::theirs(&["r", chart.path()]);
            assert_eq!(oracle::difference(&found, &Err(error.clone())), None, "{}", case.template);
        }
    }
}
