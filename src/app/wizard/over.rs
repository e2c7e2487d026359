//! What lies over the questions and takes the keys: a choice, a line to type, a text, a search, a window to read.

use super::secrets::Way;
use super::text::TextEdit;
use crate::app::keys::{Action, Context, Input};
use crate::app::list::List;
use crate::app::moment::Moment;
use crate::app::typing::LineEdit;
use crate::app::view::{Id, Line};
use crate::plan::Field;

/// Name of the pane of a choice, a search or a window.
pub const OVER: Id = Id("wizard-over");

/// Something over the questions.
#[derive(Debug)]
pub enum Over {
    /// One of several.
    Menu(Menu),
    /// A line of text.
    Ask(Ask),
    /// Several lines of text.
    Text(TextEdit),
    /// A question by its name.
    Find(Find),
    /// Something to read.
    Window(Window),
}

impl Over {
    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        match self {
            Over::Menu(_) => vec![Context::Choice],
            Over::Ask(_) => vec![Context::Line],
            Over::Text(_) => vec![Context::Editor],
            Over::Find(_) => vec![Context::Line, Context::Choice],
            Over::Window(_) => vec![Context::Overlay],
        }
    }
}

/// What is done when an item of a menu is chosen.
#[derive(Debug, Clone)]
pub enum Pick {
    /// A question gets this answer.
    Answer(&'static Field, serde_json::Value),
    /// A secret is given in this way.
    Secret(&'static Field, Way),
    /// Another preset; none for none.
    Preset(Option<String>),
    /// Another context.
    Context(String),
    /// These flags are switched, in one change.
    Switch(Vec<(&'static Field, bool)>),
    /// Nothing.
    Nothing,
}

/// An item of a menu.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is called.
    pub label: String,
    /// What it means.
    pub note: String,
    /// What it does.
    pub pick: Pick,
    /// It is what stands now.
    pub chosen: bool,
}

/// One of several.
#[derive(Debug)]
pub struct Menu {
    /// What is chosen.
    pub title: String,
    /// What there is to know before.
    pub about: Vec<String>,
    /// What there is.
    pub items: Vec<Item>,
    /// Where the cursor is.
    pub list: List,
}

impl Menu {
    /// A menu with the cursor on what stands now.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Menu {
        let selected = items.iter().position(|item| item.chosen).unwrap_or(0);
        Menu { title: title.into(), about: Vec::new(), items, list: List { selected, first: 0 } }
    }

    /// Takes a key. The choice, when one was made.
    pub fn act(&mut self, input: &Input, moment: &Moment<'_>) -> Option<Pick> {
        match input {
            Input::Action(Action::Open | Action::Toggle) => self.items.get(self.list.selected).map(|i| i.pick.clone()),
            Input::Action(action) => {
                self.list.act_all(*action, self.items.len(), moment.shown(OVER));
                None
            }
            _ => None,
        }
    }
}

/// What a line is typed for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// The answer of a question.
    Answer(&'static Field),
    /// Where a secret is.
    Reference(&'static Field, Way),
    /// A secret itself.
    Secret(&'static Field),
    /// Another namespace.
    Namespace,
    /// The file to read.
    Import,
    /// Where answers go.
    Answers,
    /// The name of a preset.
    Preset,
}

impl Purpose {
    /// The question it is about; then it is typed in its row.
    pub fn field(&self) -> Option<&'static Field> {
        match self {
            Purpose::Answer(field) | Purpose::Reference(field, _) | Purpose::Secret(field) => Some(field),
            Purpose::Namespace | Purpose::Import | Purpose::Answers | Purpose::Preset => None,
        }
    }

    /// What is asked, where it is no question of the spec.
    pub fn title(&self) -> &'static str {
        match self {
            Purpose::Namespace => "Namespace",
            Purpose::Import => "Answers file or Helm values file",
            Purpose::Answers => "Save answers to",
            Purpose::Preset => "Save as preset, name",
            Purpose::Answer(_) | Purpose::Reference(..) | Purpose::Secret(_) => "",
        }
    }
}

/// A line to type.
#[derive(Debug)]
pub struct Ask {
    /// What for.
    pub purpose: Purpose,
    /// The line.
    pub edit: LineEdit,
    /// What is wrong with it as it stands.
    pub fault: Vec<String>,
    /// What happened to the last paste.
    pub said: Option<String>,
}

impl Ask {
    /// A line that begins with this text.
    pub fn new(purpose: Purpose, text: &str) -> Ask {
        let edit = match purpose {
            Purpose::Secret(_) => LineEdit::secret(),
            _ => LineEdit::of(text),
        };
        Ask { purpose, edit, fault: Vec::new(), said: None }
    }

    /// Takes a key or pasted text.
    pub fn take(&mut self, input: &Input) {
        self.said = None;
        if let Input::Paste(text) = input {
            let foreign = text.trim_end_matches(['\n', '\r']).chars().filter(|c| c.is_control()).count();
            if !self.edit.insert(text) {
                self.said = Some(format!("{} KB are too much for a line; nothing was pasted", text.len() / 1024));
            } else if foreign > 0 {
                self.said = Some(format!("{foreign} control characters were left out of what was pasted"));
            }
            return;
        }
        self.edit.take(input);
    }
}

/// A question by its name.
#[derive(Debug, Default)]
pub struct Find {
    /// What is typed.
    pub edit: LineEdit,
    /// Where the cursor is.
    pub list: List,
}

/// Something to read.
#[derive(Debug)]
pub struct Window {
    /// What it is.
    pub title: String,
    /// What it says.
    pub lines: Vec<Line<'static>>,
    /// The first line on the screen.
    pub first: usize,
}

impl Window {
    /// Takes a key.
    pub fn act(&mut self, action: Action, moment: &Moment<'_>) {
        let height = moment.shown(OVER).height;
        let last = self.lines.len().saturating_sub(height.max(1));
        self.first = match action {
            Action::Up => self.first.saturating_sub(1),
            Action::Down => self.first + 1,
            Action::PageUp => self.first.saturating_sub(height),
            Action::PageDown => self.first + height,
            Action::First => 0,
            Action::Last => last,
            _ => self.first,
        }
        .min(last);
    }
}
