//! Single requests: apply, read, delete. Each has a time limit and none is repeated here.
//!
//! Objects are written by server-side apply under the field manager [`MANAGER`]. It is Helm's name on purpose: Helm 4
//! applies under the same one, so its next upgrade of our release owns the fields it finds and drops those that
//! left the chart, instead of running into conflicts with a manager of ours; Helm 3 patches without looking at managers. Conflicts with *other* managers
//! are never forced.

use std::time::Duration;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PropagationPolicy, ValidationDirective};
use kube::client::Body;
use kube::core::{ApiResource, DynamicObject, Request, Resource, Status};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Api, Client};
use serde_json::Value;
use tokio::time::timeout;

use super::kinds::Kind;
use super::watch::{Watchable, erased, read_as};
use super::{Failure, Object, Session, fields};

/// The field manager of everything we write.
pub const MANAGER: &str = "helm";

/// Times the books of an object are written anew when somebody else writes it meanwhile.
const TRIES: u32 = 5;

/// The most time one answer may take.
const ANSWER: Duration = Duration::from_secs(30);

/// What an apply did.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The object did not exist before.
    pub created: bool,
    /// The object as the server has it now (or would have it, in a dry run).
    pub value: Value,
}

/// What a deletion did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// There was nothing to delete.
    Absent,
    /// It is gone.
    Gone,
    /// It goes when its finalizers or its grace period are over; its uid.
    Going(String),
}

impl Session {
    /// Server-side apply of one object; unknown and duplicate fields are refused.
    pub async fn apply(&self, object: &Object) -> Result<Applied, Failure> {
        self.apply_as(object, false, false).await
    }

    /// As [`Session::apply`], with every check of the server and no effect.
    pub async fn dry_run(&self, object: &Object) -> Result<Applied, Failure> {
        self.apply_as(object, true, false).await
    }

    /// As [`Session::apply`]; with `force` fields of other managers are taken over.
    pub async fn apply_as(&self, object: &Object, dry_run: bool, force: bool) -> Result<Applied, Failure> {
        let params = PatchParams {
            dry_run,
            field_manager: Some(MANAGER.into()),
            field_validation: Some(ValidationDirective::Strict),
            force,
        };
        let path = DynamicObject::url_path(&object.kind.resource, object.namespace.as_deref());
        let request = Request::new(path)
            .patch(&object.name, &params, &Patch::Apply(&object.value))
            .map_err(|e| Failure::Other(e.to_string()))?;
        let answer = async {
            let response = self.client.send(request.map(Body::from)).await?;
            let status = response.status();
            Ok::<_, kube::Error>((status, response.into_body().collect_bytes().await?))
        };
        let (status, bytes) = timeout(ANSWER, answer).await.map_err(|_| Failure::late(ANSWER))??;
        if status.is_success() {
            let value = serde_json::from_slice(&bytes).map_err(|e| Failure::Other(e.to_string()))?;
            return Ok(Applied { created: status.as_u16() == 201, value });
        }
        Err(match serde_json::from_slice::<Status>(&bytes) {
            Ok(told) if told.code != 0 => Failure::from_status(&told),
            _ => Failure::Other(format!("the API server answered {status}")),
        })
    }

    /// Reads one object; `None` when it (or its namespace) does not exist.
    pub async fn get(&self, kind: &Kind, namespace: Option<&str>, name: &str) -> Result<Option<Value>, Failure> {
        let api: Api<DynamicObject> = self.api(kind, namespace);
        let found = answered(api.get_opt(name)).await?;
        found.map(|object| serde_json::to_value(object).map_err(|e| Failure::Other(e.to_string()))).transpose()
    }

    /// All objects of a kind (of one namespace, or of all), as the list the server gives.
    pub async fn list_as_json(&self, kind: &Kind, namespace: Option<&str>) -> Result<Value, Failure> {
        let api: Api<DynamicObject> = self.api(kind, namespace);
        let list = answered(api.list(&ListParams::default())).await?;
        serde_json::to_value(list).map_err(|e| Failure::Other(e.to_string()))
    }

    /// All objects of a kind with these labels.
    pub async fn labelled(&self, kind: &Kind, namespace: Option<&str>, labels: &str) -> Result<Vec<Value>, Failure> {
        let api: Api<DynamicObject> = self.api(kind, namespace);
        let list = answered(api.list(&ListParams::default().labels(labels))).await?;
        let to_json = |object| serde_json::to_value(object).map_err(|e| Failure::Other(e.to_string()));
        list.items.into_iter().map(to_json).collect()
    }

    /// Books as applied what `helm` wrote from the client's side, so that a field which leaves the chart leaves the
    /// object. Nothing else of the object changes.
    pub async fn migrate_fields(&self, object: &Object) -> Result<(), Failure> {
        let api: Api<DynamicObject> = self.api(&object.kind, object.namespace.as_deref());
        for _ in 0..TRIES {
            let Some(live) = self.get(&object.kind, object.namespace.as_deref(), &object.name).await? else {
                return Ok(());
            };
            let Some(entries) = fields::migrated(&live) else { return Ok(()) };
            let version = &live["metadata"]["resourceVersion"];
            let patch = serde_json::json!({"metadata": {"managedFields": entries, "resourceVersion": version}});
            match answered(api.patch(&object.name, &PatchParams::default(), &Patch::Merge(&patch))).await {
                // Somebody wrote in between: look again.
                Err(Failure::Conflict(_)) => {}
                decided => return decided.map(drop),
            }
        }
        Err(Failure::Conflict(format!("{} changes all the time", object.reference())))
    }

    /// Reads one object of a kind known at compile time; `None` when it does not exist.
    pub async fn read<K: Watchable>(&self, namespace: &str, name: &str) -> Result<Option<K>, Failure> {
        let found = answered(erased::<K>(self.client.clone(), namespace).get_opt(name)).await?;
        found.map(read_as).transpose()
    }

    /// Deletes one object and, in the background, what it owns.
    pub async fn remove(&self, kind: &Kind, namespace: Option<&str>, name: &str) -> Result<Deleted, Failure> {
        self.remove_as(kind, namespace, name, PropagationPolicy::Background).await
    }

    /// Deletes one object and leaves what it owns to its successor.
    pub async fn remove_alone(&self, kind: &Kind, namespace: Option<&str>, name: &str) -> Result<Deleted, Failure> {
        self.remove_as(kind, namespace, name, PropagationPolicy::Orphan).await
    }

    async fn remove_as(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
        policy: PropagationPolicy,
    ) -> Result<Deleted, Failure> {
        let api: Api<DynamicObject> = self.api(kind, namespace);
        let params = DeleteParams { propagation_policy: Some(policy), ..DeleteParams::default() };
        match answered(api.delete(name, &params)).await {
            Ok(answer) => Ok(match answer.left().and_then(|object| object.metadata.uid) {
                Some(uid) => Deleted::Going(uid),
                None => Deleted::Gone,
            }),
            Err(Failure::NotFound(_)) => Ok(Deleted::Absent),
            Err(failure) => Err(failure),
        }
    }

    /// Changes fields of one object by a merge patch, under a field manager of our own: the change is ours and not
    /// the chart's.
    pub async fn change(&self, kind: &Kind, namespace: Option<&str>, name: &str, patch: &Value) -> Result<(), Failure> {
        let params = PatchParams { field_manager: Some("iomctl".into()), ..PatchParams::default() };
        let api: Api<DynamicObject> = self.api(kind, namespace);
        answered(api.patch(name, &params, &Patch::Merge(patch))).await.map(drop)
    }

    /// Waits until the object with this uid is gone; false when `patience` has passed before.
    pub async fn gone(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        name: &str,
        uid: &str,
        patience: Duration,
    ) -> Result<bool, Failure> {
        let gone = await_condition(self.api(kind, namespace), name, conditions::is_deleted(uid));
        match timeout(patience, gone).await {
            Err(_) => Ok(false),
            Ok(Ok(_)) => Ok(true),
            Ok(Err(e)) => Err(Failure::Lost(e.to_string())),
        }
    }

    /// Whether a namespace exists; `None` when that may not be asked.
    pub async fn namespace_exists(&self, name: &str) -> Result<Option<bool>, Failure> {
        let api: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(self.client.clone());
        match answered(api.get_metadata_opt(name)).await {
            Ok(found) => Ok(Some(found.is_some())),
            Err(Failure::Forbidden(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The names of all namespaces.
    pub async fn namespaces(&self) -> Result<Vec<String>, Failure> {
        let api: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(self.client.clone());
        let all = answered(api.list_metadata(&ListParams::default())).await?;
        Ok(all.items.into_iter().filter_map(|namespace| namespace.metadata.name).collect())
    }

    /// Waits until a definition is served; false when `patience` has passed before.
    pub async fn definition_established(&self, name: &str, patience: Duration) -> Result<bool, Failure> {
        let definitions = ApiResource::erase::<CustomResourceDefinition>(&());
        let api: Api<DynamicObject> = Api::all_with(self.client.clone(), &definitions);
        match timeout(patience, await_condition(api, name, is_established)).await {
            Err(_) => Ok(false),
            Ok(Ok(_)) => Ok(true),
            Ok(Err(e)) => Err(Failure::Lost(e.to_string())),
        }
    }

    fn api(&self, kind: &Kind, namespace: Option<&str>) -> Api<DynamicObject> {
        dynamic(self.client.clone(), kind, namespace)
    }
}

fn is_established(definition: Option<&DynamicObject>) -> bool {
    let conditions = definition.and_then(|definition| definition.data["status"]["conditions"].as_array());
    conditions.into_iter().flatten().any(|c| c["type"] == "Established" && c["status"] == "True")
}

pub(super) fn dynamic(client: Client, kind: &Kind, namespace: Option<&str>) -> Api<DynamicObject> {
    match namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &kind.resource),
        None => Api::all_with(client, &kind.resource),
    }
}

/// A request with the time limit of all requests.
pub(super) async fn answered<T>(request: impl Future<Output = Result<T, kube::Error>>) -> Result<T, Failure> {
    match timeout(ANSWER, request).await {
        Err(_) => Err(Failure::late(ANSWER)),
        Ok(result) => result.map_err(Failure::from),
    }
}
