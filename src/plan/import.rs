//! From the values of a Helm installation back to answers, for people who come with a values file. What is a question
//! becomes its answer; a secret that stands in plain text is taken out and kept apart; what no question covers is
//! kept as it is. In the end the answers are evaluated, and every value that would come out differently is listed.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::answers::Answers;
use super::check::looks_secret;
use super::evaluate::evaluate;
use super::facts::Facts;
use super::field::{Emit, Field, Kind};
use super::path;
use super::spec::Spec;

/// The question that holds what no question covers.
const EXTRA: &str = "extraValues";

/// What a values file says, as answers.
#[derive(Debug, Default)]
pub struct Import {
    /// Answers by question.
    pub answers: BTreeMap<String, Value>,
    /// Secrets that stood in the file in plain text, by question. Their answers are `prompt`.
    pub typed: BTreeMap<String, SecretString>,
    /// Paths that no question covers, kept under `extraValues`.
    pub extra: Vec<String>,
    /// Paths whose value comes out differently, with the reason.
    pub changed: Vec<(String, String)>,
}

/// Reads the values of a Helm installation.
pub fn import(spec: &Spec, values: &Value, facts: &Facts) -> Import {
    let mut reader = Reader { values, rest: values.clone(), import: Import::default() };
    // The more keys a question names, the nearer it is: annotations of clouds before the map of all annotations.
    let mut fields: Vec<&Field> = spec.fields().collect();
    fields.sort_by_key(|field| std::cmp::Reverse(field.values.as_deref().map_or(0, |path| path::keys(path).count())));
    for field in fields {
        match field.kind {
            Kind::Secret => reader.secret(field),
            _ => reader.question(field),
        }
    }
    reader.switches(spec);
    reader.extra(spec);
    let mut import = reader.import;
    drop_unasked(spec, facts, &mut import);
    compare(spec, facts, values, &mut import);
    import
}

struct Reader<'v> {
    values: &'v Value,
    /// What has not been read yet.
    rest: Value,
    import: Import,
}

impl Reader<'_> {
    fn take(&mut self, path: &str) -> Option<Value> {
        let found = path::get(&self.rest, path).cloned()?;
        path::remove(&mut self.rest, path);
        (!found.is_null()).then_some(found)
    }

    fn question(&mut self, field: &Field) {
        let Some(found) = field.values.as_deref().and_then(|path| self.take(path)) else { return };
        let answer = answered(field, found);
        let says_nothing = field.default.as_ref() == Some(&answer) && field.emit == Emit::Always;
        if !says_nothing && answer != json!({}) {
            self.import.answers.insert(field.id.clone(), answer);
        }
    }

    /// A reference to a Secret is one; a text in its place is a secret in plain text.
    fn secret(&mut self, field: &Field) {
        let target = field.secret.iter();
        let references: Vec<&String> = target.flat_map(|t| t.reference.iter().chain(&t.bundled)).collect();
        for path in references {
            let Some(found) = self.take(path) else { continue };
            let part = |key: &str| found.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            if let (Some(name), Some(key)) = (part("name"), part("key")) {
                self.import.answers.insert(field.id.clone(), json!(format!("secret:{name}/{key}")));
            }
        }
        let plain = field.values.as_deref().and_then(|path| self.take(path));
        let Some(text) = plain.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty()) else { return };
        if !self.import.answers.contains_key(&field.id) {
            self.import.typed.insert(field.id.clone(), SecretString::from(text));
            self.import.answers.insert(field.id.clone(), json!("prompt"));
        }
    }

    /// Questions that only steer others.
    fn switches(&mut self, spec: &Spec) {
        for (switch, sign) in [
            ("database.create", "database.adminCredentials.user"),
            ("clusterDatabase.enabled", "clusterDatabase.host"),
            ("clusterDatabase.create", "clusterDatabase.adminCredentials.user"),
        ] {
            let given = path::get(self.values, sign).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            if given && spec.field(switch).is_some() {
                self.import.answers.insert(switch.into(), json!(true));
            }
        }
        for constant in spec.sections.iter().flat_map(|section| &section.derived) {
            path::remove(&mut self.rest, &constant.values);
        }
    }

    fn extra(&mut self, spec: &Spec) {
        let mut kept = json!({});
        for (path, value) in path::leaves(&self.rest.clone()) {
            if looks_secret(&path, value) {
                let why = "a secret that no question asks for is not taken over; keep it in a Kubernetes Secret";
                self.import.changed.push((path, why.into()));
            } else if spec.field_of_value(&path).is_none() && !value.is_null() && *value != json!({}) {
                path::set(&mut kept, &path, value.clone());
                self.import.extra.push(path);
            }
        }
        if kept != json!({}) {
            self.import.answers.insert(EXTRA.into(), kept);
        }
    }
}

/// The form in which a value is answered.
fn answered(field: &Field, value: Value) -> Value {
    match (field.kind, &value) {
        (Kind::Port, Value::String(text)) => text.parse::<u16>().map_or(value, Value::from),
        (Kind::List, Value::Array(items)) if field.id == "docker.imagePullSecrets" => {
            items.iter().map(|item| item.get("name").unwrap_or(item).clone()).collect()
        }
        _ => value,
    }
}

/// Settings of what is switched off are no answers.
fn drop_unasked(spec: &Spec, facts: &Facts, import: &mut Import) {
    let visible = |import: &Import| evaluate(spec, &made(spec, import), facts).visible;
    let asked = visible(import);
    let idle: Vec<String> = import.answers.keys().filter(|id| !asked.contains(id)).cloned().collect();
    for id in idle {
        import.answers.remove(&id);
        import.typed.remove(&id);
    }
}

/// What would come out differently from what stood in the file.
fn compare(spec: &Spec, facts: &Facts, values: &Value, import: &mut Import) {
    let evaluation = evaluate(spec, &made(spec, import), facts);
    for (path, was) in path::leaves(values) {
        let known = import.changed.iter().any(|(changed, _)| *changed == path);
        let secret = spec.fields().any(|f| f.kind == Kind::Secret && f.values.as_deref() == Some(path.as_str()));
        if known || secret || was.is_null() || *was == json!("") || *was == json!({}) {
            continue;
        }
        let why = match path::get(&evaluation.values, &path) {
            Some(is) if words(is) == words(was) => continue,
            Some(is) => format!("becomes {}", words(is)),
            None => "it belongs to something that is switched off".into(),
        };
        import.changed.push((path, why));
    }
}

fn made(spec: &Spec, import: &Import) -> Answers {
    let entries = import.answers.iter().map(|(id, value)| (id.as_str(), value));
    Answers::made(spec, entries, [], "import")
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Layer, presets};
    use secrecy::ExposeSecret;

    fn read(values: Value) -> Import {
        import(Spec::builtin(), &values, &Facts::default())
    }

    #[test]
    fn known_paths_become_answers_and_the_rest_is_kept() {
        let import = read(json!({
            "name": "site-a",
            "database": {"host": "pg", "port": "6432", "passwordSecret": {"name": "db", "key": "pw"}, "type": "postgresql"},
            "docker": {"imagePullSecrets": [{"name": "pull"}]},
            "features": {"eventStream": {"enabled": true}},
            "services": {"gateway": {"settings": {"maxCookieSize": "64k"}}},
        }));
        assert_eq!(import.answers["name"], json!("site-a"));
        assert_eq!(import.answers["database.port"], json!(6432));
        assert_eq!(import.answers["database.password"], json!("secret:db/pw"));
        assert_eq!(import.answers["docker.imagePullSecrets"], json!(["pull"]));
        assert_eq!(import.answers["features.eventStream"], json!(true));
        assert_eq!(import.extra, ["services.gateway.settings.maxCookieSize"]);
        assert_eq!(import.changed, []);
    }

    #[test]
    fn a_password_in_plain_text_is_taken_out() {
        let import =
            read(json!({"database": {"host": "pg", "password": "canary-1"}, "custom": {"apiKey": "canary-2"}}));
        assert_eq!(import.answers["database.password"], json!("prompt"));
        assert_eq!(import.typed["database.password"].expose_secret(), "canary-1");
        assert_eq!(import.changed[0].0, "custom.apiKey");
        assert!(!format!("{import:?}").contains("canary"), "{import:?}");
    }

    #[test]
    fn what_is_switched_off_or_decided_otherwise_is_said() {
        let import = read(json!({
            "storage": {"type": "gcs", "minioSettings": {"endpoint": "http://minio:9000"}},
            "database": {"ssl": {"enabled": true, "mode": "require"}},
        }));
        let said: BTreeMap<_, _> = import.changed.into_iter().collect();
        assert!(said["storage.minioSettings.endpoint"].contains("switched off"), "{said:?}");
        assert_eq!(said["database.ssl.mode"], "becomes verify-full");
        assert!(!import.answers.contains_key("storage.minioSettings.endpoint"));
    }

    #[test]
    fn annotations_of_a_cloud_are_its_own_question() {
        let annotations = json!({"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/x", "other": "y"});
        let import = read(json!({"storage": {"type": "aws_s3"}, "serviceAccount": {"annotations": annotations}}));
        assert_eq!(import.answers["storage.awsRoleArn"], json!("arn:aws:iam::123456789012:role/x"));
        assert_eq!(import.answers["serviceAccount.annotations"], json!({"other": "y"}));
        assert_eq!(import.changed, []);
    }

    /// Values that answers gave lead back to values that are the same.
    #[test]
    fn values_of_our_own_come_back() {
        let spec = Spec::builtin();
        for base in presets() {
            let more = "database: {password: secret:pg/pw}\nstorage: {bucketName: lake}\nfeatures: {nats: true}\n\
                        clusterDatabase: {enabled: true, host: b, password: secret:a/b}\n\
                        services: {core: {autoscaling: {enabled: true}}}\n";
            let answers = base.answers(spec).overlaid(Answers::read(spec, more, "x", Layer::Answer));
            let first = evaluate(spec, &answers, &Facts::default());
            let import = import(spec, &first.values, &Facts::default());
            assert_eq!(import.changed, [], "{}", base.name);
            let second = evaluate(spec, &made(spec, &import), &Facts::default());
            let leaves = |values: &Value| -> Vec<String> {
                path::leaves(values).into_iter().map(|(path, value)| format!("{path} = {value}")).collect()
            };
            let (before, after) = (leaves(&first.values), leaves(&second.values));
            let lost: Vec<&String> = before.iter().filter(|leaf| !after.contains(leaf)).collect();
            assert!(lost.is_empty(), "{}: {lost:?}", base.name);
        }
    }
}
