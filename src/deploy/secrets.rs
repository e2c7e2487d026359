//! The Secrets that answers refer to: those that must exist, and those that are made.
//!
//! Secrets that are made carry a label of ours, so that `iomctl uninstall` finds them; Helm does not know them. One
//! made at random is made once: a second run finds it and leaves it.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::Secret;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::desired::Desired;
use super::event::{Change, Event};
use super::operation::{Context, refused};
use super::prerequisites::cluster_object;
use crate::platform::catalogue;
use crate::problem::{Problem, Problems};
use crate::redact::secrets_in;

/// Label on Secrets that we made: the release they were made for.
pub const MADE_FOR: &str = "iomctl.iomete.com/made-for";

/// Characters of a secret that is made at random: letters and digits, because passwords travel through URLs, shells
/// and configuration files of many services.
const RANDOM: usize = 24;

/// Names of keys in a Secret whose values are no secrets and would only blacken logs.
const PLAIN_KEYS: &[&str] = &["user", "username", "email", "host", "name", "endpoint", "type"];

/// Where the value of a key comes from.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The operator gave it.
    Given(SecretString),
    /// Made at random, if it is not there yet.
    Random,
}

/// A Kubernetes Secret to be made in the namespace of the release.
#[derive(Debug, Clone)]
pub struct SecretObject {
    /// Its name.
    pub name: String,
    /// Its keys.
    pub entries: BTreeMap<String, Entry>,
}

/// A key of a Secret that must exist already.
#[derive(Debug, Clone)]
pub struct SecretReference {
    /// The question that was answered with it.
    pub field: String,
    /// Name of the Secret.
    pub name: String,
    /// Key in it.
    pub key: String,
}

/// Looks for the Secrets that must exist; what is missing, all at once. Their values become known to the redactor.
pub async fn check(context: &Context, references: &[SecretReference]) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for reference in references {
        let place = format!("{} = secret:{}/{}", reference.field, reference.name, reference.key);
        match value(context, &reference.name, &reference.key).await {
            Ok(Some(value)) => context.reporter.learn([value.expose_secret()]),
            Ok(None) => problems.push(
                Problem::bad_input(
                    "secret.missing",
                    format!("Secret `{}` with key `{}` does not exist", reference.name, reference.key),
                )
                .at(place)
                .next(format!(
                    "create it in namespace {}, or answer with another reference; nothing was changed",
                    context.session.namespace
                )),
            ),
            Err(problem) => problems.push(problem.at(place)),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// The value of a key of a Secret in the namespace of the release, if it exists.
pub async fn value(context: &Context, name: &str, key: &str) -> Result<Option<SecretString>, Problem> {
    let session = &context.session;
    let found = context.patiently("read a Secret", || session.read::<Secret>(&session.namespace, name)).await;
    let found =
        found.map_err(|failure| refused("secret.unreadable", format!("Secret `{name}` cannot be read"), &failure))?;
    let bytes = found.and_then(|secret| secret.data).and_then(|mut data| data.remove(key));
    Ok(bytes.map(|bytes| SecretString::from(String::from_utf8_lossy(&bytes.0).into_owned())))
}

/// Writes the Secrets.
pub async fn write(context: &Context, release: &str, secrets: &[SecretObject]) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for secret in secrets {
        if let Err(problem) = write_one(context, release, secret).await {
            problems.push(problem);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

async fn write_one(context: &Context, release: &str, secret: &SecretObject) -> Result<(), Problem> {
    let mut data = BTreeMap::new();
    for (key, entry) in &secret.entries {
        let known = match entry {
            Entry::Given(given) => given.clone(),
            Entry::Random => match value(context, &secret.name, key).await? {
                Some(there) => there,
                None => random().map_err(|e| {
                    Problem::failed("secret.random", "no random number can be made").because(e.to_string())
                })?,
            },
        };
        context.reporter.learn([known.expose_secret()]);
        data.insert(key.as_str(), STANDARD.encode(known.expose_secret()));
    }
    let object = cluster_object(
        &context.session,
        json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"name": secret.name, "namespace": context.session.namespace, "labels": {MADE_FOR: release}},
            "data": data,
        }),
    )?;
    let applied = context.patiently("write a Secret", || context.session.apply(&object)).await;
    let applied = applied.map_err(|failure| {
        refused("secret.refused", format!("Secret `{}` cannot be written", secret.name), &failure)
    })?;
    let change = if applied.created { Change::Created } else { Change::Configured };
    context.reporter.tell(Event::Object { change, object: object.reference(), done: 1, total: 1 });
    Ok(())
}

/// Whether all of these Secrets stand in the cluster as they would be written.
pub async fn stand(context: &Context, secrets: &[SecretObject]) -> Result<bool, Problem> {
    for secret in secrets {
        for (key, entry) in &secret.entries {
            let live = value(context, &secret.name, key).await?;
            let stands = match (live, entry) {
                (None, _) => false,
                (Some(_), Entry::Random) => true,
                (Some(live), Entry::Given(given)) => live.expose_secret() == given.expose_secret(),
            };
            if !stands {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// A secret made at random by the operating system.
pub fn random() -> std::io::Result<SecretString> {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut source = std::fs::File::open("/dev/urandom")?;
    let mut made = String::with_capacity(RANDOM);
    let mut byte = [0];
    while made.len() < RANDOM {
        source.read_exact(&mut byte)?;
        // 248 = 4 * 62: what is above would favour the first letters.
        if byte[0] < 248 {
            made.push(char::from(LETTERS[usize::from(byte[0] % 62)]));
        }
    }
    Ok(SecretString::from(made))
}

/// Whether a text stands in names that everybody sees (the access key `iomete` of a trial): masking it would black out
/// the screen and hide nothing.
pub fn is_public(secret: &str, namespace: &str) -> bool {
    let catalogue = catalogue();
    let names = catalogue.services.iter().flat_map(|service| std::iter::once(&service.name).chain(&service.objects));
    namespace.contains(secret)
        || catalogue.init_job.name.contains(secret)
        || names.into_iter().any(|name| name.contains(secret))
}

/// Makes the secrets that stand in the values of a release known to the redactor.
pub fn learn_values(context: &Context, values: &serde_json::Value) {
    let namespace = &context.session.namespace;
    context.reporter.learn(secrets_in(values).into_iter().filter(|secret| !is_public(secret, namespace)));
}

/// Makes the secrets inside the chart's own Secret objects known to the redactor.
pub fn learn_rendered(context: &Context, desired: &Desired) {
    let mut found = Vec::new();
    let secrets =
        desired.objects.iter().map(|wanted| &wanted.object).filter(|object| object.kind.resource.kind == "Secret");
    for object in secrets {
        let plain = object.value["stringData"].as_object().into_iter().flatten();
        found.extend(plain.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string()))));
        let encoded = object.value["data"].as_object().into_iter().flatten();
        found.extend(encoded.filter_map(|(key, value)| {
            let bytes = STANDARD.decode(value.as_str()?).ok()?;
            Some((key.clone(), String::from_utf8(bytes).ok()?))
        }));
    }
    let namespace = &context.session.namespace;
    found.retain(|(key, value)| is_secret(key, value) && !is_public(value, namespace));
    context.reporter.learn(found.into_iter().map(|(_, value)| value));
}

/// Whether what a Secret holds under a key is worth being looked for in other texts. A value of several lines is a file
/// of settings, unless it is a key.
pub fn is_secret(key: &str, value: &str) -> bool {
    let key = key.to_lowercase();
    let one_line = value.trim().lines().count() == 1;
    (one_line || value.contains("PRIVATE KEY-----")) && !PLAIN_KEYS.iter().any(|plain| key.ends_with(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_secret_is_long_plain_and_new() {
        let [one, two] = [random().unwrap(), random().unwrap()];
        assert_eq!(one.expose_secret().len(), RANDOM);
        assert!(one.expose_secret().chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
