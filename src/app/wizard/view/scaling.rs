//! Autoscaling: a row per service, a column per number.

use super::super::browse::FORM;
use super::super::over::{Ask, Over};
use super::super::scaling::{COLUMNS, place, question, services, waits_for};
use super::super::{Wizard, notation};
use super::form;
use crate::app::moment::Moment;
use crate::app::view::{Column, Extent, Line, Pane, Part, Row, Sign, Span, Table, Tone};
use crate::plan::Finding;
use crate::platform::Service;

/// The grid.
pub fn pane<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Pane<'a> {
    let (row, column) = wizard.cursor().and_then(place).unwrap_or_default();
    let mut columns = vec![Column::fill("service", 22)];
    columns.extend(COLUMNS.iter().map(|(_, title)| Column::fixed(title, 7).right()));
    let len = services().count() + 1;
    let cells = move |at: usize| match services().nth(at) {
        Some(service) => service_row(wizard, service, (at == row).then_some(column)),
        None => {
            let fixed = Line::from("iom-sql").and(Span::new("  fixed at 1, never scaled").tone(Tone::Dim));
            Row::Wide(fixed)
        }
    };
    let table = Table::new(FORM, columns, len, cells).selected(row, super::first(moment)).focused(!wizard.on_map);
    let mut parts = vec![
        Part::new(form::head(wizard.stop.title(), "pods by load".into()), Extent::Lines(1)),
        Part::new(table, Extent::Fill(1)),
    ];
    let mut below: Vec<Line<'a>> = Vec::new();
    if let Some(Over::Ask(ask)) = wizard.over.last() {
        below.extend(ask.fault.iter().map(|what| Line::toned(what.as_str(), Tone::Bad)));
        below.extend(ask.said.iter().map(|what| Line::toned(what.as_str(), Tone::Warning)));
    } else {
        let id = wizard.cursor().unwrap_or_default();
        let about = |finding: &&Finding| {
            let field = finding.field.as_deref().unwrap_or_default();
            field == id || field == "services" || finding.blocks() && place(field).is_some()
        };
        let findings = wizard.model.evaluation.findings.iter().filter(about);
        below.extend(findings.flat_map(|finding| form::under(finding, finding.field.as_deref() == Some(id))));
    }
    if !below.is_empty() {
        parts.push(Part::new(below, Extent::Fit(5)).ruled(""));
    }
    parts.into()
}

/// A service; `column` is where the cursor is, when it is in this row.
fn service_row<'a>(wizard: &'a Wizard, service: &'static Service, column: Option<usize>) -> Row<'a> {
    if let Some(flag) = waits_for(service, &wizard.model) {
        let off = Span::new(format!("  off: needs the flag {flag}")).tone(Tone::Dim);
        return Row::Wide(Line::from(Span::new(service.name.as_str()).tone(Tone::Dim)).and(off));
    }
    let cell = |(at, (key, _)): (usize, &(&'static str, &'static str))| cell(wizard, service, key, column == Some(at));
    let mut cells = vec![Line::from(service.name.as_str())];
    cells.extend(COLUMNS.iter().enumerate().map(cell));
    Row::Cells(cells)
}

fn cell<'a>(wizard: &'a Wizard, service: &'static Service, key: &str, here: bool) -> Line<'a> {
    let Some(field) = question(service, key).filter(|field| wizard.model.asks(&field.id)) else {
        return Line::dim("–");
    };
    if let Some(Over::Ask(ask)) = wizard.over.last()
        && ask.purpose.field().is_some_and(|asked| asked.id == field.id)
    {
        return typed(ask);
    }
    let value = wizard.model.value(field).0;
    let text = match value {
        Some(serde_json::Value::Bool(on)) => {
            let sign = Span::sign(if *on { Sign::Checked } else { Sign::Unchecked });
            return Line::from(if here { Span::sign(Sign::Cursor) } else { Span::new(" ") }).and(sign);
        }
        Some(value) if key.contains("Utilization") => format!("{} %", notation::brief(field.kind, value)),
        Some(value) => notation::brief(field.kind, value),
        None => "–".into(),
    };
    let wrong = wizard.model.findings(&field.id).any(Finding::blocks);
    let tone = match (here, wrong) {
        (_, true) => Tone::Bad,
        (true, false) => Tone::Accent,
        (false, false) => Tone::Normal,
    };
    let span = Span::new(text).tone(tone);
    if here { Line::from(Span::sign(Sign::Cursor)).and(span.strong()) } else { span.into() }
}

/// A number while it is typed: with a line for its caret, because a table has none.
fn typed<'a>(ask: &Ask) -> Line<'a> {
    let mut line = ask.edit.line();
    line.spans.push(Span::new("_").tone(Tone::Accent));
    line
}
