//! One stream: the objects of one kind in one namespace, listed once, then followed for as long as anybody looks.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::decode::Raw;
use super::kind::Kind;
use super::names::{Interner, Name};
use super::news::{Item, StreamState};
use super::outbox::Outbox;
use crate::cluster::{Change, Failure, Line, Query};

/// Rights come and go rarely.
const DENIED_AGAIN: Duration = Duration::from_secs(300);

/// Pauses after answers that are no answer; the last one is repeated.
const PAUSES: &[u64] = &[500, 1000, 2000, 5000, 10_000];

/// What a stream works with.
#[derive(Clone)]
pub struct Stream {
    /// The connection.
    pub line: Line,
    /// What is followed.
    pub kind: Kind,
    /// Where.
    pub namespace: Name,
    /// How that is asked.
    pub query: Query,
    /// Shared names.
    pub names: Arc<Interner>,
    /// Where news go.
    pub outbox: Outbox,
    /// Few lists at once, so that pages in flight do not fill the memory.
    pub lists: Arc<Semaphore>,
}

impl Stream {
    /// Follows until it is dropped.
    pub async fn run<T: Raw>(self) {
        let mut failures = 0;
        loop {
            let end = self.list_and_watch::<T>(&mut failures).await;
            let pause = match end {
                Ok(()) => continue,
                Err(Failure::Forbidden(_)) => {
                    let need = self.kind.need("list", &self.namespace).to_string();
                    self.state(StreamState::Denied(need));
                    DENIED_AGAIN
                }
                Err(Failure::NotFound(_)) => {
                    self.state(StreamState::Absent);
                    DENIED_AGAIN
                }
                Err(failure) => {
                    self.state(StreamState::Broken(failure.to_string()));
                    let asked = match failure {
                        Failure::Busy { after, .. } => after,
                        _ => None,
                    };
                    let pause = Duration::from_millis(PAUSES[failures.min(PAUSES.len() - 1)]);
                    failures += 1;
                    asked.map_or(pause, |asked| asked.min(Duration::from_secs(60)))
                }
            };
            sleep(pause.mul_f64(0.8 + 0.4 * fastrand::f64())).await;
        }
    }

    /// Ends without a failure when the list has to be made again.
    async fn list_and_watch<T: Raw>(&self, failures: &mut usize) -> Result<(), Failure> {
        let mut version = self.list::<T>().await?;
        *failures = 0;
        loop {
            let mut changes = match self.line.changes::<T>(&self.query, &version).await {
                Err(Failure::Other(message)) if message.contains("too old") => return Ok(()),
                other => other?,
            };
            while let Some(change) = changes.next().await {
                match change {
                    Ok(Change::Put(raw)) => {
                        version.clone_from(&raw.meta().resource_version);
                        self.put(raw);
                    }
                    Ok(Change::Gone(raw)) => {
                        version.clone_from(&raw.meta().resource_version);
                        let name = raw.meta().name.as_str().into();
                        self.outbox.tell(Item::Gone(self.kind, self.namespace.clone(), name));
                    }
                    Ok(Change::Bookmark(at)) => version = at,
                    Ok(Change::Expired) => return Ok(()),
                    // The line itself says that it is lost; what is missed is made up from the same version.
                    Err(Failure::Lost(_)) => break,
                    Err(failure) => return Err(failure),
                }
            }
            // A server that ends watches at once must not be asked at once again.
            sleep(Duration::from_millis(fastrand::u64(50..150))).await;
        }
    }

    async fn list<T: Raw>(&self) -> Result<String, Failure> {
        let _turn = self.lists.acquire().await.map_err(|e| Failure::Other(e.to_string()))?;
        let mut next = String::new();
        let mut begun = false;
        loop {
            let page = self.line.page::<T>(&self.query, &next).await?;
            if !begun {
                self.outbox.tell(Item::Begin(self.kind, self.namespace.clone()));
                begun = true;
            }
            let rows = page.items.into_iter().map(|raw| self.item(raw));
            let mut items: Vec<Item> = rows.collect();
            next = page.metadata.next;
            if next.is_empty() {
                items.push(Item::End(self.kind, self.namespace.clone()));
                self.outbox.tell_all(items);
                return Ok(page.metadata.resource_version);
            }
            self.outbox.tell_all(items);
        }
    }

    fn put<T: Raw>(&self, raw: T) {
        self.outbox.tell(self.item(raw));
    }

    fn item<T: Raw>(&self, raw: T) -> Item {
        Item::Put(self.kind, self.namespace.clone(), raw.row(self.kind, &self.names))
    }

    fn state(&self, state: StreamState) {
        self.outbox.tell(Item::State(self.kind, self.namespace.clone(), state));
    }
}
