//! A Lease in the namespace of a release: who works on it, and whether they still do.
//!
//! Clocks of two machines may differ, so life is seen in a lease that changes, not in its times alone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::ObjectMeta;
use serde_json::json;

use super::requests::answered;
use super::{Failure, Session};

/// Annotation with the operation of the holder.
const OPERATION: &str = "iomctl.iomete.com/operation";

/// A lease as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Who: `user@host`.
    pub holder: String,
    /// The holder's operation.
    pub operation: String,
    /// When it was taken, by the holder's clock.
    pub since: Option<Timestamp>,
    /// When it was renewed last, by the holder's clock.
    pub renewed: Option<Timestamp>,
    /// Changes with every renewal.
    pub version: String,
}

impl Session {
    /// Reads a lease.
    pub async fn lease(&self, name: &str) -> Result<Option<Held>, Failure> {
        Ok(answered(self.leases().get_opt(name)).await?.map(held))
    }

    /// Takes a lease: a new one, or in the place of `before` if that has not changed since. A [`Failure::Conflict`] means
    /// that somebody else was first.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        operation: &str,
        before: Option<&Held>,
    ) -> Result<Held, Failure> {
        let now = Timestamp::now();
        let mine = Held {
            holder: holder.into(),
            operation: operation.into(),
            since: Some(now),
            renewed: Some(now),
            version: before.map(|before| before.version.clone()).unwrap_or_default(),
        };
        let lease = object(name, &mine);
        let written = match before {
            None => answered(self.leases().create(&PostParams::default(), &lease)).await?,
            Some(_) => answered(self.leases().replace(name, &PostParams::default(), &lease)).await?,
        };
        Ok(held(written))
    }

    /// Renews a lease of ours. A [`Failure::Conflict`] means that somebody took it.
    pub async fn renew_lease(&self, name: &str, mine: &Held) -> Result<Held, Failure> {
        // A replacement would make a lease that is gone anew.
        let renewed = MicroTime(Timestamp::now());
        let patch = json!({"metadata": {"resourceVersion": mine.version}, "spec": {"renewTime": renewed}});
        Ok(held(answered(self.leases().patch(name, &PatchParams::default(), &Patch::Merge(patch))).await?))
    }

    /// Gives a lease of ours back; one that somebody took stays.
    pub async fn drop_lease(&self, name: &str, mine: &Held) -> Result<(), Failure> {
        let preconditions = Preconditions { resource_version: Some(mine.version.clone()), uid: None };
        let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match answered(self.leases().delete(name, &params)).await {
            Ok(_) | Err(Failure::NotFound(_) | Failure::Conflict(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    fn leases(&self) -> Api<Lease> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }
}

fn held(lease: Lease) -> Held {
    let spec = lease.spec.unwrap_or_default();
    Held {
        holder: spec.holder_identity.unwrap_or_default(),
        operation: lease.metadata.annotations.and_then(|mut all| all.remove(OPERATION)).unwrap_or_default(),
        since: spec.acquire_time.map(|time| time.0),
        renewed: spec.renew_time.map(|time| time.0),
        version: lease.metadata.resource_version.unwrap_or_default(),
    }
}

fn object(name: &str, held: &Held) -> Lease {
    Lease {
        metadata: ObjectMeta {
            name: Some(name.into()),
            resource_version: Some(held.version.clone()).filter(|version| !version.is_empty()),
            annotations: Some(BTreeMap::from([(OPERATION.to_string(), held.operation.clone())])),
            ..ObjectMeta::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: Some(held.holder.clone()),
            acquire_time: held.since.map(MicroTime),
            renew_time: held.renewed.map(MicroTime),
            ..LeaseSpec::default()
        }),
    }
}
