//! Charts that would take for ever, or all of the memory: each ends in words. That they do so within two seconds is held
//! with an optimised build: `IOMCTL=target/release/iomctl cargo test --test helm limits -- --ignored --nocapture`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use iomctl::helm::template::Limits;
use iomctl::helm::{Chart, ReleaseInfo, RenderOptions, Values, render};
use wait4::Wait4;

/// What a template prints, or why not.
const STEPS: &str = "gave up after";
const LONG: &str = "longer than";

/// A value in which everything is there twice, sixty times over.
macro_rules! doubled {
    ($rest:literal) => {
        concat!(r#"{{ $d := dict "a" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}"#, $rest)
    };
}

/// Name, template, words of its end.
const HOSTILE: &[(&str, &str, &str)] = &[
    ("loop", "{{ range $i := 1000000000 }}{{ end }}", STEPS),
    (
        "loops in loops",
        "{{ range until 10000 }}{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}{{ end }}",
        STEPS,
    ),
    (
        "recursion",
        r#"{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}"#,
        "nested reference",
    ),
    (
        "template recursion",
        r#"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#,
        "maximum template depth",
    ),
    (
        "exponential includes",
        r#"{{ define "a" }}{{ if lt . 60 }}{{ include "a" (add1 .) }}{{ include "a" (add1 .) }}{{ end }}{{ end }}{{ include "a" 1 }}"#,
        STEPS,
    ),
    (
        "exponential templates",
        r#"{{ define "a" }}{{ if lt . 60 }}{{ template "a" (add1 .) }}{{ template "a" (add1 .) }}{{ end }}{{ end }}{{ template "a" 1 }}"#,
        STEPS,
    ),
    ("quine", r#"{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}"#, "maximum template depth"),
    ("long quine", r#"{{ $t := printf "%s{{ tpl .t . }}" (repeat 1000000 "a") }}{{ tpl $t (dict "t" $t) }}"#, STEPS),
    (
        "exponential quine",
        r#"{{ $t := "{{ if lt (int .n) 60 }}{{ $_ := set . \"n\" (add1 .n) }}{{ tpl .t (deepCopy .) }}{{ tpl .t (deepCopy .) }}{{ end }}" }}{{ tpl $t (dict "t" $t "n" 1) }}"#,
        STEPS,
    ),
    ("doubled text", r#"{{ $x := "aaaaaaaa" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}"#, LONG),
    (
        "doubled text in definitions",
        r#"{{ define "a" }}{{ if lt .n 60 }}{{ include "a" (dict "n" (add1 .n) "t" (print .t .t)) }}{{ end }}{{ end }}{{ include "a" (dict "n" 1 "t" "aaaa") }}"#,
        LONG,
    ),
    ("output", r#"{{ range until 1000000 }}{{ repeat 1000 "a: b\n" }}{{ end }}"#, STEPS),
    (
        "documents",
        r#"{{ range $i := until 2000000 }}{{ printf "---\nkind: ConfigMap\nmetadata: {name: c%d}\n" $i }}{{ end }}"#,
        STEPS,
    ),
    ("doubled value as YAML", doubled!("{{ toYaml $d }}"), STEPS),
    ("doubled value as JSON", doubled!("{{ toJson $d }}"), STEPS),
    ("doubled value as TOML", doubled!("{{ toToml $d }}"), STEPS),
    ("doubled value printed", doubled!("{{ $d }}"), STEPS),
    ("doubled value formatted", doubled!(r#"{{ printf "%v" $d }}"#), STEPS),
    ("doubled value quoted", doubled!("{{ quote $d }}"), STEPS),
    ("doubled value copied", doubled!("{{ deepCopy $d }}"), STEPS),
    ("doubled value merged", doubled!("{{ merge (deepCopy $d) $d }}"), STEPS),
    ("doubled value compared", doubled!("{{ deepEqual (deepCopy $d) $d }}"), STEPS),
    ("doubled value joined", doubled!(r#"{{ join "," (list $d $d) }}"#), STEPS),
    ("items compared", "{{ uniq (until 1000000) }}", STEPS),
    ("items taken out", "{{ $l := until 100000 }}{{ range until 1000 }}{{ $_ := without $l 1 2 3 }}{{ end }}", STEPS),
    ("list that grows", "{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l 1 }}{{ end }}", STEPS),
    ("list of lists", "{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l (until 1000000) }}{{ end }}", STEPS),
    (
        "map of texts",
        r#"{{ $d := dict }}{{ range until 2000000 }}{{ $_ := set $d (toString .) (repeat 10000 "a") }}{{ end }}"#,
        STEPS,
    ),
    ("large texts", r#"{{ $x := repeat 60000000 "a" }}{{ range until 1000000 }}{{ $_ := upper $x }}{{ end }}"#, STEPS),
    ("replacements", r#"{{ $x := repeat 1000000 "a" }}{{ replace "a" $x $x }}"#, LONG),
    ("replacements by expression", r#"{{ $x := repeat 1000000 "a" }}{{ regexReplaceAll "a" $x $x }}"#, STEPS),
    ("joints", r#"{{ join (repeat 1000000 "a") (until 1000000) }}"#, LONG),
    ("line breaks", r#"{{ wrapWith 1 (repeat 1000000 "a") (repeat 1000000 "b") }}"#, LONG),
    ("formats", r#"{{ printf (repeat 1000000 "%[1]s") (repeat 1000000 "a") }}"#, LONG),
    ("wide formats", r#"{{ printf (repeat 100000 "%999999[1]d") 1 }}"#, LONG),
    ("repeat", r#"{{ repeat 999999999 "abc" }}"#, "overflow"),
    ("indent", r#"{{ indent 999999999 "abc" }}"#, "overflow"),
    ("pieces", r#"{{ range until 100 }}{{ $_ := splitList "" (repeat 60000000 "a") }}{{ end }}"#, LONG),
    ("shuffled", r#"{{ shuffle (repeat 10000000 "a") }}"#, STEPS),
    (
        "expression that tries everything",
        r#"{{ range until 1000 }}{{ regexMatch "(a|b)*a(a|b){200}c" (repeat 100000 "ab") }}{{ end }}"#,
        STEPS,
    ),
    (
        "large expression",
        r#"{{ range until 100000 }}{{ regexMatch (printf "((a{1,100}){1,%d}){1,10}b" .) "aaa" }}{{ end }}"#,
        STEPS,
    ),
    (
        "YAML laughs",
        r#"{{ $t := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n" }}{{ range until 100000 }}{{ $_ := fromYaml $t }}{{ end }}"#,
        STEPS,
    ),
    ("much YAML", r#"{{ $t := repeat 10000000 "- a\n" }}{{ fromYamlArray $t }}"#, STEPS),
    ("much JSON", r#"{{ $t := printf "[%s1]" (repeat 10000000 "[],") }}{{ fromJsonArray $t }}"#, STEPS),
    ("passwords", r#"{{ range until 1000 }}{{ bcrypt "a" }}{{ end }}"#, STEPS),
    ("password files", r#"{{ range until 1000 }}{{ htpasswd "a" "b" }}{{ end }}"#, STEPS),
    ("derived passwords", r#"{{ range until 1000 }}{{ derivePassword 1 "long" "a" "b" "c" }}{{ end }}"#, STEPS),
    ("keys", r#"{{ range until 1000 }}{{ genPrivateKey "rsa" }}{{ end }}"#, STEPS),
    ("certificates", r#"{{ range until 1000 }}{{ $_ := genCA "a" 1 }}{{ end }}"#, STEPS),
];

fn chart(template: &str) -> Chart {
    let files = [("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"), ("templates/t.yaml", template)];
    Chart::from_files(files.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).to_vec()).expect("a chart")
}

/// With a small part of the limits, because nothing is optimised here; keys are not made at all then.
#[test]
fn every_one_ends_in_words() {
    let limits = Limits { steps: 300_000, bytes: 4 << 20 };
    for (name, template, words) in HOSTILE {
        let options = RenderOptions { limits, ..RenderOptions::new(ReleaseInfo::install("r", "n")) };
        let error = render(&chart(template), &Values::default(), &options).expect_err(name).to_string();
        assert!(
            error.contains(words) || error.contains(STEPS),
            "{name}: {}",
            &error[error.len().saturating_sub(500)..]
        );
        assert!(error.len() < 300 * 1024, "{name}: {} bytes of error", error.len());
    }
}

/// A schema in which every definition refers twice to the one before.
#[test]
fn a_schema_that_refers_twice_to_each_part_ends_in_words() {
    let part = |at: usize| {
        format!(
            "\"d{at}\": {{\"anyOf\": [{0}, {0}]}}",
            format!("{{\"allOf\": [{{\"$ref\": \"#/definitions/d{}\"}}]}}", at - 1)
        )
    };
    let parts: Vec<String> = (1..40).map(part).collect();
    let schema = format!(
        "{{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"definitions\": {{\"d0\": {{\"type\": \"integer\"}}, {}}}, \"properties\": {{\"a\": {{\"$ref\": \"#/definitions/d39\"}}}}}}",
        parts.join(", ")
    );
    let mut chart = chart("");
    chart.schema = Some(schema.into_bytes().into());
    let values = Values::from_yaml("a: x").expect("values");
    let options = RenderOptions::new(ReleaseInfo::install("r", "n"));
    let error = render(&chart, &values, &options).expect_err("refused").to_string();
    assert!(error.contains("gave up after"), "{}", &error[..error.len().min(500)]);
}

/// What an operator sees of it.
#[test]
fn the_command_tells_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n").expect("a file");
    std::fs::write(
        folder.path().join("templates/t.yaml"),
        "{{ $l := until 2000000 }}{{ range until 99 }}{{ $_ := uniq $l }}{{ end }}",
    )
    .expect("a file");
    let output =
        Command::new(env!("CARGO_BIN_EXE_iomctl")).arg("template").arg(folder.path()).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("gave up after 12000000 steps") && told.contains("next: do not install"), "{told}");
}

/// The longest that an optimised build may take. Keys are left out: an RSA key is found by chance.
const LONGEST: Duration = Duration::from_secs(2);

/// The most memory, in bytes.
const MOST_MEMORY: u64 = 1 << 30;

#[test]
#[ignore = "needs an optimised binary: IOMCTL=PATH"]
fn none_takes_long() {
    let binary = std::env::var("IOMCTL").expect("IOMCTL=PATH of an optimised binary");
    let mut late = Vec::new();
    for (name, template, _) in HOSTILE {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        std::fs::create_dir(path.join("templates")).expect("a folder");
        std::fs::write(path.join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n").expect("a file");
        std::fs::write(path.join("templates/t.yaml"), template).expect("a file");
        let mut command = Command::new(&binary);
        command.arg("template").arg(path).stdout(Stdio::null()).stderr(Stdio::null());
        let begin = Instant::now();
        let end = command.spawn().expect("it starts").wait4().expect("it ends");
        let (took, memory) = (begin.elapsed(), end.rusage.maxrss);
        println!("{:5} ms {:5} MiB  {:?}  {name}", took.as_millis(), memory >> 20, end.status.code());
        let keys = matches!(*name, "keys" | "certificates");
        if (took > LONGEST && !keys) || memory > MOST_MEMORY || end.status.code().is_none_or(|code| code == 0) {
            late.push(*name);
        }
    }
    assert!(late.is_empty(), "too long, too large or not refused: {late:?}");
}
