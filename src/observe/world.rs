//! All that is known: the fold of the news.

use std::collections::BTreeMap;

use super::kind::Kind;
use super::names::Name;
use super::news::{Item, News, StreamState};
use super::space::Space;

/// All that is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// Namespaces by name.
    pub spaces: BTreeMap<Name, Space>,
    /// Why the line to the cluster is lost, and since when; none while it lives.
    pub lost: Option<(String, i64)>,
    /// Whether the line has ever answered.
    pub heard: bool,
    /// Why there are no figures of use.
    pub unmeasured: Option<String>,
}

impl World {
    /// Takes in news; `now` is in seconds since 1970.
    pub fn learn(&mut self, news: News, now: i64) {
        for item in news {
            self.take(item, now);
        }
    }

    fn take(&mut self, item: Item, now: i64) {
        match item {
            Item::Begin(kind, namespace) => self.space(&namespace).begin(kind),
            Item::Put(kind, namespace, row) => self.space(&namespace).put(kind, row, &namespace, now),
            Item::Gone(kind, namespace, name) => self.space(&namespace).gone(kind, &name),
            Item::End(kind, namespace) => {
                let space = self.space(&namespace);
                space.end(kind);
                space.streams.insert(kind, StreamState::Live);
            }
            Item::State(kind, namespace, state) => {
                let space = self.space(&namespace);
                space.version += 1;
                space.streams.insert(kind, state);
            }
            Item::Used(namespace, usage) => {
                self.unmeasured = None;
                let space = self.space(&namespace);
                space.version += 1;
                space.usage = usage.into_iter().collect();
            }
            Item::Unmeasured(why) => self.unmeasured = Some(why),
            Item::Line(None) => {
                self.heard = true;
                self.lost = None;
            }
            Item::Line(Some(why)) => {
                let since = self.lost.take().map_or(now, |(_, since)| since);
                self.lost = Some((why, since));
            }
        }
    }

    fn space(&mut self, namespace: &Name) -> &mut Space {
        self.spaces.entry(namespace.clone()).or_default()
    }

    /// Whether a kind of a namespace is known, and if not, why.
    pub fn stream(&self, kind: Kind, namespace: &str) -> StreamState {
        self.spaces.get(namespace).map_or(StreamState::Loading, |space| space.stream(kind))
    }
}

#[cfg(test)]
#[path = "world/tests.rs"]
mod tests;
