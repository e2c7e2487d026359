//! Watching: what there is (if asked for), then every change, a bookmark now and then, and an end in time.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::answer::{self, Reply};
use super::ask::{Ask, Form};
use super::read::Filter;
use super::table;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::{Change, Record};
use crate::sandbox::world::World;

/// How often a watch without news is told that it is up to date.
const BOOKMARKS: Duration = Duration::from_secs(60);

/// How long a watch lives that does not say.
const LIFE: Duration = Duration::from_secs(1_800);

const OPEN: Bytes = Bytes::from_static(b"{\"type\":\"");
const MIDDLE: Bytes = Bytes::from_static(b"\",\"object\":");
const CLOSE: Bytes = Bytes::from_static(b"}\n");

struct Watching {
    world: Arc<World>,
    kind: Arc<Kind>,
    filter: Filter,
    form: Form,
    /// Everything up to this version was told.
    told: u64,
    news: Receiver<u64>,
    end: Receiver<bool>,
    ready: VecDeque<Bytes>,
    bookmarks: Option<Instant>,
    until: Instant,
    /// Nothing more comes after what is ready.
    over: bool,
    /// The table's head was sent.
    headed: bool,
}

/// Answers a `watch`.
///
/// # Errors
/// Selectors that cannot be read.
pub fn watch(world: &Arc<World>, ask: &Ask, kind: &Arc<Kind>, namespace: Option<&str>) -> Answer<Reply> {
    let filter = Filter::of(ask, kind, namespace)?;
    let wanted = ask.get("resourceVersion");
    let since: u64 = match wanted {
        "" => 0,
        text => text.parse().map_err(|_| {
            ApiError::bad_request(format!(
                "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
            ))
        })?,
    };
    let life = ask.number("timeoutSeconds").filter(|seconds| *seconds > 0).map_or(LIFE, Duration::from_secs);
    let life = world.faults.watch_life().map_or(life, |fault| fault.min(life));
    let mut store = world.store();
    let mut watching = Watching {
        world: world.clone(),
        kind: kind.clone(),
        filter,
        form: ask.form(),
        told: since,
        news: store.news(&kind.table),
        end: world.end.subscribe(),
        ready: VecDeque::new(),
        bookmarks: ask.is("allowWatchBookmarks").then(|| Instant::now() + BOOKMARKS),
        until: Instant::now() + life,
        over: false,
        headed: false,
    };
    let initial = ask.is("sendInitialEvents");
    if initial || since == 0 {
        watching.told = store.revision();
        let all: Vec<Arc<Record>> = store
            .list(&kind.table, watching.filter.namespace.as_deref(), None)
            .filter(|record| watching.filter.passes(record))
            .cloned()
            .collect();
        all.iter().for_each(|record| watching.tell("ADDED", record));
        if initial {
            watching.bookmark(true);
        }
    } else if since > store.revision() {
        let told = format!("Too large resource version: {since}, current: {}", store.revision());
        let details = json!({"retryAfterSeconds": 1, "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]});
        return Err(ApiError { code: 504, reason: "Timeout", message: told, details });
    } else if world.faults.expires() {
        store.forget(&kind.table);
    }
    drop(store);
    Ok(answer::pieces("application/json", stream::unfold(watching, next)))
}

async fn next(mut watching: Watching) -> Option<(Result<Bytes, io::Error>, Watching)> {
    loop {
        if let Some(piece) = watching.ready.pop_front() {
            return Some((Ok(piece), watching));
        }
        if watching.over {
            return None;
        }
        watching.news.borrow_and_update();
        watching.gather();
        if !watching.ready.is_empty() {
            continue;
        }
        // A watch that ends soon says first where the next one may begin.
        let bookmark = watching.bookmarks.map(|at| at.min(watching.until));
        let wake = bookmark.unwrap_or(watching.until);
        tokio::select! {
            changed = watching.news.changed() => watching.over |= changed.is_err(),
            () = async { watching.end.wait_for(|end| *end).await.map_or((), drop) } => watching.over = true,
            () = tokio::time::sleep_until(wake) => {
                watching.over |= Instant::now() >= watching.until;
                if watching.bookmarks.is_some() {
                    watching.bookmark(false);
                    watching.bookmarks = Some(Instant::now() + BOOKMARKS);
                }
            }
        }
    }
}

impl Watching {
    /// Gathers what happened since.
    fn gather(&mut self) {
        let world = self.world.clone();
        let store = world.store();
        let Some(changes) = store.changes(&self.kind.table, self.told) else {
            let message = format!("too old resource version: {} ({})", self.told, store.forgotten(&self.kind.table));
            let status = ApiError::expired(message).status();
            self.piece("ERROR", Bytes::from(status.to_string()));
            self.over = true;
            return;
        };
        let news: Vec<(&'static str, Arc<Record>)> = changes.filter_map(|change| self.judge(change)).collect();
        self.told = store.revision();
        drop(store);
        news.iter().for_each(|(what, record)| self.tell(what, record));
    }

    /// What a change is to this watch.
    fn judge(&self, change: &Change) -> Option<(&'static str, Arc<Record>)> {
        let before = change.before.as_ref().is_some_and(|record| self.filter.passes(record));
        let after = !change.gone && self.filter.passes(&change.record);
        let what = match (before, after) {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            (false, false) => return None,
        };
        Some((what, change.record.clone()))
    }

    fn tell(&mut self, what: &'static str, record: &Record) {
        let object = match self.form {
            Form::Table => {
                let table = table::table(&self.kind, &[record.value()], "", !self.headed);
                self.headed = true;
                Bytes::from(table.to_string())
            }
            Form::Metadata => Bytes::from(answer::metadata_of(&record.value()).to_string()),
            _ => answer::in_version(&self.kind, record),
        };
        self.piece(what, object);
    }

    fn bookmark(&mut self, initial: bool) {
        let mut metadata = json!({"resourceVersion": self.told.to_string(), "creationTimestamp": null});
        if initial {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let (kind, api_version) = match self.form {
            Form::Metadata => ("PartialObjectMetadata".to_string(), "meta.k8s.io/v1".to_string()),
            _ => (self.kind.kind.clone(), self.kind.api_version()),
        };
        let bare: Value = match self.form {
            Form::Table => {
                let mut table = table::table(&self.kind, &[], &self.told.to_string(), !self.headed);
                table["rows"] = json!([{"cells": [], "object": {"kind": "PartialObjectMetadata",
                    "apiVersion": "meta.k8s.io/v1", "metadata": metadata}}]);
                table
            }
            _ => json!({"kind": kind, "apiVersion": api_version, "metadata": metadata}),
        };
        self.piece("BOOKMARK", Bytes::from(bare.to_string()));
    }

    fn piece(&mut self, what: &'static str, object: Bytes) {
        self.ready.extend([OPEN, Bytes::from_static(what.as_bytes()), MIDDLE, object, CLOSE]);
    }
}
