//! What keys do on the dashboard.

use super::entry::{Entry, Target};
use super::forward;
use super::logs::{self, LogScreen};
use super::order::{Order, Subject};
use super::panel::Panel;
use super::tab::Tab;
use super::unit::Unit;
use super::yaml::{self, YamlScreen};
use super::{Below, Dashboard, TABLE, picture};
use crate::app::keys::{Action, Input};
use crate::app::moment::Moment;
use crate::app::view::Line;
use crate::app::{Confirm, Effect, Go, LineEdit};
use crate::observe::{Health, Kind};

impl Dashboard {
    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        let mut effects = self.handle(input, moment);
        effects.extend(self.fill(moment));
        effects
    }

    fn handle(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        if let Some(asking) = &mut self.asking {
            let outcome = asking.act(&input);
            return match outcome {
                forward::Outcome::Stays => Vec::new(),
                forward::Outcome::Closed => {
                    self.asking = None;
                    Vec::new()
                }
                forward::Outcome::Does(effect) => {
                    self.asking = None;
                    vec![effect]
                }
            };
        }
        if let Some(effects) = self.handle_below(&input, moment) {
            return effects;
        }
        if self.below.is_empty() && self.tester.is_some() {
            return self.test(&input);
        }
        if self.below.is_empty()
            && self.tab == Tab::Init
            && let Some(effects) = self.init.act(&input, |id| moment.shown(id))
        {
            return effects;
        }
        let id = if self.below.is_empty() { self.tab.id() } else { TABLE };
        if let Some(panel) = self.panel() {
            let was = panel.is_typing();
            if panel.act(&input, moment.shown(id)) || was {
                return Vec::new();
            }
        }
        match input {
            Input::Action(action) => self.do_it(action, moment),
            _ => Vec::new(),
        }
    }

    /// Keys of places that are no plain list. None: not theirs.
    fn handle_below(&mut self, input: &Input, moment: &Moment<'_>) -> Option<Vec<Effect>> {
        let next = self.logs + 1;
        let effects = match self.below.last_mut()? {
            Below::Log(screen) => {
                let effects = screen.act(input, moment.shown(logs::LOG), next)?;
                if screen.number == next {
                    self.logs = next;
                }
                effects
            }
            Below::Yaml(screen) => screen.act(input, moment.shown(yaml::YAML))?,
            Below::Unit(unit) => {
                let typing = unit.panel().0.is_typing();
                if !typing && matches!(input, Input::Action(Action::NextPane | Action::PreviousPane | Action::Events)) {
                    unit.on_events = !unit.on_events;
                    return Some(Vec::new());
                }
                let (panel, id) = unit.panel();
                if !panel.act(input, moment.shown(id)) && !typing {
                    return None;
                }
                Vec::new()
            }
            Below::Copies(..) | Below::Space(..) => return None,
        };
        Some(effects)
    }

    /// The list that is shown.
    fn panel(&mut self) -> Option<&mut Panel> {
        match self.below.last_mut() {
            Some(Below::Copies(_, panel) | Below::Space(_, panel)) => Some(panel),
            Some(_) => None,
            None => Some(self.pages.entry(self.tab).or_default()),
        }
    }

    fn do_it(&mut self, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
        match action {
            Action::Back => self.back(),
            Action::Page(page) if self.below.is_empty() => match Tab::ALL.get(usize::from(page) - 1) {
                Some(tab) => self.show(*tab),
                None => Vec::new(),
            },
            Action::NextSection if self.below.is_empty() => self.show(self.tab.step(1)),
            Action::PreviousSection if self.below.is_empty() => self.show(self.tab.step(-1)),
            Action::Open => self.open(moment),
            Action::Logs => self.open_logs(moment),
            Action::Yaml => self.open_yaml(),
            Action::Copy => self.copy(),
            Action::Restart => self.restart(moment),
            Action::Delete => self.delete(),
            Action::Forward => self.forward(),
            Action::Events if self.below.is_empty() => self.show(Tab::Events),
            Action::All if self.tab == Tab::Namespaces && self.below.is_empty() => {
                if self.picture.others.is_empty() {
                    return vec![Effect::Dashboard(Order::ListNamespaces)];
                }
                self.picture.others.clear();
                vec![self.follow()]
            }
            Action::Test if self.tab == Tab::Routes && self.below.is_empty() => {
                self.tester = Some(LineEdit::of(self.tested.clone().unwrap_or_default()));
                Vec::new()
            }
            Action::Retry => {
                self.watching = false;
                self.enter()
            }
            _ => Vec::new(),
        }
    }

    fn show(&mut self, tab: Tab) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.tab, tab);
        if before == Tab::Init && tab != Tab::Init {
            self.init.left();
            return vec![Effect::Dashboard(Order::EndLog)];
        }
        match tab {
            Tab::Init => vec![Effect::Dashboard(Order::ReadAttempts)],
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> Vec<Effect> {
        match self.below.pop() {
            Some(Below::Log(_)) => vec![Effect::Dashboard(Order::EndLog)],
            Some(_) => Vec::new(),
            None if self.tab == Tab::Services && self.unfolded => {
                self.unfolded = false;
                Vec::new()
            }
            None if self.tab == Tab::Services => vec![Effect::Go(Go::Back)],
            None => self.show(Tab::Services),
        }
    }

    fn test(&mut self, input: &Input) -> Vec<Effect> {
        let Some(edit) = &mut self.tester else { return Vec::new() };
        match input {
            Input::Action(Action::Open) => {
                self.tested = Some(edit.text().to_string()).filter(|path| !path.is_empty());
                self.tester = None;
            }
            Input::Action(Action::Back) => {
                self.tester = None;
                self.tested = None;
            }
            other => drop(edit.take(other)),
        }
        Vec::new()
    }

    /// What the cursor is on.
    fn target(&mut self) -> Target {
        match self.below.last() {
            Some(Below::Unit(unit)) if unit.on_events => unit.events.target(),
            Some(Below::Unit(unit)) => unit.pods.target(),
            _ => self.panel().map(|panel| panel.target()).unwrap_or_default(),
        }
    }

    fn open(&mut self, _moment: &Moment<'_>) -> Vec<Effect> {
        match self.target() {
            Target::More => self.unfolded = true,
            Target::Space(namespace) => self.below.push(Below::Space(namespace, Panel::default())),
            Target::Object(subject) => {
                let here = matches!(self.below.last(), Some(Below::Unit(unit)) if unit.subject == subject);
                if !here {
                    self.below.push(Below::Unit(Box::new(Unit::new(subject))));
                }
            }
            Target::Service(index) => return self.open_service(index),
            Target::Attempt(_) | Target::None => {
                // A container of a pod: its log is what there is to see.
                if matches!(self.below.last(), Some(Below::Unit(unit)) if unit.is_pod() && !unit.on_events) {
                    return self.open_logs(_moment);
                }
            }
        }
        Vec::new()
    }

    fn open_service(&mut self, index: usize) -> Vec<Effect> {
        let Some(standing) = self.picture.services.iter().find(|s| s.index == index) else { return Vec::new() };
        let mut subjects = picture::subjects(standing);
        match (subjects.len(), &standing.off_by) {
            (0, Some(path)) => {
                let name = &self.picture.catalogue().services[index].name;
                return vec![say(format!("{name} is off; its flag is {path}"))];
            }
            (0, None) => {
                let name = &self.picture.catalogue().services[index].name;
                return vec![say(format!("{name} cannot be opened: {}", standing.verdict.cause))];
            }
            (1, _) => self.below.extend(subjects.pop().map(|subject| Below::Unit(Box::new(Unit::new(subject))))),
            _ => self.below.push(Below::Copies(index, Panel::default())),
        }
        Vec::new()
    }

    /// The object that an action is about: the one that is looked at, or the one under the cursor.
    fn subject(&mut self) -> Option<Subject> {
        if let Some(Below::Unit(unit)) = self.below.last() {
            return Some(unit.subject.clone());
        }
        if let Some(Below::Log(screen)) = self.below.last() {
            return Some(screen.subject.clone());
        }
        match self.target() {
            Target::Object(subject) => Some(subject),
            Target::Service(index) => {
                let standing = self.picture.services.iter().find(|standing| standing.index == index)?;
                // The copy that needs a look most.
                let worst = standing.copies.iter().max_by_key(|copy| copy.verdict.health)?;
                picture::subjects(standing)
                    .into_iter()
                    .find(|subject| subject.namespace == worst.namespace && subject.name == worst.name)
            }
            _ => None,
        }
    }

    fn open_logs(&mut self, moment: &Moment<'_>) -> Vec<Effect> {
        let subject = match self.target() {
            // On the screen of a workload: the pod under the cursor.
            Target::Object(subject) if matches!(self.below.last(), Some(Below::Unit(unit)) if unit.pods.is_held()) => {
                Some(subject)
            }
            _ => self.subject(),
        };
        let Some(subject) = subject else { return Vec::new() };
        let sources = match self.below.last() {
            Some(Below::Unit(unit)) if unit.subject == subject => unit.sources(&self.picture),
            _ => {
                let mut unit = Unit::new(subject.clone());
                unit.fill(&self.picture, moment.now);
                unit.sources(&self.picture)
            }
        };
        if sources.is_empty() {
            let why = self.picture.why_empty(Kind::Pods, &subject.namespace);
            return vec![say(match why {
                Some(why) => format!("the pods of {} are not known: {why}", subject.name),
                None => format!("{} has no pod, so there is no log", subject.name),
            })];
        }
        let mut screen = LogScreen::new(subject, sources);
        self.logs += 1;
        let ask = screen.ask(self.logs);
        self.below.push(Below::Log(Box::new(screen)));
        vec![ask]
    }

    fn open_yaml(&mut self) -> Vec<Effect> {
        let Some(subject) = self.subject() else { return Vec::new() };
        let (screen, read) = YamlScreen::new(subject);
        self.below.push(Below::Yaml(Box::new(screen)));
        vec![read]
    }

    fn copy(&mut self) -> Vec<Effect> {
        let text = match self.below.last() {
            Some(Below::Unit(unit)) if unit.on_events => unit.events.current().map(Entry::text),
            Some(Below::Unit(unit)) => unit.pods.current().map(Entry::text),
            None if self.tab == Tab::Init => self.init.text(),
            _ => self.panel().and_then(|panel| panel.current().map(Entry::text)),
        };
        text.map(|text| vec![Effect::Copy(text)]).unwrap_or_default()
    }

    fn restart(&mut self, moment: &Moment<'_>) -> Vec<Effect> {
        let Some(subject) = self.subject() else { return Vec::new() };
        let unit = Unit::new(subject.clone());
        if !unit.can_restart() {
            let why = format!("a {} is not restarted this way; D deletes a pod, which is made anew", subject.kind);
            return vec![say(why)];
        }
        let verdict = unit.verdict(&self.picture, moment.now);
        let stays = match (&*subject.kind, verdict.health) {
            (_, health) if health != Health::Ready => "It is not ready now; the new pods may meet the same trouble.",
            ("StatefulSet", _) => "Its pods are replaced one after the other, the last one first.",
            _ => "New pods come first; old ones go when the new ones are ready.",
        };
        let consequences = vec![
            Line::from(format!("{} of {} pods are ready now.", verdict.ready, verdict.desired)),
            Line::from(stays),
            Line::dim("They read the configuration as it is then."),
        ];
        vec![Effect::Go(Go::Ask(Confirm {
            question: format!("Restart {} {} in {}?", subject.kind, subject.name, subject.namespace),
            consequences,
            name: None,
            yes: vec![Effect::Dashboard(Order::Restart(subject))],
        }))]
    }

    fn delete(&mut self) -> Vec<Effect> {
        let Some(Below::Unit(unit)) = self.below.last() else { return Vec::new() };
        let Some(pod) = unit.pod(&self.picture) else { return vec![say("there is no pod to delete".into())] };
        let namespace = unit.subject.namespace.clone();
        let known = self.picture.space(&namespace).and_then(|space| space.pods.get(&pod));
        let owner = known.and_then(|pod| pod.owner.clone());
        let subject = Subject { namespace: namespace.clone(), kind: "Pod".into(), name: pod.clone() };
        let (consequences, name) = match owner {
            Some((kind, owner)) => (vec![Line::from(format!("{kind} {owner} makes a new one in its place."))], None),
            None => (
                vec![Line::from("Nothing makes a new one in its place: what runs in it is lost.")],
                Some(pod.to_string()),
            ),
        };
        vec![Effect::Go(Go::Ask(Confirm {
            question: format!("Delete pod {pod} in {namespace}?"),
            consequences,
            name,
            yes: vec![Effect::Dashboard(Order::DeletePod(subject))],
        }))]
    }

    fn forward(&mut self) -> Vec<Effect> {
        if self.forwarded.is_some() {
            return vec![Effect::Dashboard(Order::EndForward)];
        }
        let Some(Below::Unit(unit)) = self.below.last() else { return Vec::new() };
        let Some(pod) = unit.pod(&self.picture) else { return vec![say("there is no pod to forward to".into())] };
        let service = self
            .picture
            .catalogue()
            .services
            .iter()
            .find(|service| service.owns_object(&unit.subject.name, &unit.subject.namespace));
        let port = service.and_then(|service| service.ports.first()).map(|port| port.number);
        let subject = Subject { namespace: unit.subject.namespace.clone(), kind: "Pod".into(), name: pod };
        self.asking = Some(forward::Asking::new(subject, port));
        Vec::new()
    }
}

fn say(text: String) -> Effect {
    Effect::Go(Go::Say(text))
}
