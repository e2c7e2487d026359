//! Templates that nobody means well with: they end in a worded error, soon, and never in a panic.

use iomctl::helm::profile::Profile;
use iomctl::helm::template::{Env, Templates};
use iomctl::helm::value::{Map, MapType, Value};
use proptest::prelude::*;

/// Parses and executes; the error text of either.
fn run(text: &str) -> Result<Vec<u8>, String> {
    let mut templates = Templates::new(Profile::Helm3);
    templates.parse("t", text.as_bytes()).map_err(|error| error.message)?;
    let values = Map::default();
    values.insert("text", Value::str("a\nb"));
    values.insert("number", Value::Float(3.5));
    values.insert("list", Value::list(vec![Value::Nil, Value::str("x"), Value::Bool(true)]));
    values.insert("nothing", Value::Nil);
    let top = Map::default();
    top.insert("Values", Value::Map(values.typed(MapType::Values)));
    templates.execute("t", Value::Map(top), &Env::default()).map_err(|error| error.message)
}

fn refused(text: &str, with: &str) {
    let error = run(text).expect_err("an error");
    assert!(error.contains(with), "{error}");
}

#[test]
fn nesting_has_an_end() {
    refused(&format!("{{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000)), "max expression depth exceeded");
    refused(&"{{ if true }}".repeat(20_000), "max expression depth exceeded");
    refused(&"{{ define \"a\" }}".repeat(20_000), "unexpected <define> in command");
    let deep = format!("{}x{}", "{{ if true }}".repeat(900), "{{ end }}".repeat(900));
    assert_eq!(run(&deep), Ok(b"x".to_vec()));
}

#[test]
fn recursion_has_an_end() {
    refused(r#"{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}"#, "nested reference name: a");
    refused(r#"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#, "exceeded maximum template depth");
    refused(
        r#"{{ define "q" }}{{ tpl .t . }}{{ end }}{{ include "q" (dict "t" "{{ include \"q\" . }}") }}"#,
        "nested reference",
    );
    refused(r#"{{ tpl .t . }}{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t) }}"#, "expected string");
}

#[test]
fn values_that_contain_themselves_are_not_followed_for_ever() {
    let knot = r#"{{ $d := dict }}{{ $_ := set $d "d" $d }}"#;
    refused(&format!("{knot}{{{{ $d }}}}"), "nested too deeply");
    refused(&format!("{knot}{{{{ printf \"%v\" $d }}}}"), "nested too deeply");
    refused(&format!("{knot}{{{{ mustToJson $d }}}}"), "cycle");
    refused(&format!("{knot}{{{{ deepCopy $d }}}}"), "nested too deeply");
    refused(&format!("{knot}{{{{ mustMerge $d (dict \"d\" $d) }}}}"), "nested too deeply");
    for harmless in ["toYaml $d", "toJson $d", "deepEqual $d (deepCopy (dict))"] {
        assert!(run(&format!("{knot}{{{{ {harmless} }}}}")).is_ok(), "{harmless}");
    }
}

#[test]
fn size_has_an_end() {
    refused("{{ until 999999999 }}", "longer than");
    refused("{{ repeat 999999999 \"abc\" }}", "overflow");
    refused("{{ range $i := 9999999999 }}{{ end }}", "steps");
    refused("{{ indent 999999999 \"a\" }}", "overflow");
    refused("{{ $x := \"aaaaaaaa\" }}{{ range until 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}", "longer than");
    refused("{{ seq 1 999999999 }}", "longer than");
    refused("{{ $l := list }}{{ range until 100000 }}{{ $l = append $l 1 }}{{ end }}", "steps");
    refused("{{ randAlphaNum 999999999 }}", "more than");
}

/// Pieces of the language, so that random text is often nearly right.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "{{ ",
    " }}",
    "(",
    ")",
    "|",
    " | ",
    " ",
    ".",
    "$",
    ":=",
    "=",
    ",",
    "\"",
    "`",
    "'",
    "\\",
    "/*",
    "*/",
    "if ",
    "else",
    "end",
    "range ",
    "with ",
    "define ",
    "template ",
    "block ",
    "break",
    "continue",
    "nil",
    "true",
    "$x",
    "$x := ",
    "$i, $e := ",
    ".Values",
    ".Values.text",
    ".Values.list",
    ".Values.nothing",
    ".a.b",
    "1",
    "-1",
    "0x1F",
    "1e9",
    "1.5",
    "\"a\"",
    "\"%d %s %v\"",
    "include \"t\" .",
    "tpl \"{{ . }}\" .",
    "printf ",
    "index ",
    "list ",
    "dict ",
    "toYaml ",
    "fromYaml ",
    "regexMatch ",
    "slice ",
    "len ",
    "eq ",
    "and ",
    "or ",
    "not ",
    "quote ",
    "indent ",
    "trunc ",
    "substr ",
    "semver ",
    "date ",
    "dig ",
    "merge ",
    "set ",
    "ternary ",
    "untilStep ",
    "wrap ",
    "urlParse ",
    "toDate ",
    "splitn ",
    "chunk ",
    "round ",
    "join ",
    "{{ end }}",
    "{{ else }}",
    "é",
    "\u{0}",
    "\n",
    "text",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn random_pieces_never_panic(indices in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = indices.into_iter().map(|index| PIECES[index]).collect();
        let _ = run(&text);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut text = b"{{ ".to_vec();
        text.extend(&bytes);
        text.extend(b" }}");
        let mut templates = Templates::new(Profile::Helm4);
        if templates.parse("t", &text).is_ok() {
            let _ = templates.execute("t", Value::Missing, &Env::default());
        }
    }

    /// Every function with arguments of any type: an error, perhaps, but never a panic.
    #[test]
    fn functions_survive_any_arguments(name in 0..400usize, arguments in prop::collection::vec(0..ARGUMENTS.len(), 0..5)) {
        let functions: Vec<_> = iomctl::helm::funcs::all().collect();
        let function = functions[name % functions.len()].name;
        // Making keys takes seconds without optimisation, and takes no arguments that could matter.
        prop_assume!(!function.starts_with("gen") && function != "derivePassword");
        let arguments: Vec<&str> = arguments.into_iter().map(|index| ARGUMENTS[index]).collect();
        let _ = run(&format!("{{{{ {function} {} }}}}", arguments.join(" ")));
    }
}

const ARGUMENTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"é\\xff\"",
    "\"1h\"",
    "\"[\"",
    "\"2006-01-02\"",
    "\"1.2.3\"",
    "\"a,b\"",
    "0",
    "1",
    "-1",
    "3",
    "9223372036854775807",
    "-9223372036854775808",
    "1.5",
    "-0.0",
    "1e300",
    "true",
    "nil",
    "list",
    "(list 1 nil \"x\")",
    "(dict)",
    "(dict \"a\" (dict \"b\" 1))",
    ".",
    ".Values",
    ".Values.nothing",
    "(.Values.nothing)",
    "(now)",
    "(semver \"1.2.3\")",
    "(until 3)",
    "(splitList \",\" \"b,a\")",
    "(int64 5)",
    "(float64 2)",
    "(index \"a\" 0)",
];
