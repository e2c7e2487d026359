//! An installation as the operator sees it, told by the events of one.

use std::collections::BTreeMap;

use super::*;
use crate::app::keys::{Code, Key};
use crate::app::{App, Found, FoundRelease, Msg, Size, Start, Target};
use crate::deploy::{Change, Event, ObjectRef, Stage, Stamped};
use crate::plan::Answers;
use crate::problem::{Outcome, Problem};
use crate::tui::testing::{SIZES, THEMES, cells, picture, styled, text};

/// A console with a story that is told to it.
struct Story {
    app: App,
    now: Now,
}

impl Story {
    /// Connected, and an installation has begun.
    fn begin(size: Size) -> Story {
        let start =
            Start { now: Now::ZERO, size, target: Target { release: "data-plane".into(), ..Target::default() } };
        let (mut app, _) = App::new(start);
        let place = Place {
            context: "onprem-prod".into(),
            server: "https://10.0.0.1:6443".into(),
            version: "v1.33.4".into(),
            namespace: "iomete-system".into(),
            release: "data-plane".into(),
        };
        app.update(Now::ZERO, Msg::Connected(Box::new(Found { place, ..Found::default() })));
        let mut story = Story { app, now: Now::ZERO };
        story.install();
        story
    }

    fn install(&mut self) {
        let job = Job {
            release: "data-plane".into(),
            namespace: "iomete-system".into(),
            answers: Answers::none(),
            typed: BTreeMap::new(),
            chart: None,
            take_over: false,
        };
        self.app.deploy_for_test(job);
    }

    fn after(&mut self, seconds: u64) -> &mut Story {
        self.now = self.now.later(Duration::from_secs(seconds));
        self
    }

    fn tell(&mut self, event: Event) -> &mut Story {
        let at = format!("2026-11-22T10:41:{:02}.000Z", self.now.running.as_secs() % 60);
        self.app.update(self.now, Msg::Deploying(News::Event(Box::new(Stamped { at, event }))));
        self
    }

    fn stage(&mut self, stage: Stage, state: State, seconds: Option<f64>, detail: &str) -> &mut Story {
        self.tell(Event::Stage { stage, state, seconds, detail: detail.into() })
    }

    fn prepared(&mut self) -> &mut Story {
        self.stage(Stage::Connect, State::Done, Some(0.2), "v1.33.4, 104 objects, 3 hooks")
            .stage(Stage::Permissions, State::Done, Some(0.3), "41 rights, 104 objects accepted")
            .stage(Stage::Prerequisites, State::Done, Some(1.1), "2 namespaces, 1 definition, 4 Secrets")
            .stage(Stage::Record, State::Done, Some(0.1), "revision 1")
            .stage(Stage::InitJob, State::Running, None, "")
    }

    fn attempt(&mut self, attempt: u32, state: State, exit: Option<i32>, reason: &str) -> &mut Story {
        let seconds = exit.map(|_| 41.0);
        let (job, pod) = ("iom-init".into(), format!("iom-init-{attempt}"));
        self.tell(Event::Attempt { job, attempt, pod, state, exit, seconds, reason: reason.into() })
    }

    fn log(&mut self, attempt: u32, lines: &[&str]) -> &mut Story {
        for line in lines {
            let time = format!("2026-11-22T10:41:{:02}.5Z", self.now.running.as_secs() % 60);
            let (job, container) = ("iom-init".into(), "init".into());
            self.tell(Event::Log { job, attempt, container, time, line: line.to_string() });
        }
        self
    }

    fn workload(&mut self, name: &str, state: State, ready: i32, reason: &str) -> &mut Story {
        let object =
            ObjectRef { kind: "Deployment".into(), namespace: Some("iomete-system".into()), name: name.into() };
        self.tell(Event::Workload { object, state, ready, desired: 1, reason: reason.into() })
    }

    fn end(&mut self, result: Result<(), Problems>) -> &mut Story {
        self.app.update(self.now, Msg::Deploying(News::Ended(result)));
        self
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.app.update(self.now, Msg::Key(key))
    }

    /// As it looks at 80x24, without colours.
    fn seen(&self) -> String {
        text(self.app.view(), THEMES[1].1, SIZES[0])
    }
}

fn running(size: Size) -> Story {
    let mut story = Story::begin(size);
    story.prepared().attempt(1, State::Running, None, "").log(1, &["connecting to pg-1:5432 as postgres", "gone"]);
    story.after(41).attempt(1, State::Failed, Some(1), "Error").after(10).attempt(2, State::Running, None, "");
    let lines = [
        "connecting to pg-1.corp.example:5432 as postgres",
        "database iomete_core_db exists",
        "database iomete_iam_db created",
        "creating schema in iomete_iceberg_db",
        "\x1b[33mretry 1:\x1b[0m could not connect to server: timeout",
        "retry 2: could not connect to server: timeout",
    ];
    story.log(2, &lines).after(22);
    story.tell(Event::Warning {
        object: ObjectRef { kind: "Pod".into(), namespace: None, name: "iom-init-2".into() },
        reason: "BackOff".into(),
        message: "Back-off restarting failed container".into(),
    });
    story
}

fn refused() -> Problems {
    Problem::failed("init-job.failed", "Job iom-init in iomete-system failed after 3 attempts")
        .at("record: /home/op/.local/state/iomctl/records/1/iom-init")
        .because("BackoffLimitExceeded: Job has reached the specified backoff limit")
        .evidence("attempt 3 (iom-init-3): exit 1, Error")
        .next("mend the cause and run the same command again: it continues with this job. Nothing was rolled back")
        .into()
}

fn failed(size: Size) -> Story {
    let mut story = running(size);
    story.attempt(2, State::Failed, Some(1), "Error").attempt(3, State::Running, None, "");
    story.log(3, &["connecting", "FATAL: password authentication failed for user \"iomete_user\""]).after(41);
    story.attempt(3, State::Failed, Some(1), "Error");
    story.stage(Stage::InitJob, State::Failed, Some(161.0), "Job iom-init in iomete-system failed after 3 attempts");
    story.end(Err(refused()));
    story
}

fn waiting(size: Size) -> Story {
    let mut story = Story::begin(size);
    story.prepared().attempt(1, State::Done, Some(0), "Completed").log(1, &["schema is ready"]);
    story.stage(Stage::InitJob, State::Done, Some(44.1), "iom-init completed in 44 s");
    story.stage(Stage::Apply, State::Running, None, "");
    for n in 1..=3 {
        let object = ObjectRef { kind: "ConfigMap".into(), namespace: None, name: format!("iom-config-{n}") };
        story.tell(Event::Object { change: Change::Created, object, done: n, total: 104 });
    }
    story.stage(Stage::Apply, State::Done, Some(3.2), "104 objects created").stage(
        Stage::Wait,
        State::Running,
        None,
        "",
    );
    for n in 1..=9 {
        story.workload(&format!("iom-service-{n}"), State::Done, 1, "");
    }
    story.workload("typesense", State::Failed, 0, "no volume: storage class \"fast\" not found");
    story.workload("iom-core", State::Running, 0, "waiting for its first probe").after(31);
    story
}

fn done(size: Size) -> Story {
    let mut story = waiting(size);
    story.workload("typesense", State::Done, 1, "").workload("iom-core", State::Done, 1, "");
    story.stage(Stage::Wait, State::Done, Some(95.0), "11 workloads rolled out");
    story.stage(Stage::Finish, State::Done, Some(0.2), "revision 1 deployed");
    story.tell(Event::Note { text: "The console of IOMETE answers at https://lake.corp.example".into() });
    let detail = "release data-plane is deployed as revision 1".to_string();
    story.tell(Event::Finished { state: State::Done, seconds: 141.0, detail }).end(Ok(()));
    story
}

#[test]
fn the_screen_in_every_size_and_theme() {
    type Make = fn(Size) -> Story;
    let states: [(&str, Make); 4] = [("running", running), ("failed", failed), ("waiting", waiting), ("done", done)];
    for (name, story) in states {
        for size in SIZES {
            let story = story(size);
            for (theme_name, theme) in THEMES {
                let name = format!("{name}-{}x{}-{theme_name}", size.width, size.height);
                let frame = match theme_name {
                    "colour" => styled(story.app.view(), theme, size),
                    _ => text(story.app.view(), theme, size),
                };
                insta::assert_snapshot!(name, frame);
            }
        }
    }
}

#[test]
fn what_lies_over_the_screen() {
    let overlays: [(&str, &[Key]); 4] = [
        ("help", &[Key::char('?')]),
        ("palette", &[Key::char(':'), Key::char('l'), Key::char('o'), Key::char('g')]),
        ("stop", &[Key::ctrl('c')]),
        ("leave", &[Key::char('q')]),
    ];
    for (name, keys) in overlays {
        for size in SIZES {
            let mut story = running(size);
            keys.iter().for_each(|key| {
                story.key(*key);
            });
            // Every new key changes these two: once is enough.
            let themes = if matches!(name, "help" | "palette") { &THEMES[1..2] } else { &THEMES[..] };
            for (theme_name, theme) in themes.iter().copied() {
                let name = format!("over-{name}-{}x{}-{theme_name}", size.width, size.height);
                insta::assert_snapshot!(name, text(story.app.view(), theme, size));
            }
        }
    }
}

#[test]
fn pictures() {
    let size = Size { width: 100, height: 30 };
    picture("deploying", running(size).app.view(), size);
    picture("failed", failed(size).app.view(), size);
}

#[test]
fn a_step_of_what_turns_costs_little_and_rest_costs_nothing() {
    let mut story = running(SIZES[2]);
    let mut emitter = crate::tui::Emitter::new();
    let mut frame = |story: &Story| emitter.frame(cells(story.app.view(), THEMES[0].1, SIZES[2]).0, None).len();
    assert!(frame(&story) <= 12 * 1024, "the first frame");
    assert_eq!(frame(&story), 0, "nothing changed");
    for _ in 0..4 {
        // The sign turns, and three clocks go on.
        story.now = story.now.later(Duration::from_millis(500));
        story.app.update(story.now, Msg::Tick);
        let bytes = frame(&story);
        assert!(bytes <= 64, "{bytes} bytes");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]
    #[test]
    fn no_sequence_of_keys_sizes_and_events_breaks_it(steps in proptest::collection::vec(0u32..200, 1..80)) {
        let mut story = running(SIZES[0]);
        let codes = [
            Code::Enter, Code::Esc, Code::Tab, Code::BackTab, Code::Up, Code::Down, Code::PageUp, Code::PageDown,
            Code::Home, Code::End, Code::Left, Code::Right, Code::Backspace, Code::Delete,
        ];
        for step in steps {
            match step {
                0..95 => {
                    let key = Key::char(char::from(b' ' + step as u8));
                    story.key(key);
                }
                95..120 => {
                    story.key(Key::ctrl(char::from(b'a' + (step - 95) as u8)));
                }
                120..134 => {
                    story.key(Key::of(codes[step as usize - 120]));
                }
                134..150 => {
                    let size = Size { width: (step as u16 - 134) * 13 + 1, height: (step as u16 - 134) * 4 + 1 };
                    story.app.update(story.now, Msg::Resize(size));
                }
                150..160 => {
                    story.log(step - 149, &["one more line", "\x1b[2J"]);
                }
                160..170 => {
                    story.workload(&format!("w{step}"), [State::Running, State::Done, State::Failed][step as usize % 3], 0, "");
                }
                170..175 => {
                    story.stage(Stage::ALL[step as usize - 170], State::Done, Some(1.0), "");
                }
                175..178 => {
                    story.end(if step == 175 { Ok(()) } else { Err(refused()) });
                }
                178..185 => {
                    story.app.update(story.now, Msg::Paste("pasted\ntext \x1b[31m".repeat(9)));
                }
                _ => {
                    story.after(u64::from(step));
                    story.app.update(story.now, Msg::Tick);
                }
            }
            let size = story.app.size();
            let (_, report) = cells(story.app.view(), THEMES[step as usize % 3].1, size);
            story.app.update(story.now, Msg::Shown(report.shown));
        }
    }
}

#[test]
fn small_terminals_keep_what_matters() {
    let state = |width, height| {
        let size = Size { width, height };
        text(failed(size).app.view(), THEMES[1].1, size)
    };
    insta::assert_snapshot!("failed-60x16", state(60, 16));
    insta::assert_snapshot!("failed-20x5", state(20, 5));
    for width in 1..30 {
        for height in 1..14 {
            state(width, height);
        }
    }
}

#[test]
fn a_failure_leads_to_the_answer_and_back_to_the_same_stage() {
    let mut story = failed(SIZES[0]);
    let seen = story.seen();
    assert!(seen.contains("password authentication failed for user"), "{seen}");
    assert!(seen.contains("database.password"), "{seen}");
    assert!(!seen.contains("cause     BackoffLimitExceeded"), "the umbrella is not the cause:\n{seen}");
    let effects = story.key(Key::char('r'));
    assert!(matches!(effects.as_slice(), [Effect::Deploying(Order::Start(_))]), "{effects:?}");
    assert!(story.app.is_deploying());
    let mut story = failed(SIZES[0]);
    story.key(Key::of(Code::Enter));
    assert_eq!(story.app.screen(), crate::app::Screen::Wizard);
}

#[test]
fn stopping_asks_and_says_what_stands() {
    let mut story = waiting(SIZES[0]);
    assert!(story.key(Key::ctrl('c')).is_empty());
    assert!(story.seen().contains("Stop the installation?"));
    let effects = story.key(Key::char('y'));
    assert!(matches!(effects.as_slice(), [Effect::Deploying(Order::Stop)]), "{effects:?}");
    assert!(story.seen().contains("stopping"));
    let stopped =
        Problem::new(crate::problem::Outcome::Cancelled, "cancelled", "stopped by the operator in stage `wait`");
    story.end(Err(stopped.into()));
    let seen = story.seen();
    assert!(seen.contains("connect, permissions, prerequisites, record, init job, apply;"), "{seen}");
    assert!(seen.contains("nothing was rolled back"), "{seen}");
}

#[test]
fn it_can_be_left_and_found_again() {
    let mut story = running(SIZES[0]);
    story.key(Key::char('d'));
    assert_ne!(story.app.screen(), crate::app::Screen::Deploying);
    assert!(story.seen().contains("installing: init job"), "{}", story.seen());
    story.log(2, &["written while nobody looked"]);
    story.key(Key::char(':'));
    "installation".chars().for_each(|c| {
        story.key(Key::char(c));
    });
    story.key(Key::of(Code::Enter));
    assert!(story.seen().contains("written while nobody looked"), "{}", story.seen());
}

#[test]
fn leaving_in_the_middle_asks_and_after_a_failure_does_not() {
    let mut story = running(SIZES[0]);
    assert!(story.key(Key::char('q')).is_empty());
    assert!(story.key(Key::char('n')).is_empty());
    story.key(Key::char('q'));
    assert!(matches!(story.key(Key::char('y')).as_slice(), [Effect::Deploying(Order::Stop)]));
    assert!(story.seen().contains("Stops at the next safe point"), "{}", story.seen());
    assert!(story.app.deploying().and_then(Deploying::farewell).unwrap().contains("continues where it stopped"));
    // Whoever cannot wait asks again; otherwise it ends when the installation has come to rest.
    assert!(matches!(story.key(Key::char('q')).as_slice(), [Effect::Quit(_)]));
    let stopped = Problem::new(Outcome::Cancelled, "cancelled", "stopped by the operator in stage `apply`");
    let ended = Msg::Deploying(News::Ended(Err(stopped.into())));
    assert!(matches!(story.app.update(story.now, ended).as_slice(), [Effect::Quit(_)]));
    let words = story.app.deploying().and_then(Deploying::farewell).unwrap();
    assert!(words.contains("stopped by the operator") && words.contains("nothing was rolled back"), "{words}");
    let mut story = failed(SIZES[0]);
    assert!(matches!(story.key(Key::char('q')).as_slice(), [Effect::Quit(_)]));
}

#[test]
fn the_log_of_an_attempt_is_searched_and_saved() {
    let mut story = running(SIZES[0]);
    story.key(Key::char('/'));
    "retry".chars().for_each(|c| {
        story.key(Key::char(c));
    });
    story.key(Key::of(Code::Enter));
    assert!(story.seen().contains("match 2 of 2"), "{}", story.seen());
    let effects = story.key(Key::ctrl('s'));
    let [Effect::Deploying(Order::SaveLog { name, text })] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(name, "iom-init-attempt-2.log");
    assert!(text.contains("retry 1: could not connect") && !text.contains('\x1b'));
}

#[test]
fn a_found_release_opens_the_dashboard_and_a_failed_one_the_wizard() {
    let release = |status: &str, revision| Found {
        release: Some(FoundRelease { revision, status: status.into() }),
        ..Found::default()
    };
    assert!(release("deployed", 1).is_deployed());
    assert!(!release("failed", 1).is_deployed());
    assert!(release("failed", 2).is_deployed(), "the revision before still runs");
    assert!(!release("uninstalled", 3).is_deployed());
}
