//! Namespaces, and the workloads of one.

use super::entry::{Entry, Target, cause, cpu, memory, state};
use super::order::Subject;
use super::picture::Picture;
use super::services::since;
use crate::app::Now;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::observe::{self, Group, Kind, Name, Space, StreamState};

/// The columns of the namespaces.
pub fn columns() -> Vec<Column<'static>> {
    vec![
        Column::fill("namespace", 18),
        Column::fixed("pods", 9).right(),
        Column::fixed("restarts", 8).right().rank(3),
        Column::fixed("clusters", 8).right().rank(1),
        Column::fixed("jobs", 5).right().rank(1),
        Column::fixed("notebooks", 9).right().rank(1),
        Column::fixed("tightest quota", 15).rank(2),
    ]
}

/// The namespaces.
pub fn entries(picture: &Picture) -> Vec<Entry> {
    picture.namespaces().map(|namespace| row(picture, namespace)).collect()
}

fn row(picture: &Picture, namespace: &Name) -> Entry {
    let space = picture.space(namespace);
    let tally = picture.tally(namespace);
    let pods = picture.why_empty(Kind::Pods, namespace);
    let known = pods.is_none() || tally.pods > 0;
    let of = |(runs, all): (u32, u32)| if all == 0 { Line::dim("–") } else { Line::from(format!("{runs}/{all}")) };
    let home = *namespace == picture.facts.namespace;
    let ours = picture.facts.extra.contains(namespace);
    let role = Span::new(if home {
        "  release"
    } else if ours {
        ""
    } else {
        "  other"
    })
    .tone(Tone::Dim);
    let cells = vec![
        Line::from(namespace.to_string()).and(role),
        if known { Line::from(format!("{}/{}", tally.well, tally.pods)) } else { Line::dim("–") },
        if known { Line::from(tally.restarts.to_string()) } else { Line::dim("–") },
        of(tally.clusters),
        of(tally.jobs),
        of(tally.notebooks),
        quota(space),
    ];
    let mut entry = Entry::new(namespace.to_string(), cells).about(Target::Space(namespace.clone()));
    if let Some(why) = pods.filter(|_| !known) {
        entry.notes.push(cause(&why, Tone::Dim));
        entry.trouble = why.starts_with("needs");
    }
    entry
}

fn quota(space: Option<&Space>) -> Line<'static> {
    let Some(space) = space else { return Line::blank() };
    if let StreamState::Denied(_) = space.stream(Kind::Quotas) {
        return Line::dim("needs a right");
    }
    let tightest = space.quotas.values().filter_map(observe::Quota::tightest).max_by_key(|(_, part)| *part);
    match tightest {
        None => Line::dim("none"),
        Some((resource, part)) => {
            let tone = if part >= 90 { Tone::Warning } else { Tone::Normal };
            let short = resource.rsplit('.').next().unwrap_or(resource).to_string();
            Line::from(Span::bar(u64::from(part), 100, 4).tone(tone))
                .and(Span::new(format!(" {part:>3}% ")).tone(tone))
                .and(short)
        }
    }
}

/// What is to be said of the namespace under the cursor.
pub fn explain(picture: &Picture, namespace: &str) -> Vec<Line<'static>> {
    let Some(space) = picture.space(namespace) else { return Vec::new() };
    let tally = picture.tally(namespace);
    let asks = format!(
        "pods ask for {} CPU and {}",
        cpu_cores(tally.cpu),
        memory(u32::try_from(tally.memory).unwrap_or(u32::MAX))
    );
    let mut lines = vec![Line::from(Span::new(namespace.to_string()).strong()).and(format!("  {asks}"))];
    for quota in space.quotas.values() {
        let limits = quota.limits.iter().map(|(resource, used, hard)| format!("{resource} {used}/{hard}"));
        lines.push(Line::dim(format!("quota {}: {}", quota.name, limits.collect::<Vec<_>>().join(", "))));
    }
    let claims = space.claims.values().filter(|claim| &*claim.phase != "Bound");
    for claim in claims {
        let text = format!(" volume claim {} is {}", claim.name, claim.phase.to_lowercase());
        lines.push(Line::from(Span::sign(Sign::Degraded)).and(text));
    }
    lines
}

fn cpu_cores(thousandths: u64) -> String {
    format!("{}.{}", thousandths / 1000, thousandths % 1000 / 100)
}

/// What runs in a namespace, in groups.
pub fn units(picture: &Picture, namespace: &Name, now: Now) -> Vec<Entry> {
    let Some(space) = picture.space(namespace) else { return Vec::new() };
    let units = observe::units(space, namespace, picture.catalogue(), now.wall.as_second());
    let mut entries = Vec::with_capacity(units.len() + Group::ALL.len());
    for kind in [Kind::Pods, Kind::Deployments, Kind::StatefulSets, Kind::Applications] {
        if let StreamState::Denied(need) = space.stream(kind) {
            entries.push(Entry::remark(format!("needs: {need}")));
        }
    }
    let mut group = None;
    for unit in units {
        if group != Some(unit.group) {
            group = Some(unit.group);
            entries.push(Entry::heading(unit.group.title()));
        }
        let dash = || Line::dim("–");
        let cells = vec![
            Line::from(unit.name.to_string()),
            state(&unit.verdict),
            Line::from(format!("{}/{}", unit.verdict.ready, unit.verdict.desired)),
            Line::from(unit.restarts.to_string()),
            Line::from(since(unit.created, now)),
            unit.usage.map_or_else(dash, |usage| Line::from(cpu(usage.cpu))),
            unit.usage.map_or_else(dash, |usage| Line::from(memory(usage.memory))),
        ];
        let subject = Subject { namespace: namespace.clone(), kind: unit.kind.clone(), name: unit.name.clone() };
        let mut entry = Entry::new(format!("{}/{}", unit.kind, unit.name), cells).about(Target::Object(subject));
        entry.trouble = unit.verdict.health.is_trouble();
        if !unit.verdict.cause.is_empty() {
            entry.notes.push(cause(&unit.verdict.cause, Tone::Normal));
        }
        entries.push(entry);
    }
    entries
}
