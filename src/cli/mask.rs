//! What of a release may be shown: everything but its secrets, unless the operator asks for them.

use serde_json::Value;

use crate::deploy::{is_public, is_secret};
use crate::helm::release::{Release, masked};
use crate::redact::{MASK, Redactor, mask_in, secrets_in};

/// Takes the secrets of releases out of texts. A password stands in the values, in the Secret that the chart makes of
/// it, and wherever else a template put it.
#[derive(Debug, Default)]
pub struct Mask {
    redactor: Redactor,
    /// Nothing is masked.
    shows: bool,
}

impl Mask {
    /// Everything is shown.
    pub fn none() -> Mask {
        Mask { shows: true, ..Mask::default() }
    }

    /// Knows the secrets of these revisions.
    pub fn of<'r>(releases: impl IntoIterator<Item = &'r Release>) -> Mask {
        let mut mask = Mask::default();
        for release in releases {
            mask.learn(&release.supplied(), &release.namespace);
            mask.learn_manifest(&release.manifest, &release.namespace);
            for hook in &release.hooks {
                mask.learn_manifest(&hook.manifest, &release.namespace);
            }
        }
        mask
    }

    /// Learns what stands in values.
    pub fn learn(&mut self, values: &Value, namespace: &str) {
        let found = secrets_in(values).into_iter().filter(|secret| !is_public(secret, namespace));
        self.redactor.learn(found);
    }

    /// Learns what the Secrets of a manifest hold.
    pub fn learn_manifest(&mut self, manifest: &str, namespace: &str) {
        let found = masked(manifest, MASK).found.into_iter();
        let found = found.filter(|(key, value)| is_secret(key, value) && !is_public(value, namespace));
        self.redactor.learn(found.map(|(_, value)| value));
    }

    /// The documents of a manifest.
    pub fn manifest(&self, text: &str) -> String {
        if self.shows { text.to_string() } else { self.redactor.clean(&masked(text, MASK).text).into_owned() }
    }

    /// A text of any kind.
    pub fn text(&self, text: &str) -> String {
        if self.shows { text.to_string() } else { self.redactor.clean(text).into_owned() }
    }

    /// A tree of values.
    pub fn values(&self, mut values: Value) -> Value {
        if !self.shows {
            mask_in(&mut values);
            self.redactor.clean_json(&mut values);
        }
        values
    }

    /// Says on standard error that what was printed is not all there is.
    pub fn confess(&self, printed: &str) {
        let masked = printed.matches(MASK).count();
        if !self.shows && masked > 0 {
            let secrets = if masked == 1 { "1 secret is".into() } else { format!("{masked} secrets are") };
            eprintln!("note: {secrets} masked; --show-secrets prints them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_of_the_platform_are_no_secrets() {
        assert!(is_public("iomete", "prod") && is_public("prod", "prod"));
        assert!(!is_public("hunter2-secret", "prod"));
    }

    #[test]
    fn a_password_is_masked_wherever_it_stands() {
        let release = Release {
            manifest: "kind: Secret\ndata: {password: aHVudGVyMi1zZWNyZXQ=}\n---\nkind: X\nurl: db:hunter2-secret@h\n"
                .into(),
            config: json!({"db": {"password": "hunter2-secret", "pin": {"token": "12"}}}).as_object().cloned(),
            ..serde_json::from_value(json!({"name": "r", "info": {}, "version": 1})).unwrap()
        };
        let mask = Mask::of([&release]);
        let shown = mask.manifest(&release.manifest);
        assert!(shown.contains(&format!("url: db:{MASK}@h")) && !shown.contains("aHVudGVy"), "{shown}");
        let values = mask.values(release.supplied());
        assert_eq!(values, json!({"db": {"password": MASK, "pin": {"token": MASK}}}));
        assert_eq!(Mask::none().manifest(&release.manifest), release.manifest);
    }
}
