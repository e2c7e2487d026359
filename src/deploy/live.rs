//! What of a release stands in the cluster, read in one list for each kind and namespace instead of one request for
//! each object.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

use super::desired::Wanted;
use super::operation::{Context, refused};
use crate::cluster::{Failure, Kind, Object};
use crate::problem::Problem;

/// Lists in flight.
const AT_ONCE: usize = 8;

/// The label that stands on every object of a release.
const OF_HELM: &str = "app.kubernetes.io/managed-by=Helm";

/// Live objects by [`Object::key`].
pub type Live = BTreeMap<String, Value>;

/// The objects of these kinds and namespaces that carry Helm's label. One that has lost it, and a kind that may not be
/// listed, are not among them: such objects are asked for one by one.
pub async fn read(context: &Context, wanted: &[Wanted]) -> Result<Live, Problem> {
    let places: BTreeSet<(String, String, Option<String>)> =
        wanted.iter().map(|wanted| place(&wanted.object)).collect();
    let kinds = places.into_iter().filter_map(|(version, kind, namespace)| {
        Some((context.session.kinds.find(&version, &kind)?.clone(), namespace))
    });
    let lists = stream::iter(kinds).map(|(kind, namespace)| async move {
        let request = || context.session.labelled(&kind, namespace.as_deref(), OF_HELM);
        match context.patiently("list objects", request).await {
            Ok(objects) => Ok(objects.into_iter().filter_map(|value| named(&kind, value)).collect()),
            Err(Failure::Forbidden(_) | Failure::NotFound(_)) => Ok(Vec::new()),
            Err(failure) => Err(refused("objects.unreadable", "the objects of the release cannot be read", &failure)),
        }
    });
    let lists: Vec<Vec<(String, Value)>> = lists.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(lists.into_iter().flatten().collect())
}

fn place(object: &Object) -> (String, String, Option<String>) {
    let resource = &object.kind.resource;
    (resource.api_version.clone(), resource.kind.clone(), object.namespace.clone())
}

fn named(kind: &Kind, mut value: Value) -> Option<(String, Value)> {
    let text = |value: &Value| value.as_str().map(str::to_string);
    let name = text(&value["metadata"]["name"])?;
    let namespace = text(&value["metadata"]["namespace"]);
    // Items of a list do not say what they are.
    value["apiVersion"] = kind.resource.api_version.as_str().into();
    value["kind"] = kind.resource.kind.as_str().into();
    let object = Object { kind: kind.clone(), namespace, name, value: Value::Null };
    Some((object.key(), value))
}
