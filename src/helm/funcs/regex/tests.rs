use proptest::prelude::*;

use super::translate::translate;
use super::{compiled, matcher, matches, matches_within_reason, valid};

fn all(pattern: &str, text: &str) -> Vec<String> {
    let regex = compiled(pattern.as_bytes()).unwrap().0;
    let found = matches(&regex, text.as_bytes(), usize::MAX);
    found.iter().map(|found| String::from_utf8_lossy(&found[0]).into_owned()).collect()
}

#[test]
fn classes_are_ascii_and_quoting_is_literal() {
    assert!(all(r"^\w+$", "é").is_empty());
    assert_eq!(all(r"\Qa.b\E", "a.b axb"), ["a.b"]);
    assert_eq!(all(r"a{,2}", "a{,2} aa"), ["a{,2}"]);
    assert_eq!(all(r"[[a&&b]+", "[a&&b"), ["[a&&b"]);
}

#[test]
fn empty_matches_follow_gos_rule() {
    assert_eq!(all("a*", "baaac"), ["", "aaa", ""]);
    assert_eq!(all("", "é"), ["", ""]);
}

#[test]
fn mistakes_are_told_in_gos_words() {
    let cases = [
        ("(", "missing closing ): `(`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"\y", r"invalid escape sequence: `\y`"),
        ("[b-a]", "invalid character class range: `b-a`"),
    ];
    for (pattern, message) in cases {
        assert_eq!(translate(pattern), Err(message.to_string()), "{pattern}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_valid_can_be_compiled(
        pattern in r#"([a-c^$.|()*+?\[\]\\{}1,:-]|\(\?|\[\^|\[a-|\\[a-zA-Z]|\\pL|\[\[:alpha:\]|\(\?P<a>|\(\?i\)|é|&&|--|~~){0,12}"#
    ) {
        prop_assert_eq!(valid(&pattern), compiled(pattern.as_bytes()).map(|_| ()), "{}", pattern);
    }
}

#[test]
fn the_patterns_of_the_bundled_schema_are_plain() {
    let schema = std::fs::read_to_string("assets/chart/values.schema.json").unwrap();
    let patterns: Vec<&str> =
        schema.split("\"pattern\": \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(patterns.len() > 10);
    for pattern in patterns {
        assert!(matcher(pattern.replace("\\\\", "\\").as_bytes()).is_ok(), "{pattern}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_matcher_answers_as_the_expression_does(
        pattern in r#"([a-c^$.|()*+?-]|\\[dDsSwWbBAz]|\\pL|\\x41|\\n|\\[.+]|\\Qa\.\\E|\(\?:|\[\^?[a-c]-?[d-f]?\]|\[\^?\\[dDsSwW]a\]|\[\[:alpha:\]\]|\{1,2\}|é|\(a\)){0,9}"#,
        text in r#"([a-d A-Bé.\n_0-2-]){0,8}"#
    ) {
        let Ok((regex, _)) = compiled(pattern.as_bytes()) else { return Ok(()) };
        prop_assert_eq!(matches_within_reason(&pattern, &text), Ok(regex.is_match(text.as_bytes())), "{}", pattern);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn longer_ones_as_well(pattern in r#"([a^$.|(*+?\[\])-]|\[\^a\]|\\[WSDBb]|\\PL|\\p\{Greek\}){20,50}"#) {
        prop_assert_eq!(valid(&pattern), compiled(pattern.as_bytes()).map(|_| ()), "{}", pattern);
    }
}
