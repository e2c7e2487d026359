//! Where Helm keeps its records: one Secret per revision in the namespace of the release.
//!
//! This is transport only; what a record says is read and written by `helm::release`.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Api;
use kube::api::{DeleteParams, ListParams, PostParams};

use super::requests::answered;
use super::{Failure, Session};

/// The `type` of a record's Secret.
const KIND: &str = "helm.sh/release.v1";

/// A stored record.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Name of the Secret.
    pub secret: String,
    /// Helm's labels and the user's.
    pub labels: BTreeMap<String, String>,
    /// `data.release`: base64 of gzip of JSON.
    pub data: Vec<u8>,
}

impl Session {
    /// All records of a release, in no particular order.
    pub async fn records(&self, namespace: &str, release: &str) -> Result<Vec<Stored>, Failure> {
        let params =
            ListParams::default().labels(&format!("owner=helm,name={release}")).fields(&format!("type={KIND}"));
        let secrets = answered(self.secrets(namespace).list(&params)).await?;
        Ok(secrets.items.into_iter().map(stored).collect())
    }

    /// Labels of the newest record of every release in the namespace, by name. Records are large; none is downloaded.
    pub async fn releases(&self, namespace: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
        let params = ListParams::default().labels("owner=helm").fields(&format!("type={KIND}"));
        let all = answered(self.secrets(namespace).list_metadata(&params)).await?.items;
        let mut newest: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for labels in all.into_iter().filter_map(|secret| secret.metadata.labels) {
            let Some(name) = labels.get("name").cloned() else { continue };
            let known = newest.get(&name).map_or(0, revision);
            if revision(&labels) > known {
                newest.insert(name, labels);
            }
        }
        Ok(newest)
    }

    /// Name and labels of the record of the newest revision. Records are large; none is downloaded for this.
    pub async fn newest_labels(
        &self,
        namespace: &str,
        release: &str,
    ) -> Result<Option<(String, BTreeMap<String, String>)>, Failure> {
        let params =
            ListParams::default().labels(&format!("owner=helm,name={release}")).fields(&format!("type={KIND}"));
        let all = answered(self.secrets(namespace).list_metadata(&params)).await?.items;
        let named = all.into_iter().filter_map(|secret| Some((secret.metadata.name?, secret.metadata.labels?)));
        Ok(named.max_by_key(|(_, labels)| revision(labels)))
    }

    /// The record of the newest revision; the older ones are not even downloaded.
    pub async fn newest_record(&self, namespace: &str, release: &str) -> Result<Option<Stored>, Failure> {
        let Some((name, _)) = self.newest_labels(namespace, release).await? else { return Ok(None) };
        Ok(answered(self.secrets(namespace).get_opt(&name)).await?.map(stored))
    }

    /// Whether the namespace holds records of releases in ConfigMaps (`HELM_DRIVER=configmap`), which we do not
    /// read: the names of those releases.
    pub async fn records_in_config_maps(&self, namespace: &str) -> Result<Vec<String>, Failure> {
        let api: Api<ConfigMap> = Api::namespaced(self.client.clone(), namespace);
        let maps = answered(api.list_metadata(&ListParams::default().labels("owner=helm"))).await?;
        let mut names: Vec<String> =
            maps.items.into_iter().filter_map(|map| map.metadata.labels?.get("name").cloned()).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Writes a new record; a [`Failure::Conflict`] means that somebody else wrote this revision first.
    pub async fn create_record(&self, namespace: &str, record: &Stored) -> Result<(), Failure> {
        answered(self.secrets(namespace).create(&PostParams::default(), &secret(record))).await.map(drop)
    }

    /// Replaces a record.
    pub async fn update_record(&self, namespace: &str, record: &Stored) -> Result<(), Failure> {
        let api = self.secrets(namespace);
        answered(api.replace(&record.secret, &PostParams::default(), &secret(record))).await.map(drop)
    }

    /// Removes a record; no error when it is gone already.
    pub async fn delete_record(&self, namespace: &str, secret: &str) -> Result<(), Failure> {
        match answered(self.secrets(namespace).delete(secret, &DeleteParams::default())).await {
            Ok(_) | Err(Failure::NotFound(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    fn secrets(&self, namespace: &str) -> Api<Secret> {
        Api::namespaced(self.client.clone(), namespace)
    }
}

fn revision(labels: &BTreeMap<String, String>) -> i64 {
    labels.get("version").and_then(|version| version.parse().ok()).unwrap_or(0)
}

fn stored(secret: Secret) -> Stored {
    Stored {
        secret: secret.metadata.name.unwrap_or_default(),
        labels: secret.metadata.labels.unwrap_or_default(),
        data: secret.data.and_then(|mut data| data.remove("release")).map(|bytes| bytes.0).unwrap_or_default(),
    }
}

fn secret(record: &Stored) -> Secret {
    Secret {
        metadata: kube::core::ObjectMeta {
            name: Some(record.secret.clone()),
            labels: Some(record.labels.clone()),
            ..Default::default()
        },
        type_: Some(KIND.into()),
        data: Some(BTreeMap::from([("release".into(), ByteString(record.data.clone()))])),
        ..Secret::default()
    }
}
