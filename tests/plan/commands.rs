//! The commands, as a person or a script calls them.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn iomctl(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_iomctl"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("iomctl starts");
    // A command that refuses its options ends without reading.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("iomctl ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn values_of_the_evaluation_preset_need_nothing_and_say_nothing() {
    let output = iomctl(&["values", "--preset", "evaluation", "--strict"], "");
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
    let values: serde_json::Value = serde_yaml::from_str(&out(&output)).expect("YAML");
    assert_eq!(values["features"]["icebergMetrics"]["enabled"], true);
    assert_eq!(values["database"]["port"], "5432");
}

#[test]
fn answers_come_from_standard_input_and_the_command_line() {
    let arguments = ["values", "--preset", "evaluation", "--answers", "-", "--set", "name=line", "-o", "json"];
    let output = iomctl(&arguments, "name: file\ndatabase: {host: pg-9}\n");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let values: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!((&values["name"], &values["database"]["host"]), (&"line".into(), &"pg-9".into()));
}

#[test]
fn everything_wrong_is_said_at_once_with_its_place_and_no_secret() {
    let input = "nmae: x\ndatabase:\n  password: canary-0815\n  port: many\nfeatures: {scheduling: true}\n";
    let output = iomctl(&["values", "--preset", "evaluation", "--answers", "-"], input);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    for part in [
        "-:1:1",
        "did you mean `name`?",
        "-:3:13 (database.password)",
        "-:4:9 (database.port)",
        "-:5:24 (features.scheduling)",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert!(!said.contains("canary-0815"));
    assert_eq!(out(&output), "", "values that cannot be installed are not printed");
}

#[test]
fn broken_yaml_a_missing_file_and_an_unknown_preset_are_input_errors() {
    let broken = iomctl(&["values", "--answers", "-"], "name: [a\n");
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("not valid YAML") && err(&broken).contains("where: -:"), "{}", err(&broken));
    assert!(!err(&broken).contains("is not answered"), "the rest of the file is unknown:\n{}", err(&broken));
    let missing = iomctl(&["values", "--answers", "/does/not/exist.yaml"], "");
    assert_eq!(missing.status.code(), Some(2));
    assert!(err(&missing).contains("/does/not/exist.yaml"), "{}", err(&missing));
    let unknown = iomctl(&["values", "--preset", "nothing"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("on-prem-minio"), "{}", err(&unknown));
}

#[test]
fn warnings_fail_only_when_asked() {
    let warned = ["values", "--preset", "evaluation", "--set", "features.nats=true"];
    let output = iomctl(&warned, "");
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).starts_with("warning: nats is enabled"), "{}", err(&output));
    assert_eq!(iomctl(&[&warned[..], &["--strict"]].concat(), "").status.code(), Some(4));
}

#[test]
fn origins_are_shown_per_value() {
    let output = iomctl(&["values", "--preset", "evaluation", "--set", "name=mine", "--origin"], "");
    let row = |path: &str| out(&output).lines().find(|l| l.starts_with(path)).map(str::to_string).expect("a row");
    assert!(row("name ").ends_with("--set"));
    assert!(row("database.host").ends_with("preset evaluation"));
    assert!(row("database.type").ends_with("derived"));
}

#[test]
fn presets_schema_and_sample_are_printed() {
    let presets = iomctl(&["presets"], "");
    assert_eq!(out(&presets).lines().count(), 10);
    let schema: serde_json::Value = serde_json::from_str(&out(&iomctl(&["schema"], ""))).expect("JSON");
    assert_eq!(schema["title"], "Answers for iomctl");
    let sample = iomctl(&["sample", "--preset", "evaluation"], "");
    let again = iomctl(&["values", "--answers", "-"], &out(&sample));
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    assert_eq!(out(&again), out(&iomctl(&["values", "--preset", "evaluation"], "")));
}

#[test]
fn a_preset_of_ones_own_is_listed_and_used_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let presets = folder.path().join("iomctl/presets");
    std::fs::create_dir_all(&presets).expect("made");
    std::fs::write(presets.join("site-a.yaml"), "# For site A.\nname: site-a\nadminUser:\n  email:\n")
        .expect("written");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        command.args(arguments).env("XDG_CONFIG_HOME", folder.path()).output().expect("iomctl runs")
    };
    let listed = out(&run(&["presets"]));
    assert!(listed.lines().any(|line| line.starts_with("site-a") && line.contains("For site A.")), "{listed}");
    let values = run(&["values", "--preset", "site-a"]);
    assert!(err(&values).contains("`adminUser.email` is not answered"), "{}", err(&values));
    let unknown = run(&["values", "--preset", "../site-a"]);
    assert_eq!(unknown.status.code(), Some(2), "a name is no path");
    assert!(err(&unknown).contains("site-a"), "{}", err(&unknown));
}
