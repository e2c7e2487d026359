//! A workload: its pods, conditions and events. A pod: its containers.

use super::entry::{Entry, Target, cause, cpu, memory, state};
use super::order::{Crash, Subject};
use super::panel::Panel;
use super::picture::Picture;
use super::services::since;
use super::{events, head};
use crate::app::Now;
use crate::app::view::{Column, Extent, Id, Line, Pane, Part, Sign, Span, Tone};
use crate::observe::{self, Container, Health, Kind, Name, Phase, Pod, Space, Verdict};

/// The table of pods or containers.
pub const PODS: Id = Id("dashboard.unit.pods");
/// The events below it.
pub const EVENTS: Id = Id("dashboard.unit.events");

/// A workload or a pod, as it is looked at.
#[derive(Debug)]
pub struct Unit {
    /// Which.
    pub subject: Subject,
    /// Pods, or containers.
    pub pods: Panel,
    /// Events about it.
    pub events: Panel,
    /// The events have the keys.
    pub on_events: bool,
}

impl Unit {
    /// A look at something.
    pub fn new(subject: Subject) -> Unit {
        Unit { subject, pods: Panel::default(), events: Panel::default(), on_events: false }
    }

    /// Whether it is a single pod.
    pub fn is_pod(&self) -> bool {
        &*self.subject.kind == "Pod"
    }

    /// The panel that has the keys.
    pub fn panel(&mut self) -> (&mut Panel, Id) {
        if self.on_events { (&mut self.events, EVENTS) } else { (&mut self.pods, PODS) }
    }

    /// Fills it with what is known.
    pub fn fill(&mut self, picture: &Picture, now: Now) {
        let Some(space) = picture.space(&self.subject.namespace) else { return };
        let pods: Vec<&Pod> = self.its_pods(space).collect();
        let names: Vec<Name> = pods.iter().map(|pod| pod.name.clone()).collect();
        let rows = match (self.is_pod(), pods.first()) {
            (true, Some(pod)) => containers(picture, &self.subject.namespace, pod),
            _ => pods.iter().map(|pod| row(space, &self.subject.namespace, pod, now)).collect(),
        };
        let lost = picture.world.lost.is_some();
        (self.pods.dim, self.events.dim) = (lost, lost);
        self.pods.fill(rows);
        let about = |namespace: &Name, event: &observe::Happening| {
            *namespace == self.subject.namespace && (event.object == self.subject.name || names.contains(&event.object))
        };
        self.events.fill(events::entries(picture, now, about, false));
    }

    fn its_pods<'s>(&'s self, space: &'s Space) -> Box<dyn Iterator<Item = &'s Pod> + 's> {
        if self.is_pod() {
            return Box::new(space.pods.get(&self.subject.name).into_iter());
        }
        Box::new(observe::pods_of(space, &self.subject.kind, &self.subject.name))
    }

    /// The pod a key is about: the one under the cursor, or the only one.
    pub fn pod(&self, picture: &Picture) -> Option<Name> {
        if self.is_pod() {
            return Some(self.subject.name.clone());
        }
        match self.pods.target() {
            Target::Object(subject) => Some(subject.name),
            _ => self.its_pods(picture.space(&self.subject.namespace)?).next().map(|pod| pod.name.clone()),
        }
    }

    /// Pods and containers whose logs are meant: of the container under the cursor of a pod, else of all pods.
    pub fn sources(&self, picture: &Picture) -> Vec<(Name, Name)> {
        let Some(space) = picture.space(&self.subject.namespace) else { return Vec::new() };
        let pods = self.its_pods(space);
        let all = pods.flat_map(|pod| pod.containers.iter().map(|container| (pod.name.clone(), container.clone())));
        let chosen = self.pods.current().filter(|_| self.is_pod() && self.pods.is_held()).map(|entry| &entry.key);
        all.filter(|(_, container)| chosen.is_none_or(|key| **key == **container)).collect()
    }

    /// Whether it can be told to restart its pods.
    pub fn can_restart(&self) -> bool {
        matches!(&*self.subject.kind, "Deployment" | "StatefulSet")
    }

    /// How it stands.
    pub fn verdict(&self, picture: &Picture, now: Now) -> Verdict {
        let seconds = now.wall.as_second();
        let (namespace, name) = (&self.subject.namespace, &self.subject.name);
        let Some(space) = picture.space(namespace) else { return Verdict::unknown("looking") };
        let kind = &*self.subject.kind;
        if let Some(workload) = space.workload(kind, name) {
            return observe::judge(space, namespace, workload, seconds);
        }
        match (kind, space.applications.get(name), space.pods.get(name)) {
            ("SparkApplication", Some(application), _) => observe::judge_application(application),
            ("Pod", _, Some(pod)) => observe::judge_pod(space, namespace, pod, seconds),
            _ if self.its_pods(space).next().is_some() => Verdict { word: "running", ..Verdict::unknown("") },
            _ => Verdict::missing("it is not there any more"),
        }
    }

    /// The screen without its frame.
    pub fn view<'p>(&'p self, picture: &'p Picture, now: Now) -> Pane<'p> {
        let verdict = self.verdict(picture, now);
        let mut top = vec![
            Line::from(Span::new(format!(" {}", self.subject.kind)).tone(Tone::Dim))
                .and(" ")
                .and(Span::new(self.subject.name.to_string()).strong())
                .and(Span::new(format!("  in {}   ", self.subject.namespace)).tone(Tone::Dim)),
        ];
        top[0].spans.extend(state(&verdict).spans);
        if !verdict.cause.is_empty() {
            let restarts = picture
                .space(&self.subject.namespace)
                .map_or(0, |space| self.its_pods(space).map(|pod| pod.restarts).sum());
            let told = picture.cause(&self.subject.namespace, &verdict, restarts);
            top.push(cause(&told, if verdict.health == Health::Failed { Tone::Bad } else { Tone::Normal }));
        }
        top.extend(self.conditions(picture));
        let columns = if self.is_pod() { container_columns() } else { pod_columns() };
        let empty = picture.why_empty(Kind::Pods, &self.subject.namespace).unwrap_or_else(|| "it has no pod".into());
        let mut pods = self.pods.view(PODS, columns, Line::dim(empty));
        pods.focused = !self.on_events;
        let empty = picture.why_empty(Kind::Events, &self.subject.namespace).unwrap_or_else(|| "no events".into());
        let mut events = self.events.view(EVENTS, events::columns(false), Line::dim(empty)).bare();
        events.focused = self.on_events;
        events.selected = events.selected.filter(|_| self.on_events);
        let mut parts = vec![
            Part::new(top, Extent::Fit(8)),
            Part::new(pods, Extent::Fill(3)).ruled(Line::blank()),
            Part::new(events, Extent::Fill(2)).ruled(Line::dim(" Events ")).rank(1),
        ];
        let filter = if self.on_events { self.events.filter() } else { self.pods.filter() };
        parts.extend(filter.map(|line| Part::new(vec![line], Extent::Lines(1))));
        parts.into()
    }

    /// Conditions that are not as they should be, and how it is rolled out.
    fn conditions(&self, picture: &Picture) -> Vec<Line<'static>> {
        let Some(space) = picture.space(&self.subject.namespace) else { return Vec::new() };
        let Some(workload) = space.workload(&self.subject.kind, &self.subject.name) else { return Vec::new() };
        let row = &workload.row;
        let mut lines = Vec::new();
        if row.updated < row.desired && row.kind != "Job" {
            let text = format!(" rolling out: {} of {} pods are of the new template", row.updated, row.desired);
            lines.push(Line::from(" ").and(Span::sign(Sign::Busy)).and(text));
        }
        let wrong = row.conditions.iter().filter(|c| match c.kind.as_str() {
            "ReplicaFailure" | "Failed" => c.status == "True",
            _ => c.status == "False",
        });
        for condition in wrong.take(3) {
            let text = format!(" {} {}: {}", condition.kind, condition.reason, condition.message);
            lines.push(Line::from(" ").and(Span::sign(Sign::Degraded)).and(Span::new(text).tone(Tone::Dim)));
        }
        lines
    }

    /// The words of a crashed container that are worth asking for.
    pub fn crash(&self, picture: &Picture, now: Now) -> Option<Crash> {
        let (pod, container, previous) = self.verdict(picture, now).crashed?;
        let space = picture.space(&self.subject.namespace)?;
        let restarts = self.its_pods(space).map(|pod| pod.restarts).sum();
        Some(Crash { namespace: self.subject.namespace.clone(), pod, container, previous, restarts })
    }

    /// What the top line says of it.
    pub fn place(&self) -> Line<'static> {
        head::crumb(&[&self.subject.namespace, &self.subject.name])
    }
}

fn pod_columns() -> Vec<Column<'static>> {
    vec![
        Column::fill("pod", 26),
        Column::fixed("state", 12),
        Column::fixed("ready", 5).right(),
        Column::fixed("restarts", 8).right(),
        Column::fixed("age", 5).right().rank(1),
        Column::fixed("cpu", 5).right().rank(2),
        Column::fixed("mem", 5).right().rank(2),
        Column::fixed("node", 18).rank(3),
    ]
}

fn row(space: &Space, namespace: &Name, pod: &Pod, now: Now) -> Entry {
    let verdict = observe::judge_pod(space, namespace, pod, now.wall.as_second());
    let usage = space.usage.get(&pod.name);
    let dash = || Line::dim("–");
    let cells = vec![
        Line::from(pod.name.to_string()),
        state(&verdict),
        Line::from(format!("{}/{}", pod.ready, pod.containers.len())),
        Line::from(pod.restarts.to_string()),
        Line::from(since(pod.created, now)),
        usage.map_or_else(dash, |usage| Line::from(cpu(usage.cpu))),
        usage.map_or_else(dash, |usage| Line::from(memory(usage.memory))),
        Line::dim(pod.node.as_deref().unwrap_or("–").to_string()),
    ];
    let subject = Subject { namespace: namespace.clone(), kind: "Pod".into(), name: pod.name.clone() };
    let mut entry = Entry::new(pod.name.to_string(), cells).about(Target::Object(subject));
    entry.trouble = verdict.health.is_trouble();
    if !verdict.cause.is_empty() {
        entry.notes.push(cause(&verdict.cause, Tone::Normal));
    }
    entry
}

fn container_columns() -> Vec<Column<'static>> {
    vec![
        Column::fill("container", 20),
        Column::fixed("state", 24),
        Column::fixed("restarts", 8).right(),
        Column::fill("last run", 24),
    ]
}

fn containers(picture: &Picture, namespace: &Name, pod: &Pod) -> Vec<Entry> {
    let told = pod.trouble.as_deref().map(|trouble| trouble.containers.as_slice()).unwrap_or_default();
    let rows: Vec<Entry> = if told.is_empty() {
        let state = match pod.phase {
            Phase::Pending => Line::from(Span::sign(Sign::Off)).and(" waiting"),
            Phase::Succeeded => Line::from(Span::sign(Sign::Off)).and(" ended"),
            _ => Line::from(Span::sign(Sign::Ready)).and(" running"),
        };
        let plain = |name: &Name| {
            let cells = vec![Line::from(name.to_string()), state.clone(), Line::from("0"), Line::dim("–")];
            Entry::new(name.to_string(), cells)
        };
        pod.containers.iter().map(plain).collect()
    } else {
        told.iter().map(container).collect()
    };
    let words = picture.words.iter().filter(|(crash, _)| crash.namespace == *namespace && crash.pod == *pod.name);
    let words: Vec<_> = words.filter_map(|(crash, words)| Some((crash.container.as_str(), words.clone()?))).collect();
    let with_words = |mut entry: Entry| {
        let said = words.iter().filter(|(container, _)| *container == entry.key);
        let notes: Vec<_> = said.map(|(_, words)| cause(&format!("last log line: {words}"), Tone::Normal)).collect();
        entry.notes.extend(notes);
        entry
    };
    rows.into_iter().map(with_words).collect()
}

fn container(row: &Container) -> Entry {
    let (sign, word, why) = match (&row.waiting, &row.ended) {
        (Some((reason, message)), _) if reason == "ContainerCreating" || reason == "PodInitializing" => {
            (Sign::Busy, reason.clone(), message.clone())
        }
        (Some((reason, message)), _) => (Sign::Failed, reason.clone(), message.clone()),
        (None, Some((0, ..))) => (Sign::Off, "ended".into(), String::new()),
        (None, Some((code, reason, message))) => (Sign::Failed, format!("exit {code} {reason}"), message.clone()),
        (None, None) if row.ready => (Sign::Ready, "running".into(), String::new()),
        (None, None) if row.running => (Sign::Busy, "running, not ready".into(), String::new()),
        (None, None) => (Sign::Busy, "waiting".into(), String::new()),
    };
    let before = match &row.ended_before {
        Some((code, reason, _)) => Line::from(format!("exit {code} {reason}")),
        None => Line::dim("–"),
    };
    let cells = vec![
        Line::from(row.name.clone()),
        Line::from(Span::sign(sign)).and(format!(" {word}")),
        Line::from(row.restarts.to_string()),
        before,
    ];
    let mut entry = Entry::new(row.name.as_str(), cells);
    entry.trouble = matches!(sign, Sign::Failed);
    if !why.is_empty() {
        entry.notes.push(cause(why.lines().next().unwrap_or_default(), Tone::Normal));
    }
    entry
}
