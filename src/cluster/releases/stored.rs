//! A record as the cluster holds it.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::core::ObjectMeta;

use crate::helm::release::{DATA_KEY, SECRET_TYPE, Storage};

/// A stored record.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The kind of object that holds it.
    pub storage: Storage,
    /// Name of that object.
    pub name: String,
    /// Helm's labels and the user's.
    pub labels: BTreeMap<String, String>,
    /// `data.release`: base64 of gzip of JSON.
    pub data: Vec<u8>,
}

impl Stored {
    pub(super) fn secret(&self) -> Secret {
        Secret {
            metadata: self.metadata(),
            type_: Some(SECRET_TYPE.into()),
            data: Some(BTreeMap::from([(DATA_KEY.into(), ByteString(self.data.clone()))])),
            ..Secret::default()
        }
    }

    pub(super) fn config_map(&self) -> ConfigMap {
        let text = String::from_utf8_lossy(&self.data).into_owned();
        ConfigMap {
            metadata: self.metadata(),
            data: Some(BTreeMap::from([(DATA_KEY.into(), text)])),
            ..ConfigMap::default()
        }
    }

    fn metadata(&self) -> ObjectMeta {
        ObjectMeta { name: Some(self.name.clone()), labels: Some(self.labels.clone()), ..ObjectMeta::default() }
    }
}

impl From<Secret> for Stored {
    fn from(secret: Secret) -> Stored {
        let data = secret.data.and_then(|mut data| data.remove(DATA_KEY)).map(|bytes| bytes.0);
        Stored::new(Storage::Secret, secret.metadata, data)
    }
}

impl From<ConfigMap> for Stored {
    fn from(map: ConfigMap) -> Stored {
        let data = map.data.and_then(|mut data| data.remove(DATA_KEY)).map(String::into_bytes);
        Stored::new(Storage::ConfigMap, map.metadata, data)
    }
}

impl Stored {
    fn new(storage: Storage, metadata: ObjectMeta, data: Option<Vec<u8>>) -> Stored {
        Stored {
            storage,
            name: metadata.name.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            data: data.unwrap_or_default(),
        }
    }
}
