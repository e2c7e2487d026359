use super::*;
use serde_json::json;

fn read(text: &str) -> Answers {
    Answers::read(Spec::builtin(), text, "site.yaml", Layer::Answer)
}

/// Findings as `place code: message → next`.
fn words(answers: &Answers) -> Vec<String> {
    let word = |f: &Finding| {
        let place = f.place.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{place} {}: {} → {}", f.code, f.message, f.next.clone().unwrap_or_default())
    };
    answers.findings().iter().map(word).collect()
}

#[test]
fn nested_keys_become_questions_with_their_place() {
    let answers = read("database:\n  host: pg\n  ssl: {enabled: true}\nfeatures:\n  nats: true\n");
    let host = answers.get("database.host").unwrap();
    assert_eq!((host.value.clone(), host.place.to_string()), (json!("pg"), "site.yaml:2:9".into()));
    assert_eq!(answers.get("database.ssl.enabled").unwrap().value, json!(true));
    assert_eq!(answers.get("features.nats").unwrap().value, json!(true));
    assert_eq!(words(&answers), [""; 0]);
}

#[test]
fn maps_and_lists_are_answers_where_the_question_wants_them() {
    let answers = read("controlPlaneNodeSelector: {a.b/c: d}\nnamespaces: [x, y]\n");
    assert_eq!(answers.get("controlPlaneNodeSelector").unwrap().value, json!({"a.b/c": "d"}));
    assert_eq!(answers.get("namespaces").unwrap().value, json!(["x", "y"]));
}

#[test]
fn an_unknown_key_names_the_nearest_with_its_place() {
    assert_eq!(
        words(&read("name: a\ndatabse:\n  host: x\n")),
        ["site.yaml:2:1 answers.unknown-key: there is no question `databse` → did you mean `database`?"]
    );
}

#[test]
fn a_value_where_questions_belong_lists_them() {
    let found = words(&read("database: pg\n"));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("site.yaml:1:11 answers.wrong-type") && found[0].contains("host, port"), "{found:?}");
}

#[test]
fn keys_that_people_try_are_explained() {
    let found = words(&read("services:\n  sql:\n    autoscaling: {enabled: true}\n"));
    assert!(found[0].starts_with("site.yaml:3:5 S20: iom-sql cannot be autoscaled"), "{found:?}");
    let found = words(&read("database:\n  passwordSecret: {name: a, key: b}\n"));
    assert!(found[0].contains("secret:NAME/KEY"), "{found:?}");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    assert_eq!(words(&read("nmae: a\nstroage: {}\nacknowledge: [F7]\n")).len(), 3);
}

#[test]
fn broken_yaml_is_one_located_finding() {
    let found = words(&read("name: a\ndatabase:\n  host: [pg\n"));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("answers.not-yaml") && found[0].starts_with("site.yaml:"), "{found:?}");
    assert!(words(&read("- a\n"))[0].contains("answers.not-a-map"));
}

#[test]
fn an_unfinished_line_is_no_answer_but_a_preset_asks_with_it() {
    assert!(read("name:\n").get("name").is_none());
    let preset = Answers::read(Spec::builtin(), "name:\n", "preset x", Layer::Preset);
    assert_eq!(preset.get("name").unwrap().value, json!(null));
}

#[test]
fn later_layers_win() {
    let mut answers = read("name: file\ndatabase: {host: pg}\n");
    answers.set(Spec::builtin(), "name=line");
    answers.set(Spec::builtin(), "namespaces=[a, b]");
    let preset = Answers::read(Spec::builtin(), "name: preset\nclusterDomain: x\n", "preset x", Layer::Preset);
    let answers = preset.overlaid(answers);
    assert_eq!(answers.get("name").unwrap().value, json!("line"));
    assert_eq!(answers.get("namespaces").unwrap().value, json!(["a", "b"]));
    assert_eq!(answers.get("clusterDomain").unwrap().value, json!("x"));
    assert_eq!(answers.get("name").unwrap().place.to_string(), "--set");
}

#[test]
fn a_bad_assignment_is_explained() {
    let mut answers = Answers::none();
    answers.set(Spec::builtin(), "name");
    answers.set(Spec::builtin(), "nmae=x");
    answers.set(Spec::builtin(), "namespaces=[a");
    let found = words(&answers);
    assert!(found[0].contains("answers.not-an-assignment"), "{found:?}");
    assert!(found[1].contains("did you mean `name`?"), "{found:?}");
    assert!(found[2].contains("answers.not-yaml"), "{found:?}");
}

#[test]
fn only_rules_that_wait_for_a_confirmation_can_be_confirmed() {
    let answers = read("acknowledge: [F07, f19]\n");
    assert!(answers.has_acknowledged("F07") && answers.has_acknowledged("F19"));
    let found = words(&read("acknowledge: [F03, F99]\n"));
    assert!(found[0].contains("F03 cannot be confirmed"), "{found:?}");
    assert!(found[1].contains("site.yaml:1:20") && found[1].contains("there is no rule `F99`"), "{found:?}");
}
