//! Choices, texts, searches and windows, in the place of the questions.

use super::super::notation;
use super::super::over::{Ask, Find, Menu, OVER, Over, Purpose, Window};
use super::super::text::TextEdit;
use super::super::{Wizard, sections::Stop};
use super::form::head;
use crate::app::moment::Moment;
use crate::app::view::{
    self, Column, Editor, Extent, Form, FormRow, Id, Line, Lines, Pane, Part, Row, Sign, Span, Table, Tone,
};

/// Name of the pane in which several lines are edited.
const TEXT: Id = Id("wizard-text");

/// Whether it takes the place of the questions; an answer of one line is typed in its row.
pub fn covers(over: &Over) -> bool {
    match over {
        Over::Ask(ask) => matches!(ask.purpose, Purpose::Answers | Purpose::Preset),
        Over::Menu(_) | Over::Text(_) | Over::Find(_) | Over::Window(_) => true,
    }
}

/// The pane.
pub fn pane<'a>(wizard: &'a Wizard, over: &'a Over, _moment: &Moment<'_>) -> Pane<'a> {
    match over {
        Over::Menu(menu) => menu_pane(menu),
        Over::Ask(ask) => ask_pane(wizard, ask),
        Over::Text(edit) => text_pane(edit),
        Over::Find(find) => find_pane(wizard, find),
        Over::Window(window) => window_pane(window),
    }
}

fn menu_pane(menu: &Menu) -> Pane<'_> {
    let longest = menu.items.iter().map(|item| item.label.chars().count()).max().unwrap_or(0).min(34);
    let columns =
        vec![Column::fixed("", 3), Column::fixed("", u16::try_from(longest + 1).unwrap_or(20)), Column::fill("", 10)];
    let row = |at: usize| {
        let Some(item) = menu.items.get(at) else { return Row::Wide(Line::blank()) };
        let sign = if item.chosen { Sign::Chosen } else { Sign::Unchosen };
        Row::Cells(vec![Span::sign(sign).into(), item.label.as_str().into(), Line::dim(item.note.as_str())])
    };
    let table = Table::new(OVER, columns, menu.items.len(), row).selected(menu.list.selected, menu.list.first).bare();
    // The note of the item under the cursor once more, whole.
    let note = menu.items.get(menu.list.selected).map_or("", |item| item.note.as_str());
    let mut parts = vec![Part::new(head(&menu.title, String::new()), Extent::Lines(1))];
    if !menu.about.is_empty() {
        let about: Vec<Line<'_>> = menu.about.iter().map(|line| Line::from(line.as_str())).collect();
        parts.push(Part::new(about, Extent::Fit(8)));
        parts.push(Part::new(Pane::Blank, Extent::Lines(1)).rank(1));
    }
    parts.push(Part::new(table, Extent::Fill(1)));
    parts.push(Part::new(vec![Line::from(note)], Extent::Fit(4)).ruled("").rank(2));
    parts.into()
}

fn ask_pane<'a>(wizard: &'a Wizard, ask: &'a Ask) -> Pane<'a> {
    let mut under: Vec<Line<'a>> = ask.fault.iter().map(|what| Line::toned(what.as_str(), Tone::Bad)).collect();
    under.extend(ask.said.iter().map(|what| Line::toned(what.as_str(), Tone::Warning)));
    let field = view::Field {
        label: ask.purpose.title().into(),
        value: ask.edit.line(),
        caret: Some(ask.edit.column()),
        under,
        ..view::Field::default()
    };
    let mut rows = vec![FormRow::Field(field), FormRow::Gap];
    let notes: Vec<String> = match ask.purpose {
        Purpose::Preset => vec![
            "A preset holds all answers, those of the preset it began with included.".into(),
            "Secrets are left open, so that they are asked for again.".into(),
            "It is used with `iomctl install --preset NAME`, and offered here.".into(),
        ],
        _ => {
            let mut notes = vec![
                "The file holds your answers, not those of the preset, and no secret.".to_string(),
                "The same installation without a screen:".into(),
                format!("  {}", wizard.command()),
            ];
            let asked = wizard.asked_by_the_command();
            if !asked.is_empty() {
                notes.push(format!("It will ask for: {}", asked.join(", ")));
            }
            notes
        }
    };
    rows.extend(notes.into_iter().map(|note| FormRow::Note(Line::dim(note))));
    Form { id: OVER, rows, selected: Some(0), first: 0, labels: 22, focused: true }.into()
}

fn text_pane(edit: &TextEdit) -> Pane<'_> {
    let bad = edit.fault.as_ref().map(|fault| fault.line);
    let line = move |at: usize| {
        let text = edit.lines().get(at).map_or("", String::as_str);
        if bad == Some(at) { Line::toned(text, Tone::Bad) } else { Line::from(text) }
    };
    let editor = Editor {
        id: TEXT,
        len: edit.lines().len(),
        line: Box::new(line),
        caret: edit.caret(),
        numbers: edit.lines().len() > 1,
    };
    let mut below: Vec<Line<'_>> = Vec::new();
    match &edit.fault {
        Some(fault) => below.push(Line::toned(format!("line {}: {}", fault.line + 1, fault.what), Tone::Bad)),
        None => below.push(Line::dim("as it stands it fits")),
    }
    below.extend(edit.said.iter().map(|said| Line::toned(said.as_str(), Tone::Warning)));
    vec![
        Part::new(head(&edit.field.title, notation::hint(edit.field.kind).to_string()), Extent::Lines(1)),
        Part::new(editor, Extent::Fill(1)),
        Part::new(below, Extent::Fit(4)).ruled(""),
    ]
    .into()
}

fn find_pane<'a>(wizard: &'a Wizard, find: &'a Find) -> Pane<'a> {
    let found = wizard.matches(find);
    let len = found.len();
    let row = move |at: usize| {
        let Some(field) = found.get(at) else { return Row::Wide(Line::blank()) };
        let stop = Stop::of(&field.id).map_or("", Stop::title);
        let group = field.group.as_deref().map(|group| format!("{group}: ")).unwrap_or_default();
        Row::Cells(vec![Line::dim(stop), Line::from(format!("{group}{}", field.title)), Line::dim(field.id.as_str())])
    };
    let columns = vec![Column::fixed("", 15), Column::fill("", 20), Column::fill("", 18).rank(1)];
    let table = Table::new(OVER, columns, len, row)
        .selected(find.list.selected, find.list.first)
        .bare()
        .or("no question has all these words in its name");
    let field = view::Field {
        label: "Go to".into(),
        value: find.edit.line(),
        caret: Some(find.edit.column()),
        ..view::Field::default()
    };
    let line =
        Form { id: TEXT, rows: vec![FormRow::Field(field)], selected: Some(0), first: 0, labels: 8, focused: true };
    vec![Part::new(line, Extent::Lines(1)), Part::new(table, Extent::Fill(1)).ruled("")].into()
}

fn window_pane(window: &Window) -> Pane<'_> {
    let lines = Lines {
        id: Some(OVER),
        len: window.lines.len(),
        line: Box::new(|at| window.lines.get(at).cloned().unwrap_or_default()),
        first: window.first,
        wrap: true,
    };
    vec![Part::new(head(&window.title, String::new()), Extent::Lines(1)), Part::new(lines, Extent::Fill(1))].into()
}
