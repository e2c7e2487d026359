//! What must hold for every sequence of keys, and how fast a change is followed by what follows from it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;

use crate::app::keys::{Code, Input, Key, dispatch};
use crate::app::moment::{Now, Size};
use crate::app::wizard::draft::Draft;
use crate::app::wizard::model::Model;
use crate::app::wizard::over::Over;
use crate::app::wizard::sections::Stop;
use crate::app::wizard::{Order, Wizard};
use crate::app::{Effect, Moment};

const SIZE: Size = Size { width: 80, height: 24 };

/// A wizard that has begun somewhere, and the draft it kept last.
struct Rig {
    wizard: Wizard,
    draft: String,
}

impl Rig {
    fn new() -> Rig {
        let mut wizard = Wizard::default();
        wizard.enter(None);
        Rig { wizard, draft: String::new() }
    }

    fn tell(&mut self, input: Input) {
        let shown = BTreeMap::new();
        let moment = Moment::new(Now::ZERO, SIZE, &shown);
        for effect in self.wizard.act(input, &moment) {
            if let Effect::Wizard(Order::SaveDraft { text, .. }) = effect {
                self.draft = text;
            }
        }
        drop(self.wizard.view(&moment));
    }

    fn press(&mut self, key: Key) {
        let contexts = self.wizard.contexts();
        self.tell(dispatch(&contexts, key).map_or(Input::Key(key), Input::Action));
    }

    /// Closes whatever is open.
    fn close(&mut self) {
        while !self.wizard.over.is_empty() || self.wizard.flags.typing {
            self.press(Key::of(Code::Esc));
        }
    }

    /// What was kept is what is said.
    fn holds(&self) -> bool {
        let (kept, findings) = Draft::read(self.wizard.model.spec, &self.draft, "draft");
        kept.is_said_like(&self.wizard.model.draft) && findings.is_empty()
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    let keys = "jjjkkgG]][[nN  uyaWAIP/=+-:?cx19";
    let letters: Vec<Key> = keys.chars().map(Key::char).collect();
    let codes = [Code::Enter, Code::Enter, Code::Enter, Code::Esc, Code::Down, Code::Up, Code::Left, Code::Right];
    let rest = [Code::Tab, Code::BackTab, Code::Backspace, Code::Delete, Code::Home, Code::End, Code::PageDown];
    let mut all = letters;
    all.extend(codes.into_iter().chain(rest).map(Key::of));
    all.extend([Key::ctrl('s'), Key::ctrl('s'), Key::ctrl('r'), Key::alt('u'), Key::ctrl('u')]);
    let texts = ["pg-1.corp.example", "a: b", "x\x1b[31m\ny", "key=value:NoSchedule", "secret:a/b", "7", "äöü 日本"];
    prop_oneof![
        9 => proptest::sample::select(all).prop_map(Input::Key),
        1 => proptest::sample::select(texts.to_vec()).prop_map(|text| Input::Paste(text.to_string())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_keys_loses_a_draft_and_undo_restores_exactly(
        inputs in proptest::collection::vec(any_input(), 1..90),
    ) {
        let mut rig = Rig::new();
        for input in inputs {
            match input {
                Input::Key(key) => rig.press(key),
                input => rig.tell(input),
            }
            prop_assert!(rig.holds(), "{}", rig.draft);
        }
        rig.close();
        let last = rig.wizard.model.draft.clone();
        let mut steps = 0;
        while rig.wizard.model.undo(false).is_some() {
            steps += 1;
        }
        prop_assert!(rig.wizard.model.draft == Draft::default());
        for _ in 0..steps {
            rig.wizard.model.undo(true);
        }
        prop_assert!(rig.wizard.model.draft == last);
    }
}

#[test]
fn esc_goes_back_exactly_one_step() {
    let mut rig = Rig::new();
    rig.wizard.enter(Some("database.password".into()));
    rig.press(Key::of(Code::Enter));
    rig.press(Key::of(Code::Home));
    rig.press(Key::of(Code::Enter));
    assert!(matches!(rig.wizard.over.last(), Some(Over::Ask(_))), "{:?}", rig.wizard.over);
    rig.press(Key::of(Code::Esc));
    assert!(matches!(rig.wizard.over.as_slice(), [Over::Menu(_)]), "{:?}", rig.wizard.over);
    rig.press(Key::of(Code::Esc));
    assert!(rig.wizard.over.is_empty());
}

#[test]
fn a_failed_installation_leads_to_the_question() {
    let mut rig = Rig::new();
    rig.wizard.enter(Some("logging.source".into()));
    assert_eq!(rig.wizard.cursor(), Some("logging.source"));
    rig.wizard.enter(Some("no.such.question".into()));
    assert_eq!(rig.wizard.stop, Stop::Review, "what has no question is on the review");
}

/// A change is followed by its evaluation within the time of a frame; a debug build gets ten times as long.
#[test]
fn a_change_is_evaluated_within_a_frame() {
    let mut model = Model::default();
    model.begin_with(Some("evaluation"));
    let field = model.spec.field("name").unwrap();
    model.answer(field, json!("warm")).unwrap();
    let began = Instant::now();
    for n in 0..20 {
        model.answer(field, json!(format!("name-{n}"))).unwrap();
    }
    let each = began.elapsed() / 20;
    println!("a change takes {each:?}");
    assert!(each < Duration::from_millis(160), "{each:?}");
}
