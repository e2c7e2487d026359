//! The review: findings on top, then what will be done, the values, the difference to the chart, the manifest.

use std::borrow::Cow;

use serde_json::Value;

use super::super::model::Obstacle;
use super::super::preview::Preview;
use super::super::review::{Page, REVIEW};
use super::super::sections::Stop;
use super::super::{Wizard, notation};
use super::explain::{fact, wave_words};
use super::form;
use crate::app::moment::Moment;
use crate::app::search::Lines;
use crate::app::view::{Column, Extent, Line, Mark, Pane, Part, Row, Sign, Span, Table, Tabs, Tone};
use crate::plan::{Delivery, Finding, Origin, PlannedSecret, SecretRef, Severity, path};

/// The review.
pub fn pane<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Pane<'a> {
    let page = wizard.review.page;
    let tabs = Tabs {
        names: Page::ALL.iter().map(|page| page.title().into()).collect(),
        chosen: Page::ALL.iter().position(|known| *known == page).unwrap_or(0),
        digits: false,
    };
    let list = wizard.review.list;
    let body = match page {
        Page::Steps => wide(steps(wizard, super::room(moment))),
        Page::Values => values(wizard),
        Page::Diff => wide(differences(wizard)),
        Page::Manifest => manifest(wizard),
    };
    let body = body.selected(list.selected, list.first).focused(!wizard.on_map);
    let mut parts = vec![Part::new(tabs, Extent::Lines(1)), Part::new(body, Extent::Fill(1))];
    if wizard.review.search.is_on() {
        let text = text(wizard);
        let line = |at: usize| text.get(at).map_or("", AsRef::as_ref);
        let status = wizard.review.search.status(&Lines { all: 0..text.len(), text: &line, from: None });
        parts.extend(status.map(|line| Part::new(vec![line], Extent::Lines(1))));
    }
    parts.into()
}

/// The lines of a page of text, as they are searched.
pub fn text(wizard: &Wizard) -> Vec<Cow<'_, str>> {
    match wizard.review.page {
        Page::Steps => Vec::new(),
        Page::Values => yaml_rows(wizard).into_iter().map(|row| row.text.into()).collect(),
        Page::Diff => differences(wizard).iter().map(|line| line.text().into()).collect(),
        Page::Manifest => wizard
            .review
            .preview()
            .map_or_else(Vec::new, |preview| preview.manifest.iter().map(|line| line.as_str().into()).collect()),
    }
}

/// How many rows the page has.
pub fn len(wizard: &Wizard, moment: &Moment<'_>) -> usize {
    match wizard.review.page {
        Page::Steps => steps(wizard, super::room(moment)).len(),
        Page::Values => yaml_rows(wizard).len(),
        Page::Diff => differences(wizard).len(),
        Page::Manifest => wizard.review.preview().map_or(1, |preview| preview.manifest.len()),
    }
}

fn wide<'a>(rows: Vec<Line<'static>>) -> Table<'a> {
    let len = rows.len();
    let row = move |at: usize| Row::Wide(rows.get(at).cloned().unwrap_or_default());
    Table::new(REVIEW, vec![Column::fill("", 10)], len, row).bare()
}

/// What stands on top: the question that each is about, and the code that can be confirmed.
pub fn findings(wizard: &Wizard) -> Vec<(Option<String>, Option<String>)> {
    listed(wizard)
        .into_iter()
        .map(|listed| match listed {
            Listed::Finding(finding) => {
                let asks = finding.severity == Severity::Ack;
                (finding.field.clone(), asks.then(|| finding.code.to_string()))
            }
            Listed::Untyped(secret) => (Some(secret.field.clone()), None),
        })
        .collect()
}

enum Listed<'w> {
    Finding(&'w Finding),
    Untyped(&'w PlannedSecret),
}

/// What stands in the way, then what was confirmed and what is only worth knowing.
fn listed(wizard: &Wizard) -> Vec<Listed<'_>> {
    let mut all: Vec<Listed<'_>> = wizard
        .model
        .obstacles()
        .into_iter()
        .map(|obstacle| match obstacle {
            Obstacle::Finding(finding) => Listed::Finding(finding),
            Obstacle::Untyped(secret) => Listed::Untyped(secret),
        })
        .collect();
    let rest = wizard.model.evaluation.findings.iter().filter(|f| !f.blocks() && f.severity < Severity::Info);
    all.extend(rest.map(Listed::Finding));
    all
}

/// What the row under the cursor means.
pub fn explain(wizard: &Wizard) -> Vec<Line<'_>> {
    if wizard.review.page == Page::Values {
        return vec![Line::dim("At the right: where each value comes from. Secrets are references, never values.")];
    }
    let at = wizard.review.list.selected;
    match listed(wizard).into_iter().nth(at).filter(|_| wizard.review.page == Page::Steps) {
        Some(Listed::Finding(finding)) => {
            let mut lines: Vec<Line<'_>> = form::under(finding, true);
            if finding.field.is_some() {
                lines.push(Line::dim("Enter goes to the question"));
            }
            lines
        }
        Some(Listed::Untyped(_)) => {
            vec![Line::dim("Typed secrets are kept in memory only. Enter goes to the question.")]
        }
        None => Vec::new(),
    }
}

fn heading(text: impl Into<String>) -> Line<'static> {
    Span::new(text.into()).strong().into()
}

/// What will be done, in order. `room` is the width of a text beside a name.
fn steps(wizard: &Wizard, room: usize) -> Vec<Line<'static>> {
    let mut rows: Vec<Line<'static>> = listed(wizard).iter().map(|listed| finding_row(wizard, listed)).collect();
    if !rows.is_empty() {
        rows.push(Line::blank());
    }
    rows.push(heading("What will be done, in this order"));
    rows.extend(fact("look", &wizard.what_is_there().1, room));
    rows.extend(secrets(wizard, room));
    rows.extend(objects(wizard, room));
    match &wizard.model.waves {
        None => rows.extend(fact("flags", "no way leads there as long as rules are broken (W says which)", room)),
        Some(waves) => {
            let fresh = wizard.model.facts.deployed().is_none();
            rows.extend(waves.iter().flat_map(|wave| wave_words(wave, fresh, room)));
        }
    }
    let count = wizard.model.evaluation.waiting.len();
    if count > 0 {
        let rules = if count == 1 { "1 rule waits".to_string() } else { format!("{count} rules wait") };
        rows.push(Line::blank());
        rows.extend(fact("not known", &format!("{rules} for facts that only the real thing can give"), room));
    }
    rows.push(Line::blank());
    rows.push(heading("The same without a screen"));
    rows.extend(fact("command", &wizard.command(), room));
    let asked = wizard.asked_by_the_command();
    if !asked.is_empty() {
        rows.extend(fact("will ask for", &asked.join(", "), room));
    }
    rows.push(Line::dim("  y copies the command, Ctrl-S saves the answers"));
    rows
}

fn finding_row(wizard: &Wizard, listed: &Listed<'_>) -> Line<'static> {
    let named = |id: &str| {
        let section = Stop::of(id).map_or("", Stop::title);
        wizard.model.spec.field(id).map_or(id.to_string(), |field| format!("{section}: {}", field.title))
    };
    match listed {
        Listed::Untyped(secret) => {
            Line::from(Span::sign(Sign::Unknown)).and(Span::new(format!(" {} has to be typed", named(&secret.field))))
        }
        Listed::Finding(finding) if super::is_open(wizard, &Obstacle::Finding(finding)) => {
            let name = named(finding.field.as_deref().unwrap_or_default());
            Line::from(Span::sign(Sign::Unknown)).and(Span::new(format!(" {name} is to be answered")))
        }
        Listed::Finding(finding) => {
            let (sign, word) = match (finding.blocks(), finding.severity) {
                (true, Severity::Ack) => (Sign::Unknown, "confirm: "),
                (true, _) => (Sign::Failed, ""),
                (false, Severity::Ack) => (Sign::Ready, "confirmed: "),
                (false, _) => (Sign::Degraded, ""),
            };
            Line::from(Span::sign(sign)).and(Span::new(format!(" {word}{}", finding.message)))
        }
    }
}

/// Kubernetes Secrets: those that are made, and those that must be there.
fn secrets(wizard: &Wizard, room: usize) -> Vec<Line<'static>> {
    let from = |secret: &PlannedSecret| match &secret.reference {
        SecretRef::Prompt => "typed".to_string(),
        SecretRef::Generate => "at random".to_string(),
        other => other.to_string(),
    };
    let named = |secret: &PlannedSecret| format!("Secret {} key {}", secret.name, secret.key);
    let rows = wizard.model.evaluation.secrets.iter().map(|secret| match (secret.exists_already(), secret.delivery) {
        (true, _) => fact("must exist", &named(secret), room),
        (false, Delivery::Reference) => fact("make", &format!("{}, {}", named(secret), from(secret)), room),
        (false, Delivery::Inline) => {
            fact("inline", &format!("{} into the values, {}", secret.path, from(secret)), room)
        }
    });
    rows.flatten().collect()
}

/// Hooks and objects, as the chart makes them.
fn objects(wizard: &Wizard, room: usize) -> Vec<Line<'static>> {
    let mut rows = match &wizard.review.preview {
        None => return fact("render", "under way …", room),
        Some((_, Err(problem))) => {
            let mut rows = vec![Line::toned(format!("  the chart cannot be rendered: {}", problem.what), Tone::Bad)];
            rows.extend(problem.cause.iter().flat_map(|cause| fact("", cause, room)));
            return rows;
        }
        Some((_, Ok(preview))) => preview_rows(preview, room),
    };
    if wizard.review.is_stale(wizard.model.generation) {
        rows.push(Line::dim("  of the state before; it is rendered anew …"));
    }
    rows
}

fn preview_rows(preview: &Preview, room: usize) -> Vec<Line<'static>> {
    let mut rows = Vec::new();
    let jobs: Vec<&str> =
        preview.hooks.iter().filter(|(kind, _)| kind == "Job").map(|(_, name)| name.as_str()).collect();
    let others = preview.hooks.len() - jobs.len();
    if others > 0 {
        let objects = if others == 1 { "1 object".to_string() } else { format!("{others} objects") };
        rows.extend(fact("before", &format!("{objects} that the first job needs"), room));
    }
    rows.extend(jobs.iter().flat_map(|name| fact("run", &format!("Job {name}, tried three times"), room)));
    if preview.definitions > 0 {
        rows.extend(fact("define", &format!("{} kinds of the Spark operator (CRDs)", preview.definitions), room));
    }
    let total: usize = preview.kinds.iter().map(|(_, count)| count).sum();
    let kinds: Vec<String> = preview.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    rows.extend(fact("apply", &format!("{total} objects: {}", kinds.join(", ")), room));
    rows
}

/// A row of the values: the text, and the origin of a leaf.
struct YamlRow {
    text: String,
    origin: Option<Origin>,
}

fn yaml_rows(wizard: &Wizard) -> Vec<YamlRow> {
    fn walk(rows: &mut Vec<YamlRow>, at: &mut Vec<String>, value: &Value, of: &dyn Fn(&str) -> Option<Origin>) {
        let Some(map) = value.as_object() else { return };
        for (key, value) in map {
            at.push(key.clone());
            let margin = "  ".repeat(at.len() - 1);
            let path = path::join(at.iter().map(String::as_str));
            match value {
                Value::Object(inner) if !inner.is_empty() => {
                    rows.push(YamlRow { text: format!("{margin}{key}:"), origin: None });
                    walk(rows, at, value, of);
                }
                leaf => {
                    let text = leaf.as_str().map_or_else(|| leaf.to_string(), str::to_string);
                    let text = text.lines().next().unwrap_or_default().to_string();
                    rows.push(YamlRow { text: format!("{margin}{key}: {text}"), origin: of(&path) });
                }
            }
            at.pop();
        }
    }
    let mut rows = Vec::new();
    let evaluation = &wizard.model.evaluation;
    walk(&mut rows, &mut Vec::new(), &evaluation.values, &|path| evaluation.origins.get(path).cloned());
    rows
}

fn values<'a>(wizard: &'a Wizard) -> Table<'a> {
    let rows = yaml_rows(wizard);
    let len = rows.len();
    let row = move |at: usize| {
        let Some(row) = rows.get(at) else { return Row::Wide(Line::blank()) };
        let (tone, word) = match &row.origin {
            Some(Origin::Default) => (Tone::Dim, "default"),
            Some(Origin::Preset(_)) => (Tone::Normal, "preset"),
            Some(Origin::Answer(_) | Origin::Set) => (Tone::Accent, "answer"),
            Some(Origin::Derived) => (Tone::Dim, "derived"),
            None => (Tone::Normal, ""),
        };
        Row::Cells(vec![Line::toned(row.text.clone(), tone), Line::toned(word, tone)])
    };
    Table::new(REVIEW, vec![Column::fill("", 30), Column::fixed("", 8)], len, row).bare()
}

/// What differs from the chart's own values.
fn differences(wizard: &Wizard) -> Vec<Line<'static>> {
    let Some(preview) = wizard.review.preview() else { return vec!["The chart is being rendered …".into()] };
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| format!("\"{text}\""));
    let mut rows = Vec::new();
    for (leaf, value) in path::leaves(&wizard.model.evaluation.values) {
        let was = path::get(&preview.defaults, &leaf);
        if was == Some(value) || was.is_some_and(|was| notation_of(was) == notation_of(value)) {
            continue;
        }
        rows.push(Line::from(leaf));
        rows.extend(was.map(|was| Line::toned(format!("  - {}", word(was)), Tone::Dim)));
        rows.push(Line::toned(format!("  + {}", word(value)), Tone::Accent));
    }
    if rows.is_empty() {
        rows.push("Nothing differs from the values of the chart.".into());
    }
    rows
}

/// A value without the difference between `5432` and `"5432"`, which charts do not make.
fn notation_of(value: &Value) -> String {
    notation::brief(crate::plan::Kind::String, value)
}

fn manifest(wizard: &Wizard) -> Table<'_> {
    let Some(preview) = wizard.review.preview() else {
        return wide(vec!["The chart is being rendered …".into()]);
    };
    let row = |at: usize| {
        let text = preview.manifest.get(at).map_or("", String::as_str);
        if wizard.review.search.matches(text) {
            return Row::Wide(Line::from(Span::new(text).mark(Mark::Match)));
        }
        let tone = if text.starts_with("# Source") || text == "---" { Tone::Dim } else { Tone::Normal };
        Row::Wide(Line::toned(text, tone))
    };
    Table::new(REVIEW, vec![Column::fill("", 10)], preview.manifest.len(), row).bare()
}
