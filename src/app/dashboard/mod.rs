//! What runs, as the platform sees it.
//!
//! [`Picture`] holds what is known; a page or a place further down is a [`Panel`] filled from it. News change the
//! picture and fill what is shown; keys move, narrow, open, or become an [`Order`] for the driver. Nothing that loses
//! something is ordered without a question.

mod act;
mod entry;
mod events;
mod flags;
mod forward;
mod head;
mod init;
mod logs;
mod order;
mod panel;
mod picture;
mod routes;
mod scaling;
mod services;
mod spaces;
mod tab;
mod unit;
mod yaml;

use std::collections::BTreeMap;
use std::time::Duration;

pub use order::{Crash, LogNews, LogRequest, News, Order, Scope, Subject};

use super::Effect;
use super::found::Found;
use super::keys::Context;
use super::moment::{Moment, Now};
use super::view::{Extent, Id, Line, Pane, Part, Parts, Sign, Span, Tabs, Tone};
use crate::observe::{Facts, Item, Kind, Name};
use crate::problem::Problem;
use init::InitPage;
use logs::LogScreen;
use panel::Panel;
use picture::Picture;
use tab::Tab;
use unit::Unit;
use yaml::YamlScreen;

/// The table of a place below a page.
const TABLE: Id = Id("dashboard.table");

/// Lines of the frame around a table: what stands above and below it.
const FRAME: usize = 6;

/// Columns from which all are shown without asking.
const WIDE: u16 = 130;

/// A place below a page.
#[derive(Debug)]
enum Below {
    /// The copies of a service.
    Copies(usize, Panel),
    /// The workloads of a namespace.
    Space(Name, Panel),
    /// A workload.
    Unit(Box<Unit>),
    /// Logs.
    Log(Box<LogScreen>),
    /// An object as text.
    Yaml(Box<YamlScreen>),
}

/// The dashboard.
#[derive(Debug, Default)]
pub struct Dashboard {
    found: Option<Found>,
    watching: bool,
    picture: Picture,
    tab: Tab,
    pages: BTreeMap<Tab, Panel>,
    init: InitPage,
    below: Vec<Below>,
    /// Everything is listed on the first page, also what is well.
    unfolded: bool,
    /// The path that is tested on the routes, while it is typed and after.
    tester: Option<super::LineEdit>,
    tested: Option<String>,
    /// Revision and status of the record that was read last.
    read: Option<(u32, Name)>,
    forwarded: Option<(Subject, String)>,
    /// Namespaces of which is asked what pods use.
    measured: Vec<Name>,
    /// A port to forward, while it is typed.
    asking: Option<forward::Asking>,
    logs: u64,
    now: Option<Now>,
}

impl Dashboard {
    /// A (new) connection with what was found there. Watches of an earlier connection have ended.
    pub fn found(&mut self, found: &Found) -> Vec<Effect> {
        let same = self.found.as_ref().is_some_and(|before| before.place == found.place);
        self.found = Some(found.clone());
        self.watching = false;
        if !same {
            *self = Dashboard { found: self.found.take(), ..Dashboard::default() };
            self.picture.facts = Facts::unread(&found.place.release, &found.place.namespace);
            self.picture.unreadable.clone_from(&found.unreadable);
        }
        Vec::new()
    }

    /// There is no connection. It is tried again without a key; what was known stays.
    pub fn unreachable(&mut self, problem: &Problem, now: Now) {
        self.watching = false;
        let why = problem.cause.as_ref().unwrap_or(&problem.what).clone();
        self.picture.world.learn(vec![Item::Line(Some(why))], now.wall.as_second());
    }

    /// Is shown now: begin to watch, if that is not under way.
    pub fn enter(&mut self) -> Vec<Effect> {
        // A watch reads the record as well; without a new one, an installation may have written a record meanwhile.
        let first = if self.watching || self.found.is_none() { Order::ReadRelease } else { Order::Watch };
        self.watching |= self.found.is_some();
        vec![Effect::Dashboard(first), Effect::Dashboard(Order::ReadAttempts)]
    }

    /// News.
    pub fn learn(&mut self, news: News, moment: &Moment<'_>) -> Vec<Effect> {
        self.now = Some(moment.now);
        let mut effects = Vec::new();
        match news {
            News::Observed(news) => {
                self.picture.world.learn(news, moment.now.wall.as_second());
                effects.extend(self.reread());
            }
            News::Release(Ok(Some(facts))) => {
                self.picture.unreadable = None;
                self.picture.facts = *facts;
                effects.push(self.follow());
            }
            News::Namespaces(Ok(names)) => {
                self.picture.others = names;
                effects.push(self.follow());
            }
            News::Namespaces(Err(problem)) => {
                effects.push(Effect::Go(super::Go::Say(format!(
                    "{}: {}",
                    problem.what,
                    problem.cause.unwrap_or_default()
                ))));
            }
            News::Release(Ok(None)) => self.picture.unreadable = Some("there is no such release any more".into()),
            News::Release(Err(problem)) => {
                let cause = problem.cause.unwrap_or_default();
                self.picture.unreadable = Some(format!("{} {cause}", problem.what).trim().to_string());
            }
            News::Attempts(attempts) => self.picture.attempts = attempts,
            News::LastLine(crash, words) => drop(self.picture.words.insert(crash, words)),
            News::Log(number, lines) => {
                for below in &mut self.below {
                    if let Below::Log(screen) = below
                        && screen.number == number
                    {
                        screen.learn(lines);
                        return effects;
                    }
                }
                self.init.learn(number, lines);
                return effects;
            }
            News::Yaml(subject, text) => {
                let text = text.map_err(|problem| problem.to_string());
                for below in &mut self.below {
                    if let Below::Yaml(screen) = below
                        && screen.subject == subject
                    {
                        screen.learn(text);
                        break;
                    }
                }
                return effects;
            }
            News::Forwarded(subject, address) => {
                effects.push(Effect::Go(super::Go::Say(format!("{address} leads to {}; F ends it", subject.name))));
                self.forwarded = Some((subject, address));
            }
            News::ForwardEnded => {
                self.forwarded = None;
                effects.push(Effect::Go(super::Go::Say("the port is forwarded no more".into())));
            }
        }
        effects.extend(self.refresh(moment));
        effects
    }

    /// Watches what is to be watched now, and forgets the rest.
    fn follow(&mut self) -> Effect {
        let namespaces: Vec<Name> = self.picture.namespaces().cloned().collect();
        self.picture.world.spaces.retain(|namespace, _| namespaces.contains(namespace));
        self.measured = self.to_measure();
        Effect::Dashboard(Order::Follow(Scope { namespaces, measured: self.measured.clone() }))
    }

    /// The namespaces of which this place shows what pods use.
    fn to_measure(&self) -> Vec<Name> {
        match self.below.last() {
            Some(Below::Space(namespace, _)) => vec![namespace.clone()],
            Some(Below::Unit(unit)) => vec![unit.subject.namespace.clone()],
            Some(Below::Copies(..)) => self.picture.facts.namespaces().cloned().collect(),
            None if self.tab == Tab::Services => self.picture.facts.namespaces().cloned().collect(),
            Some(Below::Log(_) | Below::Yaml(_)) | None => Vec::new(),
        }
    }

    /// The record is read again when its revision or status is another.
    fn reread(&mut self) -> Option<Effect> {
        let newest = self.picture.home()?.newest_record()?;
        let now = (newest.revision, newest.status.clone());
        if self.read.as_ref() == Some(&now) {
            return None;
        }
        let first = self.read.replace(now).is_none();
        // The one that was there when the watch began has been read already.
        (!first || !self.picture.facts.known).then_some(Effect::Dashboard(Order::ReadRelease))
    }

    /// Works out what follows from the picture, and fills what is shown.
    fn refresh(&mut self, moment: &Moment<'_>) -> Vec<Effect> {
        let looked_at = match self.below.last() {
            Some(Below::Unit(unit)) => unit.crash(&self.picture, moment.now),
            _ => None,
        };
        let crashes = self.picture.work_out(moment.now, looked_at);
        let mut effects: Vec<Effect> =
            crashes.into_iter().map(|crash| Effect::Dashboard(Order::LastLine(crash))).collect();
        if self.watching && self.measured != self.to_measure() {
            effects.push(self.follow());
        }
        effects.extend(self.fill(moment));
        effects
    }

    fn fill(&mut self, moment: &Moment<'_>) -> Option<Effect> {
        let now = moment.now;
        self.now = Some(now);
        match self.below.last_mut() {
            Some(Below::Copies(index, panel)) => panel.fill(services::copies(&self.picture, *index, now)),
            Some(Below::Space(namespace, panel)) => panel.fill(spaces::units(&self.picture, namespace, now)),
            Some(Below::Unit(unit)) => unit.fill(&self.picture, now),
            Some(Below::Log(_) | Below::Yaml(_)) => {}
            None => return self.fill_page(moment),
        }
        None
    }

    fn fill_page(&mut self, moment: &Moment<'_>) -> Option<Effect> {
        let now = moment.now;
        let wide = self.is_wide(moment);
        let page = self.pages.entry(self.tab).or_default();
        let entries = match self.tab {
            Tab::Services => {
                let most = usize::from(moment.size.height).saturating_sub(FRAME);
                let room = moment.shown(self.tab.id()).height.min(most).max(4);
                let limit = (!self.unfolded && !page.is_narrowed() && !page.is_typing()).then_some(room);
                services::entries(&self.picture, now, limit, wide)
            }
            Tab::Init => {
                self.init.fill(&self.picture, now);
                let number = self.logs + 1;
                let asked = self.init.ask(&self.picture, number);
                if asked.is_some() {
                    self.logs = number;
                }
                return asked;
            }
            Tab::Scaling => scaling::entries(&self.picture, now, wide),
            Tab::Namespaces => {
                self.picture.count();
                spaces::entries(&self.picture)
            }
            Tab::Events => events::entries(&self.picture, now, |_, _| true, !self.picture.facts.extra.is_empty()),
            Tab::Routes => routes::entries(&self.picture),
            Tab::Flags => flags::entries(&self.picture),
        };
        page.dim = self.picture.world.lost.is_some();
        page.fill(entries);
        None
    }

    fn is_wide(&self, moment: &Moment<'_>) -> bool {
        moment.size.width >= WIDE || self.pages.get(&self.tab).is_some_and(|page| page.wide)
    }

    /// Which keys work now, the most special context first. [`Context::Everywhere`] is added by the console.
    pub fn contexts(&self) -> Vec<Context> {
        let panel = |panel: &Panel, contexts: Vec<Context>| panel.contexts().unwrap_or(contexts);
        if self.asking.is_some() {
            return vec![Context::Line];
        }
        match self.below.last() {
            Some(Below::Log(screen)) => return screen.contexts(),
            Some(Below::Yaml(screen)) => return screen.contexts(),
            Some(Below::Unit(unit)) => {
                let typing = unit.pods.contexts().or(unit.events.contexts());
                return typing.unwrap_or(vec![Context::Workload, Context::List, Context::Panes]);
            }
            Some(Below::Copies(_, list) | Below::Space(_, list)) => {
                return panel(list, vec![Context::Dashboard, Context::List]);
            }
            None => {}
        }
        if self.tester.is_some() {
            return vec![Context::Line];
        }
        match self.tab {
            Tab::Init => self.init.contexts(),
            tab => {
                let mut contexts = vec![Context::Dashboard, Context::Pages, Context::List];
                if tab == Tab::Routes {
                    contexts.insert(0, Context::Routes);
                }
                self.pages.get(&tab).map_or(contexts.clone(), |page| panel(page, contexts))
            }
        }
    }

    /// When it wants to be drawn again although nothing happened.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        if self.picture.world.lost.is_some() {
            return Some(Duration::from_secs(1));
        }
        // Ages are coarse after two minutes; before that they would change every second.
        Some(Duration::from_secs(10))
    }

    /// Time passed.
    pub fn tick(&mut self, moment: &Moment<'_>) -> Vec<Effect> {
        self.refresh(moment)
    }

    /// The screen.
    pub fn view(&self, moment: &Moment<'_>) -> Parts<'_> {
        let place = self.found.as_ref().map(|found| head::place(&self.picture, &found.place, moment.now));
        let mut parts = Parts::new(place.unwrap_or_default(), self.body(moment));
        parts.notice = head::notice(&self.picture);
        parts.explain = self.explain(moment.now);
        match self.below.last() {
            None => {
                let names = Tab::ALL.iter().map(|tab| Line::from(tab.title())).collect();
                parts.tabs = Some(Tabs { names, chosen: self.tab.index(), digits: true });
            }
            Some(below) => {
                let crumb = match below {
                    Below::Copies(index, _) => head::crumb(&[&self.picture.catalogue().services[*index].name]),
                    Below::Space(namespace, _) => head::crumb(&[namespace]),
                    Below::Unit(unit) => unit.place(),
                    Below::Log(screen) => screen.place(),
                    Below::Yaml(screen) => screen.place(),
                };
                let names = vec![Line::dim(self.tab.title()), crumb];
                parts.tabs = Some(Tabs { names, chosen: 1, digits: false });
            }
        }
        let release = self.found.as_ref().map_or("", |found| found.place.release.as_str());
        parts.brief = Line::from(release.to_string()).and(" ");
        parts.brief.spans.extend(parts.notice.spans.clone());
        parts.brief.spans.push(Span::new(" "));
        parts.brief.spans.push(head::freshness(&self.picture, moment.now));
        parts
    }

    fn body(&self, moment: &Moment<'_>) -> Pane<'_> {
        let wide = self.is_wide(moment);
        match self.below.last() {
            Some(Below::Log(screen)) => return screen.view(),
            Some(Below::Yaml(screen)) => return screen.view(),
            Some(Below::Unit(unit)) => return unit.view(&self.picture, moment.now),
            Some(Below::Copies(_, panel)) => {
                return listed(TABLE, panel, services::columns(false, "copy"), Line::dim("no copy runs"));
            }
            Some(Below::Space(namespace, panel)) => {
                let why = self.picture.why_empty(Kind::Pods, namespace).unwrap_or_else(|| "nothing runs here".into());
                return listed(TABLE, panel, services::columns(false, "workload"), Line::dim(why));
            }
            None => {}
        }
        let home = &self.picture.facts.namespace;
        let (columns, kind) = match self.tab {
            Tab::Init => return self.init.view(&self.picture),
            Tab::Services => (services::columns(wide, "service"), Kind::Deployments),
            Tab::Scaling => (scaling::columns(wide), Kind::Scalers),
            Tab::Namespaces => (spaces::columns(), Kind::Pods),
            Tab::Events => (events::columns(!self.picture.facts.extra.is_empty()), Kind::Events),
            Tab::Routes => (routes::columns(), Kind::Deployments),
            Tab::Flags => (flags::columns(), Kind::Settings),
        };
        let Some(panel) = self.pages.get(&self.tab) else { return Pane::Blank };
        let why = self.picture.why_empty(kind, home).unwrap_or_else(|| "nothing to show".into());
        listed(self.tab.id(), panel, columns, Line::dim(why))
    }

    fn explain(&self, now: Now) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if let Some((why, _)) = &self.picture.world.lost {
            let text = format!(" the cluster does not answer and is tried again; shown is what was known. {why}");
            lines.push(Line::from(Span::sign(Sign::Failed)).and(Span::new(text).tone(Tone::Dim)));
        }
        if let Some((subject, address)) = &self.forwarded {
            lines.push(Line::from(Span::sign(Sign::Leads)).and(format!(" {address} leads to {}", subject.name)));
        }
        lines.extend(self.asking.iter().flat_map(forward::Asking::lines));
        if !self.below.is_empty() {
            return lines;
        }
        let panel = self.pages.get(&self.tab);
        let current = panel.and_then(Panel::current);
        match self.tab {
            Tab::Services => {
                let held = panel.is_some_and(Panel::is_held);
                match current.map(|entry| &entry.target) {
                    Some(entry::Target::Service(index)) if held => {
                        lines.extend(services::explain(&self.picture, *index));
                    }
                    _ => lines.extend(self.summary()),
                }
            }
            Tab::Init => lines.extend(self.init.explain(&self.picture, now)),
            Tab::Scaling => {
                lines.extend(current.map(|e| scaling::explain(&self.picture, &e.key, now)).unwrap_or_default());
            }
            Tab::Namespaces => {
                lines.extend(current.map(|e| spaces::explain(&self.picture, &e.key)).unwrap_or_default());
                let a = Line::from(Span::new("a").tone(Tone::Accent));
                lines.push(match self.picture.others.is_empty() {
                    true => a.and(Span::new(" looks into every namespace of the cluster").tone(Tone::Dim)),
                    false => a.and(Span::new(" looks into those of the installation only").tone(Tone::Dim)),
                });
            }
            Tab::Events => lines.extend(current.map(events::explain).unwrap_or_default()),
            Tab::Routes => match (&self.tester, &self.tested) {
                (Some(edit), _) => {
                    let typed = Line::from(Span::new("path ").tone(Tone::Accent)).and(edit.text().to_string()).and("_");
                    lines.push(typed);
                    if !edit.is_empty() {
                        lines.extend(routes::test(&self.picture, edit.text()));
                    }
                }
                (None, Some(path)) => lines.extend(routes::test(&self.picture, path)),
                (None, None) => {
                    lines.push(Line::from(Span::new("T").tone(Tone::Accent)).and(" tests where a path goes"))
                }
            },
            Tab::Flags => lines.extend(current.map(|e| flags::explain(&self.picture, &e.key, now)).unwrap_or_default()),
        }
        lines
    }

    /// What deserves to be said of the whole, when nothing is looked at closely.
    fn summary(&self) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if let Some(why) = &self.picture.unreadable {
            lines.push(Line::from(Span::sign(Sign::Unknown)).and(format!(" the release cannot be read: {why}")));
        }
        let home = &self.picture.facts.namespace;
        if let Some(why) = self.picture.why_empty(Kind::Deployments, home).filter(|why| why.starts_with("needs")) {
            lines.push(Line::from(Span::sign(Sign::Unknown)).and(format!(" {why}")));
        }
        let stale = self.picture.stale();
        if !stale.is_empty() {
            let named = stale.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let more = match stale.len() {
                0..=3 => String::new(),
                n => format!(" and {} more", n - 3),
            };
            let text = format!(" stale config: {named}{more} started before the last change of data-plane");
            lines.push(Line::from(Span::sign(Sign::Degraded)).and(text));
        }
        if let Some(why) = &self.picture.world.unmeasured {
            lines.push(Line::dim(format!("no CPU and memory: {why}")));
        }
        lines
    }
}

/// A panel with its filter below.
fn listed<'p>(id: Id, panel: &'p Panel, columns: Vec<super::view::Column<'p>>, empty: Line<'p>) -> Pane<'p> {
    let mut parts = vec![Part::new(panel.view(id, columns, empty), Extent::Fill(1))];
    parts.extend(panel.filter().map(|line| Part::new(vec![line], Extent::Lines(1))));
    parts.into()
}
