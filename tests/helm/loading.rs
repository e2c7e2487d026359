//! Charts and values that cannot be used: both refuse, and we say where and what next.

use super::oracle::{ChartDir, ours, theirs};

fn refused(arguments: &[&str]) -> String {
    theirs(arguments).expect_err("helm refuses it, too");
    let error = ours(arguments).expect_err("it is refused");
    assert!(error.starts_with("error: ") && error.contains("next:"), "worded, with a next action: {error}");
    error
}

#[test]
fn broken_yaml_is_located() {
    let chart = ChartDir::new(&[("templates/a.yaml", "a: 1\n")]);
    chart.write("my.yaml", "a: 1\nb: c: d\n");
    let values = format!("{}/my.yaml", chart.path());
    let error = refused(&["r", chart.path(), "-f", &values]);
    assert!(error.contains("my.yaml:2:5") && error.contains("mapping values are not allowed"), "{error}");
    chart.write("list.yaml", "- a\n");
    let values = format!("{}/list.yaml", chart.path());
    assert!(refused(&["r", chart.path(), "-f", &values]).contains("cannot unmarshal array"));
    chart.write("values.yaml", "x: 1\ny: [1\nz: 2\n");
    let error = refused(&["r", chart.path()]);
    assert!(error.contains("cannot load values.yaml") && error.contains("(line 2, column"), "{error}");
}

#[test]
fn every_bad_flag_is_told_at_once() {
    let chart = ChartDir::new(&[("templates/a.yaml", "a: 1\n")]);
    let error = refused(&["r", chart.path(), "--set", "a", "--set", "b[x]=1", "--set-json", "c={"]);
    for part in ["key \"a\" has no value", "error parsing index", "--set-json"] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[test]
fn charts_that_are_none() {
    for (name, text, part) in [
        ("Chart.yaml", "apiVersion: v2\nversion: 0.1.0\n", "chart.metadata.name is required"),
        ("Chart.yaml", "apiVersion: v2\nname: try\n", "chart.metadata.version is required"),
        ("Chart.yaml", "apiVersion: v2\nname: try\nversion: one\n", "chart.metadata.version \"one\" is invalid"),
        ("Chart.yaml", "apiVersion: v2\nname: a/b\nversion: 1.0.0\n", "chart.metadata.name \"a/b\" is invalid"),
        ("Chart.yaml", "apiVersion: v2\nname: try\nversion: 1.0.0\ntype: odd\n", "must be application or library"),
        ("Chart.yaml", "a: b: c\n", "cannot load Chart.yaml"),
        (".helmignore", "a/**\n", "double-star (**) syntax is not supported"),
        ("charts/x/readme.md", "", "error unpacking subchart x in try: Chart.yaml file is missing"),
    ] {
        let chart = ChartDir::new(&[(name, text)]);
        let error = refused(&["r", chart.path()]);
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(ours(&["r", "/nowhere/at/all"]).expect_err("refused").contains("/nowhere/at/all"));
}

#[test]
fn hostile_archives_are_refused_before_anything_is_read_from_them() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let archive = |entries: &[(&str, tar::EntryType)]| {
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, kind) in entries {
            let mut header = tar::Header::new_ustar();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(if kind.is_file() { 2 } else { 0 });
            header.set_cksum();
            tar.append(&header, &b"x\n"[..if kind.is_file() { 2 } else { 0 }]).expect("an entry");
        }
        tar.into_inner().expect("a tar").finish().expect("a gzip")
    };
    let path = dir.path().join("bad.tgz");
    let file = path.to_str().expect("a plain path");
    for (entries, part) in [
        (&[("c/../../up", tar::EntryType::Regular)][..], "references parent directory"),
        (&[("c//abs", tar::EntryType::Regular)], "absolute paths"),
        (&[("Chart.yaml", tar::EntryType::Regular)], "chart yaml not in base directory"),
        (&[], "no files in chart archive"),
    ] {
        std::fs::write(&path, archive(entries)).expect("a file");
        let error = refused(&["r", file]);
        assert!(error.contains(part), "{part} in {error}");
    }
    std::fs::write(&path, archive(&[("c/Chart.yaml", tar::EntryType::Symlink)])).expect("a file");
    assert!(refused(&["r", file]).contains("is a link"));
    std::fs::write(&path, &archive(&[("c/Chart.yaml", tar::EntryType::Regular)])[..30]).expect("a file");
    assert!(refused(&["r", file]).contains("cut off"));
    std::fs::write(&path, "no archive").expect("a file");
    assert!(refused(&["r", file]).contains("does not appear to be a gzipped archive"));
}

#[test]
fn all_violations_of_a_schema_are_listed_at_once() {
    let schema = r#"{"type": "object", "required": ["name"], "properties": {
        "age": {"type": "integer", "minimum": 0}, "kind": {"enum": ["a", "b"]}, "tag": {"type": "string", "pattern": "^v"},
        "list": {"type": "array", "items": {"type": "string"}, "minItems": 1}, "deep": {"type": "object",
        "additionalProperties": false, "properties": {"x": {"type": "boolean"}}}}}"#;
    let chart = ChartDir::new(&[("values.schema.json", schema), ("templates/a.yaml", "a: 1\n")]);
    for set in [
        "age=-5",
        "name=n,age=text",
        "name=n,age=1.5",
        "name=n,kind=c",
        "name=n,tag=1",
        "name=n,tag=x",
        "name=n,list[0]=1",
        "name=n,deep.x=1,deep.y=2",
        "name=n,deep=text,age=-1,kind=c,tag=x",
        "name=n,age=3",
    ] {
        chart.same(&["--set", set]);
    }
    chart.same(&["--set", "name=n", "--set-json", "list=[]"]);
    chart.same(&["--skip-schema-validation"]);
}
