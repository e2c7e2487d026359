//! Bytes of answers and watches, decoded.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, Stream};
use futures::{StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use kube::client::Body;
use kube::core::Status;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::gate::Shared;
use super::{Change, refusal};
use crate::cluster::Failure;

/// The whole answer as a document.
pub async fn json<T: DeserializeOwned>(response: hyper::Response<Body>) -> Result<T, Failure> {
    let bytes = accepted(response).await?.collect_bytes().await?;
    serde_json::from_slice(&bytes).map_err(|e| Failure::Other(format!("the answer cannot be read: {e}")))
}

/// The body of an answer that is none of refusal.
pub async fn accepted(response: hyper::Response<Body>) -> Result<Body, Failure> {
    let code = response.status();
    let body = response.into_body();
    if code.is_success() {
        return Ok(body);
    }
    Err(refusal(code.as_u16(), &body.collect_bytes().await?))
}

/// The changes in the body of a watch. Silence longer than `idle` is a lost connection.
pub fn changes<T: DeserializeOwned + Send + 'static>(
    body: Body,
    idle: Duration,
    gate: Shared,
) -> impl Stream<Item = Result<Change<T>, Failure>> + Send {
    let chunks = body.into_data_stream().map_err(|e| Failure::Lost(super::super::wording::chain(&e))).boxed();
    let lines = stream::unfold((chunks, BytesMut::new(), gate), move |(mut chunks, mut rest, gate)| async move {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &rest) {
                let line = rest.split_to(end + 1).freeze();
                return Some((Ok(line), (chunks, rest, gate)));
            }
            let lost = match timeout(idle, chunks.next()).await {
                Ok(None) => return None,
                Ok(Some(Ok(chunk))) => {
                    rest.extend_from_slice(&chunk);
                    continue;
                }
                Ok(Some(Err(lost))) => lost,
                Err(_) => Failure::late(idle),
            };
            gate.broke(lost.to_string());
            return Some((Err(lost), (stream::empty().boxed(), BytesMut::new(), gate)));
        }
    });
    lines.map(|line| line.and_then(|line: Bytes| change(&line)))
}

/// As it travels. The type stands first, so the object is decoded without a detour.
#[derive(Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE")]
enum Told<T> {
    Added(T),
    Modified(T),
    Deleted(T),
    Bookmark(Bookmark),
    Error(Status),
}

#[derive(Deserialize)]
struct Bookmark {
    metadata: BookmarkMeta,
}

#[derive(Deserialize)]
struct BookmarkMeta {
    #[serde(rename = "resourceVersion", default)]
    version: String,
}

fn change<T: DeserializeOwned>(line: &[u8]) -> Result<Change<T>, Failure> {
    match serde_json::from_slice(line) {
        Ok(Told::Added(object) | Told::Modified(object)) => Ok(Change::Put(object)),
        Ok(Told::Deleted(object)) => Ok(Change::Gone(object)),
        Ok(Told::Bookmark(bookmark)) => Ok(Change::Bookmark(bookmark.metadata.version)),
        Ok(Told::Error(status)) if status.code == 410 => Ok(Change::Expired),
        Ok(Told::Error(status)) => Err(Failure::from_status(&status)),
        Err(e) => Err(Failure::Other(format!("a change cannot be read: {e}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        format!("{:?}", change::<String>(line.as_bytes()))
    }

    #[test]
    fn each_kind_of_change_is_understood() {
        assert_eq!(told(r#"{"type":"ADDED","object":"a"}"#), r#"Ok(Put("a"))"#);
        assert_eq!(told(r#"{"type":"DELETED","object":"a"}"#), r#"Ok(Gone("a"))"#);
        let bookmark = r#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"7","creationTimestamp":null}}}"#;
        assert_eq!(told(bookmark), r#"Ok(Bookmark("7"))"#);
        assert_eq!(told(r#"{"type":"ERROR","object":{"code":410,"message":"too old"}}"#), "Ok(Expired)");
        assert_eq!(
            told(r#"{"type":"ERROR","object":{"code":403,"message":"pods is forbidden"}}"#),
            r#"Err(Forbidden("pods is forbidden"))"#
        );
    }
}
