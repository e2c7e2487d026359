//! The view of an installation.

use std::time::Duration;

use super::progress::{Attempt, StageRow, Workload};
use super::{Deploying, EVENTS, LOG, Page, Standing, WHY, WORKLOADS};
use crate::app::moment::Moment;
use crate::app::view::{
    Column, Extent, Id, Line, Lines, Pane, Part, Parts, Row, Sign, Span, Table, Tabs, Tone, Width, plain,
};
use crate::deploy::{ObjectRef, State};

const STAGES: Id = Id("deploy-stages");

/// The screen.
pub fn parts<'a>(deploying: &'a Deploying, moment: &Moment<'_>) -> Parts<'a> {
    let Deploying { job, place, progress, standing, .. } = deploying;
    let doing = match standing {
        Standing::Running => "installing",
        Standing::Stopping => "stopping",
        Standing::Done => "installed",
        Standing::Failed(failure) if failure.is_cancelled() => "stopped",
        Standing::Failed(_) => "not installed",
    };
    let mut title = Line::from(doing)
        .and(" ")
        .and(Span::new(job.release.as_str()).strong())
        .and(format!(" · {} · {}", place.context, job.namespace));
    if let Some((wave, waves, _)) = progress.wave.as_ref().filter(|(_, waves, _)| *waves > 1) {
        title = title.and(Span::new(format!(" · wave {wave} of {waves}")).tone(Tone::Dim));
    }
    let took = clock(deploying.ended.unwrap_or(moment.now).since(deploying.began));
    let body = vec![
        Part::new(stages(deploying, moment), Extent::Fit(stage_rows(moment.size.height))),
        Part::new(tabs(deploying, moment), Extent::Lines(1)).ruled(Line::blank()).rank(1),
        Part::new(page(deploying), Extent::Fill(1)),
    ];
    let mut parts = Parts::new(title, body);
    parts.notice = match standing {
        Standing::Done => Line::from(Span::sign(Sign::Ready)).and(format!(" done {took}")),
        Standing::Failed(failure) if failure.is_cancelled() => {
            Line::from(Span::sign(Sign::Off)).and(format!(" stopped {took}"))
        }
        Standing::Failed(_) => {
            Line::from(Span::sign(Sign::Failed)).and(Span::new(format!(" failed {took}")).tone(Tone::Bad))
        }
        Standing::Running | Standing::Stopping => Line::from(took),
    };
    parts.brief = brief(deploying);
    parts.explain = explain(deploying, moment);
    parts
}

/// How many stages have room: all of them at 24 lines, otherwise those around the one that runs.
fn stage_rows(height: u16) -> u16 {
    match height {
        24.. => 8,
        16.. => 3,
        _ => 1,
    }
}

fn brief(deploying: &Deploying) -> Line<'_> {
    if let Standing::Failed(failure) = &deploying.standing {
        return Line::from(Span::sign(Sign::Failed)).and(" ").and(failure.what());
    }
    match deploying.progress.stage() {
        Some(row) => {
            let (sign, _) = Deploying::tone_of(row.state);
            Line::from(Span::sign(sign)).and(format!(" {} {}", row.stage, detail(deploying, row)))
        }
        None => Line::from("beginning"),
    }
}

fn explain(deploying: &Deploying, moment: &Moment<'_>) -> Vec<Line<'static>> {
    if let Some(line) = trouble(deploying) {
        return vec![line];
    }
    match deploying.standing {
        Standing::Running if moment.size.height >= 24 => vec![Line::from(
            "Everything is recorded; closing this terminal does not stop the init job, and `iomctl` continues where it stood.",
        )],
        Standing::Stopping => {
            vec![Line::from("Stops at the next safe point. A running init job goes on in the cluster.")]
        }
        _ => Vec::new(),
    }
}

/// What is wrong with the workload under the cursor, in full: the column has room for the beginning only.
fn trouble(deploying: &Deploying) -> Option<Line<'static>> {
    if deploying.page() != Page::Workloads {
        return None;
    }
    let (object, workload) = workload_at(deploying, deploying.workloads.selected)?;
    if workload.state == State::Done || workload.reason.is_empty() {
        return None;
    }
    let name = Span::new(format!("{object}: ")).strong();
    Some(Line::from(name).and(plain(&workload.reason).into_owned()))
}

fn stages<'a>(deploying: &'a Deploying, moment: &Moment<'_>) -> Table<'a> {
    let now = moment.now;
    let rows = &deploying.progress.stages;
    // Numbers that move have a constant width.
    let columns = vec![Column::fixed("", 15), Column::fixed("", 6).right(), Column::fill("", 10)];
    let row = move |at: usize| {
        let Some(row) = rows.get(at) else { return Row::Cells(Vec::new()) };
        let (sign, tone) = Deploying::tone_of(row.state);
        let took = match (row.seconds, row.state, row.since) {
            (Some(seconds), ..) => seconds_of(seconds),
            (None, Some(State::Running), Some(since)) => clock(now.since(since)),
            _ => String::new(),
        };
        Row::Cells(vec![
            Line::from(Span::sign(sign)).and(" ").and(Span::new(row.stage.title()).tone(tone)),
            // Dim and back would be eight bytes more in every second.
            Line::toned(took, if row.state == Some(State::Running) { Tone::Normal } else { Tone::Dim }),
            Line::toned(detail(deploying, row), if tone == Tone::Bad { Tone::Bad } else { Tone::Normal }),
        ])
    };
    let mut table = Table::new(STAGES, columns, rows.len(), row).bare().focused(false);
    // Where it is too low for all, the stage that runs is seen.
    let last = rows.iter().rposition(|row| row.state.is_some()).unwrap_or(0);
    let room = usize::from(stage_rows(moment.size.height));
    table.first = (last + 1 + room / 3).saturating_sub(room);
    table
}

fn detail(deploying: &Deploying, row: &StageRow) -> String {
    use crate::deploy::Stage;
    let progress = &deploying.progress;
    if row.state != Some(State::Running) {
        return row.detail.clone();
    }
    let waited = progress.workloads.values().filter(|workload| workload.state == State::Done).count();
    match (row.stage, progress.objects, progress.attempts.last()) {
        (Stage::InitJob, _, Some(attempt)) => format!("attempt {}{}", attempt.number, reason(&attempt.reason)),
        (Stage::Wait, ..) if !progress.workloads.is_empty() => {
            format!("{waited} of {} workloads", progress.workloads.len())
        }
        (_, Some((done, total)), _) => format!("{done} of {total} objects"),
        _ => String::new(),
    }
}

fn reason(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(", {reason}") }
}

fn tabs<'a>(deploying: &'a Deploying, moment: &Moment<'_>) -> Tabs<'a> {
    let progress = &deploying.progress;
    let current = deploying.page();
    let pages = deploying.pages();
    let names = pages.iter().map(|page| match page {
        Page::Outcome if deploying.has_failed() => Line::from("why"),
        Page::Outcome => Line::from("done"),
        Page::Attempt(at) => {
            let tab = |attempt| attempt_tab(attempt, *page == current, moment);
            progress.attempts.get(*at).map_or(Line::blank(), tab)
        }
        Page::Workloads => {
            let ready = progress.workloads.values().filter(|workload| workload.state == State::Done).count();
            Line::from(format!("workloads {ready}/{}", progress.workloads.len()))
        }
        Page::Events => match progress.warnings {
            0 => Line::from("events"),
            1 => Line::from("events ").and(Span::new("1 warning").tone(Tone::Warning)),
            n => Line::from("events ").and(Span::new(format!("{n} warnings")).tone(Tone::Warning)),
        },
    });
    let chosen = pages.iter().position(|page| *page == current).unwrap_or(0);
    Tabs { names: names.collect(), chosen, digits: false }
}

/// An attempt; how it stands in words for the one that is looked at.
fn attempt_tab<'a>(attempt: &Attempt, chosen: bool, moment: &Moment<'_>) -> Line<'a> {
    let (sign, _) = Deploying::tone_of(Some(attempt.state));
    let how = match (attempt.state, attempt.exit, attempt.seconds) {
        _ if !chosen => String::new(),
        (State::Running, ..) => format!(" running {}", clock(moment.now.since(attempt.since))),
        (_, Some(code), Some(seconds)) => format!(" exit {code} after {}", seconds_of(seconds)),
        (_, Some(code), None) => format!(" exit {code}"),
        _ => String::new(),
    };
    Line::from(format!("attempt {} ", attempt.number)).and(Span::sign(sign)).and(how)
}

fn page(deploying: &Deploying) -> Pane<'_> {
    let progress = &deploying.progress;
    match deploying.page() {
        Page::Outcome => {
            let lines = outcome(deploying);
            let mut lines = Lines::new(lines);
            lines.id = Some(WHY);
            lines.first = deploying.scrolled;
            lines.into()
        }
        Page::Attempt(at) => match progress.attempts.get(at) {
            Some(attempt) => {
                let mut log = deploying.log.view(LOG, &attempt.log);
                let why = if attempt.reason.is_empty() { "no output yet" } else { &attempt.reason };
                log.empty = Line::dim(why);
                log.into()
            }
            None => Pane::Blank,
        },
        Page::Events => {
            let mut log = deploying.events.view(EVENTS, &progress.events);
            log.empty = Line::dim("nothing has been told yet");
            log.into()
        }
        Page::Workloads => workloads(deploying).into(),
    }
}

/// The workloads: those that fail first, then those that are waited for.
fn sorted(deploying: &Deploying) -> Vec<(&ObjectRef, &Workload)> {
    let mut rows: Vec<_> = deploying.progress.workloads.iter().collect();
    let order = |state: State| match state {
        State::Failed => 0,
        State::Running => 1,
        State::Done | State::Skipped => 2,
    };
    rows.sort_by_key(|(object, workload)| (order(workload.state), *object));
    rows
}

/// The workload in a row.
pub fn workload_at(deploying: &Deploying, at: usize) -> Option<(&ObjectRef, &Workload)> {
    sorted(deploying).get(at).copied()
}

fn workloads(deploying: &Deploying) -> Table<'_> {
    let rows = sorted(deploying);
    let columns = vec![
        Column::fill("  workload", 24),
        Column::fixed("namespace", 14).rank(2),
        Column::fixed("kind", 11).rank(1),
        Column::fixed("ready", 7).right(),
        Column { width: Width::Fill { least: 36, weight: 3 }, ..Column::fill("", 36) },
    ];
    let len = rows.len();
    let row = move |at: usize| {
        let Some((object, workload)) = rows.get(at) else { return Row::Cells(Vec::new()) };
        let (sign, tone) = Deploying::tone_of(Some(workload.state));
        let said = match (workload.state, workload.reason.as_str()) {
            (State::Done, _) => "ready",
            (_, "") => "starting",
            (_, reason) => reason,
        };
        Row::Cells(vec![
            Line::from(Span::sign(sign)).and(" ").and(object.name.as_str()),
            Line::dim(object.namespace.as_deref().unwrap_or_default()),
            Line::dim(object.kind.as_str()),
            Line::from(format!("{}/{}", workload.ready, workload.desired)),
            Line::toned(said, tone),
        ])
    };
    Table::new(WORKLOADS, columns, len, row).selected(deploying.workloads.selected, deploying.workloads.first)
}

/// Why it failed, or what came of it.
pub fn outcome(deploying: &Deploying) -> Vec<Line<'_>> {
    match &deploying.standing {
        Standing::Failed(failure) => failure.lines(),
        Standing::Done => {
            let said = deploying.progress.outcome.as_deref().unwrap_or("done");
            let mut lines = vec![
                Line::from(" ").and(Span::sign(Sign::Ready)).and(" ").and(Span::new(said).strong()),
                Line::from("   ").and(Span::new("Enter").tone(Tone::Accent)).and(" opens the dashboard"),
                Line::blank(),
            ];
            lines.extend(deploying.progress.notes.iter().map(|note| Line::from(format!("   {note}"))));
            lines
        }
        Standing::Running | Standing::Stopping => Vec::new(),
    }
}

/// `02:41`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

fn seconds_of(seconds: f64) -> String {
    if seconds >= 60.0 { clock(Duration::from_secs_f64(seconds)) } else { format!("{seconds:.1} s") }
}
