//! What lies over a screen and takes the keys until it is closed: help, palette, a question, a problem.

use super::effect::{Confirm, Effect};
use super::keys::{Action, Context, Input, TABLE, available, typing};
use super::list::List;
use super::moment::Moment;
use super::opening::problem_lines;
use super::screen::Screen;
use super::typing::LineEdit;
use super::view::{self, Column, Extent, Id, Line, Lines, Part, Row, Shown, Span, Table, Tone};
use crate::problem::Problem;

const HELP: Id = Id("help");
const PALETTE: Id = Id("palette");

/// Something over the screen.
#[derive(Debug)]
pub enum Overlay {
    /// All keys, those that work here first.
    Help { first: usize, contexts: Vec<Context> },
    /// Actions and screens by name.
    Palette(Palette),
    /// A question before something that cannot be taken back.
    Confirm { confirm: Confirm, typed: LineEdit },
    /// Something that was asked for could not be done.
    Trouble(Box<Problem>),
}

/// What came of a key.
pub enum Outcome {
    /// Stays open.
    Stays,
    /// Is closed.
    Closed,
    /// Is closed, and this is to be done.
    Does(Vec<Effect>),
    /// Is closed, and this action is done where it was opened.
    Acts(Action),
    /// Is closed, and this screen is shown.
    Shows(Screen),
}

/// The palette.
#[derive(Debug)]
pub struct Palette {
    edit: LineEdit,
    list: List,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    key: String,
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    Act(Action),
    Show(Screen),
}

impl Palette {
    /// The actions that work in these contexts, and these screens.
    pub fn new(contexts: &[Context], screens: &[Screen]) -> Palette {
        let screens = screens.iter().map(|screen| Entry {
            name: format!("Go to: {}", screen.title()),
            key: String::new(),
            does: Does::Show(*screen),
        });
        let actions = available(contexts).filter(|binding| binding.action != Action::Palette).map(|binding| Entry {
            name: binding.help.to_string(),
            key: binding.keys.first().map(ToString::to_string).unwrap_or_default(),
            does: Does::Act(binding.action),
        });
        Palette { edit: LineEdit::default(), list: List::default(), entries: screens.chain(actions).collect() }
    }

    /// The entries in which every typed word occurs.
    fn found(&self) -> Vec<&Entry> {
        let words: Vec<String> = self.edit.text().to_lowercase().split_whitespace().map(str::to_string).collect();
        let fits = |entry: &&Entry| words.iter().all(|word| entry.name.to_lowercase().contains(word));
        self.entries.iter().filter(fits).collect()
    }
}

impl Overlay {
    /// Which keys work while it is open.
    pub fn contexts(&self) -> Vec<Context> {
        match self {
            Overlay::Help { .. } | Overlay::Trouble(_) => vec![Context::Overlay],
            Overlay::Palette(_) => vec![Context::Line, Context::Overlay],
            Overlay::Confirm { confirm, .. } if confirm.name.is_some() => vec![Context::Line],
            Overlay::Confirm { .. } => vec![Context::Question],
        }
    }

    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Outcome {
        match (self, input) {
            (Overlay::Confirm { confirm, .. }, Input::Key(key)) if confirm.name.is_none() => match key.code {
                super::keys::Code::Char('y' | 'Y') => Outcome::Does(std::mem::take(&mut confirm.yes)),
                super::keys::Code::Char('n' | 'N') => Outcome::Closed,
                _ => Outcome::Stays,
            },
            (Overlay::Confirm { confirm, typed }, Input::Action(Action::Open)) => match &confirm.name {
                Some(name) if name == typed.text() => Outcome::Does(std::mem::take(&mut confirm.yes)),
                _ => Outcome::Stays,
            },
            (_, Input::Action(Action::Back | Action::Quit | Action::Stop)) => Outcome::Closed,
            (Overlay::Help { .. }, Input::Action(Action::Help)) => Outcome::Closed,
            (Overlay::Trouble(_), Input::Action(Action::Open)) => Outcome::Closed,
            (Overlay::Confirm { typed, .. }, input) => {
                typed.take(&input);
                Outcome::Stays
            }
            (Overlay::Help { first, contexts }, Input::Action(action)) => {
                let shown = moment.shown(HELP);
                let len = help(contexts).len();
                let mut list = List { selected: *first, first: *first };
                if list.act_all(action, len.saturating_sub(shown.height.saturating_sub(1)).max(1), shown) {
                    *first = list.selected;
                }
                Outcome::Stays
            }
            (Overlay::Palette(palette), input) => palette_act(palette, &input, moment.shown(PALETTE)),
            _ => Outcome::Stays,
        }
    }

    /// What it shows.
    pub fn view(&self) -> view::Overlay<'_> {
        match self {
            Overlay::Help { first, contexts } => {
                let lines = help(contexts);
                let len = lines.len();
                let line = move |at: usize| lines.get(at).cloned().unwrap_or_default();
                let body = Lines::lazy(HELP, len, *first, line);
                view::Overlay { title: "Keys".into(), body: body.into(), size: (76, 60) }
            }
            Overlay::Trouble(problem) => {
                let lines = problem_lines(problem);
                let height = lines.len() as u16 + 2;
                view::Overlay { title: "This did not work".into(), body: lines.into(), size: (74, height.max(5)) }
            }
            Overlay::Confirm { confirm, typed } => {
                let mut lines: Vec<Line<'_>> = confirm.consequences.clone();
                lines.push(Line::blank());
                match &confirm.name {
                    Some(name) => {
                        lines.push(Line::from("Type ").and(Span::new(name.as_str()).strong()).and(" and press Enter:"));
                        let mut answer = Line::from(Span::new("> ").tone(Tone::Accent));
                        answer.spans.extend(typed.line().spans);
                        lines.push(answer.and(Span::new("_").tone(Tone::Dim)));
                    }
                    None => lines.push(
                        Line::from(Span::new("y").tone(Tone::Accent))
                            .and(" yes   ")
                            .and(Span::new("n").tone(Tone::Accent))
                            .and(" no"),
                    ),
                }
                // A line that wraps needs two.
                let height = lines.iter().map(|line| line.width() as u16 / 66 + 1).sum();
                view::Overlay { title: confirm.question.as_str().into(), body: lines.into(), size: (66, height) }
            }
            Overlay::Palette(palette) => palette_view(palette),
        }
    }
}

fn palette_act(palette: &mut Palette, input: &Input, shown: Shown) -> Outcome {
    if let Input::Action(Action::Open) = input {
        return match palette.found().get(palette.list.selected).map(|entry| entry.does) {
            Some(Does::Act(action)) => Outcome::Acts(action),
            Some(Does::Show(screen)) => Outcome::Shows(screen),
            None => Outcome::Stays,
        };
    }
    let len = palette.found().len();
    if let Input::Action(action) = input {
        palette.list.act_all(*action, len, shown);
    } else if palette.edit.take(input) {
        palette.list = List::default();
    }
    Outcome::Stays
}

fn palette_view(palette: &Palette) -> view::Overlay<'_> {
    let found = palette.found();
    let columns = vec![Column::fill("", 20), Column::fixed("", 9).right()];
    let row = {
        let found = found.clone();
        move |at: usize| match found.get(at) {
            Some(entry) => Row::Cells(vec![
                entry.name.as_str().into(),
                Line::from(Span::new(entry.key.as_str()).tone(Tone::Accent)),
            ]),
            None => Row::Cells(Vec::new()),
        }
    };
    let table = Table::new(PALETTE, columns, found.len(), row)
        .bare()
        .selected(palette.list.selected, palette.list.first)
        .or(Line::dim("nothing has such a name"));
    let mut typed = Line::from(Span::new(": ").tone(Tone::Accent));
    typed.spans.extend(palette.edit.line().spans);
    let parts = vec![
        Part::new(vec![typed.and(Span::new("_").tone(Tone::Dim))], Extent::Lines(1)),
        Part::new(table, Extent::Fill(1)).ruled(Line::blank()),
    ];
    view::Overlay { title: "Go to, or do".into(), body: parts.into(), size: (64, 16) }
}

/// The help: what works here, then everything else.
fn help(contexts: &[Context]) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut part = |context: Context, heading: &'static str| {
        let typed = typing(&[context]);
        let rows: Vec<Line<'static>> = TABLE
            .iter()
            .filter(|binding| binding.contexts.contains(&context))
            .filter_map(|binding| {
                let keys: Vec<String> =
                    binding.keys.iter().filter(|key| !typed || !key.is_text()).map(ToString::to_string).collect();
                let keys = format!("  {:<13}", keys.join(" "));
                (!keys.trim().is_empty())
                    .then(|| Line::from(Span::new(keys).tone(Tone::Accent)).and(" ").and(binding.help))
            })
            .collect();
        let digits = (context == Context::Pages)
            .then(|| Line::from(Span::new(format!("  {:<13}", "1 to 9")).tone(Tone::Accent)).and(" Go to that page"));
        if rows.is_empty() && digits.is_none() {
            return;
        }
        if !lines.is_empty() {
            lines.push(Line::blank());
        }
        lines.push(Line::from(Span::new(heading).strong()));
        lines.extend(digits);
        lines.extend(rows);
    };
    // What is special here comes first, then what works everywhere, then the rest.
    let heading = |context: Context| Context::ALL.iter().find(|(known, _)| *known == context).map_or("", |(_, h)| *h);
    contexts.iter().for_each(|context| part(*context, heading(*context)));
    let elsewhere = Context::ALL.iter().filter(|(context, _)| !contexts.contains(context));
    elsewhere.for_each(|(context, heading)| part(*context, heading));
    lines
}
