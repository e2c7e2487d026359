//! The last gate before text leaves the process: secrets never reach output, journal, record or error.
//!
//! Whoever learns a secret tells the redactor; whoever prints foreign text (a log line, an event, a server's
//! message) passes it through. A secret travels in disguise, so the redactor knows its encodings: as it is, in
//! base64 (at each of the three alignments it can have inside a longer text, both alphabets), percent-encoded, and
//! escaped for JSON or YAML.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in the place of a secret.
pub const MASK: &str = "••••••";

/// Shorter values are not searched for: `on` or `5432` would blacken every second word and hide nothing.
const SHORTEST: usize = 5;

/// Base64 of fewer characters than this occurs by chance in ordinary text.
const SHORTEST_BASE64: usize = 6;

/// What a URL's user part leaves unescaped besides letters and digits.
const USERINFO: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a form leaves unescaped.
const LENIENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b':')
    .add(b'=')
    .add(b'?')
    .add(b'@');

/// Replaces known secrets in text. Cheap to use, costs a rebuild of its automaton when it learns.
#[derive(Clone, Default)]
pub struct Redactor {
    needles: BTreeSet<String>,
    search: Option<AhoCorasick>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} encodings)", self.needles.len())
    }
}

impl Redactor {
    /// A redactor that knows these secrets.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut redactor = Redactor::default();
        redactor.learn(secrets);
        redactor
    }

    /// Adds secrets. Values of several lines (keys, certificates) are known by each of their lines as well,
    /// because logs are read line by line.
    pub fn learn<S: AsRef<str>>(&mut self, secrets: impl IntoIterator<Item = S>) {
        let before = self.needles.len();
        for secret in secrets {
            let secret = secret.as_ref().trim();
            for part in std::iter::once(secret).chain(secret.lines().map(str::trim)) {
                if part.len() >= SHORTEST && !part.starts_with("-----") {
                    self.needles.extend(encodings(part));
                }
            }
        }
        if self.needles.len() != before {
            self.search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.needles).ok();
        }
    }

    /// The text without the secrets.
    pub fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(search) = &self.search else { return Cow::Borrowed(text) };
        let mut found = search.find_iter(text).peekable();
        if found.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut cleaned = String::with_capacity(text.len());
        let mut last = 0;
        for hit in found {
            cleaned.push_str(&text[last..hit.start()]);
            cleaned.push_str(MASK);
            last = hit.end();
        }
        cleaned.push_str(&text[last..]);
        Cow::Owned(cleaned)
    }

    /// Cleans every string inside a JSON value; keys stay.
    pub fn clean_json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                if let Cow::Owned(cleaned) = self.clean(text) {
                    *text = cleaned;
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| self.clean_json(item)),
            serde_json::Value::Object(map) => map.values_mut().for_each(|item| self.clean_json(item)),
            _ => {}
        }
    }
}

/// Words in the name of a key whose text is a secret.
const SECRET_WORDS: &[&str] =
    &["password", "secret", "token", "apikey", "accountkey", "accesskey", "privatekey", "credential"];

/// The texts in a tree of values that stand under a key whose name promises a secret. References to secrets
/// (`passwordSecret: {name, key}`) hold none.
pub fn secrets_in(values: &serde_json::Value) -> Vec<String> {
    let mut found = Vec::new();
    gather(values, false, &mut found);
    found
}

/// Puts [`MASK`] in the place of what [`secrets_in`] finds, however short it is. How many there were.
pub fn mask_in(values: &mut serde_json::Value) -> usize {
    fn mask(values: &mut serde_json::Value, secret: bool) -> usize {
        match values {
            serde_json::Value::String(text) if secret && !text.is_empty() => {
                *text = MASK.into();
                1
            }
            serde_json::Value::Object(map) => {
                map.iter_mut().map(|(key, value)| mask(value, !value.is_object() && names_a_secret(key))).sum()
            }
            serde_json::Value::Array(items) => items.iter_mut().map(|item| mask(item, secret)).sum(),
            _ => 0,
        }
    }
    mask(values, false)
}

fn names_a_secret(key: &str) -> bool {
    let key = key.to_lowercase().replace(['-', '_', '.'], "");
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

fn gather(values: &serde_json::Value, secret: bool, found: &mut Vec<String>) {
    match values {
        serde_json::Value::String(text) if secret => found.push(text.clone()),
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                gather(value, !value.is_object() && names_a_secret(key), found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, secret, found)),
        _ => {}
    }
}

/// Every spelling in which a secret may turn up.
fn encodings(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_string()];
    all.extend(base64_at_every_alignment(secret.as_bytes()));
    for escaped in [NON_ALPHANUMERIC, USERINFO, LENIENT] {
        all.push(utf8_percent_encode(secret, escaped).to_string());
    }
    all.push(utf8_percent_encode(secret, LENIENT).to_string().replace("%20", "+"));
    let json = serde_json::Value::from(secret).to_string();
    all.push(json[1..json.len() - 1].to_string());
    all.push(go_json(&json[1..json.len() - 1]));
    all.push(secret.replace('\'', "''"));
    all
}

/// As Go's encoder writes it: `<`, `>` and `&` escaped.
fn go_json(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Inside a longer text a secret begins at byte 0, 1 or 2 of a group of three. The characters that depend on its
/// neighbours are left away; what remains is found whatever stands before and behind.
fn base64_at_every_alignment(secret: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for alignment in 0..3 {
        let mut padded = vec![0; alignment];
        padded.extend_from_slice(secret);
        let dependent_before = [0, 2, 3][alignment];
        let dependent_after = usize::from(!padded.len().is_multiple_of(3));
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            let stable = &text[dependent_before..text.len() - dependent_after];
            if stable.len() >= SHORTEST_BASE64 {
                all.push(stable.to_string());
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "p@ss w\"ord<&>'x";

    fn gone(text: &str) -> bool {
        Redactor::new([SECRET]).clean(text).contains(MASK)
    }

    #[test]
    fn text_without_a_secret_is_not_copied() {
        assert!(matches!(Redactor::new([SECRET]).clean("connecting to pg-1"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_encoding_is_found() {
        let json = serde_json::to_string(SECRET).unwrap();
        for text in [
            format!("password={SECRET}"),
            json.clone(),
            go_json(&json),
            format!("'{}'", SECRET.replace('\'', "''")),
            format!("postgres://u:{}@db", utf8_percent_encode(SECRET, USERINFO)),
            utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string(),
            STANDARD_NO_PAD.encode(SECRET),
        ] {
            assert!(gone(&text), "{text}");
        }
    }

    #[test]
    fn the_lines_of_a_key_are_known_but_not_its_frame() {
        let redactor = Redactor::new(["-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"]);
        assert_eq!(redactor.clean("read MIIEvQIBADANBg"), format!("read {MASK}"));
        assert_eq!(redactor.clean("-----BEGIN PRIVATE KEY----- expected"), "-----BEGIN PRIVATE KEY----- expected");
    }

    #[test]
    fn values_under_telling_keys_are_secrets_and_references_are_not() {
        let values = serde_json::json!({
            "database": {"host": "pg-1", "password": "one", "adminCredentials": {"password": "two", "user": "postgres"}},
            "storage": {"secretKeySecret": {"name": "s", "key": "k"}, "accounts": [{"apiKey": "three"}]},
        });
        let mut found = secrets_in(&values);
        found.sort();
        assert_eq!(found, ["one", "three", "two"]);
    }

    #[test]
    fn debug_tells_nothing() {
        assert!(!format!("{:?}", Redactor::new([SECRET])).contains("ord"));
    }

    proptest! {
        #[test]
        fn base64_is_found_with_any_neighbours(
            before in proptest::collection::vec(any::<u8>(), 0..8),
            after in proptest::collection::vec(any::<u8>(), 0..8),
            secret in "[ -~]{8,40}",
        ) {
            prop_assume!(secret.trim() == secret);
            let redactor = Redactor::new([&secret]);
            let mut bytes = before;
            bytes.extend_from_slice(secret.as_bytes());
            bytes.extend_from_slice(&after);
            prop_assert!(redactor.clean(&STANDARD_NO_PAD.encode(&bytes)).contains(MASK));
            prop_assert!(redactor.clean(&URL_SAFE_NO_PAD.encode(&bytes)).contains(MASK));
        }
    }
}
