//! The services of the platform, in its own order, trouble spelled out.

use super::entry::{Entry, Target, cause, cpu, memory, state};
use super::picture::Picture;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::app::{Now, age};
use crate::observe::{Health, Standing};

/// The columns.
pub fn columns(wide: bool, name: &'static str) -> Vec<Column<'static>> {
    let mut columns = vec![
        Column::fill(name, 20),
        Column::fixed("state", 12),
        Column::fixed("ready", 5).right(),
        Column::fixed("restarts", 8).right().rank(1),
        Column::fixed("age", 4).right().rank(2),
        Column::fixed("cpu", 4).right().rank(3),
        Column::fixed("mem", 4).right().rank(3),
    ];
    if wide {
        columns.push(Column::fixed("kind", 16).rank(4));
        columns.push(Column::fill("what it is for", 30).rank(5));
    }
    columns
}

/// The rows. With a limit, what is well or off is left out where there is no room; trouble never is.
pub fn entries(picture: &Picture, now: Now, limit: Option<usize>, wide: bool) -> Vec<Entry> {
    let mut rows: Vec<(Health, Entry)> = picture
        .services
        .iter()
        .map(|standing| (standing.verdict.health, entry(picture, standing, now, wide)))
        .collect();
    let lines = |rows: &[(Health, Entry)]| rows.iter().map(|(_, entry)| 1 + entry.notes.len()).sum::<usize>();
    let Some(limit) = limit.filter(|limit| lines(&rows) > *limit) else {
        return rows.into_iter().map(|(_, entry)| entry).collect();
    };
    let mut left_out = [0usize; 2];
    for (which, health) in [Health::Off, Health::Ready].into_iter().enumerate() {
        // The line that says what was left out takes room as well.
        while lines(&rows) + 1 > limit {
            let plain = |(h, entry): &(Health, Entry)| *h == health && entry.notes.is_empty();
            let Some(last) = rows.iter().rposition(plain) else { break };
            rows.remove(last);
            left_out[which] += 1;
        }
    }
    let mut entries: Vec<Entry> = rows.into_iter().map(|(_, entry)| entry).collect();
    let said = [(left_out[1], "ready"), (left_out[0], "off")];
    let said: Vec<String> = said.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} more {word}")).collect();
    if !said.is_empty() {
        let line = Line::toned(format!("{} …", said.join(", ")), Tone::Dim);
        entries.push(Entry::wide("…", line).about(Target::More));
    }
    entries
}

fn entry(picture: &Picture, standing: &Standing, now: Now, wide: bool) -> Entry {
    let service = &picture.catalogue().services[standing.index];
    let verdict = &standing.verdict;
    let mut name = Line::from(service.name.as_str().to_string());
    if standing.copies.len() > 1 {
        name = name.and(Span::new(format!("  {} ns", standing.copies.len())).tone(Tone::Dim));
    }
    let target = Target::Service(standing.index);
    if verdict.health == Health::Off {
        let path = standing.off_by.clone().unwrap_or_default();
        let mut cells = vec![Line::from(Span::new(service.name.clone()).tone(Tone::Dim)), state(verdict)];
        // The path is longer than a number, so it stands in a line of its own only when somebody looks closely.
        if wide {
            cells.extend((0..6).map(|_| Line::blank()));
            cells.push(Line::dim(path.clone()));
        }
        let mut entry = Entry::new(service.name.as_str(), cells).about(target);
        entry.words = path;
        return entry;
    }
    let dash = || Line::dim("–");
    let has_pods = !standing.copies.is_empty();
    let number = |text: String| if has_pods { Line::from(text) } else { dash() };
    let usage = standing.usage();
    let stale = if standing.is_stale() { Span::new(" *").tone(Tone::Warning) } else { Span::new("") };
    let mut cells = vec![
        name.and(stale),
        state(verdict),
        number(format!("{}/{}", verdict.ready, verdict.desired)),
        number(standing.restarts().to_string()),
        standing.created().map_or_else(dash, |created| Line::from(since(created, now))),
        usage.map_or_else(dash, |usage| Line::from(cpu(usage.cpu))),
        usage.map_or_else(dash, |usage| Line::from(memory(usage.memory))),
    ];
    if wide {
        cells.push(Line::from(service.kind.as_str()));
        cells.push(Line::dim(service.summary.clone()));
    }
    let mut entry = Entry::new(service.name.as_str(), cells).about(target);
    entry.trouble = verdict.health.is_trouble();
    // A right that is missing for all is said once, below.
    let known = !(verdict.health == Health::Unknown && standing.copies.is_empty());
    if !verdict.cause.is_empty() && known {
        let tone = if entry.trouble { Tone::Normal } else { Tone::Dim };
        let worst = standing.copies.iter().max_by_key(|copy| copy.verdict.health);
        let text = worst.map_or_else(
            || verdict.cause.clone(),
            |copy| {
                let told = picture.cause(&copy.namespace, &copy.verdict, copy.restarts);
                if standing.copies.len() > 1 { format!("{}: {told}", copy.namespace) } else { told }
            },
        );
        entry.notes.push(cause(&text, tone));
    }
    entry
}

/// The copies of one service.
pub fn copies(picture: &Picture, index: usize, now: Now) -> Vec<Entry> {
    let Some(standing) = picture.services.iter().find(|standing| standing.index == index) else { return Vec::new() };
    let of = |copy: &crate::observe::Copy| {
        let dash = || Line::dim("–");
        let cells = vec![
            Line::from(format!("{}/{}", copy.namespace, copy.name)),
            state(&copy.verdict),
            Line::from(format!("{}/{}", copy.verdict.ready, copy.verdict.desired)),
            Line::from(copy.restarts.to_string()),
            copy.created.map_or_else(dash, |created| Line::from(since(created, now))),
            copy.usage.map_or_else(dash, |usage| Line::from(cpu(usage.cpu))),
            copy.usage.map_or_else(dash, |usage| Line::from(memory(usage.memory))),
        ];
        let subject = super::order::Subject {
            namespace: copy.namespace.clone(),
            kind: copy.kind.into(),
            name: copy.name.clone(),
        };
        let mut entry = Entry::new(format!("{}/{}", copy.namespace, copy.name), cells).about(Target::Object(subject));
        entry.trouble = copy.verdict.health.is_trouble();
        if !copy.verdict.cause.is_empty() {
            entry.notes.push(cause(&picture.cause(&copy.namespace, &copy.verdict, copy.restarts), Tone::Normal));
        }
        entry
    };
    standing.copies.iter().map(of).collect()
}

/// What the service under the cursor is, and what else deserves to be said of it.
pub fn explain(picture: &Picture, index: usize) -> Vec<Line<'static>> {
    let Some(standing) = picture.services.iter().find(|standing| standing.index == index) else { return Vec::new() };
    let service = &picture.catalogue().services[index];
    let mut lines = vec![Line::from(Span::new(service.name.clone()).strong()).and(format!("  {}", service.summary))];
    if let Some(path) = &standing.off_by {
        lines.push(Line::from("off; its flag is ").and(Span::new(path.clone()).tone(Tone::Accent)));
    }
    if standing.is_stale() {
        lines.push(Line::from(Span::sign(Sign::Degraded)).and(
            " started before the last change of the Secret data-plane: it runs with older settings; R restarts it",
        ));
    }
    if let Some(note) = &service.note {
        lines.push(Line::dim(note.clone()));
    }
    lines
}

/// The age of something created at that second.
pub fn since(created: i64, now: Now) -> String {
    let seconds = (now.wall.as_second() - created).max(0);
    age(std::time::Duration::from_secs(seconds.unsigned_abs()))
}
