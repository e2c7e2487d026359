//! What the rules want to know of the cluster, as far as this person may read it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::Place;
use crate::cluster::Session;
use crate::helm::release;
use crate::plan::{Facts, Objects, Release};

/// Looks; what may not be read stays unknown.
pub async fn look(session: &Session, place: &Place) -> Facts {
    let (namespaces, priority_classes, release) = tokio::join!(
        names(session, "v1", "Namespace"),
        names(session, "scheduling.k8s.io/v1", "PriorityClass"),
        deployed(session, place),
    );
    let groups = session.kinds.api_versions().into_iter();
    let api_groups = groups.filter_map(|version| version.split_once('/').map(|(group, _)| group.to_string())).collect();
    Facts {
        namespace: Some(place.namespace.clone()),
        release,
        objects: Some(Objects { namespaces, priority_classes, api_groups: Some(api_groups), ..Objects::default() }),
        ..Facts::default()
    }
}

/// Names of all objects of a kind.
async fn names(session: &Session, api_version: &str, kind: &str) -> Option<BTreeSet<String>> {
    let kind = session.kinds.find(api_version, kind)?;
    let list = session.list_as_json(kind, None).await.ok()?;
    let items = list["items"].as_array()?;
    Some(items.iter().filter_map(|item| item["metadata"]["name"].as_str().map(str::to_string)).collect())
}

/// What is deployed, with the values that were given for it.
async fn deployed(session: &Session, place: &Place) -> Option<Release> {
    let records = session.records(&place.namespace, &place.release).await.ok()?;
    let read = records.iter().filter_map(|record| release::decode(&record.data).ok());
    let newest = read.filter(|record| record.info.status == release::Status::Deployed).max_by_key(|r| r.version);
    match newest {
        Some(record) => Some(Release::Deployed(Value::Object(record.config.unwrap_or_default()))),
        None => Some(Release::Fresh),
    }
}
