//! Answers and their bodies. Objects go out as the bytes they are stored as.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::ask::Form;
use super::table;
use crate::sandbox::error::ApiError;
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::Record;

/// A body of an answer.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// An answer.
pub type Reply = Response<Body>;

const JSON: &str = "application/json";

/// Bytes of a media type.
pub fn bytes(code: u16, media: &'static str, bytes: Bytes) -> Reply {
    reply(code, media, Full::new(bytes).map_err(|never: Infallible| match never {}).boxed_unsync())
}

/// JSON.
pub fn value(code: u16, value: &Value) -> Reply {
    bytes(code, JSON, Bytes::from(value.to_string()))
}

/// JSON of another media type.
pub fn value_as(media: &'static str, value: &Value) -> Reply {
    bytes(200, media, Bytes::from(value.to_string()))
}

/// Plain text.
pub fn text(code: u16, text: impl Into<String>) -> Reply {
    bytes(code, "text/plain; charset=utf-8", Bytes::from(text.into()))
}

/// A refusal.
pub fn error(error: &ApiError) -> Reply {
    let mut reply = value(error.code, &error.status());
    if let Some(seconds) = error.details["retryAfterSeconds"].as_u64() {
        reply.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    }
    reply
}

/// A body that comes in pieces.
pub fn pieces(media: &'static str, pieces: impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static) -> Reply {
    let frames = pieces.map(|piece| piece.map(Frame::data));
    reply(200, media, BodyExt::boxed_unsync(StreamBody::new(frames)))
}

/// The bytes of an object in a list: built-in kinds do not say there what they are.
fn item(kind: &Kind, record: &Record) -> [Bytes; 2] {
    let whole = in_version(kind, record);
    if kind.custom {
        return [Bytes::new(), whole];
    }
    let head = format!("{{\"apiVersion\":\"{}\",\"kind\":\"{}\",", kind.api_version(), kind.kind);
    if whole.starts_with(head.as_bytes()) {
        return [Bytes::from_static(b"{"), whole.slice(head.len()..)];
    }
    let mut value = record.value();
    if let Some(map) = value.as_object_mut() {
        map.remove("apiVersion");
        map.remove("kind");
    }
    [Bytes::new(), Bytes::from(value.to_string())]
}

/// A list, without copying what is in it.
pub fn list(kind: &Kind, version: &str, rest: Option<(String, usize)>, records: &[Arc<Record>]) -> Reply {
    let mut metadata = json!({"resourceVersion": version});
    if let Some((token, remaining)) = rest {
        metadata["continue"] = token.into();
        if remaining > 0 {
            metadata["remainingItemCount"] = remaining.into();
        }
    }
    let head = format!(
        "{{\"kind\":\"{}List\",\"apiVersion\":\"{}\",\"metadata\":{metadata},\"items\":[",
        kind.kind,
        kind.api_version()
    );
    let last = records.len().saturating_sub(1);
    let items: Vec<Bytes> = records
        .iter()
        .enumerate()
        .flat_map(|(at, record)| {
            let comma = (at < last).then(|| Bytes::from_static(b","));
            item(kind, record).into_iter().chain(comma)
        })
        .filter(|piece| !piece.is_empty())
        .collect();
    let all = std::iter::once(Bytes::from(head)).chain(items).chain(std::iter::once(Bytes::from_static(b"]}")));
    pieces(JSON, stream::iter(all.map(Ok)))
}

/// One object in the form that is wanted.
pub fn object(code: u16, kind: &Kind, record: &Record, form: Form) -> Reply {
    match form {
        Form::Metadata => value(code, &metadata_of(&record.value())),
        Form::Table => value(code, &table::table(kind, &[record.value()], "", true)),
        _ => bytes(code, JSON, in_version(kind, record)),
    }
}

/// The bytes of an object, in the version of this kind.
pub fn in_version(kind: &Kind, record: &Record) -> Bytes {
    if !kind.custom {
        return record.json.clone();
    }
    let mut value = record.value();
    let version = kind.api_version();
    if value["apiVersion"] == version.as_str() {
        return record.json.clone();
    }
    value["apiVersion"] = version.into();
    Bytes::from(value.to_string())
}

/// Only the metadata of an object.
pub fn metadata_of(object: &Value) -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": json::at(object, "/metadata"),
    })
}

fn reply(code: u16, media: &'static str, body: Body) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    reply
}
