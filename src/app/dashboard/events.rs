//! Events of all namespaces, the newest first.

use super::entry::{Entry, Target};
use super::order::Subject;
use super::picture::Picture;
use super::services::since;
use crate::app::Now;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::observe::{Happening, Name};

/// The most that are shown.
const SHOWN: usize = 500;

/// The columns.
pub fn columns(several: bool) -> Vec<Column<'static>> {
    let mut columns = vec![
        Column::fixed("age", 5).right(),
        Column::fixed("", 1),
        Column::fixed("reason", 18).rank(2),
        Column::fixed("about", 26).rank(1),
        Column::fill("what", 20),
    ];
    if several {
        columns.insert(3, Column::fixed("namespace", 14).rank(3));
    }
    columns
}

/// The rows: of every namespace, or about one object and its pods.
pub fn entries(picture: &Picture, now: Now, about: impl Fn(&Name, &Happening) -> bool, several: bool) -> Vec<Entry> {
    let spaces = picture.world.spaces.iter();
    let mut events: Vec<(&Name, &Happening)> = spaces
        .flat_map(|(namespace, space)| space.events.values().map(move |event| (namespace, event)))
        .filter(|(namespace, event)| about(namespace, event))
        .collect();
    let newest = |(_, event): &(&Name, &Happening)| (std::cmp::Reverse(event.last), event.id.clone());
    if events.len() > SHOWN {
        events.select_nth_unstable_by_key(SHOWN, newest);
        events.truncate(SHOWN);
    }
    events.sort_unstable_by_key(newest);
    events.into_iter().map(|(namespace, event)| row(namespace, event, now, several)).collect()
}

fn row(namespace: &Name, event: &Happening, now: Now, several: bool) -> Entry {
    let sign = if event.warning { Line::from(Span::sign(Sign::Degraded)) } else { Line::blank() };
    let times = if event.count > 1 { format!("  ({} times)", event.count) } else { String::new() };
    let mut cells = vec![
        Line::dim(since(event.last, now)),
        sign,
        Line::from(event.reason.to_string()),
        Line::from(event.object.to_string()),
        Line::from(event.message.lines().next().unwrap_or_default().to_string()).and(Span::new(times).tone(Tone::Dim)),
    ];
    if several {
        cells.insert(3, Line::dim(namespace.to_string()));
    }
    let subject = Subject { namespace: namespace.clone(), kind: event.kind.clone(), name: event.object.clone() };
    let mut entry = Entry::new(format!("{namespace}/{}", event.id), cells);
    entry.words = format!("{} {}", event.kind, if event.warning { "warning" } else { "normal" });
    entry.trouble = event.warning;
    // What can be opened: workloads and pods.
    if matches!(&*event.kind, "Deployment" | "StatefulSet" | "Job" | "SparkApplication" | "Pod") {
        entry.target = Target::Object(subject);
    }
    entry
}

/// The whole sentence of the event under the cursor.
pub fn explain(entry: &Entry) -> Vec<Line<'static>> {
    entry.cells.last().map(|message| vec![Line::from(message.text())]).unwrap_or_default()
}
