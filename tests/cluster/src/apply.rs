//! Objects from YAML into the cluster.

use futures::future::try_join_all;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, TypeMeta};
use kube::{Client, ResourceExt};

use crate::Error;

/// Who owns what the harness applies.
const MANAGER: &str = "test-cluster";

/// The documents of a YAML text as objects. `name` is for the error.
pub(crate) fn objects(name: &str, text: &str) -> Result<Vec<DynamicObject>, Error> {
    let wrong = |problem: String| Error::Manifest { name: name.to_owned(), problem };
    format!("\n{text}")
        .split("\n---")
        .filter(|document| document.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')))
        .map(|document| {
            let value: serde_json::Value = serde_yaml::from_str(document).map_err(|e| wrong(e.to_string()))?;
            serde_json::from_value(value).map_err(|e| wrong(e.to_string()))
        })
        .collect()
}

/// Applies all objects at once; the order does not matter to the kinds that the harness uses.
pub(crate) async fn apply(client: &Client, objects: &[DynamicObject]) -> Result<(), Error> {
    try_join_all(objects.iter().map(|object| async move {
        api(client, object)?
            .patch(&object.name_any(), &PatchParams::apply(MANAGER).force(), &Patch::Apply(object))
            .await?;
        Ok(())
    }))
    .await
    .map(drop)
}

/// The place in the API where an object of this kind lives.
pub(crate) fn api(client: &Client, object: &DynamicObject) -> Result<Api<DynamicObject>, Error> {
    let unknown = || Error::Manifest { name: object.name_any(), problem: "no apiVersion or kind".to_owned() };
    let types: &TypeMeta = object.types.as_ref().ok_or_else(unknown)?;
    let kind = GroupVersionKind::try_from(types).map_err(|_| unknown())?;
    // kwok's `Logs` is its own plural, which the general rule for English cannot know.
    let resource = if kind.kind.ends_with("Logs") {
        ApiResource::from_gvk_with_plural(&kind, &kind.kind.to_lowercase())
    } else {
        ApiResource::from_gvk(&kind)
    };
    Ok(match object.namespace() {
        Some(namespace) => Api::namespaced_with(client.clone(), &namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    })
}
