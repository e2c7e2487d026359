//! A section as a form: questions with their answers, what is wrong under each.

use serde_json::Value;

use super::super::browse::FORM;
use super::super::model::Source;
use super::super::over::{Ask, Over, Purpose};
use super::super::secrets::Way;
use super::super::sections::{Row, rows};
use super::super::{Wizard, notation};
use crate::app::moment::Moment;
use crate::app::view::{self, Extent, Form, FormRow, Line, Pane, Part, Sign, Span, Tone};
use crate::plan::{Field, Finding, Kind, Severity};

/// The width of the column of labels.
const LABELS: u16 = 22;

/// The section.
pub fn pane<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Pane<'a> {
    let all = rows(wizard.stop, &wizard.model);
    let here = wizard.cursor();
    let is_here = |row: &Row| matches!(row, Row::Question(field) if Some(field.id.as_str()) == here);
    let selected = all.iter().position(is_here);
    let count = all.iter().filter(|row| matches!(row, Row::Question(_))).count();
    let number = all.iter().take(selected.unwrap_or(0) + 1).filter(|row| matches!(row, Row::Question(_))).count();
    let shown = all.iter().enumerate().map(|(at, row)| match row {
        Row::Heading(title) => FormRow::Heading((*title).into()),
        Row::Question(field) => FormRow::Field(question(wizard, field, Some(at) == selected)),
    });
    let form = Form {
        id: FORM,
        rows: shown.collect(),
        selected,
        first: super::first(moment),
        labels: LABELS,
        focused: !wizard.on_map,
    };
    vec![
        Part::new(head(wizard.stop.title(), format!("{number} of {count}")), Extent::Lines(1)),
        Part::new(form, Extent::Fill(1)),
    ]
    .into()
}

/// The title of a section with a word beside it.
pub fn head<'a>(title: &'a str, aside: String) -> Pane<'a> {
    vec![Line::from(Span::new(title).strong()).and(Span::new(format!("   {aside}")).tone(Tone::Dim))].into()
}

fn question<'a>(wizard: &'a Wizard, field: &'static Field, here: bool) -> view::Field<'a> {
    let model = &wizard.model;
    let (value, source) = model.value(field);
    let findings: Vec<&Finding> = model.findings(&field.id).collect();
    let open = value.is_none() && model.requires(&field.id);
    let untyped = model.untyped().any(|secret| secret.field == field.id);
    let blocked = findings.iter().any(|finding| finding.blocks());
    let sign = match (open || untyped, blocked) {
        (true, _) => Some(Sign::Unknown),
        (false, true) => Some(Sign::Failed),
        (false, false) => None,
    };
    // That nobody has answered it is said in the place of the answer.
    let said = findings.iter().filter(|finding| !open || !finding.blocks());
    let said = said.filter(|finding| here || finding.severity < Severity::Info);
    let mut row = view::Field {
        sign,
        label: field.title.as_str().into(),
        value: if open { unanswered(field) } else { answer(wizard, field, value) },
        aside: aside(source),
        under: said.flat_map(|finding| under(finding, here)).collect(),
        caret: None,
    };
    if let Some(Over::Ask(ask)) = wizard.over.last()
        && ask.purpose.field().is_some_and(|asked| asked.id == field.id)
    {
        typing(&mut row, ask);
    }
    row
}

/// The row while its answer is typed.
fn typing(row: &mut view::Field<'_>, ask: &Ask) {
    let prefix = match &ask.purpose {
        Purpose::Reference(_, way) => way.prefix(),
        _ => "",
    };
    row.value = Line::from(Span::new(prefix).tone(Tone::Dim));
    row.value.spans.extend(ask.edit.line().spans);
    row.caret = Some(prefix.len() + ask.edit.column());
    row.aside = Line::blank();
    row.under = ask.fault.iter().map(|what| Line::toned(what.clone(), Tone::Bad)).collect();
    row.under.extend(ask.said.iter().map(|what| Line::toned(what.clone(), Tone::Warning)));
    if matches!(ask.purpose, Purpose::Secret(_)) {
        row.under.push(Line::dim("kept in memory only; Enter takes it, Esc leaves the old answer"));
    }
}

fn unanswered<'a>(field: &'static Field) -> Line<'a> {
    let line = Line::toned("to be answered", Tone::Warning);
    match &field.example {
        Some(example) if field.kind != Kind::Secret => {
            line.and(Span::new(format!("   e.g. {}", notation::brief(field.kind, example))).tone(Tone::Dim))
        }
        _ => line,
    }
}

/// An answer as it stands in a row.
pub fn answer<'a>(wizard: &'a Wizard, field: &'static Field, value: Option<&Value>) -> Line<'a> {
    let Some(value) = value else { return Line::dim("–") };
    match field.kind {
        Kind::Bool => match value.as_bool() {
            Some(on) => Span::sign(if on { Sign::Checked } else { Sign::Unchecked }).into(),
            None => Line::from(value.to_string()),
        },
        Kind::Enum => {
            let title = field.choices.iter().find(|choice| Some(choice.value.as_str()) == value.as_str());
            let line = Line::from(notation::brief(field.kind, value));
            match title {
                Some(choice) => line.and(Span::new(format!("  {}", choice.title)).tone(Tone::Dim)),
                None => line,
            }
        }
        Kind::Secret => secret(wizard, field, value),
        _ => Line::from(notation::brief(field.kind, value)),
    }
}

fn secret<'a>(wizard: &'a Wizard, field: &'static Field, value: &Value) -> Line<'a> {
    let text = value.as_str().unwrap_or_default();
    match Way::taken(text) {
        Some(Way::Typed) if wizard.model.draft.typed.contains_key(&field.id) => {
            Line::from("typed").and(Span::new("  in memory only").tone(Tone::Dim))
        }
        Some(Way::Typed) => Line::toned("has to be typed", Tone::Warning)
            .and(Span::new("  (typed secrets are never kept on disk)").tone(Tone::Dim)),
        Some(Way::Random) => Line::from("made at random"),
        Some(Way::Existing) => Line::from(format!("secret {}", text.trim_start_matches("secret:"))),
        Some(_) => Line::from(text.to_string()),
        // Never shown: whatever stands here may be the secret itself.
        None => Line::toned("not a reference", Tone::Bad),
    }
}

/// Where the answer comes from, when nobody gave it here.
fn aside<'a>(source: Source) -> Line<'a> {
    match source {
        Source::Preset => Line::dim("preset"),
        Source::Default => Line::dim("default"),
        Source::Answer | Source::Nobody => Line::blank(),
    }
}

/// What a finding says under its question; under the cursor with what breaks and what to do.
pub fn under<'a>(finding: &Finding, here: bool) -> Vec<Line<'a>> {
    let tone = match finding.severity {
        _ if finding.blocks() => Tone::Bad,
        Severity::Hard | Severity::Ack | Severity::Info => Tone::Dim,
        Severity::Advisory => Tone::Warning,
    };
    let confirmed = if finding.acknowledged { " (confirmed)" } else { "" };
    // Below its question a finding need not name it.
    let named = finding.field.as_ref().and_then(|field| finding.message.strip_prefix(&format!("{field}: ")));
    let message = named.unwrap_or(&finding.message);
    let mut lines = vec![Line::toned(format!("{message}{confirmed}"), tone)];
    if here {
        lines.extend(finding.breaks.iter().map(|breaks| Line::dim(format!("otherwise: {breaks}"))));
        lines.extend(finding.next.iter().map(|next| Line::dim(format!("next: {next}"))));
        if finding.severity == Severity::Ack && !finding.acknowledged {
            lines.push(Line::toned(format!("A confirms {}", finding.code), Tone::Accent));
        }
    }
    lines
}
