//! Facts of the reference, as vectors. The differential test against the real Helm is in `tests/helm`.

use super::*;

fn yaml(text: &str) -> String {
    String::from_utf8(encode(&decode(text.as_bytes()).unwrap()).unwrap()).unwrap()
}

fn error(text: &str) -> String {
    decode(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn words_of_yaml_1_1_are_booleans_also_as_keys() {
    assert_eq!(yaml("{n: x, y: z, on: yes, a: off}"), "a: false\n\"false\": x\n\"true\": true\n");
}

#[test]
fn integers_follow_go_base_zero() {
    let text = "[010, 0o17, 08, 1_000, 0x1F, 0b11, 1:30, 2001-01-01]";
    assert_eq!(yaml(text), "- 8\n- 15\n- 8\n- 1000\n- 31\n- 3\n- \"1:30\"\n- \"2001-01-01\"\n");
}

#[test]
fn infinities_and_broken_text_are_refused_in_gos_words() {
    assert_eq!(error("a: .inf"), "error converting YAML to JSON: json: unsupported value: +Inf");
    assert_eq!(
        error("a: b\nc: d: e\n"),
        "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"
    );
    assert_eq!(decode(b"a: b\nc: d: e\n").unwrap_err().place(), Some((2, Some(5))));
}

#[test]
fn later_keys_win_and_merges_count_where_they_stand() {
    assert_eq!(yaml("{a: 1, a: 2}"), "a: 2\n");
    let text = "b: &b {x: 1, z: 2}\na: {x: 0, <<: *b, z: 3}\n";
    assert_eq!(yaml(text), "a:\n  x: 1\n  z: 3\nb:\n  x: 1\n  z: 2\n");
}

#[test]
fn keys_stand_in_natural_order() {
    let text = "{a10: 0, a2: 0, a1: 0, A1: 0, _x: 0, '10': 0, '2': 0}";
    assert_eq!(yaml(text), "_x: 0\n\"2\": 0\n\"10\": 0\nA1: 0\na1: 0\na2: 0\na10: 0\n");
}

#[test]
fn strings_are_quoted_as_go_quotes_them() {
    for (text, written) in [
        ("yes", "\"yes\""),
        ("0o7", "\"0o7\""),
        ("12:30:45", "\"12:30:45\""),
        ("~", "\"~\""),
        ("", "\"\""),
        ("NaN", "NaN"),
        ("=", "="),
        ("<<", "<<"),
        ("a: b", "'a: b'"),
        ("# c", "'# c'"),
        ("{{x}}", "'{{x}}'"),
        ("😀", "\"\\U0001F600\""),
        ("a\n\n", "|+\n  a\n\n"),
        ("a\tb\nc", "\"a\\tb\\nc\""),
        ("a\u{85}b", "a b"),
    ] {
        let encoded = encode(&Value::str(text)).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&encoded).trim_end_matches('\n'),
            written.trim_end_matches('\n'),
            "{text:?}"
        );
    }
    assert!(encode(&Value::str("a\u{7f}")).is_err());
}

#[test]
fn numbers_are_written_as_go_writes_them() {
    for (x, written) in
        [(2_097_152.0, "2097152"), (1e20, "1e+20"), (1e21, "1e+21"), (0.5, "0.5"), (1234567.5, "1.2345675e+06")]
    {
        assert_eq!(String::from_utf8(encode(&Value::Float(x)).unwrap()).unwrap(), format!("{written}\n"));
    }
    assert_eq!(String::from_utf8(encode_pretty(&Value::Float(1e6)).unwrap()).unwrap(), "1e+06\n");
    assert_eq!(float_json(1e20), "100000000000000000000");
    assert_eq!(float_json(1e-7), "1e-7");
}

#[test]
fn pretty_sequences_are_indented() {
    let value = decode(b"a: [1, {b: [x], c: yes}]").unwrap();
    let text = String::from_utf8(encode_pretty(&value).unwrap()).unwrap();
    assert_eq!(text, "a:\n  - 1\n  - b:\n      - x\n    c: true\n");
}

#[test]
fn alias_bombs_and_cycles_are_refused() {
    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "g")] {
        bomb += &format!("{to}: &{to} [*{from},*{from},*{from},*{from},*{from},*{from},*{from},*{from},*{from}]\n");
    }
    assert!(error(&bomb).ends_with("document contains excessive aliasing"));
    assert!(error("a: &a [*a]").ends_with("anchor 'a' value contains itself"));
    assert!(error("a: *b").ends_with("unknown anchor 'b' referenced"));
    assert!(error(&"[".repeat(5000)).contains("max depth"));
}

#[test]
fn a_block_scalar_that_ends_with_the_text_has_no_line_break() {
    let read = |text: &str| parse(text.as_bytes()).unwrap().to_json()["a"].clone();
    for (text, value) in [
        ("a: |\n  b", "b"),
        ("a: |\n  b\n", "b\n"),
        ("a: |+\n  b", "b"),
        ("a: >-\n  b\n  c", "b c"),
        ("a: |\n  b\n  c", "b\nc"),
    ] {
        assert_eq!(read(text), value, "{text:?}");
    }
}

#[test]
fn what_the_scanner_panics_at_is_an_error_with_a_line() {
    let said = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
    let tag = "error converting YAML to JSON: yaml: line 2: did not find expected whitespace or line break";
    assert_eq!(said("a: 1\nb: [!!str, c]\n"), tag);
}

#[test]
fn a_first_letter_may_begin_like_a_byte_order_mark() {
    assert_eq!(parse("\u{fffd}: 1\n".as_bytes()).unwrap(), parse("\"\\uFFFD\": 1\n".as_bytes()).unwrap());
}

/// The lines are Helm's.
#[test]
fn a_key_without_a_colon_is_found_where_go_finds_it() {
    let line = |text: &str| match parse(text.as_bytes()).unwrap_err() {
        Error::Syntax { line, what, .. } if what == "could not find expected ':'" => line.unwrap(),
        other => panic!("{other}"),
    };
    for (text, at) in [
        ("a: 1\nb", 3),
        ("a: 1\nb\n\n  c", 4),
        ("a: 1\nb\n\n  c\n", 5),
        ("a: 1\nb\n\n  c  ", 4),
        ("a: 1\n'b'\n\n# c", 5),
        ("a: 1\nb\n\n c\nd: 2", 5),
    ] {
        assert_eq!(line(text), at, "{text:?}");
    }
}
