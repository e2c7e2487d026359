//! The state of the console: the screens, which one is shown, what lies over it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::dashboard::Dashboard;
use super::deploying::{self, Deploying};
use super::effect::{Confirm, Effect, Go, Leave};
use super::found::{Found, Target};
use super::keys::{Action, Context, Input, dispatch, hints};
use super::moment::{Moment, Now, Size};
use super::msg::{Mouse, Msg};
use super::opening::Opening;
use super::overlay::{Outcome, Overlay, Palette};
use super::screen::Screen;
use super::view::{self, Id, Line, Parts, Shown};
use super::wizard::Wizard;

/// How long a message stands at the bottom.
const MESSAGE: Duration = Duration::from_secs(4);

/// The time of one step of what turns.
const TURN: Duration = Duration::from_millis(500);

/// What the console begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The time.
    pub now: Now,
    /// The size of the terminal.
    pub size: Size,
    /// What to connect to.
    pub target: Target,
}

/// The console.
#[derive(Debug)]
pub struct App {
    now: Now,
    size: Size,
    shown: BTreeMap<Id, Shown>,
    stack: Vec<Screen>,
    overlays: Vec<Overlay>,
    message: Option<(String, Now)>,
    mouse: bool,
    /// The program ends when the installation has come to rest.
    leaving: bool,
    found: Option<Found>,
    opening: Opening,
    wizard: Wizard,
    deploying: Option<Deploying>,
    dashboard: Dashboard,
}

impl App {
    /// A console that is connecting, and what it wants done for that.
    pub fn new(start: Start) -> (App, Vec<Effect>) {
        let mut opening = Opening::new(start.target, start.now);
        let connect = opening.connect(start.now);
        let app = App {
            now: start.now,
            size: start.size,
            shown: BTreeMap::new(),
            stack: vec![Screen::Opening],
            overlays: Vec::new(),
            message: None,
            mouse: false,
            leaving: false,
            found: None,
            opening,
            wizard: Wizard::default(),
            deploying: None,
            dashboard: Dashboard::default(),
        };
        (app, vec![connect])
    }

    /// Takes in what happened; what is to be done about it.
    pub fn update(&mut self, now: Now, msg: Msg) -> Vec<Effect> {
        self.now = now;
        if self.message.as_ref().is_some_and(|(_, until)| now.running >= until.running) {
            self.message = None;
        }
        let effects = match msg {
            Msg::Key(key) => {
                let contexts = self.contexts();
                let input = dispatch(&contexts, key).map_or(Input::Key(key), Input::Action);
                self.message = None;
                self.input(input)
            }
            Msg::Paste(text) => self.input(Input::Paste(text)),
            Msg::Mouse(Mouse::WheelUp) => self.repeat(Action::Up, 3),
            Msg::Mouse(Mouse::WheelDown) => self.repeat(Action::Down, 3),
            Msg::Resize(size) => {
                self.size = size;
                Vec::new()
            }
            Msg::Shown(shown) => {
                self.shown.extend(shown);
                Vec::new()
            }
            Msg::Tick if self.screen() == Screen::Dashboard => {
                let App { dashboard, now, size, shown, .. } = self;
                let mut effects = dashboard.tick(&Moment::new(*now, *size, shown));
                effects.extend(self.opening.persist(self.now));
                effects
            }
            Msg::Tick if self.screen() == Screen::Opening => self.opening.tick(now).into_iter().collect(),
            Msg::Tick => Vec::new(),
            Msg::Connected(found) => self.connected(*found),
            Msg::Unreachable(problem) => {
                self.opening.unreachable(problem.clone(), self.now);
                match self.screen() {
                    Screen::Opening => {}
                    Screen::Dashboard => self.dashboard.unreachable(&problem, self.now),
                    _ => self.overlays.push(Overlay::Trouble(problem)),
                }
                Vec::new()
            }
            Msg::Done(text) => {
                self.say(text);
                Vec::new()
            }
            Msg::Refused(problem) => {
                self.overlays.push(Overlay::Trouble(problem));
                Vec::new()
            }
            Msg::Wizard(news) => {
                let App { wizard, now, size, shown, .. } = self;
                wizard.learn(news, &Moment::new(*now, *size, shown))
            }
            Msg::Deploying(news) => {
                let App { deploying, now, size, shown, .. } = self;
                let mut effects =
                    deploying.as_mut().map(|d| d.learn(news, &Moment::new(*now, *size, shown))).unwrap_or_default();
                if self.leaving && !self.is_deploying() {
                    effects.push(Effect::Quit(Leave::Unfinished));
                }
                effects
            }
            Msg::Dashboard(news) => {
                let App { dashboard, now, size, shown, .. } = self;
                dashboard.learn(news, &Moment::new(*now, *size, shown))
            }
        };
        self.settle(effects)
    }

    /// When it wants a [`Msg::Tick`]: the time from now until something would look different by itself.
    pub fn wake(&self) -> Option<Duration> {
        let moment = self.moment();
        let screen = match self.screen() {
            Screen::Opening => self.opening.wake(&moment),
            Screen::Wizard => self.wizard.wake(&moment),
            Screen::Deploying => self.deploying.as_ref().and_then(|d| d.wake(&moment)),
            Screen::Dashboard => self.dashboard.wake(&moment),
        };
        let message = self.message.as_ref().map(|(_, until)| until.since(self.now));
        [screen, message].into_iter().flatten().min()
    }

    /// The frame.
    pub fn view(&self) -> view::Screen<'_> {
        let contexts = self.contexts();
        view::Screen {
            parts: self.parts(),
            message: self.message.as_ref().map(|(text, _)| Line::from(text.as_str())),
            hints: hints(&contexts),
            overlay: self.overlays.last().map(Overlay::view),
            turn: (self.now.running.as_millis() / TURN.as_millis()) as usize,
        }
    }

    /// The screen that is shown.
    pub fn screen(&self) -> Screen {
        self.stack.last().copied().unwrap_or(Screen::Opening)
    }

    /// The size of the terminal.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether an installation is under way.
    pub fn is_deploying(&self) -> bool {
        self.deploying.as_ref().is_some_and(Deploying::is_running)
    }

    /// The installation of this session, when there is one.
    pub fn deploying(&self) -> Option<&Deploying> {
        self.deploying.as_ref()
    }

    /// Begins an installation as the review does.
    #[cfg(test)]
    pub fn deploy_for_test(&mut self, job: deploying::Job) -> Vec<Effect> {
        self.settle(vec![Effect::Go(Go::Deploy(Box::new(job)))])
    }

    fn moment(&self) -> Moment<'_> {
        Moment::new(self.now, self.size, &self.shown)
    }

    fn contexts(&self) -> Vec<Context> {
        let mut contexts = match self.overlays.last() {
            Some(overlay) => overlay.contexts(),
            None => match self.screen() {
                Screen::Opening => self.opening.contexts(),
                Screen::Wizard => self.wizard.contexts(),
                Screen::Deploying => self.deploying.as_ref().map(Deploying::contexts).unwrap_or_default(),
                Screen::Dashboard => self.dashboard.contexts(),
            },
        };
        contexts.push(Context::Everywhere);
        contexts
    }

    fn parts(&self) -> Parts<'_> {
        let moment = self.moment();
        let mut parts = match self.screen() {
            Screen::Opening => self.opening.view(&moment),
            Screen::Wizard => self.wizard.view(&moment),
            Screen::Deploying => match &self.deploying {
                Some(deploying) => deploying.view(&moment),
                None => Parts::new("", view::Pane::Blank),
            },
            Screen::Dashboard => self.dashboard.view(&moment),
        };
        // An installation that was detached is not forgotten.
        if self.screen() != Screen::Deploying
            && let Some(deploying) = &self.deploying
            && let Some(line) = deploying.elsewhere()
            && parts.notice.spans.is_empty()
        {
            parts.notice = line;
        }
        if self.screen() == Screen::Wizard
            && self.deploying.is_none()
            && parts.notice.spans.is_empty()
            && let Some(line) = self.found.as_ref().and_then(Found::stopped)
        {
            parts.notice = line;
        }
        parts
    }

    fn repeat(&mut self, action: Action, times: usize) -> Vec<Effect> {
        (0..times).flat_map(|_| self.input(Input::Action(action))).collect()
    }

    fn input(&mut self, input: Input) -> Vec<Effect> {
        // What works everywhere, also under a window.
        match &input {
            Input::Action(Action::Redraw) => return vec![Effect::Redraw],
            Input::Action(Action::Suspend) => return vec![Effect::Suspend],
            Input::Action(Action::Mouse) => {
                self.mouse = !self.mouse;
                self.say(if self.mouse { "the mouse is used here" } else { "the mouse is the terminal's" });
                return vec![Effect::Mouse(self.mouse)];
            }
            _ => {}
        }
        if let Some(mut overlay) = self.overlays.pop() {
            match overlay.act(input, &Moment::new(self.now, self.size, &self.shown)) {
                Outcome::Stays => self.overlays.push(overlay),
                Outcome::Closed => {}
                Outcome::Does(effects) => return effects,
                Outcome::Acts(action) => return self.input(Input::Action(action)),
                Outcome::Shows(screen) => return vec![Effect::Go(self.way_to(screen))],
            }
            return Vec::new();
        }
        match input {
            Input::Action(Action::Help) => {
                self.overlays.push(Overlay::Help { first: 0, contexts: self.contexts() });
                Vec::new()
            }
            Input::Action(Action::Palette) => {
                let palette = Palette::new(&self.contexts(), &self.screens());
                self.overlays.push(Overlay::Palette(palette));
                Vec::new()
            }
            Input::Action(Action::Quit) => self.quit(),
            Input::Action(Action::Stop)
                if self.leaving || !(self.screen() == Screen::Deploying && self.is_deploying()) =>
            {
                self.quit()
            }
            input => self.act(input),
        }
    }

    fn act(&mut self, input: Input) -> Vec<Effect> {
        let screen = self.screen();
        let App { now, size, shown, opening, wizard, deploying, dashboard, .. } = self;
        let moment = Moment::new(*now, *size, shown);
        match screen {
            Screen::Opening => opening.act(input, &moment),
            Screen::Wizard => wizard.act(input, &moment),
            Screen::Deploying => deploying.as_mut().map(|d| d.act(input, &moment)).unwrap_or_default(),
            Screen::Dashboard => dashboard.act(input, &moment),
        }
    }

    fn connected(&mut self, found: Found) -> Vec<Effect> {
        self.opening.found(&found, self.now);
        let mut effects = self.wizard.found(&found);
        effects.extend(self.dashboard.found(&found));
        if self.screen() == Screen::Opening && found.elsewhere.is_none() {
            // Who may not read the release could not install one either: what may be seen is worth more.
            let watch = found.is_deployed() || found.unreadable.is_some();
            let go = if watch { Go::Dashboard } else { Go::Wizard(None) };
            effects.push(Effect::Go(go));
        } else if self.screen() == Screen::Dashboard {
            effects.extend(self.dashboard.enter());
        }
        self.found = Some(found);
        effects
    }

    /// Settles what concerns the console itself, hands on the rest.
    fn settle(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut open: std::collections::VecDeque<Effect> = effects.into();
        let mut rest = Vec::new();
        while let Some(effect) = open.pop_front() {
            match effect {
                Effect::Go(go) => open.extend(self.go(go)),
                Effect::Connect(target) => {
                    self.opening.target = target;
                    rest.push(self.opening.connect(self.now));
                }
                Effect::Deploying(deploying::Order::Stop) => {
                    self.deploying.iter_mut().for_each(Deploying::stopping);
                    rest.push(Effect::Deploying(deploying::Order::Stop));
                }
                other => rest.push(other),
            }
        }
        rest
    }

    fn go(&mut self, go: Go) -> Vec<Effect> {
        match go {
            Go::Back => {
                if self.stack.len() > 1 {
                    self.stack.pop();
                }
                Vec::new()
            }
            Go::Wizard(field) => {
                self.show(Screen::Wizard);
                self.wizard.enter(field)
            }
            Go::Dashboard => {
                self.show(Screen::Dashboard);
                self.dashboard.enter()
            }
            Go::Attach => {
                if self.deploying.is_some() {
                    self.show(Screen::Deploying);
                }
                Vec::new()
            }
            Go::Deploy(job) => {
                if self.is_deploying() {
                    self.say("an installation is under way");
                    self.show(Screen::Deploying);
                    return Vec::new();
                }
                let place = self.found.as_ref().map(|found| found.place.clone()).unwrap_or_default();
                let (deploying, effects) = Deploying::begin(*job, place, self.now);
                self.deploying = Some(deploying);
                self.show(Screen::Deploying);
                effects
            }
            Go::Leave => {
                self.leaving = true;
                self.show(Screen::Deploying);
                Vec::new()
            }
            Go::Ask(confirm) => {
                self.overlays.push(Overlay::Confirm { confirm, typed: super::LineEdit::default() });
                Vec::new()
            }
            Go::Say(text) => {
                self.say(text);
                Vec::new()
            }
        }
    }

    /// Puts a screen on top. What was opened over it before is closed, so that `Esc` leads back the way one came.
    fn show(&mut self, screen: Screen) {
        match self.stack.iter().position(|known| *known == screen) {
            Some(at) => self.stack.truncate(at + 1),
            None => {
                // Nobody goes back to the connection once it stands.
                self.stack.retain(|known| *known != Screen::Opening);
                self.stack.push(screen);
            }
        }
    }

    fn screens(&self) -> Vec<Screen> {
        let mut screens = vec![Screen::Wizard];
        if self.deploying.is_some() {
            screens.push(Screen::Deploying);
        }
        if self.found.is_some() {
            screens.push(Screen::Dashboard);
        }
        screens
    }

    fn way_to(&self, screen: Screen) -> Go {
        match screen {
            Screen::Opening => Go::Back,
            Screen::Wizard => Go::Wizard(None),
            Screen::Deploying => Go::Attach,
            Screen::Dashboard => Go::Dashboard,
        }
    }

    fn say(&mut self, text: impl Into<String>) {
        self.message = Some((text.into(), self.now.later(MESSAGE)));
    }

    fn quit(&mut self) -> Vec<Effect> {
        match &self.deploying {
            // Asked a second time: what stopping waits for is not waited for.
            Some(deploying) if deploying.is_running() && self.leaving => vec![Effect::Quit(Leave::Unfinished)],
            Some(deploying) if deploying.is_running() => vec![Effect::Go(Go::Ask(deploying.ask_to_leave()))],
            Some(deploying) if deploying.has_failed() => vec![Effect::Quit(Leave::Unfinished)],
            Some(_) => vec![Effect::Quit(Leave::Done)],
            None => match self.wizard.would_lose() {
                None => vec![Effect::Quit(Leave::Done)],
                Some(words) => vec![Effect::Go(Go::Ask(Confirm {
                    question: "Leave, and lose what was typed?".into(),
                    consequences: vec![words.into(), "Everything else is kept as a draft.".into()],
                    name: None,
                    yes: vec![Effect::Quit(Leave::Done)],
                }))],
            },
        }
    }
}
