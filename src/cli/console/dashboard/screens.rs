//! What the dashboard looks like: every page in every size, theme and state, drawn from a night in a data plane.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::dashboard::{Crash, LogNews, News, Order};
use crate::app::keys::{Code, Key};
use crate::app::{App, Effect, Found, FoundRelease, Msg, Now, Place, Size, Start, Target};
use crate::deploy::Attempt;
use crate::observe::sample::{self, EXTRA, HOME, NOW, Sample};
use crate::observe::{self, Item, Kind};
use crate::problem::{Outcome, Problem};
use crate::tui::testing::{SIZES, THEMES, picture, styled, text};

/// A console on a release, as far as its state machine goes.
struct Console {
    app: App,
    now: Now,
    size: Size,
    /// What it wanted from the world since it was asked last.
    wanted: Vec<Order>,
    /// How often it wanted a connection.
    connects: usize,
}

impl Console {
    fn new(size: Size) -> Console {
        let wall = Timestamp::from_second(NOW).unwrap();
        let now = Now { running: Duration::from_secs(9), wall };
        let (app, _) = App::new(Start { now, size, target: Target::default() });
        let mut console = Console { app, now, size, wanted: Vec::new(), connects: 0 };
        console.tell(Msg::Connected(Box::new(found())));
        console
    }

    /// On a night in a data plane.
    fn night(size: Size) -> Console {
        let mut console = Console::new(size);
        console.news(News::Release(Ok(Some(Box::new(sample::facts())))));
        console.news(News::Observed(Sample::night().live()));
        let crash = console.wanted.iter().find_map(|order| match order {
            Order::LastLine(crash) => Some(crash.clone()),
            _ => None,
        });
        let words = "could not connect to typesense:8108";
        console.news(News::LastLine(crash.expect("the crash is asked about"), Some(words.into())));
        console
    }

    fn tell(&mut self, msg: Msg) {
        let effects = self.app.update(self.now, msg);
        self.connects += effects.iter().filter(|effect| matches!(effect, Effect::Connect(_))).count();
        self.wanted.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Dashboard(order) => Some(order),
            _ => None,
        }));
        // The driver tells what was shown after every frame.
        let (_, report) = crate::tui::testing::cells(self.app.view(), THEMES[0].1, self.size);
        drop(self.app.update(self.now, Msg::Shown(report.shown)));
    }

    fn news(&mut self, news: News) {
        self.tell(Msg::Dashboard(news));
    }

    fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            let key = match c {
                '\n' => Key::of(Code::Enter),
                '\x1b' => Key::of(Code::Esc),
                '\t' => Key::of(Code::Tab),
                c => Key::char(c),
            };
            self.tell(Msg::Key(key));
        }
    }

    fn text(&self, size: Size) -> String {
        text(self.app.view(), THEMES[0].1, size)
    }
}

/// What is found when the console connects.
fn found() -> Found {
    let place = Place {
        context: "onprem-prod".into(),
        server: "https://10.0.0.1:6443".into(),
        version: "v1.33.4".into(),
        namespace: HOME.into(),
        release: "data-plane".into(),
    };
    let release = Some(FoundRelease { revision: 3, status: "deployed".into() });
    Found { place, release, ..Found::default() }
}

/// How a console comes into a state.
type Make = fn(Size) -> Console;

/// A page in every size; the smallest also with its styles and in the other themes.
fn pictures(make: impl Fn(Size) -> Console, keys: &str) -> String {
    let mut pictures = String::new();
    for size in SIZES {
        let mut console = make(size);
        console.keys(keys);
        for (name, theme) in THEMES {
            if size != SIZES[0] && name != "colour" {
                continue;
            }
            let frame = match name {
                "ascii" => text(console.app.view(), theme, size),
                _ if size == SIZES[0] => styled(console.app.view(), theme, size),
                _ => text(console.app.view(), theme, size),
            };
            pictures.push_str(&format!("=== {}x{} {name}\n{frame}\n", size.width, size.height));
        }
    }
    pictures
}

macro_rules! page {
    ($name:ident, $keys:expr) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(concat!("night_", stringify!($name)), pictures(Console::night, $keys));
        }
    };
}

page!(services, "");
page!(services_with_the_cursor_on_trouble, "jjjjjj");
page!(services_only_problems, "o");
page!(init, "2");
page!(scaling, "3jj");
page!(namespaces, "4j");
page!(workloads_of_a_namespace, "4j\n");
page!(events, "5");
page!(routes_with_a_tested_path, "6T/api/v1/domains/x/data-catalog\n");
page!(flags, "7");
page!(workload, "jjjjjj\n");
page!(pod, "jjjjjj\n\n");
page!(restart_asked, "jjR");

#[test]
fn every_page_says_what_it_waits_for_and_which_right_is_missing() {
    let states: [(&str, Make); 3] = [
        ("loading", Console::new),
        ("denied", |size| {
            let mut console = Console::new(size);
            let denied = Problem::failed("release.unreadable", "its record cannot be read:")
                .because("secrets is forbidden: User \"viewer\" cannot list resource \"secrets\"");
            console.news(News::Release(Err(Box::new(denied))));
            console.news(News::Observed(sample::denied()));
            console
        }),
        ("lost", |size| {
            let mut console = Console::night(size);
            console.now = console.now.later(Duration::from_secs(14));
            console.news(News::Observed(vec![Item::Line(Some("keep-alive timed out".into()))]));
            console.now = console.now.later(Duration::from_secs(7));
            console.tell(Msg::Tick);
            console
        }),
    ];
    for (name, make) in states {
        let mut pictures = String::new();
        for page in '1'..='7' {
            let mut console = make(SIZES[0]);
            console.keys(&page.to_string());
            pictures.push_str(&format!("=== page {page}\n{}\n", console.text(SIZES[0])));
        }
        insta::assert_snapshot!(format!("pages_{name}"), pictures);
    }
}

#[test]
fn nothing_is_called_well_before_everything_was_seen() {
    let mut console = Console::new(SIZES[0]);
    assert!(!console.text(SIZES[0]).contains("all well"), "nothing was seen");
    let mut facts = sample::facts();
    facts.flags.values_mut().for_each(|(on, _)| *on = false);
    console.news(News::Release(Ok(Some(Box::new(facts)))));
    let applications =
        |item: &Item| matches!(item, Item::Put(Kind::Applications, ..) | Item::State(Kind::Applications, ..));
    let half = Sample::platform().live().into_iter().filter(|item| !applications(item));
    console.news(News::Observed(half.collect()));
    assert!(!console.text(SIZES[0]).contains("all well"), "one list is still read:\n{}", console.text(SIZES[0]));
    console.news(News::Observed(Sample::platform().live()));
    assert!(console.text(SIZES[0]).contains("all well"), "{}", console.text(SIZES[0]));
    console.news(News::Observed(vec![Item::Line(Some("keep-alive timed out".into()))]));
    assert!(!console.text(SIZES[0]).contains("all well"), "it is not seen any more");
}

#[test]
fn a_cluster_that_cannot_be_reached_is_tried_again_without_a_key() {
    let mut console = Console::new(SIZES[0]);
    console.wanted.clear();
    let silent = Problem::new(Outcome::Unreachable, "cluster.silent", "the API server gave no answer within 12 s");
    console.tell(Msg::Unreachable(Box::new(silent)));
    assert!(console.text(SIZES[0]).contains("· lost"), "{}", console.text(SIZES[0]));
    console.tell(Msg::Tick);
    assert_eq!(console.connects, 0, "not at once");
    console.now = console.now.later(Duration::from_secs(3));
    console.tell(Msg::Tick);
    console.tell(Msg::Tick);
    assert_eq!(console.connects, 1, "once at a time");
    console.tell(Msg::Connected(Box::new(found())));
    assert!(console.wanted.iter().any(|order| matches!(order, Order::Watch)), "{:?}", console.wanted);
    console.news(News::Observed(vec![Item::Line(None)]));
    assert!(console.text(SIZES[0]).contains("· live"), "{}", console.text(SIZES[0]));
}

#[test]
fn what_pods_use_is_asked_only_while_it_is_shown() {
    let mut console = Console::night(SIZES[0]);
    let measured = |console: &Console| {
        let scopes = console.wanted.iter().filter_map(|order| match order {
            Order::Follow(scope) => Some(scope.measured.iter().map(ToString::to_string).collect::<Vec<_>>()),
            _ => None,
        });
        scopes.reduce(|_, newest| newest).unwrap_or_default()
    };
    assert_eq!(measured(&console), [HOME, EXTRA], "the services show it");
    console.keys("5");
    console.news(News::Observed(Vec::new()));
    assert!(measured(&console).is_empty(), "events do not");
    console.keys("4j\n");
    console.news(News::Observed(Vec::new()));
    assert_eq!(measured(&console), [EXTRA], "a namespace shows its own");
}

#[test]
fn a_log_is_followed_searched_and_kept_where_it_was_scrolled() {
    let mut console = Console::night(SIZES[0]);
    console.keys("jjjjjjl");
    let number = console.wanted.iter().find_map(|order| match order {
        Order::FollowLog(request) => Some(request.log),
        _ => None,
    });
    let number = number.expect("the log is asked for");
    let line = |n: usize| LogNews {
        source: 0,
        time: format!("2026-11-22T21:59:{:02}.5Z", n % 60).into(),
        text: format!("line {n}{}", if n.is_multiple_of(10) { " ERROR refused" } else { "" }).into(),
        remark: false,
    };
    console.news(News::Log(number, (0..100).map(line).collect()));
    insta::assert_snapshot!("log_followed", console.text(SIZES[0]));
    console.keys("/error\n");
    insta::assert_snapshot!("log_searched", console.text(SIZES[0]));
    let before = console.text(SIZES[0]);
    console.news(News::Log(number, (100..200).map(line).collect()));
    let first = |text: &str| text.lines().nth(5).unwrap_or_default().to_string();
    assert_eq!(first(&console.text(SIZES[0])), first(&before), "what is read does not move");
}

#[test]
fn the_init_job_is_told_from_the_record_when_the_cluster_has_forgotten_it() {
    let mut console = Console::night(SIZES[0]);
    let attempt = |number, exit| Attempt {
        job: "iomete-data-plane-init".into(),
        operation: "op".into(),
        number,
        pod: format!("iomete-data-plane-init-{number}"),
        started: "2026-11-10T21:58:00Z".into(),
        finished: Some("2026-11-10T21:58:40Z".into()),
        exit: Some(exit),
        reason: if exit == 0 { String::new() } else { "Error".into() },
        folder: "/record".into(),
    };
    console.news(News::Attempts(vec![attempt(1, 1), attempt(2, 0)]));
    console.keys("2");
    let number = console.wanted.iter().rev().find_map(|order| match order {
        Order::ReadRecord { log, .. } => Some(*log),
        _ => None,
    });
    let said = ["connecting to pg-1:5432 as postgres", "database iomete_core_db created"];
    let line =
        |text: &&str| LogNews { source: 0, time: "2026-11-10T21:58:07.5Z".into(), text: (*text).into(), remark: false };
    console.news(News::Log(number.expect("the record is read"), said.iter().map(line).collect()));
    insta::assert_snapshot!("init_recorded", console.text(SIZES[0]));
}

#[test]
fn rows_keep_their_place_while_ten_thousand_pods_come_and_go() {
    let mut console = Console::night(SIZES[0]);
    console.news(News::Observed(sample::many(EXTRA, 10_000)));
    console.keys("4j\n");
    console.keys("G");
    let before = console.text(SIZES[0]);
    let gone = (0..500).map(|n| {
        let pod = format!("app-{}-x-{n:05}", n / 10);
        Item::Gone(observe::Kind::Pods, EXTRA.into(), sample::name(&pod))
    });
    console.news(News::Observed(gone.collect()));
    let row = |text: &str| text.lines().find(|line| line.contains('▸') && line.contains('/')).map(str::to_string);
    assert!(row(&before).is_some());
    assert_eq!(row(&console.text(SIZES[0])), row(&before));
}

#[test]
fn small_terminals_break_nothing() {
    for (width, height) in [(20, 5), (40, 10), (60, 15), (1, 1)] {
        let size = Size { width, height };
        for keys in ["", "2", "3", "4", "5", "6", "7", "\n", "l"] {
            let mut console = Console::night(size);
            console.keys(keys);
            assert!(!text(console.app.view(), THEMES[0].1, size).is_empty());
        }
    }
}

#[test]
fn what_is_asked_again_and_again_is_asked_once() {
    let mut console = Console::night(SIZES[0]);
    console.wanted.clear();
    console.news(News::Observed(Sample::night().live()));
    console.news(News::Observed(Vec::new()));
    let asked: Vec<&Order> = console.wanted.iter().filter(|o| matches!(o, Order::LastLine(Crash { .. }))).collect();
    assert!(asked.is_empty(), "{asked:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn no_sequence_of_keys_breaks_the_dashboard(keys in "[1-7jkgGlvoew/npsRDFTy&\n\u{1b}\t\\]\\[a-c ]{0,40}") {
        let mut console = Console::night(SIZES[0]);
        console.keys(&keys);
        console.news(News::Observed(Sample::night().live()));
        proptest::prop_assert!(!console.text(SIZES[0]).is_empty());
    }
}

#[test]
fn picture_of_a_night() {
    let size = Size { width: 100, height: 30 };
    picture("dashboard", Console::night(size).app.view(), size);
}
