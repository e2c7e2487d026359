//! What happens to an object between a request and the store: admission, defaults, validation, ownership of fields.

mod admission;
mod defaults;
mod delete;
mod patch;
mod typed;
mod validate;

pub use defaults::fill;
pub use delete::{Deletion, delete, finish_if_free};
pub use patch::{PatchType, TYPES as PATCH_TYPES, patched};

use std::sync::Arc;

use serde_json::Value;

use super::clock;
use super::error::{Answer, ApiError};
use super::fields::{self, Applying, Shape};
use super::json;
use super::kinds::{Kind, defined};
use super::store::{Record, Store};
use typed::Mistake;

/// How a write was asked for.
#[derive(Debug, Clone, Default)]
pub struct Writing {
    /// Who is noted as owner of the fields.
    pub manager: String,
    /// Only find out.
    pub dry_run: bool,
    /// Apply over the fields of others.
    pub force: bool,
    /// Refuse fields that the type does not know.
    pub strict: bool,
}

/// A stored object, and whether it is new.
pub type Written = (Arc<Record>, bool);

fn shape(kind: &Kind) -> Shape<'_> {
    Shape { kind: &kind.kind, custom: kind.custom }
}

/// Creates an object.
///
/// # Errors
/// As the server refuses it.
pub fn create(store: &mut Store, kind: &Kind, namespace: &str, mut object: Value, how: &Writing) -> Answer<Written> {
    read(kind, &object, how.strict, false)?;
    place(kind, namespace, &mut object)?;
    if !json::text(&object, "/metadata/resourceVersion").is_empty() {
        return Err(ApiError::bad_request("resourceVersion should not be set on objects to be created"));
    }
    if json::text(&object, "/metadata/name").is_empty() {
        let prefix = json::text(&object, "/metadata/generateName").to_string();
        if !prefix.is_empty() {
            let name = format!("{prefix}{}", suffix(store, 5));
            json::metadata(&mut object).insert("name".into(), name.into());
        }
    }
    let name = json::text(&object, "/metadata/name").to_string();
    if !name.is_empty() && store.get(&kind.table, namespace, &name).is_some() {
        return Err(ApiError::exists(kind, &name));
    }
    if kind.has("status") && !["/nodes", "/persistentvolumes"].contains(&&*kind.table) {
        object.as_object_mut().map(|object| object.remove("status"));
    }
    json::metadata(&mut object).remove("managedFields");
    defaults::fill(kind, &mut object);
    fields::note_write(&Value::Null, &mut object, shape(kind), &how.manager, &kind.api_version(), "");
    born(store, kind, namespace, object, how)
}

/// The last steps of a new object, applied or created.
fn born(store: &mut Store, kind: &Kind, namespace: &str, mut object: Value, how: &Writing) -> Answer<Written> {
    defaults::fill(kind, &mut object);
    let identity = uuid(store);
    let metadata = json::metadata(&mut object);
    metadata.insert("uid".into(), identity.into());
    metadata.insert("creationTimestamp".into(), clock::now().into());
    metadata.remove("deletionTimestamp");
    metadata.remove("resourceVersion");
    match kind.generation {
        true => drop(metadata.insert("generation".into(), 1.into())),
        false => drop(metadata.remove("generation")),
    }
    admission::admit(store, kind, namespace, &mut object, how.dry_run)?;
    validate::check(kind, &object, &Value::Null)?;
    if how.dry_run {
        return Ok((unstored(&object), true));
    }
    after(store, kind, &object);
    Ok((store.put(kind, object), true))
}

/// Replaces an object, or one of its subresources.
///
/// # Errors
/// As the server refuses it.
pub fn update(
    store: &mut Store,
    kind: &Kind,
    namespace: &str,
    name: &str,
    subresource: &str,
    mut object: Value,
    how: &Writing,
) -> Answer<Written> {
    read(kind, &object, how.strict, false)?;
    if json::text(&object, "/metadata/name") != name {
        let given = json::text(&object, "/metadata/name");
        return Err(ApiError::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        )));
    }
    place(kind, namespace, &mut object)?;
    let live = store.value(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    change(store, kind, live, object, subresource, how)
}

/// Patches an object, or one of its subresources; an apply may create it.
///
/// # Errors
/// As the server refuses it.
#[expect(clippy::too_many_arguments, reason = "the parts of one request")]
pub fn patch(
    store: &mut Store,
    kind: &Kind,
    namespace: &str,
    name: &str,
    subresource: &str,
    patch: &Value,
    patch_type: PatchType,
    how: &Writing,
) -> Answer<Written> {
    let live = store.value(&kind.table, namespace, name);
    if patch_type == PatchType::Apply {
        return apply(store, kind, (namespace, name), subresource, patch, live, how);
    }
    let live = live.ok_or_else(|| ApiError::not_found(kind, name))?;
    if kind.custom && patch_type == PatchType::Strategic {
        return Err(ApiError::media_type(&[
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/apply-patch+yaml",
        ]));
    }
    let object = patched(patch_type, &live, patch, shape(kind))?;
    read(kind, &object, how.strict, false)?;
    change(store, kind, live, object, subresource, how)
}

fn apply(
    store: &mut Store,
    kind: &Kind,
    (namespace, name): (&str, &str),
    subresource: &str,
    config: &Value,
    live: Option<Value>,
    how: &Writing,
) -> Answer<Written> {
    if how.manager.is_empty() {
        let message =
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch";
        return Err(ApiError { code: 422, reason: "Invalid", ..ApiError::bad_request(message) });
    }
    if !json::at(config, "/metadata/managedFields").is_null() {
        return Err(ApiError::bad_request("metadata.managedFields must be nil"));
    }
    let mut config = config.clone();
    let given = json::text(&config, "/metadata/name");
    if !given.is_empty() && given != name {
        return Err(ApiError::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        )));
    }
    read(kind, &config, true, true)?;
    place(kind, namespace, &mut config)?;
    json::metadata(&mut config).insert("name".into(), name.into());
    let api_version = kind.api_version();
    let applying = Applying { manager: &how.manager, api_version: &api_version, subresource, force: how.force };
    match live {
        None if !subresource.is_empty() => Err(ApiError::not_found(kind, name)),
        None => {
            if kind.has("status") {
                config.as_object_mut().map(|config| config.remove("status"));
            }
            let mut object = fields::apply(&Value::Null, &config, shape(kind), applying)?;
            object["apiVersion"] = api_version.as_str().into();
            object["kind"] = kind.kind.as_str().into();
            born(store, kind, namespace, object, how)
        }
        Some(live) => {
            if kind.has("status") && subresource.is_empty() {
                config.as_object_mut().map(|config| config.remove("status"));
            }
            let object = fields::apply(&live, &config, shape(kind), applying)?;
            settle(store, kind, live, object, subresource, how)
        }
    }
}

/// A change that is no apply: keeps the books.
fn change(
    store: &mut Store,
    kind: &Kind,
    live: Value,
    mut object: Value,
    subresource: &str,
    how: &Writing,
) -> Answer<Written> {
    let name = json::text(&live, "/metadata/name");
    let given = json::text(&object, "/metadata/resourceVersion");
    if !given.is_empty() && given != json::text(&live, "/metadata/resourceVersion") {
        return Err(ApiError::stale(kind, name));
    }
    let given = json::text(&object, "/metadata/uid");
    if !given.is_empty() && given != json::text(&live, "/metadata/uid") {
        let live = json::text(&live, "/metadata/uid");
        let why = format!("Precondition failed: UID in precondition: {given}, UID in object meta: {live}");
        return Err(ApiError::conflict(kind, name, &why));
    }
    only_of(subresource, kind, &live, &mut object);
    fields::note_write(&live, &mut object, shape(kind), &how.manager, &kind.api_version(), subresource);
    settle(store, kind, live, object, subresource, how)
}

/// A subresource changes only its part, the object everything else.
fn only_of(subresource: &str, kind: &Kind, live: &Value, object: &mut Value) {
    match subresource {
        "status" => {
            let status = object["status"].take();
            let metadata = object["metadata"].clone();
            *object = live.clone();
            for part in ["annotations", "labels", "finalizers"] {
                if !metadata[part].is_null() {
                    json::metadata(object).insert(part.into(), metadata[part].clone());
                }
            }
            object["status"] = status;
        }
        "" if kind.has("status") => {
            let Some(map) = object.as_object_mut() else { return };
            match live.get("status") {
                Some(status) => drop(map.insert("status".into(), status.clone())),
                None => drop(map.remove("status")),
            }
        }
        _ => {}
    }
}

/// The last steps of a change.
fn settle(
    store: &mut Store,
    kind: &Kind,
    live: Value,
    mut object: Value,
    subresource: &str,
    how: &Writing,
) -> Answer<Written> {
    let namespace = json::text(&live, "/metadata/namespace").to_string();
    for key in
        ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "namespace"]
    {
        let metadata = json::metadata(&mut object);
        match live["metadata"].get(key) {
            Some(value) => drop(metadata.insert(key.into(), value.clone())),
            None => drop(metadata.remove(key)),
        }
    }
    object["apiVersion"] = live["apiVersion"].clone();
    object["kind"] = live["kind"].clone();
    if subresource != "status" {
        defaults::fill(kind, &mut object);
        admission::keep(kind, &live, &mut object);
        validate::check(kind, &object, &live)?;
        if kind.generation && specification(&object) != specification(&live) {
            let next = json::int(&live, "/metadata/generation").unwrap_or(1) + 1;
            json::metadata(&mut object).insert("generation".into(), next.into());
        }
    }
    let metadata = json::metadata(&mut object);
    if let Some(version) = live["metadata"].get("resourceVersion") {
        metadata.insert("resourceVersion".into(), version.clone());
    }
    if how.dry_run || same_but_times(&object, &live) {
        let shown = if how.dry_run && object != live { &object } else { &live };
        return Ok((unstored(shown), false));
    }
    after(store, kind, &object);
    let record = store.put(kind, object);
    let name = record.name.clone();
    finish_if_free(store, kind, &namespace, &name);
    Ok((record, false))
}

/// Everything but metadata and status.
fn specification(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.remove("metadata");
        map.remove("status");
    }
    object
}

/// Equal apart from the times in the books.
fn same_but_times(one: &Value, other: &Value) -> bool {
    let timeless = |object: &Value| {
        let mut object = object.clone();
        for entry in json::items_mut(&mut object, &["metadata", "managedFields"]) {
            entry.as_object_mut().map(|entry| entry.remove("time"));
        }
        object
    };
    timeless(one) == timeless(other)
}

/// What changes in the server itself.
fn after(store: &mut Store, kind: &Kind, object: &Value) {
    if &*kind.table == "apiextensions.k8s.io/customresourcedefinitions" {
        store.kinds.remove(&format!(
            "{}/{}",
            json::text(object, "/spec/group"),
            json::text(object, "/spec/names/plural")
        ));
        for kind in defined(object) {
            store.kinds.add(kind);
        }
    }
}

/// Reads an object as its type.
fn read(kind: &Kind, object: &Value, strict: bool, apply: bool) -> Answer<()> {
    let given = json::text(object, "/kind");
    let version = json::text(object, "/apiVersion");
    if !given.is_empty() && (given != kind.kind || version != kind.api_version()) {
        return Err(ApiError::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({}) or kind {given} is \
             not {}",
            kind.api_version(),
            kind.kind
        )));
    }
    let named = |path: &str| path.trim_start_matches('.').to_string();
    for mistake in typed::mistakes(kind, object) {
        let place = || {
            let (namespace, name) = super::store::place(object);
            let group_version = kind.api_version();
            format!("failed to create typed patch object ({namespace}/{name}; {group_version}, Kind={})", kind.kind)
        };
        match mistake {
            Mistake::Type(path, told) if apply => {
                return Err(ApiError::unshaped(format!("{}: {path}: {told}", place())));
            }
            Mistake::Type(path, told) => {
                return Err(ApiError::bad_request(format!(
                    "{} in version \"{}\" cannot be handled as a {}: {}: {told}",
                    kind.kind,
                    kind.version,
                    kind.kind,
                    named(&path)
                )));
            }
            Mistake::Unknown(path) if apply => {
                return Err(ApiError::unshaped(format!("{}: {path}: field not declared in schema", place())));
            }
            Mistake::Unknown(path) if strict => {
                return Err(ApiError::bad_request(format!(
                    "{} in version \"{}\" cannot be handled as a {}: strict decoding error: unknown field \"{}\"",
                    kind.kind,
                    kind.version,
                    kind.kind,
                    named(&path)
                )));
            }
            Mistake::Unknown(_) => {}
        }
    }
    Ok(())
}

/// Puts an object into the namespace of its path.
fn place(kind: &Kind, namespace: &str, object: &mut Value) -> Answer<()> {
    if !object.is_object() {
        return Err(ApiError::bad_request("the object provided is unrecognized (must be of type object)"));
    }
    object["apiVersion"] = kind.api_version().into();
    object["kind"] = kind.kind.as_str().into();
    let metadata = json::metadata(object);
    let given = metadata.get("namespace").and_then(Value::as_str).unwrap_or_default();
    if !kind.namespaced {
        metadata.remove("namespace");
        return Ok(());
    }
    if !given.is_empty() && given != namespace {
        return Err(ApiError::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    metadata.insert("namespace".into(), namespace.into());
    Ok(())
}

fn unstored(object: &Value) -> Arc<Record> {
    let (namespace, name) = super::store::place(object);
    Arc::new(Record::new(object, namespace.into(), name.into(), 0))
}

/// A new identity.
pub fn uuid(store: &mut Store) -> String {
    let bytes = store.random.u128(..);
    let text = format!("{:032x}", (bytes & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62));
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

/// Random characters as the server appends them to names.
pub fn suffix(store: &mut Store, length: usize) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    (0..length).map(|_| char::from(ALPHABET[store.random.usize(..ALPHABET.len())])).collect()
}
