//! Events.

use serde::Deserialize;

use super::Raw;
use super::meta::{Meta, Stamp};
use crate::observe::events::Happening;
use crate::observe::kind::Kind;
use crate::observe::names::Interner;
use crate::observe::news::Row;

/// The most of a message that is kept.
const LONGEST: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RawEvent {
    metadata: Meta,
    #[serde(rename = "type")]
    kind: String,
    reason: String,
    message: String,
    count: Option<u32>,
    series: Option<Series>,
    first_timestamp: Option<Stamp>,
    last_timestamp: Option<Stamp>,
    event_time: Option<Stamp>,
    involved_object: About,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Series {
    count: u32,
    last_observed_time: Stamp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct About {
    kind: String,
    name: String,
}

impl Raw for RawEvent {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let series = self.series.unwrap_or_default();
        let known = |stamp: Option<Stamp>| stamp.and_then(Stamp::known);
        let time = known(self.event_time).or(self.metadata.creation_timestamp.known()).unwrap_or_default();
        let mut message = self.message;
        if message.len() > LONGEST {
            message.truncate(message.floor_char_boundary(LONGEST));
        }
        Row::Happening(Happening {
            id: self.metadata.name.into(),
            warning: self.kind == "Warning",
            kind: names.name(&self.involved_object.kind),
            object: names.name(&self.involved_object.name),
            reason: names.name(&self.reason),
            message: message.into(),
            count: self.count.unwrap_or(series.count).max(1),
            first: known(self.first_timestamp).unwrap_or(time),
            last: known(self.last_timestamp).or(series.last_observed_time.known()).unwrap_or(time),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn old_and_new_events_are_understood() {
        let row = |value| {
            let raw: RawEvent = serde_json::from_value(value).unwrap();
            match raw.row(Kind::Events, &Interner::default()) {
                Row::Happening(row) => (row.warning, row.count, row.last - row.first),
                other => panic!("{other:?}"),
            }
        };
        let old = json!({
            "metadata": {"name": "e"}, "type": "Warning", "count": 3, "involvedObject": {"kind": "Pod", "name": "p"},
            "firstTimestamp": "2026-11-22T10:00:00Z", "lastTimestamp": "2026-11-22T10:00:09Z", "eventTime": null,
        });
        let new = json!({
            "metadata": {"name": "e"}, "type": "Normal", "eventTime": "2026-11-22T10:00:00.000001Z",
            "firstTimestamp": null, "lastTimestamp": null,
            "series": {"count": 2, "lastObservedTime": "2026-11-22T10:00:05.000001Z"},
        });
        assert_eq!((row(old), row(new)), ((true, 3, 9), (false, 2, 5)));
    }
}
