//! What the operator has said so far: the preset that was chosen, the answers over it, what was confirmed, and the
//! secrets that were typed. It is kept on disk as an answers file with a head of comments, so that it can be read,
//! and used, without the wizard. A typed secret is never in that text: its answer there is `prompt`.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::plan::{Answers, AnswersFile, Finding, Kind, Layer, Preset, SecretRef, Spec, check};

/// The answer of a secret that was typed, or that has yet to be.
pub const TYPED: &str = "prompt";

/// The line of a draft that names its preset.
const PRESET: &str = "# preset: ";

/// What the operator has said.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The preset to begin with.
    pub preset: Option<String>,
    /// Answers by question, without those of the preset.
    pub answers: BTreeMap<String, Value>,
    /// Codes of the rules that were confirmed.
    pub acknowledged: BTreeSet<String>,
    /// Secrets that were typed, by question. Only in memory.
    pub typed: BTreeMap<String, SecretString>,
}

impl PartialEq for Draft {
    fn eq(&self, other: &Draft) -> bool {
        let typed = |draft: &Draft| -> Vec<(String, String)> {
            draft.typed.iter().map(|(id, secret)| (id.clone(), secret.expose_secret().to_string())).collect()
        };
        self.is_said_like(other) && typed(self) == typed(other)
    }
}

impl Draft {
    /// Whether the same is said, apart from the secrets themselves.
    pub fn is_said_like(&self, other: &Draft) -> bool {
        self.preset == other.preset && self.answers == other.answers && self.acknowledged == other.acknowledged
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.is_said_like(&Draft::default())
    }

    /// All layers of answers.
    pub fn layers(&self, spec: &Spec, presets: &[Preset]) -> Answers {
        let base = self.base(presets).map_or_else(Answers::none, |preset| preset.answers(spec));
        base.overlaid(self.own(spec))
    }

    /// The answers over the preset.
    pub fn own(&self, spec: &Spec) -> Answers {
        let entries = self.answers.iter().map(|(id, value)| (id.as_str(), value));
        Answers::made(spec, entries, self.acknowledged.iter().map(String::as_str), "wizard")
    }

    /// The preset that was chosen, if it is there.
    pub fn base<'p>(&self, presets: &'p [Preset]) -> Option<&'p Preset> {
        let name = self.preset.as_deref()?;
        presets.iter().find(|preset| preset.name == name)
    }

    /// The file in which it is kept.
    pub fn text(&self, spec: &Spec, title: &str) -> String {
        let preset = self.preset.as_ref().map(|name| format!("--preset {name} ")).unwrap_or_default();
        let command = format!("`iomctl install {preset}--answers FILE` takes it as well.");
        let mut head = vec![title.to_string(), command];
        head.extend(self.preset.as_ref().map(|name| format!("preset: {name}")));
        self.file(head).text(spec)
    }

    /// An answers file for others: without the preset's answers, which `--preset` gives.
    pub fn answers_file(&self, spec: &Spec) -> String {
        let mut head = vec!["Answers for iomctl.".to_string()];
        head.extend(self.preset.as_ref().map(|name| format!("preset: {name}")));
        self.file(head).text(spec)
    }

    fn file(&self, head: Vec<String>) -> AnswersFile<'_> {
        const REMARK: &str = "Was typed and is not kept: it will be asked for again.";
        AnswersFile {
            head,
            answers: self.answers.iter().map(|(id, value)| (id.as_str(), value)).collect(),
            acknowledged: self.acknowledged.iter().map(String::as_str).collect(),
            remarks: self.typed.keys().map(|id| (id.as_str(), REMARK.to_string())).collect(),
            ..AnswersFile::default()
        }
    }

    /// A preset for others: the answers of all layers; secrets that are not made at random must be answered anew.
    pub fn preset_file(&self, spec: &Spec, presets: &[Preset], about: &str) -> String {
        let layers = self.layers(spec, presets);
        let open = |id: &str, value: &Value| {
            value.is_null() || spec.field(id).is_some_and(|field| field.kind == Kind::Secret && value != "generate")
        };
        let (asked, answered): (Vec<_>, Vec<_>) =
            layers.iter().map(|(id, answer)| (id, &answer.value)).partition(|(id, value)| open(id, value));
        let file = AnswersFile {
            head: vec![about.to_string()],
            answers: answered,
            asked: asked.into_iter().map(|(id, _)| id).collect(),
            acknowledged: layers.acknowledged().collect(),
            remarks: BTreeMap::new(),
        };
        file.text(spec)
    }

    /// Reads a draft or an answers file. Secrets in plain text are taken out of it; what cannot be understood comes
    /// back as findings.
    pub fn read(spec: &Spec, text: &str, source: &str) -> (Draft, Vec<Finding>) {
        let head = text.lines().take_while(|line| line.starts_with('#') || line.trim().is_empty());
        let preset = head.filter_map(|line| line.strip_prefix(PRESET)).map(|name| name.trim().to_string()).next();
        let answers = Answers::read(spec, text, source, Layer::Answer);
        let mut draft =
            Draft { preset, acknowledged: answers.acknowledged().map(str::to_string).collect(), ..Draft::default() };
        for (id, answer) in answers.iter() {
            draft.take(spec, id, answer.value.clone());
        }
        (draft, answers.findings().to_vec())
    }

    /// Takes an answer from elsewhere. A secret in plain text becomes a typed one.
    fn take(&mut self, spec: &Spec, id: &str, value: Value) {
        let Some(field) = spec.field(id) else { return };
        let refused = check(field, &value).is_err_and(|misfits| misfits.iter().any(|m| m.holds_a_secret()));
        match (refused, field.kind, value) {
            (true, Kind::Secret, Value::String(text)) if text.parse::<SecretRef>().is_err() => {
                self.typed.insert(id.to_string(), SecretString::from(text));
                self.answers.insert(id.to_string(), TYPED.into());
            }
            // Nowhere to keep it apart: better lost than written down.
            (true, _, _) => {}
            (false, _, value) => {
                self.answers.insert(id.to_string(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::presets;
    use serde_json::json;

    fn spec() -> &'static Spec {
        Spec::builtin()
    }

    #[test]
    fn it_is_read_back_as_it_was_without_the_typed_secrets() {
        let mut draft = Draft { preset: Some("on-prem-minio".into()), ..Draft::default() };
        draft.answers.insert("database.host".into(), json!("pg-1"));
        draft.answers.insert("database.password".into(), json!(TYPED));
        draft.typed.insert("database.password".into(), SecretString::from("canary-7"));
        draft.acknowledged.insert("S05".into());
        let text = draft.text(spec(), "Draft.");
        assert!(!text.contains("canary") && !format!("{draft:?}").contains("canary"), "{text}");
        assert!(text.contains("# Was typed and is not kept"), "{text}");
        let (read, findings) = Draft::read(spec(), &text, "draft");
        assert!(read.is_said_like(&draft) && read.typed.is_empty() && findings.is_empty(), "{read:?} {findings:?}");
    }

    #[test]
    fn a_password_in_a_file_goes_to_memory_only() {
        let text =
            "database: {password: canary-1, host: pg}\nstorage: {minioSettings: {endpoint: 'http://u:canary-2@m'}}\n";
        let (draft, _) = Draft::read(spec(), text, "site.yaml");
        assert_eq!(draft.answers["database.password"], json!(TYPED));
        assert_eq!(draft.typed["database.password"].expose_secret(), "canary-1");
        assert!(!draft.text(spec(), "Draft.").contains("canary"));
    }

    #[test]
    fn a_preset_of_ones_own_asks_for_secrets_again() {
        let mut draft = Draft { preset: Some("evaluation".into()), ..Draft::default() };
        draft.answers.insert("name".into(), json!("site-a"));
        draft.answers.insert("storage.minioSettings.secretKey".into(), json!("secret:a/b"));
        let own = Preset::own("site", draft.preset_file(spec(), presets(), "For site A."));
        assert_eq!(own.about(), "For site A.");
        let answers = own.answers(spec());
        assert_eq!(answers.get("name").unwrap().value, json!("site-a"));
        assert_eq!(answers.get("database.password").unwrap().value, json!("generate"));
        assert_eq!(answers.get("storage.minioSettings.secretKey").unwrap().value, Value::Null);
    }
}
