//! The feature flags: two groups, what each adds, its wave.

use super::super::browse::FORM;
use super::super::{Wizard, flags};
use super::form;
use crate::app::moment::Moment;
use crate::app::view::{self, Column, Extent, Form, FormRow, Id, Line, Pane, Part, Row, Sign, Span, Table, Tone};
use crate::plan::{Field, Finding, Severity, switches};
use crate::platform::{Flag, FlagClass};

/// A row of the table.
enum Shown {
    Group(&'static str),
    Flag(&'static Field, &'static Flag),
    Said(Line<'static>),
}

/// The flags.
pub fn pane<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Pane<'a> {
    let rows = rows(wizard);
    let here = wizard.cursor();
    let is_here = |row: &Shown| matches!(row, Shown::Flag(field, _) if Some(field.id.as_str()) == here);
    let selected = rows.iter().position(is_here);
    let on = wizard.model.spec.fields().filter(|f| flags::flag(f).is_some() && wizard.model.is_on(f)).count();
    let roomy = moment.size.width >= 100;
    let mut columns = vec![Column::fixed("", 37), Column::fill("adds", 20), Column::fixed("wave", 4).right()];
    if roomy {
        columns.insert(2, Column::fixed("", 8));
    }
    let len = rows.len();
    let cell = move |at: usize| match rows.get(at) {
        None => Row::Wide(Line::blank()),
        Some(Shown::Group(name)) => Row::Wide(Line::from(Span::new(*name).strong())),
        Some(Shown::Said(line)) => Row::Wide(line.clone()),
        Some(Shown::Flag(field, flag)) => cells(wizard, field, flag, roomy),
    };
    let mut table = Table::new(FORM, columns, len, cell).focused(!wizard.on_map).or("no flag has these words");
    if let Some(selected) = selected {
        table = table.selected(selected, super::first(moment));
    }
    let aside = format!("{on} of 30 on{}", if wizard.flags.only_on { ", only those are shown" } else { "" });
    let mut parts = vec![Part::new(form::head("Feature flags", aside), Extent::Lines(1))];
    if wizard.flags.typing || !wizard.flags.filter.is_empty() {
        let field = view::Field {
            label: "filter".into(),
            value: wizard.flags.filter.line(),
            caret: wizard.flags.typing.then(|| wizard.flags.filter.column()),
            ..view::Field::default()
        };
        let line = Form {
            id: Id("wizard-filter"),
            rows: vec![FormRow::Field(field)],
            selected: wizard.flags.typing.then_some(0),
            first: 0,
            labels: 8,
            focused: wizard.flags.typing,
        };
        parts.push(Part::new(line, Extent::Lines(1)));
    }
    parts.push(Part::new(table, Extent::Fill(1)));
    parts.into()
}

fn rows(wizard: &Wizard) -> Vec<Shown> {
    let mut rows = Vec::new();
    let mut group = None;
    for field in flags::shown(&wizard.flags, &wizard.model) {
        let Some(flag) = flags::flag(field) else { continue };
        if group != Some(flag.class) {
            group = Some(flag.class);
            rows.push(Shown::Group(match flag.class {
                FlagClass::Deployment => "Deployment: what is there",
                FlagClass::Runtime => "Runtime: how it behaves",
            }));
        }
        rows.push(Shown::Flag(field, flag));
        let here = wizard.cursor() == Some(field.id.as_str());
        let said = wizard.model.findings(&field.id).filter(|f| said(f, here)).flat_map(|f| form::under(f, here));
        rows.extend(said.map(|line| {
            let mut spans = vec![Span::new("    ")];
            spans.extend(line.spans);
            Shown::Said(Line::from(spans))
        }));
    }
    rows
}

/// What is said in the table: what stands in the way always, the rest under the cursor.
fn said(finding: &Finding, here: bool) -> bool {
    finding.blocks() || here && finding.severity < Severity::Info
}

fn cells<'a>(wizard: &Wizard, field: &'static Field, flag: &'static Flag, roomy: bool) -> Row<'a> {
    let model = &wizard.model;
    let on = model.is_on(field);
    let blocked = model.findings(&field.id).any(Finding::blocks);
    let name = Span::new(flag.key());
    let name = if blocked { name.tone(Tone::Bad) } else { name };
    let missing = switches::missing(flag, &model.evaluation.values);
    let adds = switches::adds(flag);
    let words = match (missing.is_empty(), adds.is_empty()) {
        (false, _) => Line::dim(format!("needs {}", missing.iter().map(|f| f.key()).collect::<Vec<_>>().join(", "))),
        (true, false) if on => Line::from(adds),
        (true, false) => Line::dim(adds),
        (true, true) => Line::dim(brief(flag)),
    };
    let changed = model.value(field).0 != field.default.as_ref();
    let wave = model.waves.iter().flatten().find(|wave| wave.flags.iter().any(|change| change.flag == flag.key()));
    let mut cells = vec![
        Line::from(Span::sign(if on { Sign::Checked } else { Sign::Unchecked })).and(" ").and(name),
        words,
        wave.map(|wave| Line::from(wave.number.to_string())).unwrap_or_default(),
    ];
    if roomy {
        cells.insert(2, if changed { Line::blank() } else { Line::dim("default") });
    }
    Row::Cells(cells)
}

/// The beginning of what a flag does.
fn brief(flag: &'static Flag) -> &'static str {
    flag.effect.split([';', ',']).next().unwrap_or_default()
}
