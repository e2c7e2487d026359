//! Lists and watches for screens that stay open: slim decoding, page by page, over connections that are known to be
//! alive.
//!
//! Nothing here keeps an object: every page and every change is decoded straight into what the caller wants to know
//! of it, and handed on. A [`Line`] is one connection. When it breaks, one request at a time tries to bring it back
//! and everybody else waits for that one, so that a returning API server is not met by all watches at once.

mod gate;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use kube::api::{ListParams, WatchParams};
use kube::client::Body;
use kube::core::{Request, Status};
use kube::{Client, Config};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::{Failure, Session, client};
use gate::Gate;
pub use gate::{Life, Lives};

/// How long a list page or the beginning of a watch may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// How long a watch is asked to last where the connection itself is watched; they end at different times.
const LONG: std::ops::Range<u32> = 240..290;

/// ... and where nothing else would notice that it died.
const SHORT: std::ops::Range<u32> = 30..60;

/// Objects per page: small enough that a page of full pods is a megabyte.
const PAGE: u32 = 200;

/// What to list and watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Path of the collection, e.g. `/api/v1/namespaces/ns/pods`.
    pub path: String,
    /// Label selector.
    pub labels: Option<String>,
    /// Field selector.
    pub fields: Option<String>,
    /// Only the metadata is sent.
    pub metadata_only: bool,
}

/// One page of a list.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct Page<T> {
    /// Where the list stands.
    pub metadata: PageMeta,
    /// The objects.
    #[serde(default = "Vec::new")]
    pub items: Vec<T>,
}

/// Where a list stands.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageMeta {
    /// The version from which a watch may go on.
    pub resource_version: String,
    /// Token of the next page; empty on the last one.
    #[serde(rename = "continue")]
    pub next: String,
}

/// What a watch tells.
#[derive(Debug)]
pub enum Change<T> {
    /// New or changed.
    Put(T),
    /// Deleted.
    Gone(T),
    /// Nothing happened up to this version.
    Bookmark(String),
    /// The version is too old: list again.
    Expired,
}

/// One connection for watches. Cheap to clone.
#[derive(Clone)]
pub struct Line {
    client: Client,
    gate: Arc<Gate>,
    /// The connection itself tells when it dies.
    watched: bool,
}

impl Session {
    /// Opens a further connection for watches; nothing is sent yet.
    ///
    /// # Errors
    /// The certificates of the kubeconfig cannot be used (any more).
    pub fn line(&self) -> Result<Line, Failure> {
        let config: &Config = &self.config;
        let client = client::client(config, super::connect::CONNECT)?;
        Ok(Line { client, gate: Arc::default(), watched: config.proxy_url.is_none() })
    }
}

impl Line {
    /// Follows the state of the connection.
    pub fn lives(&self) -> Lives {
        self.gate.lives()
    }

    /// One page of a list.
    pub async fn page<T: DeserializeOwned>(&self, query: &Query, next: &str) -> Result<Page<T>, Failure> {
        let mut params = ListParams::default().limit(PAGE);
        params.label_selector.clone_from(&query.labels);
        params.field_selector.clone_from(&query.fields);
        if !next.is_empty() {
            params.continue_token = Some(next.into());
        }
        let request = Request::new(&query.path);
        let request = if query.metadata_only { request.list_metadata(&params) } else { request.list(&params) };
        let request = request.map_err(|e| Failure::Other(e.to_string()))?;
        self.gate.pass(ANSWER, || async { wire::json(self.send(request.clone()).await?).await }).await
    }

    /// A single document that is neither listed nor watched.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let request = Request::new(path).list(&ListParams::default()).map_err(|e| Failure::Other(e.to_string()))?;
        self.gate.pass(ANSWER, || async { wire::json(self.send(request.clone()).await?).await }).await
    }

    /// What changes from a version on, until the server ends the watch (which is no failure: ask again from the
    /// last version seen).
    pub async fn changes<T: DeserializeOwned + Send + 'static>(
        &self,
        query: &Query,
        version: &str,
    ) -> Result<BoxStream<'static, Result<Change<T>, Failure>>, Failure> {
        let seconds = fastrand::u32(if self.watched { LONG } else { SHORT });
        let mut params = WatchParams::default().timeout(seconds);
        params.label_selector.clone_from(&query.labels);
        params.field_selector.clone_from(&query.fields);
        let request = Request::new(&query.path);
        let request = if query.metadata_only {
            request.watch_metadata(&params, version)
        } else {
            request.watch(&params, version)
        };
        let request = request.map_err(|e| Failure::Other(e.to_string()))?;
        let body = self.gate.pass(ANSWER, || async { wire::accepted(self.send(request.clone()).await?).await }).await?;
        let idle = Duration::from_secs(u64::from(seconds) + 10);
        Ok(wire::changes(body, idle, self.gate.clone()).boxed())
    }

    async fn send(&self, request: hyper::Request<Vec<u8>>) -> Result<hyper::Response<Body>, Failure> {
        Ok(self.client.send(request.map(Body::from)).await?)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("watched", &self.watched).finish_non_exhaustive()
    }
}

/// An answer of the server that is not what was asked for.
fn refusal(code: u16, bytes: &[u8]) -> Failure {
    match serde_json::from_slice::<Status>(bytes) {
        Ok(told) if told.code != 0 => Failure::from_status(&told),
        _ => Failure::from_status(&Status {
            code,
            message: String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().chars().take(200).collect(),
            ..Status::default()
        }),
    }
}

/// A request with a limit of its own.
async fn within<T>(limit: Duration, request: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    timeout(limit, request).await.unwrap_or_else(|_| Err(Failure::late(limit)))
}
