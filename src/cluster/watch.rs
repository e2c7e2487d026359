//! Watches and logs as streams that survive a lost connection.

use std::fmt::Debug;

use futures::stream::{self, BoxStream, Stream, StreamExt};
use futures::{AsyncBufReadExt, TryStreamExt};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, LogParams};
use kube::core::{ApiResource, DynamicObject, Resource};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, runtime::watcher::Event};
use serde::de::DeserializeOwned;

use super::requests::answered;
use super::{Failure, Session};

/// A watch renews itself after this many seconds, so that a connection which died silently is noticed within them.
const RENEW: u32 = 60;

/// Objects per page of a first list.
const PAGE: u32 = 200;

/// What a watch tells.
#[derive(Debug, Clone)]
pub enum Watched<K> {
    /// Everything there is; what was known before and is not in it is gone.
    Listed(Vec<K>),
    /// New or changed.
    Changed(K),
    /// Deleted; the last that was known of it.
    Gone(K),
    /// The watch broke off and is tried again.
    Interrupted(String),
}

impl<K> Watched<K> {
    /// The same news of something slimmer.
    pub fn map<R>(self, mut project: impl FnMut(K) -> R) -> Watched<R> {
        match self {
            Watched::Listed(all) => Watched::Listed(all.into_iter().map(project).collect()),
            Watched::Changed(one) => Watched::Changed(project(one)),
            Watched::Gone(one) => Watched::Gone(project(one)),
            Watched::Interrupted(why) => Watched::Interrupted(why),
        }
    }
}

/// What to follow in a namespace.
#[derive(Debug, Clone, Default)]
pub struct Follow<'f> {
    /// Label selector.
    pub labels: Option<&'f str>,
    /// Field selector.
    pub fields: Option<&'f str>,
}

/// A kind known at compile time that lives in namespaces.
pub trait Watchable:
    Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static
{
}

impl<K> Watchable for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned + Debug + Send + 'static
{
}

impl Session {
    /// Follows the objects of one kind in a namespace: all of them first, then what changes.
    pub fn watch<K: Watchable>(&self, namespace: &str, follow: &Follow<'_>) -> BoxStream<'static, Watched<K>> {
        let mut config = watcher::Config::default().timeout(RENEW).page_size(PAGE);
        config.label_selector = follow.labels.map(str::to_string);
        config.field_selector = follow.fields.map(str::to_string);
        let api = erased::<K>(self.client.clone(), namespace);
        if !self.streams_lists() {
            return fold(watcher(api, config).default_backoff()).map(typed).boxed();
        }
        let streamed = watcher(api.clone(), config.clone().streaming_lists()).default_backoff();
        let events = unless_refused(streamed, move || watcher(api, config).default_backoff());
        fold(events).map(typed).boxed()
    }

    /// Whether the server sends what there is and what changes as the answer to one request: by default since 1.34
    /// (feature gate `WatchList`).
    fn streams_lists(&self) -> bool {
        let mut numbers = self.version.trim_start_matches('v').split(|c: char| !c.is_ascii_digit()).map(str::parse);
        matches!((numbers.next(), numbers.next()), (Some(Ok(1)), Some(Ok(34_u32..))))
    }

    /// All objects of one kind in a namespace, once.
    pub async fn list<K: Watchable>(&self, namespace: &str, follow: &Follow<'_>) -> Result<Vec<K>, Failure> {
        let params = ListParams {
            label_selector: follow.labels.map(str::to_string),
            field_selector: follow.fields.map(str::to_string),
            ..ListParams::default()
        };
        let list = answered(erased::<K>(self.client.clone(), namespace).list(&params)).await?;
        list.items.into_iter().map(read_as).collect()
    }

    /// Follows the log of a container line by line, each line with the server's time in front, until the container
    /// has ended.
    pub async fn follow_log(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        since: Option<jiff::Timestamp>,
    ) -> Result<BoxStream<'static, Result<String, Failure>>, Failure> {
        let params = LogParams {
            container: Some(container.into()),
            follow: true,
            timestamps: true,
            since_time: since,
            ..LogParams::default()
        };
        let api: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        let reader = answered(api.log_stream(pod, &params)).await?;
        Ok(reader.lines().map_err(|e| Failure::Lost(e.to_string())).boxed())
    }

    /// The last lines a container wrote; of its previous run when `previous`.
    pub async fn log_tail(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        previous: bool,
        lines: i64,
    ) -> Result<Vec<String>, Failure> {
        let params =
            LogParams { container: Some(container.into()), previous, tail_lines: Some(lines), ..LogParams::default() };
        let api: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        let text = answered(api.logs(pod, &params)).await?;
        Ok(text.lines().map(str::to_string).collect())
    }
}

/// The requests for a kind, of which nothing is compiled for this kind alone: ten watchers, each compiled for its type,
/// do the same thing.
pub(super) fn erased<K: Watchable>(client: Client, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client, namespace, &ApiResource::erase::<K>(&()))
}

/// What was read, as the type it is.
pub(super) fn read_as<K: DeserializeOwned>(object: DynamicObject) -> Result<K, Failure> {
    let named = object.metadata.name.clone().unwrap_or_default();
    let read = serde_json::to_value(object).and_then(serde_json::from_value);
    read.map_err(|e| Failure::Other(format!("`{named}` cannot be read: {e}")))
}

fn typed<K: DeserializeOwned>(news: Watched<DynamicObject>) -> Watched<K> {
    let read = match news {
        Watched::Listed(all) => all.into_iter().map(read_as).collect::<Result<_, _>>().map(Watched::Listed),
        Watched::Changed(one) => read_as(one).map(Watched::Changed),
        Watched::Gone(one) => read_as(one).map(Watched::Gone),
        Watched::Interrupted(why) => Ok(Watched::Interrupted(why)),
    };
    read.unwrap_or_else(|failure| Watched::Interrupted(failure.to_string()))
}

/// What `first` tells; once it is refused as a request that the server does not know, what `other` tells.
fn unless_refused<K: Send + 'static, S: Stream<Item = watcher::Result<Event<K>>> + Send + 'static>(
    first: S,
    other: impl FnOnce() -> S + Send + 'static,
) -> impl Stream<Item = watcher::Result<Event<K>>> + Send {
    stream::unfold((Box::pin(first), Some(other)), |(mut events, mut other)| async move {
        let mut event = events.next().await?;
        if let Err(watcher::Error::WatchStartFailed(kube::Error::Api(status))) = &event
            && matches!(status.code, 400 | 422)
            && let Some(other) = other.take()
        {
            events = Box::pin(other());
            event = events.next().await?;
        }
        Some((event, (events, other)))
    })
}

/// Gathers the pieces of a first list, so that nobody sees half of one.
fn fold<K: Send + 'static>(
    events: impl Stream<Item = watcher::Result<Event<K>>> + Send + 'static,
) -> impl Stream<Item = Watched<K>> + Send {
    let mut listing = Vec::new();
    events.flat_map(move |event| {
        let news = match event {
            Ok(Event::Init) => {
                listing.clear();
                None
            }
            Ok(Event::InitApply(object)) => {
                listing.push(object);
                None
            }
            Ok(Event::InitDone) => Some(Watched::Listed(std::mem::take(&mut listing))),
            Ok(Event::Apply(object)) => Some(Watched::Changed(object)),
            Ok(Event::Delete(object)) => Some(Watched::Gone(object)),
            Err(e) => Some(Watched::Interrupted(e.to_string())),
        };
        stream::iter(news)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: u16) -> watcher::Result<Event<&'static str>> {
        let status = kube::core::Status { code, ..kube::core::Status::default() };
        Err(watcher::Error::WatchStartFailed(kube::Error::Api(Box::new(status))))
    }

    #[tokio::test]
    async fn a_server_that_cannot_stream_a_list_is_asked_for_one() {
        let shown = |refused| async move {
            let streamed = stream::iter([Ok(Event::Init), refused, Ok(Event::Apply("late"))]);
            let listed = || stream::iter([Ok(Event::Init), Ok(Event::InitDone), refusal(422)]);
            let events = unless_refused(streamed, listed).map(|event| event.map_err(|e| e.to_string()));
            events.map(|event| format!("{event:?}").chars().take(9).collect::<String>()).collect::<Vec<_>>().await
        };
        assert_eq!(shown(refusal(422)).await, ["Ok(Init)", "Ok(Init)", "Ok(InitDo", "Err(\"fail"]);
        assert_eq!(shown(refusal(503)).await, ["Ok(Init)", "Err(\"fail", "Ok(Apply("]);
    }

    #[tokio::test]
    async fn a_list_is_told_whole_and_again_after_a_restart() {
        let events = [
            Ok(Event::Init),
            Ok(Event::InitApply("a")),
            Ok(Event::Init),
            Ok(Event::InitApply("b")),
            Ok(Event::InitApply("c")),
            Ok(Event::InitDone),
            Ok(Event::Apply("d")),
            Ok(Event::Delete("b")),
            Err(watcher::Error::NoResourceVersion),
        ];
        let told: Vec<String> = fold(stream::iter(events)).map(|news| format!("{news:?}")).collect().await;
        assert_eq!(told[..3], [r#"Listed(["b", "c"])"#, r#"Changed("d")"#, r#"Gone("b")"#]);
        assert!(told[3].starts_with("Interrupted("));
    }
}
