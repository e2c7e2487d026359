//! Where Helm keeps its records: one Secret per revision in the namespace of the release, or one ConfigMap where
//! somebody set `HELM_DRIVER=configmap`.
//!
//! This is transport only; what a record says is read and written by `helm::release`. A release that is not in the place
//! that the variable names is looked for in the other: one that is not seen would be installed a second time.

mod driver;
mod stored;

use std::collections::BTreeMap;
use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;

use super::requests::answered;
use super::{Failure, Session};
use crate::helm::release::{SECRET_TYPE, Storage};
pub use driver::Driver;
pub use stored::Stored;

/// Labels of a record, which say name, revision and state.
type Labels = BTreeMap<String, String>;

/// A kind of object that holds records.
trait Holder: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned {
    /// As Helm's driver is called.
    const STORAGE: Storage;
}

impl Holder for Secret {
    const STORAGE: Storage = Storage::Secret;
}

impl Holder for ConfigMap {
    const STORAGE: Storage = Storage::ConfigMap;
}

impl Session {
    /// All records of a release, in no particular order.
    pub async fn records(&self, namespace: &str, release: &str) -> Result<Vec<Stored>, Failure> {
        let labels = format!("owner=helm,name={release}");
        let first = self.full_in(self.driver.storage(), namespace, &labels).await?;
        if !first.is_empty() {
            return Ok(first);
        }
        elsewhere(self.full_in(self.driver.storage().other(), namespace, &labels).await)
    }

    /// Labels of the newest record of every release in the namespace, by name. Records are large; none is downloaded.
    pub async fn releases(&self, namespace: &str) -> Result<BTreeMap<String, Labels>, Failure> {
        let (first, second) = (self.driver.storage(), self.driver.storage().other());
        let (first, second) =
            tokio::join!(self.heads_in(first, namespace, "owner=helm"), self.heads_in(second, namespace, "owner=helm"));
        let (first, second) = (first?, elsewhere(second)?);
        let mut all: BTreeMap<String, Labels> = BTreeMap::new();
        for heads in [first, second] {
            let mut newest: BTreeMap<String, Labels> = BTreeMap::new();
            for head in heads {
                let Some(name) = head.labels.get("name").cloned() else { continue };
                if newest.get(&name).is_none_or(|known| revision(known) < revision(&head.labels)) {
                    newest.insert(name, head.labels);
                }
            }
            for (name, labels) in newest {
                all.entry(name).or_insert(labels);
            }
        }
        Ok(all)
    }

    /// Name and labels of the record of the newest revision. Records are large; none is downloaded for this.
    pub async fn newest_labels(&self, namespace: &str, release: &str) -> Result<Option<(String, Labels)>, Failure> {
        Ok(self.newest_head(namespace, release).await?.map(|head| (head.name, head.labels)))
    }

    /// The record of the newest revision; the older ones are not even downloaded.
    pub async fn newest_record(&self, namespace: &str, release: &str) -> Result<Option<Stored>, Failure> {
        match self.newest_head(namespace, release).await? {
            Some(head) => self.record(namespace, head.storage, &head.name).await,
            None => Ok(None),
        }
    }

    /// The record of one revision; the others are not downloaded.
    pub async fn record_of(&self, namespace: &str, release: &str, number: i64) -> Result<Option<Stored>, Failure> {
        let found = self.heads_of(namespace, release).await?.into_iter().find(|head| revision(&head.labels) == number);
        match found {
            Some(head) => self.record(namespace, head.storage, &head.name).await,
            None => Ok(None),
        }
    }

    /// The numbers of the revisions that there are, in order.
    pub async fn revisions(&self, namespace: &str, release: &str) -> Result<Vec<i64>, Failure> {
        let heads = self.heads_of(namespace, release).await?;
        let mut numbers: Vec<i64> = heads.iter().map(|head| revision(&head.labels)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Writes a new record; a [`Failure::Conflict`] means that somebody else wrote this revision first.
    pub async fn create_record(&self, namespace: &str, record: &Stored) -> Result<(), Failure> {
        let params = PostParams::default();
        match record.storage {
            Storage::Secret => answered(self.of::<Secret>(namespace).create(&params, &record.secret())).await.map(drop),
            Storage::ConfigMap => {
                answered(self.of::<ConfigMap>(namespace).create(&params, &record.config_map())).await.map(drop)
            }
        }
    }

    /// Replaces a record.
    pub async fn update_record(&self, namespace: &str, record: &Stored) -> Result<(), Failure> {
        let (name, params) = (&record.name, PostParams::default());
        match record.storage {
            Storage::Secret => {
                answered(self.of::<Secret>(namespace).replace(name, &params, &record.secret())).await.map(drop)
            }
            Storage::ConfigMap => {
                answered(self.of::<ConfigMap>(namespace).replace(name, &params, &record.config_map())).await.map(drop)
            }
        }
    }

    /// Removes a record; no error when it is gone already.
    pub async fn delete_record(&self, namespace: &str, storage: Storage, name: &str) -> Result<(), Failure> {
        let params = DeleteParams::default();
        let deleted = match storage {
            Storage::Secret => answered(self.of::<Secret>(namespace).delete(name, &params)).await.map(drop),
            Storage::ConfigMap => answered(self.of::<ConfigMap>(namespace).delete(name, &params)).await.map(drop),
        };
        match deleted {
            Err(Failure::NotFound(_)) => Ok(()),
            decided => decided,
        }
    }

    async fn record(&self, namespace: &str, storage: Storage, name: &str) -> Result<Option<Stored>, Failure> {
        match storage {
            Storage::Secret => Ok(answered(self.of::<Secret>(namespace).get_opt(name)).await?.map(Stored::from)),
            Storage::ConfigMap => Ok(answered(self.of::<ConfigMap>(namespace).get_opt(name)).await?.map(Stored::from)),
        }
    }

    async fn newest_head(&self, namespace: &str, release: &str) -> Result<Option<Head>, Failure> {
        let heads = self.heads_of(namespace, release).await?;
        Ok(heads.into_iter().max_by_key(|head| revision(&head.labels)))
    }

    /// All records of a release without what they hold. Records are large; none is downloaded for this.
    pub async fn heads_of(&self, namespace: &str, release: &str) -> Result<Vec<Head>, Failure> {
        let labels = format!("owner=helm,name={release}");
        let first = self.heads_in(self.driver.storage(), namespace, &labels).await?;
        if !first.is_empty() {
            return Ok(first);
        }
        elsewhere(self.heads_in(self.driver.storage().other(), namespace, &labels).await)
    }

    async fn heads_in(&self, storage: Storage, namespace: &str, labels: &str) -> Result<Vec<Head>, Failure> {
        match storage {
            Storage::Secret => self.head::<Secret>(namespace, labels).await,
            Storage::ConfigMap => self.head::<ConfigMap>(namespace, labels).await,
        }
    }

    async fn full_in(&self, storage: Storage, namespace: &str, labels: &str) -> Result<Vec<Stored>, Failure> {
        match storage {
            Storage::Secret => self.full::<Secret>(namespace, labels).await,
            Storage::ConfigMap => self.full::<ConfigMap>(namespace, labels).await,
        }
    }

    async fn head<K: Holder>(&self, namespace: &str, labels: &str) -> Result<Vec<Head>, Failure> {
        let list = answered(self.of::<K>(namespace).list_metadata(&params::<K>(labels))).await?;
        let head = |object: kube::core::PartialObjectMeta<K>| {
            Some(Head { storage: K::STORAGE, name: object.metadata.name?, labels: object.metadata.labels? })
        };
        Ok(list.items.into_iter().filter_map(head).collect())
    }

    async fn full<K: Holder + Into<Stored>>(&self, namespace: &str, labels: &str) -> Result<Vec<Stored>, Failure> {
        let list = answered(self.of::<K>(namespace).list(&params::<K>(labels))).await?;
        Ok(list.items.into_iter().map(Into::into).collect())
    }

    fn of<K: Holder>(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }
}

/// What was found in the place that the variable does not name. That nobody may look into it is no error.
fn elsewhere<T>(found: Result<Vec<T>, Failure>) -> Result<Vec<T>, Failure> {
    match found {
        Err(failure) if !failure.is_passing() => Ok(Vec::new()),
        found => found,
    }
}

/// A record without its data.
#[derive(Debug)]
pub struct Head {
    /// Where it is kept.
    pub storage: Storage,
    /// Name of the Secret or ConfigMap.
    pub name: String,
    /// Helm's labels and the user's.
    pub labels: Labels,
}

fn params<K: Holder>(labels: &str) -> ListParams {
    let params = ListParams::default().labels(labels);
    match K::STORAGE {
        Storage::Secret => params.fields(&format!("type={SECRET_TYPE}")),
        Storage::ConfigMap => params,
    }
}

fn revision(labels: &Labels) -> i64 {
    labels.get("version").and_then(|version| version.parse().ok()).unwrap_or(0)
}
