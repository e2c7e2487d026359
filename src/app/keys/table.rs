//! The key table. One line per action: keys, where it works, the word in the footer, the sentence in the help.

use super::{Action, Code, Key};

/// Where a key works. A screen names all that hold, the most special first: the footer is built in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere.
    Everywhere,
    /// A list with a cursor.
    List,
    /// A log.
    Log,
    /// A text that scrolls.
    Text,
    /// A line of text is typed: letters are text.
    Line,
    /// Lines of text are typed: letters are text, and Enter begins a new line.
    Editor,
    /// A screen with several panes.
    Panes,
    /// A screen with numbered pages.
    Pages,
    /// The sections of the wizard.
    Wizard,
    /// The questions of a section.
    Questions,
    /// The feature flags.
    Flags,
    /// The review.
    Review,
    /// An installation under way.
    Deploying,
    /// A connection that did not come.
    Unconnected,
    /// Somebody else installs.
    Elsewhere,
    /// An installation that failed.
    Failed,
    /// An installation that is done.
    Done,
    /// The dashboard.
    Dashboard,
    /// A workload.
    Workload,
    /// The log of a workload.
    PodLog,
    /// The routes.
    Routes,
    /// One of several is chosen.
    Choice,
    /// Something lies over the screen.
    Overlay,
    /// A question that wants yes or no.
    Question,
}

impl Context {
    /// Every context with the heading of its part of the help.
    pub const ALL: &'static [(Context, &'static str)] = &[
        (Context::Everywhere, "Everywhere"),
        (Context::List, "In a list"),
        (Context::Log, "In a log"),
        (Context::Text, "In a text"),
        (Context::Line, "While typing"),
        (Context::Editor, "While typing several lines"),
        (Context::Panes, "With several panes"),
        (Context::Pages, "With pages"),
        (Context::Wizard, "In the wizard"),
        (Context::Questions, "On a question"),
        (Context::Flags, "On the feature flags"),
        (Context::Review, "On the review"),
        (Context::Deploying, "While installing"),
        (Context::Unconnected, "Without a connection"),
        (Context::Elsewhere, "While somebody else installs"),
        (Context::Failed, "After a failure"),
        (Context::Done, "After an installation"),
        (Context::Dashboard, "On the dashboard"),
        (Context::Workload, "On a workload"),
        (Context::PodLog, "In the log of a workload"),
        (Context::Routes, "On the routes"),
        (Context::Choice, "In a choice"),
        (Context::Overlay, "In a window"),
        (Context::Question, "When asked"),
    ];
}

/// A line of the table.
#[derive(Debug)]
pub struct Binding {
    /// What is done.
    pub action: Action,
    /// With which keys; the first one is shown.
    pub keys: &'static [Key],
    /// Where.
    pub contexts: &'static [Context],
    /// The word in the footer, for those of its contexts where it matters.
    pub footers: &'static [(Context, &'static str)],
    /// What the help says, imperative.
    pub help: &'static str,
}

impl Binding {
    /// The word in the footer of a context.
    pub fn footer(&self, context: Context) -> Option<&'static str> {
        self.footers.iter().find(|(c, _)| *c == context).map(|(_, word)| *word)
    }
}

const fn binding(
    action: Action,
    keys: &'static [Key],
    contexts: &'static [Context],
    footers: &'static [(Context, &'static str)],
    help: &'static str,
) -> Binding {
    Binding { action, keys, contexts, footers, help }
}

const fn char(c: char) -> Key {
    Key::char(c)
}

use Code::{BackTab, Delete as Del, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use Context as C;
use Key as K;

/// Where a cursor or a text moves.
const MOVES: &[Context] =
    &[C::List, C::Log, C::Text, C::Questions, C::Flags, C::Review, C::Wizard, C::Choice, C::Overlay];

/// Every key.
pub const TABLE: &[Binding] = &[
    binding(Action::Up, &[K::of(Up), char('k')], MOVES, &[], "Go up"),
    binding(Action::Down, &[K::of(Down), char('j')], MOVES, &[], "Go down"),
    binding(Action::Left, &[K::of(Left)], MOVES, &[], "Go left: fold, or the choice before"),
    binding(Action::Right, &[K::of(Right)], MOVES, &[], "Go right: unfold, or the next choice"),
    binding(Action::PageUp, &[K::of(PageUp), K::ctrl('b')], MOVES, &[], "Go up a page"),
    binding(Action::PageDown, &[K::of(PageDown), K::ctrl('f')], MOVES, &[], "Go down a page"),
    binding(Action::First, &[char('g'), K::of(Home)], MOVES, &[], "Go to the first line"),
    binding(Action::Last, &[char('G'), K::of(End)], MOVES, &[], "Go to the last line"),
    binding(
        Action::Open,
        &[K::of(Enter)],
        &[
            C::List,
            C::Wizard,
            C::Questions,
            C::Flags,
            C::Review,
            C::Line,
            C::Unconnected,
            C::Elsewhere,
            C::Failed,
            C::Done,
            C::Dashboard,
            C::Choice,
            C::Overlay,
            C::Question,
        ],
        &[
            (C::Choice, "take"),
            (C::Questions, "edit"),
            (C::Flags, "why"),
            (C::Dashboard, "open"),
            (C::Line, "take"),
            (C::Unconnected, "prepare answers"),
            (C::Elsewhere, "dashboard"),
            (C::Failed, "mend"),
            (C::Done, "dashboard"),
        ],
        "Open, edit, or take what is under the cursor",
    ),
    binding(
        Action::Toggle,
        &[char(' ')],
        &[C::Questions, C::Flags],
        &[(C::Questions, "toggle"), (C::Flags, "toggle")],
        "Switch on or off",
    ),
    binding(
        Action::NextFound,
        &[char('n')],
        &[C::Wizard, C::Log, C::Text],
        &[(C::Wizard, "next problem")],
        "Go to the next problem, or to the next match of the search",
    ),
    binding(
        Action::PreviousFound,
        &[char('N')],
        &[C::Wizard, C::Log, C::Text],
        &[],
        "Go to the problem or match before",
    ),
    binding(Action::Undo, &[char('u'), K::alt('u')], &[C::Wizard, C::Editor], &[], "Take back the last change"),
    binding(Action::Redo, &[K::ctrl('r')], &[C::Wizard, C::Editor], &[], "Make again what was taken back"),
    binding(
        Action::Acknowledge,
        &[char('A')],
        &[C::Questions, C::Flags, C::Review],
        &[],
        "Confirm what a finding asks to be confirmed, or withdraw that",
    ),
    binding(
        Action::Waves,
        &[char('W')],
        &[C::Flags, C::Review, C::Wizard],
        &[(C::Flags, "waves")],
        "Show the waves of a change",
    ),
    binding(
        Action::All,
        &[char('a')],
        &[C::Flags, C::Dashboard],
        &[(C::Flags, "all 30")],
        "Show all: all 30 flags, or only those that are on; all namespaces, or only the installation's",
    ),
    binding(
        Action::Remove,
        &[char('-'), K::of(Del)],
        &[C::Questions],
        &[],
        "Take an answer back, to what stands below it",
    ),
    binding(Action::Install, &[char('I')], &[C::Review], &[(C::Review, "install")], "Install"),
    binding(Action::Diff, &[char('=')], &[C::Review], &[], "Show only what differs from the defaults of the chart"),
    binding(
        Action::SavePreset,
        &[char('P')],
        &[C::Review],
        &[(C::Review, "save as preset")],
        "Save the answers as a preset",
    ),
    binding(Action::Follow, &[char('f')], &[C::Log], &[(C::Log, "follow")], "Follow the end, or stand still"),
    binding(
        Action::Wide,
        &[char('w')],
        &[C::Log, C::Dashboard, C::Text],
        &[],
        "Show more: wrap long lines, all columns",
    ),
    binding(Action::Narrow, &[char('&')], &[C::Log], &[], "Show only the lines of a log that hold a text"),
    binding(Action::Times, &[char('t')], &[C::Log], &[], "Show or hide the times"),
    binding(
        Action::Events,
        &[char('e')],
        &[C::Deploying, C::Dashboard, C::Workload],
        &[(C::Deploying, "events")],
        "Show the events",
    ),
    binding(
        Action::Detach,
        &[char('d')],
        &[C::Deploying],
        &[(C::Deploying, "detach")],
        "Leave the installation running and go on elsewhere",
    ),
    binding(
        Action::Retry,
        &[char('r')],
        &[C::Unconnected, C::Elsewhere, C::Failed, C::Dashboard],
        &[(C::Unconnected, "connect again"), (C::Elsewhere, "look again"), (C::Failed, "retry")],
        "Try again: go on with the installation, or connect anew",
    ),
    binding(
        Action::Stop,
        &[K::ctrl('c')],
        &[C::Everywhere, C::Deploying],
        &[(C::Deploying, "stop…")],
        "Stop what runs here at a safe point; leave, when nothing runs",
    ),
    binding(
        Action::Logs,
        &[char('l')],
        &[C::Dashboard, C::Workload, C::Failed],
        &[(C::Dashboard, "logs"), (C::Workload, "logs"), (C::Failed, "log")],
        "Show the log",
    ),
    binding(
        Action::Previous,
        &[char('p')],
        &[C::PodLog],
        &[(C::PodLog, "previous")],
        "Show the log before the restart",
    ),
    binding(Action::Since, &[char('s')], &[C::PodLog], &[(C::PodLog, "since")], "Choose how far back the log goes"),
    binding(
        Action::Yaml,
        &[char('v')],
        &[C::Dashboard, C::Workload],
        &[(C::Workload, "YAML")],
        "Show the YAML, secrets masked",
    ),
    binding(
        Action::Restart,
        &[char('R')],
        &[C::Dashboard, C::Workload],
        &[(C::Dashboard, "restart"), (C::Workload, "restart")],
        "Restart the pods one after the other",
    ),
    binding(Action::Delete, &[char('D')], &[C::Workload], &[(C::Workload, "delete pod")], "Delete the pod"),
    binding(Action::Forward, &[char('F')], &[C::Workload], &[], "Forward a port"),
    binding(Action::Test, &[char('T')], &[C::Routes], &[(C::Routes, "test a path")], "Test which route a path takes"),
    binding(
        Action::OnlyProblems,
        &[char('o')],
        &[C::Dashboard],
        &[(C::Dashboard, "only problems")],
        "Show only what needs a look",
    ),
    binding(
        Action::Filter,
        &[char('/')],
        &[C::List, C::Log, C::Text, C::Flags, C::Questions, C::Dashboard],
        &[
            (C::Flags, "filter"),
            (C::Questions, "find"),
            (C::Dashboard, "filter"),
            (C::Log, "search"),
            (C::Text, "search"),
        ],
        "Filter a list, search in a log or text",
    ),
    binding(
        Action::NextPane,
        &[K::of(Tab)],
        &[C::Panes, C::Line, C::Editor],
        &[(C::Panes, "pane")],
        "Go to the next pane or field",
    ),
    binding(
        Action::PreviousPane,
        &[K::of(BackTab)],
        &[C::Panes, C::Line, C::Editor],
        &[],
        "Go to the pane or field before",
    ),
    binding(
        Action::NextSection,
        &[char(']')],
        &[C::Wizard, C::Pages, C::Deploying, C::PodLog],
        &[],
        "Go to the next section, page, attempt or container",
    ),
    binding(
        Action::PreviousSection,
        &[char('[')],
        &[C::Wizard, C::Pages, C::Deploying, C::PodLog],
        &[],
        "Go to the section, page, attempt or container before",
    ),
    binding(
        Action::Save,
        &[K::ctrl('s')],
        &[C::Wizard, C::Log, C::Text, C::Line, C::Editor],
        &[(C::Wizard, "save"), (C::Editor, "take"), (C::Text, "save")],
        "Save: the answers, the log, the text that is edited",
    ),
    binding(
        Action::Copy,
        &[char('y')],
        &[C::List, C::Log, C::Text, C::Questions, C::Flags, C::Review],
        &[],
        "Copy the row or line",
    ),
    binding(
        Action::Back,
        &[K::of(Esc)],
        &[C::Everywhere, C::Line, C::Editor, C::Choice, C::Overlay],
        &[(C::Line, "leave"), (C::Editor, "leave"), (C::Choice, "leave"), (C::Overlay, "close")],
        "Go back one step",
    ),
    binding(
        Action::Palette,
        &[char(':'), K::ctrl('p')],
        &[C::Everywhere],
        &[],
        "Find an action or a screen by its name",
    ),
    binding(
        Action::Help,
        &[char('?'), K::of(Code::Function(1))],
        &[C::Everywhere],
        &[(C::Everywhere, "keys")],
        "Show the keys",
    ),
    binding(Action::Mouse, &[K::ctrl('o')], &[C::Everywhere], &[], "Use the mouse here, or leave it to the terminal"),
    binding(Action::Redraw, &[K::ctrl('l')], &[C::Everywhere], &[], "Draw the screen anew"),
    binding(
        Action::Suspend,
        &[K::ctrl('z')],
        &[C::Everywhere],
        &[],
        "Give the terminal back to the shell; `fg` returns",
    ),
    binding(
        Action::Quit,
        &[char('q')],
        &[C::Everywhere, C::Failed],
        &[(C::Failed, "keep, leave")],
        "Leave; asks only when something would be lost",
    ),
];
