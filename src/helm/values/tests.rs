//! Merging, `--set` and coalescing; the same is compared with the real Helm in `tests/helm`.

use super::*;
use crate::helm::chart::Chart;

fn set(forms: &[&str]) -> String {
    let mut values = Values::default();
    for form in forms {
        values.set(form).unwrap();
    }
    serde_json::to_string(&values.to_json()).unwrap()
}

fn refused(form: &str) -> String {
    Values::default().set(form).unwrap_err().to_string()
}

#[test]
fn set_reads_numbers_lists_and_paths() {
    assert_eq!(
        set(&["a=01,b=1.5,c=[],d={},e=null,f=TRUE,g=12"]),
        r#"{"a":"01","b":"1.5","c":"[]","d":[""],"e":null,"f":true,"g":12}"#
    );
    assert_eq!(set(&["a.b[1].c=x", "a.b[0]=y"]), r#"{"a":{"b":["y",{"c":"x"}]}}"#);
    assert_eq!(set(&["a={x,y\\,z},b=c\\.d", "k\\.l=1"]), r#"{"a":["x","y,z"],"b":"c.d","k.l":1}"#);
    assert_eq!(set(&["a[0][1]=1", "s="]), r#"{"a":[[null,1]],"s":""}"#);
}

#[test]
fn set_refuses_in_helms_words() {
    assert_eq!(refused("a"), "failed parsing --set data: key \"a\" has no value");
    assert_eq!(refused("a,b=1"), "failed parsing --set data: key \"a\" has no value (cannot end with ,)");
    assert_eq!(refused("a[-1]=1"), "failed parsing --set data: negative -1 index not allowed");
    assert!(refused("a[70000]=1").contains("greater than maximum supported index of 65536"));
    assert!(refused("a={x").contains("list must terminate with '}'"));
    assert!(refused("a=1,a.b=2").contains("interface {} is int64, not map[string]interface {}"));
    assert!(refused(&format!("{}=1", ["a"; 40].join("."))).contains("nested level of 30"));
}

#[test]
fn other_forms_keep_text_json_and_files() {
    let mut values = Values::default();
    values.set_string("a=1,b=true").unwrap();
    values.set_json("c={\"x\":[1,null]} ,d=2").unwrap();
    values.set_literal("e=a,b={c}\\").unwrap();
    values.set_file("f=path", &|path| Ok(format!("<{path}>").into_bytes())).unwrap();
    assert_eq!(
        serde_json::to_string(&values.to_json()).unwrap(),
        r#"{"a":"1","b":"true","c":{"x":[1,null]},"d":2,"e":"a,b={c}\\","f":"<path>"}"#
    );
    assert!(values.set_json("a={").is_err());
    assert!(
        values.set_file("f=path", &|_| Err("no such file".into())).unwrap_err().to_string().contains("no such file")
    );
}

fn chart(values: &str, children: Vec<Chart>) -> Chart {
    let mut chart = Chart { values: Values::from_yaml(values).unwrap().0.into(), ..Chart::default() };
    chart.metadata.name = "root".into();
    chart.dependencies = children;
    chart
}

fn coalesced(chart: &Chart, user: &str) -> String {
    let values = coalesce(chart, &Values::from_yaml(user).unwrap().0, Nulls::Remove, &mut Warnings::default()).unwrap();
    serde_json::to_string(&Values(values).to_json()).unwrap()
}

#[test]
fn nulls_remove_what_the_chart_sets_and_stay_otherwise() {
    let chart = chart("{a: 1, m: {x: 1, w: null}, v: null}", Vec::new());
    assert_eq!(coalesced(&chart, "{a: null, m: {x: null, z: null}}"), r#"{"m":{"w":null,"z":null},"v":null}"#);
}

#[test]
fn globals_reach_subcharts_and_nested_defaults_leak_up() {
    let mut child = chart("{global: {g: {deep: {b: 2}, own: 1}}, v: 1}", Vec::new());
    child.metadata.name = "child".into();
    let root = chart("{global: {g: {deep: {a: 1}}}, child: {v: 2}}", vec![child]);
    assert_eq!(
        coalesced(&root, "{}"),
        r#"{"child":{"global":{"g":{"deep":{"a":1,"b":2},"own":1}},"v":2},"global":{"g":{"deep":{"a":1,"b":2}}}}"#
    );
}

#[test]
fn values_of_a_subchart_must_be_a_mapping() {
    let mut child = chart("{}", Vec::new());
    child.metadata.name = "child".into();
    let root = chart("{}", vec![child]);
    for (child, found) in [
        ("text", "%!t(string=text)"),
        ("[a, 1, null, true]", "[%!t(string=a) %!t(float64=1) <nil> true]"),
        ("[{a: null}]", "[map[%!t(string=a):<nil>]]"),
    ] {
        let values = Values::from_yaml(&format!("child: {child}")).unwrap().0;
        let error = coalesce(&root, &values, Nulls::Remove, &mut Warnings::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("type mismatch on child: {found}"));
    }
}

#[test]
fn broken_files_are_located() {
    let error = Values::from_yaml("a: 1\nb: c: d\n").unwrap_err();
    assert_eq!(error.place(), Some((2, Some(5))));
    assert!(Values::from_yaml("- a").unwrap_err().to_string().contains("cannot unmarshal array"));
}

#[test]
fn shapes_that_do_not_fit_are_told_once_with_their_path_and_without_their_values() {
    let mut child = chart("{deep: {m: {x: 1}}}", Vec::new());
    child.metadata.name = "child".into();
    let root = chart("{a: {b: {c: 1}}, s: 1}", vec![child]);
    let user = Values::from_yaml("{a: {b: hunter2}, s: {t: 1}, child: {deep: {m: hunter2}}}").unwrap();
    let mut warnings = Warnings::default();
    for _ in 0..2 {
        coalesce(&root, &user.0, Nulls::Remove, &mut warnings).unwrap();
    }
    let told = warnings.into_sentences();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("root.a.b: cannot overwrite"), "{told:?}");
    assert!(told[1].starts_with("root.s: the chart's default"), "{told:?}");
    assert!(told[2].starts_with("root.child.deep.m: cannot overwrite"), "{told:?}");
    assert!(!told.concat().contains("hunter2"));
}
