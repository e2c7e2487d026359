use proptest::prelude::*;

use super::translate::translate;
use super::{compiled, matches, valid};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn longer_ones_as_well(pattern in r#"([a^$.|(*+?\[\])-]|\[\^a\]|\\[WSDBb]|\\PL|\\p\{Greek\}){20,50}"#) {
        prop_assert_eq!(valid(&pattern), compiled(pattern.as_bytes()).map(|_| ()), "{}", pattern);
    }
}
