//! The fold, and that the order in which streams speak does not matter.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::cluster::rows::WorkloadRow;
use crate::observe::claims::Bound;
use crate::observe::news::Row;
use crate::observe::pods::{Phase, Pod};
use crate::observe::settings::Workload;

const KINDS: [Kind; 3] = [Kind::Pods, Kind::Deployments, Kind::Claims];

fn row(kind: Kind, name: &str, number: u8) -> Row {
    let name: Name = name.into();
    match kind {
        Kind::Pods => Row::Pod(Pod {
            name,
            owner: None,
            phase: Phase::Running,
            leaving: false,
            ready: 1,
            restarts: u32::from(number),
            created: 0,
            started: 0,
            node: None,
            containers: ["c".into()].into(),
            spark: None,
            cpu: 0,
            memory: 0,
            claims: [].into(),
            trouble: None,
        }),
        Kind::Deployments => Row::Workload(Box::new(Workload {
            row: WorkloadRow { kind: "Deployment", ready: i32::from(number), ..WorkloadRow::default() },
            name,
            created: 0,
            release: None,
            containers: [].into(),
            restarted: None,
            failed: 0,
        })),
        _ => Row::Claim(Bound { name, phase: number.to_string().into(), class: "".into(), size: "".into() }),
    }
}

/// What a server holds, and what it would tell each of its streams.
#[derive(Default)]
struct Server {
    objects: BTreeMap<(usize, u8), u8>,
    told: [Vec<Item>; KINDS.len()],
}

#[derive(Debug, Clone)]
enum Op {
    Put(usize, u8, u8),
    Delete(usize, u8),
    /// A stream lists anew: `true` when changes come between two pages.
    List(usize, Option<(u8, u8)>),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let kind = 0..KINDS.len();
    let op = prop_oneof![
        4 => (kind.clone(), 0..6u8, any::<u8>()).prop_map(|(k, n, v)| Op::Put(k, n, v)),
        2 => (kind.clone(), 0..6u8).prop_map(|(k, n)| Op::Delete(k, n)),
        1 => (kind, proptest::option::of((0..6u8, any::<u8>()))).prop_map(|(k, between)| Op::List(k, between)),
    ];
    proptest::collection::vec(op, 0..60)
}

impl Server {
    fn name(number: u8) -> String {
        format!("o{number}")
    }

    fn namespace() -> Name {
        "ns".into()
    }

    fn put(&mut self, kind: usize, number: u8, value: u8) {
        self.objects.insert((kind, number), value);
        self.told[kind].push(Item::Put(KINDS[kind], Self::namespace(), row(KINDS[kind], &Self::name(number), value)));
    }

    fn delete(&mut self, kind: usize, number: u8) {
        if self.objects.remove(&(kind, number)).is_some() {
            self.told[kind].push(Item::Gone(KINDS[kind], Self::namespace(), Self::name(number).as_str().into()));
        }
    }

    /// A list is the state of one moment, however many pages it has.
    fn list(&mut self, kind: usize) {
        let mut items = vec![Item::Begin(KINDS[kind], Self::namespace())];
        let here = self.objects.iter().filter(|((k, _), _)| *k == kind);
        items.extend(here.map(|((k, number), value)| {
            Item::Put(KINDS[*k], Self::namespace(), row(KINDS[*k], &Self::name(*number), *value))
        }));
        items.push(Item::End(KINDS[kind], Self::namespace()));
        self.told[kind].extend(items);
    }

    fn run(ops: &[Op]) -> Server {
        let mut server = Server::default();
        (0..KINDS.len()).for_each(|kind| server.list(kind));
        for op in ops {
            match op {
                Op::Put(kind, number, value) => server.put(*kind, *number, *value),
                Op::Delete(kind, number) => server.delete(*kind, *number),
                Op::List(kind, lost) => {
                    // While the stream was broken off, this happened without its being told.
                    if let Some((number, value)) = lost {
                        match value % 2 {
                            0 => drop(server.objects.remove(&(*kind, *number))),
                            _ => drop(server.objects.insert((*kind, *number), *value)),
                        }
                    }
                    server.list(*kind);
                }
            }
        }
        server
    }
}

/// The rows without what only counts or remembers.
fn rows(world: &World) -> impl PartialEq + std::fmt::Debug {
    let space = world.spaces.get("ns").cloned().unwrap_or_default();
    (space.pods, space.deployments, space.claims)
}

proptest! {
    #[test]
    fn any_interleaving_of_streams_gives_the_rows_of_a_fresh_list(ops in ops(), turns in proptest::collection::vec(0..KINDS.len(), 0..200)) {
        let server = Server::run(&ops);
        let mut fresh = World::default();
        let mut now = Server { objects: server.objects.clone(), ..Server::default() };
        (0..KINDS.len()).for_each(|kind| now.list(kind));
        now.told.into_iter().for_each(|told| fresh.learn(told, 0));

        let mut world = World::default();
        let mut queues = server.told.map(std::collections::VecDeque::from);
        for turn in turns.into_iter().chain((0..KINDS.len()).cycle()) {
            match queues[turn].pop_front() {
                Some(item) => world.learn(vec![item], 0),
                None if queues.iter().all(std::collections::VecDeque::is_empty) => break,
                None => {}
            }
        }
        prop_assert_eq!(rows(&world), rows(&fresh));
    }
}

#[test]
fn a_list_that_is_not_complete_takes_nothing_away() {
    let ns: Name = "ns".into();
    let mut world = World::default();
    world.learn(vec![Item::Put(Kind::Pods, ns.clone(), row(Kind::Pods, "a", 0))], 0);
    world.learn(vec![Item::Begin(Kind::Pods, ns.clone())], 0);
    assert_eq!(world.spaces["ns"].pods.len(), 1);
    world.learn(vec![Item::End(Kind::Pods, ns)], 0);
    assert!(world.spaces["ns"].pods.is_empty());
}

#[test]
fn a_lost_line_remembers_since_when_and_is_forgotten_when_it_lives() {
    let mut world = World::default();
    world.learn(vec![Item::Line(Some("refused".into()))], 10);
    world.learn(vec![Item::Line(Some("no route".into()))], 15);
    assert_eq!(world.lost, Some(("no route".into(), 10)));
    world.learn(vec![Item::Line(None)], 20);
    assert_eq!((world.lost, world.heard), (None, true));
}

#[test]
fn a_missing_right_is_known_for_its_kind_alone() {
    let mut world = World::default();
    let need = Kind::Events.need("list", "ns").to_string();
    world.learn(vec![Item::State(Kind::Events, "ns".into(), StreamState::Denied(need))], 0);
    assert_eq!(world.stream(Kind::Events, "ns"), StreamState::Denied("list events in ns".into()));
    assert_eq!(world.stream(Kind::Pods, "ns"), StreamState::Loading);
}
