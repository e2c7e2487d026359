//! A stored manifest for the eye: what its Secrets hold is masked, everything else stays as it is, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::helm::data::{Data, Table};
use crate::helm::{manifest, yaml};

/// What stands in the place of a document that may be a Secret and cannot be read.
const UNREADABLE: &str = "# a Secret that is not YAML: not shown\n";

/// A text without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text.
    pub text: String,
    /// Key and value of everything that the Secrets hold, as far as it is text.
    pub found: Vec<(String, String)>,
}

/// Puts `mask` in the place of every value of every Secret.
pub fn masked(text: &str, mask: &str) -> Masked {
    let mut shown = Masked { text: String::with_capacity(text.len()), found: Vec::new() };
    let mut from = 0;
    for document in manifest::split(text) {
        // A Secret says so in plain letters, or in letters that are escaped.
        if !document.contains("Secret") && !document.contains('\\') {
            continue;
        }
        let replaced = match yaml::parse_keeping_integers(document.as_bytes()) {
            Ok(mut data) => match hide(&mut data, mask, &mut shown.found) {
                true => with_head(document, &data),
                false => continue,
            },
            Err(_) => UNREADABLE.into(),
        };
        let at = document.as_ptr() as usize - text.as_ptr() as usize;
        shown.text.push_str(&text[from..at]);
        shown.text.push_str(replaced.trim_end());
        from = at + document.len();
    }
    shown.text.push_str(&text[from..]);
    shown
}

/// The document anew, below the comments that it began with.
fn with_head(document: &str, data: &Data) -> String {
    let comments = document.lines().take_while(|line| line.starts_with('#'));
    let mut text: String = comments.map(|line| format!("{line}\n")).collect();
    match yaml::encode(&data.to_value()) {
        Ok(written) => text.push_str(&String::from_utf8_lossy(&written)),
        Err(_) => text.push_str(UNREADABLE),
    }
    text
}

/// Masks the Secret, or the Secrets of a list; whether there was one.
fn hide(data: &mut Data, mask: &str, found: &mut Vec<(String, String)>) -> bool {
    let Data::Table(object) = data else { return false };
    if object.get("kind").and_then(Data::as_str) == Some("Secret") {
        hide_values(object, mask, found);
        return true;
    }
    match object.get_mut("items") {
        Some(Data::List(items)) => {
            // All of them, also behind the first one.
            let hidden: Vec<bool> = items.iter_mut().map(|item| hide(item, mask, found)).collect();
            hidden.contains(&true)
        }
        _ => false,
    }
}

fn hide_values(object: &mut Table, mask: &str, found: &mut Vec<(String, String)>) {
    for section in ["data", "stringData"] {
        let Some(held) = object.get_mut(section) else { continue };
        let Data::Table(held) = held else {
            *held = Data::text(mask);
            continue;
        };
        for (key, value) in held.iter_mut() {
            let text = value.as_str().map(str::to_string);
            let plain = match section {
                "data" => text.and_then(|text| String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()),
                _ => text,
            };
            found.extend(plain.map(|plain| (key.clone(), plain)));
            *value = Data::text(mask);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "---\n# Source: c/templates/a.yaml\nkind:   ConfigMap\ndata: {about: Secret}\n---\n\
         # Source: c/templates/b.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  key: aHVudGVyMg==\n\
         stringData: {pin: 1234}\n---\nkind: Service\n";

    #[test]
    fn only_what_secrets_hold_is_masked() {
        let shown = masked(MANIFEST, "***");
        insta::assert_snapshot!(shown.text, @"
        ---
        # Source: c/templates/a.yaml
        kind:   ConfigMap
        data: {about: Secret}
        ---
        # Source: c/templates/b.yaml
        apiVersion: v1
        data:
          key: '***'
        kind: Secret
        metadata:
          name: s
        stringData:
          pin: '***'
        ---
        kind: Service
        ");
        assert_eq!(shown.found, [("key".to_string(), "hunter2".to_string())]);
    }

    #[test]
    fn a_secret_in_disguise_is_masked_too() {
        let list = masked(
            "kind: List\nitems:\n- {kind: Secret, data: {a: b25l}}\n- {kind: Secret, data: {a: aHVudGVyMg==}}\n",
            "***",
        )
        .text;
        let escaped = masked("kind: \"\\x53ecret\"\ndata: {a: aHVudGVyMg==}\n", "***").text;
        let broken = masked("kind: Secret\ndata: {a: aHVudGVyMg==\n", "***").text;
        for text in [list, escaped, broken] {
            assert!(!text.contains("aHVudGVy"), "{text}");
        }
    }
}
