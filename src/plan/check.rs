//! Whether an answer fits its question: kind, shape, range. The words say what fits instead.

use std::collections::BTreeSet;
use std::net::IpAddr;

use regex::Regex;
use serde_json::Value;

use super::field::{Field, Kind, Shape};
use super::path;
use super::secret::SecretRef;
use super::spec::Spec;

/// Why an answer does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The kind of fault.
    pub code: &'static str,
    /// What does not fit.
    pub what: String,
    /// What to do.
    pub next: Option<String>,
}

impl Misfit {
    /// Whether a secret stands where only a reference may, so that the answer must not be kept at all.
    pub fn holds_a_secret(&self) -> bool {
        self.code == LITERAL
    }
}

type Checked = Result<(), Vec<Misfit>>;

const WRONG_TYPE: &str = "answers.wrong-type";
const INVALID: &str = "answers.invalid";
/// A password where only a reference may stand.
pub(super) const LITERAL: &str = "answers.literal-secret";

/// Checks `value` for `field`; all that is wrong with it at once. A secret is never repeated in the words.
///
/// # Errors
/// What does not fit.
pub fn check(field: &Field, value: &Value) -> Checked {
    match field.kind {
        Kind::Secret => secret(field, value),
        Kind::String => with_text(field, value, |text| text_checks(field, text)),
        Kind::Url => with_text(field, value, |text| url(text).into_iter().collect()),
        Kind::Quantity => with_text(field, value, |text| quantity(text).into_iter().collect()),
        Kind::Enum => with_text(field, value, |text| choice(field, text).into_iter().collect()),
        Kind::Bool => as_result(value.as_bool().is_none().then(|| wrong_type(field, value)).into_iter().collect()),
        Kind::Int => number(field, value, field.check.min, field.check.max),
        Kind::Port => number(field, value, Some(1), Some(65535)),
        Kind::List => list(field, value),
        Kind::Map => map(field, value),
        Kind::Tolerations => tolerations(field, value),
        Kind::Pem => pem::check(field, value),
        Kind::Values => values(field, value),
    }
}

fn as_result(misfits: Vec<Misfit>) -> Checked {
    if misfits.is_empty() { Ok(()) } else { Err(misfits) }
}

fn invalid(what: impl Into<String>) -> Misfit {
    Misfit { code: INVALID, what: what.into(), next: None }
}

fn wrong_type(field: &Field, value: &Value) -> Misfit {
    let found = match value {
        Value::Null => "nothing".to_string(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("the number {n}"),
        Value::String(text) => format!("the text {}", shown(text)),
        Value::Array(_) => "a list".to_string(),
        Value::Object(_) => "a map".to_string(),
    };
    let next = match (field.kind, value) {
        (Kind::String | Kind::Enum | Kind::Quantity, Value::Number(_) | Value::Bool(_)) => "put it in quotes".into(),
        _ => format!("write {}{}", field.kind.word(), example(field)),
    };
    Misfit { code: WRONG_TYPE, what: format!("{found} is not {}", field.kind.word()), next: Some(next) }
}

/// Foreign text in a message: quoted, without control characters, short.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    let dots = if text.chars().count() > 60 { "…" } else { "" };
    format!("`{short}{dots}`")
}

fn example(field: &Field) -> String {
    match &field.example {
        Some(Value::String(text)) => format!(", for example `{text}`"),
        Some(value) => format!(", for example `{value}`"),
        None => String::new(),
    }
}

fn with_text(field: &Field, value: &Value, checks: impl Fn(&str) -> Vec<Misfit>) -> Checked {
    match value.as_str() {
        None => Err(vec![wrong_type(field, value)]),
        Some(text) if text.parse::<SecretRef>().is_ok() && text.contains(':') => Err(vec![Misfit {
            code: INVALID,
            what: format!("{} is a reference, and this question takes its answer literally", shown(text)),
            next: Some("write the value itself; only passwords, keys and tokens are given as references".into()),
        }]),
        Some(text) => as_result(checks(text)),
    }
}

fn secret(field: &Field, value: &Value) -> Checked {
    let reference = value.as_str().and_then(|text| text.parse::<SecretRef>().ok());
    let generated = field.secret.as_ref().is_some_and(|target| target.generated);
    let (code, what) = match reference {
        Some(SecretRef::Generate) if !generated => {
            (INVALID, "this secret cannot be made at random, because another system has decided it")
        }
        Some(_) => return Ok(()),
        None => (LITERAL, "a secret must not stand in answers; only a reference to it may"),
    };
    let forms = if generated { "env:NAME, file:PATH, prompt, generate" } else { "env:NAME, file:PATH, prompt" };
    let target = field.secret.as_ref().map_or("NAME/KEY".into(), |s| format!("{}/{}", s.name, s.key));
    let next =
        format!("write one of {forms} or secret:NAME/KEY; for an existing Kubernetes Secret, e.g. `secret:{target}`");
    Err(vec![Misfit { code, what: what.into(), next: Some(next) }])
}

fn text_checks(field: &Field, text: &str) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let length = text.chars().count() as i64;
    if text.chars().any(char::is_control) {
        misfits.push(invalid("it holds control characters"));
    }
    if let Some(min) = field.check.min.filter(|min| length < *min) {
        misfits.push(invalid(format!("it has {length} characters; at least {min} are needed")));
    }
    if let Some(max) = field.check.max.filter(|max| length > *max) {
        misfits.push(invalid(format!("it has {length} characters; at most {max} are allowed")));
    }
    misfits.extend(item_checks(field, text));
    misfits
}

/// The checks for a text, an item of a list or a value of a map.
fn item_checks(field: &Field, text: &str) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    if let Some(says) = field.check.shape.and_then(|shape| misshapen(shape, text)) {
        misfits.push(invalid(format!("{} is not {says}", shown(text))));
    }
    if let Some(pattern) = field.check.pattern.as_ref().filter(|pattern| !pattern.fits(text)) {
        misfits.push(invalid(format!("{} must be {}", shown(text), pattern.says)));
    }
    misfits
}

/// What the text should have been, if it is not of this shape.
fn misshapen(shape: Shape, text: &str) -> Option<&'static str> {
    let (fits, says) = match shape {
        Shape::DnsLabel => (dns_label(text), "a DNS label (lower-case letters, digits and `-`, at most 63)"),
        Shape::DnsName => (dns_name(text), "a DNS name (labels of lower-case letters, digits and `-`, with dots)"),
        Shape::Host => (
            text.parse::<IpAddr>().is_ok() || dns_name(&text.to_lowercase()),
            "a host name or an IP address, without scheme and port",
        ),
        Shape::Email => (email(text), "an e-mail address"),
        Shape::Bucket => (bucket(text), "a bucket name (3 to 63 of lower-case letters, digits, `-` and `.`)"),
        Shape::LabelValue => {
            (label_value(text), "a Kubernetes label value (at most 63 of letters, digits, `-`, `_`, `.`)")
        }
        Shape::Regex => (Regex::new(text).is_ok(), "a regular expression"),
        Shape::DatabasePrefix => {
            (database_prefix(text), "a database prefix (a letter, then lower-case letters, digits and `_`; at most 30)")
        }
    };
    (!fits).then_some(says)
}

pub(super) fn dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(dns_label)
}

fn email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    !name.is_empty() && !name.contains(char::is_whitespace) && dns_name(&domain.to_lowercase()) && domain.contains('.')
}

fn bucket(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.' || b == b'_';
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (3..=63).contains(&text.len()) && text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().last())
}

fn label_value(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let edge = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
    text.len() <= 63 && text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().last())
}

fn database_prefix(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    text.len() <= 30 && text.bytes().all(inner) && text.bytes().next().is_none_or(|b| b.is_ascii_lowercase())
}

fn url(text: &str) -> Option<Misfit> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else {
        return Some(Misfit {
            code: INVALID,
            what: format!("{} has no scheme", shown(text)),
            next: Some("begin with http:// or https://".into()),
        });
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.contains('@') {
        return Some(Misfit {
            code: LITERAL,
            what: "the URL holds a user name or a password".into(),
            next: Some("write it without them; credentials have questions of their own".into()),
        });
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_fits = dns_name(&host.to_lowercase())
        || host.parse::<IpAddr>().is_ok()
        || host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).is_some_and(|h| h.parse::<IpAddr>().is_ok());
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let clean = !text.contains(char::is_whitespace) && !text.contains(char::is_control);
    (!host_fits || !port_fits || !clean)
        .then(|| invalid(format!("{} is no URL with a valid host and port", shown(text))))
}

fn quantity(text: &str) -> Option<Misfit> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, suffix) = text.split_at(digits);
    let suffixes = ["", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let fits = number.parse::<f64>().is_ok_and(|n| n > 0.0) && suffixes.contains(&suffix);
    (!fits).then(|| invalid(format!("{} is not a Kubernetes quantity such as 20Gi or 500m", shown(text))))
}

fn choice(field: &Field, text: &str) -> Option<Misfit> {
    if field.choices.iter().any(|choice| choice.value == text) {
        return None;
    }
    let known = field.choices.iter().map(|choice| choice.value.as_str());
    let list: Vec<&str> = known.clone().collect();
    let next = match super::spec::nearest(text, known) {
        Some(near) => format!("did you mean `{near}`? There are: {}", list.join(", ")),
        None => format!("choose one of: {}", list.join(", ")),
    };
    Some(Misfit { code: INVALID, what: format!("{} is not one of the choices", shown(text)), next: Some(next) })
}

fn number(field: &Field, value: &Value, min: Option<i64>, max: Option<i64>) -> Checked {
    let number = match value {
        Value::String(text) if field.kind == Kind::Port => text.parse().ok(),
        value => value.as_i64(),
    };
    let Some(number) = number else { return Err(vec![wrong_type(field, value)]) };
    let fits = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
    let range = match (min, max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    };
    as_result((!fits).then(|| invalid(format!("{number} is out of range; it must be {range}"))).into_iter().collect())
}

fn list(field: &Field, value: &Value) -> Checked {
    let Some(items) = value.as_array() else { return Err(vec![wrong_type(field, value)]) };
    let mut misfits = Vec::new();
    let mut seen = BTreeSet::new();
    for (i, item) in items.iter().enumerate() {
        match item.as_str() {
            None => misfits.push(invalid(format!("item {} is not a text", i + 1))),
            Some(text) => misfits.extend(item_checks(field, text)),
        }
        if field.check.unique && item.as_str().is_some_and(|text| !seen.insert(text)) {
            misfits.push(invalid(format!("{} stands twice in the list", shown(item.as_str().unwrap_or_default()))));
        }
    }
    as_result(misfits)
}

fn map(field: &Field, value: &Value) -> Checked {
    let Some(map) = value.as_object() else { return Err(vec![wrong_type(field, value)]) };
    let mut misfits = Vec::new();
    for (key, value) in map {
        if !field.check.keys.is_empty() && !field.check.keys.contains(key) {
            misfits.push(invalid(format!("{} is not one of {}", shown(key), field.check.keys.join(", "))));
        }
        match value.as_str() {
            None => misfits.push(Misfit {
                code: WRONG_TYPE,
                what: format!("the value of {} is not a text", shown(key)),
                next: Some("put it in quotes".into()),
            }),
            Some(text) => misfits.extend(item_checks(field, text)),
        }
    }
    as_result(misfits)
}

fn values(field: &Field, value: &Value) -> Checked {
    if !value.is_object() {
        return Err(vec![wrong_type(field, value)]);
    }
    let secrets = path::leaves(value).into_iter().filter(|(path, leaf)| looks_secret(path, leaf));
    let misfit = |(path, _): (String, &Value)| Misfit {
        code: LITERAL,
        what: format!("`{}` must not hold the secret `{path}`", field.id),
        next: Some(match Spec::builtin().field_of_value(&path) {
            Some(question) => format!("answer `{}` with a reference", question.id),
            None => "keep it in a Kubernetes Secret and name that".into(),
        }),
    };
    as_result(secrets.map(misfit).collect())
}

/// A key whose text would be a password.
pub(super) fn looks_secret(path: &str, value: &Value) -> bool {
    let keys: Vec<_> = path::keys(path).collect();
    let last = keys.last().map(|key| key.to_lowercase()).unwrap_or_default();
    let named = ["password", "secretkey", "token", "apikey", "accountkey"].iter().any(|word| last.ends_with(word));
    let reference = keys.iter().rev().nth(1).is_some_and(|parent| parent.ends_with("Secret"));
    named && !reference && value.as_str().is_some_and(|text| !text.is_empty())
}

fn tolerations(field: &Field, value: &Value) -> Checked {
    let Some(items) = value.as_array() else { return Err(vec![wrong_type(field, value)]) };
    let mut misfits = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let Some(map) = item.as_object() else {
            misfits.push(invalid(format!("toleration {} is not a map", i + 1)));
            continue;
        };
        misfits.extend(toleration(map).into_iter().map(|what| invalid(format!("toleration {}: {what}", i + 1))));
    }
    as_result(misfits)
}

fn toleration(map: &serde_json::Map<String, Value>) -> Vec<String> {
    let mut wrong = Vec::new();
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    for (key, value) in map {
        let fits = match key.as_str() {
            "key" | "value" => value.is_string(),
            "operator" => matches!(text("operator"), Some("Exists" | "Equal")),
            "effect" => matches!(text("effect"), Some("NoSchedule" | "PreferNoSchedule" | "NoExecute")),
            "tolerationSeconds" => value.is_i64(),
            _ => false,
        };
        if !fits {
            wrong.push(format!("{} is unknown or has a value that does not fit", shown(key)));
        }
    }
    if text("operator") == Some("Exists") && map.contains_key("value") {
        wrong.push("operator Exists takes no value".into());
    }
    if text("operator") != Some("Exists") && text("key").is_none_or(str::is_empty) {
        wrong.push("without a key the operator must be Exists".into());
    }
    if map.contains_key("tolerationSeconds") && text("effect") != Some("NoExecute") {
        wrong.push("tolerationSeconds needs effect NoExecute".into());
    }
    wrong
}

mod pem;

#[cfg(test)]
mod tests;
