//! The first stop: where, what is there, what to begin with.

use super::super::Wizard;
use super::super::browse::FORM;
use super::super::over::{Over, Purpose};
use super::super::start::Entry;
use crate::app::view::{self, Extent, Form, FormRow, Line, Pane, Part, Span, Tone};

/// The stop.
pub fn pane(wizard: &Wizard) -> Pane<'_> {
    let place = wizard.place();
    let or =
        |text: String, without: &str| if text.is_empty() { Line::dim(without.to_string()) } else { Line::from(text) };
    let (tone, there) = wizard.what_is_there();
    let (first, rest) =
        there.split_once([';', ':']).map_or((there.as_str(), None), |(first, rest)| (first, Some(rest)));
    let draft = &wizard.model.draft;
    let begin = match &draft.preset {
        Some(name) => {
            let about = draft.base(&wizard.model.presets).map_or("this preset is not here any more", |p| p.about());
            Line::from(name.clone()).and(Span::new(format!("  {about}")).tone(Tone::Dim))
        }
        None => Line::dim("no preset"),
    };
    let kept = match draft.answers.len() {
        0 => Line::dim("no answers yet"),
        1 => Line::from("1 answer, kept as a draft"),
        count => Line::from(format!("{count} answers, kept as a draft after every change")),
    };
    let context = or(place.context.clone(), "none").and(Span::new(format!("  {}", place.server)).tone(Tone::Dim));
    let rows = vec![
        FormRow::Heading("Where".into()),
        entry(wizard, Entry::Context, "Context", context),
        entry(wizard, Entry::Namespace, "Namespace", or(place.namespace.clone(), "none")),
        FormRow::Field(view::Field {
            label: "There".into(),
            value: Line::toned(first.to_string(), tone),
            under: rest.map(|rest| Line::dim(rest.trim().to_string())).into_iter().collect(),
            ..view::Field::default()
        }),
        FormRow::Gap,
        FormRow::Heading("Begin with".into()),
        entry(wizard, Entry::Preset, "Preset", begin),
        entry(wizard, Entry::Import, "Read a file", Line::dim("answers, or values of Helm")),
        FormRow::Gap,
        FormRow::Heading("So far".into()),
        FormRow::Field(view::Field { label: "Draft".into(), value: kept, ..view::Field::default() }),
        entry(wizard, Entry::Discard, "Begin anew", Line::dim("throws every answer away")),
    ];
    let selected = match wizard.entry() {
        Entry::Context => 1,
        Entry::Namespace => 2,
        Entry::Preset => 6,
        Entry::Import => 7,
        Entry::Discard => 11,
    };
    let form = Form { id: FORM, rows, selected: Some(selected), first: 0, labels: 14, focused: !wizard.on_map };
    let version = wizard.found.as_ref().map(|found| found.place.version.clone()).unwrap_or_default();
    vec![Part::new(super::form::head("Cluster", version), Extent::Lines(1)), Part::new(form, Extent::Fill(1))].into()
}

fn entry<'a>(wizard: &Wizard, entry: Entry, label: &'a str, value: Line<'a>) -> FormRow<'a> {
    let mut row = view::Field { label: label.into(), value, ..view::Field::default() };
    if let Some(Over::Ask(ask)) = wizard.over.last() {
        let typed =
            matches!((&ask.purpose, entry), (Purpose::Namespace, Entry::Namespace) | (Purpose::Import, Entry::Import));
        if typed {
            row.value = ask.edit.line();
            row.caret = Some(ask.edit.column());
            row.under = ask.fault.iter().map(|what| Line::toned(what.clone(), Tone::Bad)).collect();
        }
    }
    FormRow::Field(row)
}
