//! Bodies in protobuf: what typed clients (helm's storage, `kubectl create namespace`, `kubectl auth can-i`) send.
//!
//! A table of the few messages they send; everything else they send as JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::sandbox::clock;

/// The first bytes of an envelope.
const MAGIC: &[u8] = b"k8s\0";

/// What a field holds.
#[derive(Clone, Copy)]
enum Of {
    Text,
    Bytes,
    Number,
    Truth,
    Time,
    Message(&'static Message),
    /// Keys are texts.
    Table(&'static Of),
    List(&'static Of),
    /// JSON in a message of its own.
    Fields,
}

/// Number, name and content of each field.
struct Message(&'static [(u32, &'static str, Of)]);

static OWNER: Message = Message(&[
    (1, "kind", Of::Text),
    (3, "name", Of::Text),
    (4, "uid", Of::Text),
    (5, "apiVersion", Of::Text),
    (6, "controller", Of::Truth),
    (7, "blockOwnerDeletion", Of::Truth),
]);
static MANAGED: Message = Message(&[
    (1, "manager", Of::Text),
    (2, "operation", Of::Text),
    (3, "apiVersion", Of::Text),
    (4, "time", Of::Time),
    (6, "fieldsType", Of::Text),
    (7, "fieldsV1", Of::Fields),
    (8, "subresource", Of::Text),
]);
static METADATA: Message = Message(&[
    (1, "name", Of::Text),
    (2, "generateName", Of::Text),
    (3, "namespace", Of::Text),
    (5, "uid", Of::Text),
    (6, "resourceVersion", Of::Text),
    (7, "generation", Of::Number),
    (8, "creationTimestamp", Of::Time),
    (9, "deletionTimestamp", Of::Time),
    (10, "deletionGracePeriodSeconds", Of::Number),
    (11, "labels", Of::Table(&Of::Text)),
    (12, "annotations", Of::Table(&Of::Text)),
    (13, "ownerReferences", Of::List(&Of::Message(&OWNER))),
    (14, "finalizers", Of::List(&Of::Text)),
    (17, "managedFields", Of::List(&Of::Message(&MANAGED))),
]);
static SECRET: Message = Message(&[
    (1, "metadata", Of::Message(&METADATA)),
    (2, "data", Of::Table(&Of::Bytes)),
    (3, "type", Of::Text),
    (4, "stringData", Of::Table(&Of::Text)),
    (5, "immutable", Of::Truth),
]);
static CONFIG_MAP: Message = Message(&[
    (1, "metadata", Of::Message(&METADATA)),
    (2, "data", Of::Table(&Of::Text)),
    (3, "binaryData", Of::Table(&Of::Bytes)),
    (4, "immutable", Of::Truth),
]);
static BARE: Message = Message(&[(1, "metadata", Of::Message(&METADATA))]);
static PRECONDITIONS: Message = Message(&[(1, "uid", Of::Text), (2, "resourceVersion", Of::Text)]);
static DELETE_OPTIONS: Message = Message(&[
    (1, "gracePeriodSeconds", Of::Number),
    (2, "preconditions", Of::Message(&PRECONDITIONS)),
    (3, "orphanDependents", Of::Truth),
    (4, "propagationPolicy", Of::Text),
    (5, "dryRun", Of::List(&Of::Text)),
]);
static EVICTION: Message =
    Message(&[(1, "metadata", Of::Message(&METADATA)), (2, "deleteOptions", Of::Message(&DELETE_OPTIONS))]);
static RULES: Message = Message(&[(1, "namespace", Of::Text)]);
static RULES_REVIEW: Message = Message(&[(1, "metadata", Of::Message(&METADATA)), (2, "spec", Of::Message(&RULES))]);
static RESOURCE: Message = Message(&[
    (1, "namespace", Of::Text),
    (2, "verb", Of::Text),
    (3, "group", Of::Text),
    (4, "version", Of::Text),
    (5, "resource", Of::Text),
    (6, "subresource", Of::Text),
    (7, "name", Of::Text),
]);
static ACCESS: Message = Message(&[(1, "resourceAttributes", Of::Message(&RESOURCE))]);
static ACCESS_REVIEW: Message = Message(&[(1, "metadata", Of::Message(&METADATA)), (2, "spec", Of::Message(&ACCESS))]);

fn message(kind: &str) -> Option<&'static Message> {
    Some(match kind {
        "Secret" => &SECRET,
        "ConfigMap" => &CONFIG_MAP,
        "Namespace" | "ServiceAccount" | "SelfSubjectReview" => &BARE,
        "DeleteOptions" => &DELETE_OPTIONS,
        "Eviction" => &EVICTION,
        "SelfSubjectRulesReview" => &RULES_REVIEW,
        "SelfSubjectAccessReview" => &ACCESS_REVIEW,
        _ => return None,
    })
}

/// Whether a body is an envelope of this kind.
pub fn is_envelope(body: &[u8]) -> bool {
    body.starts_with(MAGIC)
}

/// The object in an envelope; none when it cannot be read, or is of a kind that is not in the table.
pub fn object(body: &[u8]) -> Option<Value> {
    let (mut kind, mut version, mut raw) = (String::new(), String::new(), &b""[..]);
    for (number, field) in fields(body.strip_prefix(MAGIC)?)? {
        match (number, field) {
            (1, Raw::Bytes(bytes)) => {
                for (number, field) in fields(bytes)? {
                    if let Raw::Bytes(bytes) = field {
                        let text = std::str::from_utf8(bytes).ok()?.to_string();
                        if number == 1 { version = text } else { kind = text }
                    }
                }
            }
            (2, Raw::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let mut value = read(message(&kind)?, raw)?;
    value["apiVersion"] = version.into();
    value["kind"] = kind.into();
    Some(value)
}

/// A field as it is on the wire.
enum Raw<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

fn fields(mut bytes: &[u8]) -> Option<Vec<(u32, Raw<'_>)>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let number = u32::try_from(tag >> 3).ok()?;
        let raw = match tag & 7 {
            0 => Raw::Number(varint(&mut bytes)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (field, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                Raw::Bytes(field)
            }
            _ => return None,
        };
        found.push((number, raw));
    }
    Some(found)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn read(message: &Message, bytes: &[u8]) -> Option<Value> {
    let mut value = Map::new();
    for (number, raw) in fields(bytes)? {
        let Some((_, name, of)) = message.0.iter().find(|(known, ..)| *known == number) else { continue };
        match of {
            Of::List(item) => {
                let item = decoded(item, &raw)?;
                let list = value.entry(*name).or_insert_with(|| json!([]));
                list.as_array_mut()?.push(item);
            }
            Of::Table(of) => {
                let Raw::Bytes(bytes) = raw else { return None };
                let (mut key, mut entry) = (String::new(), json!(""));
                for (number, raw) in fields(bytes)? {
                    match (number, &raw) {
                        (1, Raw::Bytes(bytes)) => key = std::str::from_utf8(bytes).ok()?.into(),
                        _ => entry = decoded(of, &raw)?,
                    }
                }
                value.entry(*name).or_insert_with(|| json!({})).as_object_mut()?.insert(key, entry);
            }
            of => {
                let decoded = decoded(of, &raw)?;
                // Texts that are not set are sent as empty ones.
                if decoded != "" && !decoded.is_null() {
                    value.insert((*name).into(), decoded);
                }
            }
        }
    }
    Some(Value::Object(value))
}

fn decoded(of: &Of, raw: &Raw<'_>) -> Option<Value> {
    Some(match (of, raw) {
        (Of::Text, Raw::Bytes(bytes)) => std::str::from_utf8(bytes).ok()?.into(),
        (Of::Bytes, Raw::Bytes(bytes)) => STANDARD.encode(bytes).into(),
        (Of::Number, Raw::Number(number)) => number.cast_signed().into(),
        (Of::Truth, Raw::Number(number)) => (*number != 0).into(),
        (Of::Message(message), Raw::Bytes(bytes)) => read(message, bytes)?,
        (Of::Time, Raw::Bytes(bytes)) => {
            let seconds = fields(bytes)?.into_iter().find_map(|(number, raw)| match (number, raw) {
                (1, Raw::Number(seconds)) => Some(seconds.cast_signed()),
                _ => None,
            });
            match seconds {
                Some(seconds) => clock::written(Timestamp::from_second(seconds).ok()?).into(),
                None => Value::Null,
            }
        }
        (Of::Fields, Raw::Bytes(bytes)) => {
            let raw = fields(bytes)?.into_iter().find_map(|(_, raw)| match raw {
                Raw::Bytes(bytes) => serde_json::from_slice(bytes).ok(),
                Raw::Number(_) => None,
            });
            raw.unwrap_or_else(|| json!({}))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut all = vec![number << 3 | 2, u8::try_from(bytes.len()).unwrap()];
        all.extend(bytes);
        all
    }

    #[test]
    fn a_secret_is_read_and_nonsense_is_not() {
        let data = [field(1, b"key"), field(2, &[0, 255])].concat();
        let secret = [field(1, &field(1, b"name")), field(2, &data), field(3, b"Opaque")].concat();
        let envelope = [field(1, &[field(1, b"v1"), field(2, b"Secret")].concat()), field(2, &secret)].concat();
        let body = [MAGIC, &envelope].concat();
        let wanted = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "name"},
            "data": {"key": "AP8="}, "type": "Opaque"});
        assert_eq!(object(&body), Some(wanted));
        for end in MAGIC.len() + 1..body.len() {
            let _ = object(&body[..end]);
        }
        assert_eq!(object(b"k8s\0\xff\xff"), None);
    }
}
