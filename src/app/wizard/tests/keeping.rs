//! The draft outlives everything; files are read and written.

use std::path::PathBuf;

use crate::app::wizard::{Destination, News, Order};
use crate::app::{Effect, Found, Msg, Place};

use super::console::{Console, SMALL, empty_place};

#[test]
fn the_draft_of_last_time_is_continued() {
    let mut console = Console::connected(SMALL);
    let draft = "# Draft.\n# preset: on-prem-minio\n\ndatabase:\n  host: pg-7\n";
    console.learn(News::Draft(empty_place().place, Ok(Some(draft.into()))));
    assert!(console.frame().contains("continued where you stopped: 1 answers"), "{}", console.frame());
    assert!(console.line("Preset").contains("on-prem-minio"));
    console.press("]]]");
    assert!(console.line("Host").contains("pg-7"));
}

#[test]
fn what_is_no_answer_in_a_draft_is_said_and_set_aside() {
    let mut console = Console::connected(SMALL);
    console.learn(News::Draft(empty_place().place, Ok(Some("name: x\nnmae: y\n".into()))));
    assert!(console.frame().contains("there is no question `nmae`"), "{}", console.frame());
    assert!(console.effects.iter().any(|effect| matches!(effect, Effect::Wizard(Order::SetAside(_)))));
    assert!(console.draft().unwrap().contains("name: x"), "what was understood is kept anew");
}

#[test]
fn a_draft_that_is_no_yaml_is_set_aside_and_not_written_over() {
    let mut console = Console::connected(SMALL);
    console.learn(News::Draft(empty_place().place, Ok(Some("name: [\n".into()))));
    assert!(console.frame().contains("not valid YAML"), "{}", console.frame());
    assert!(console.effects.iter().any(|effect| matches!(effect, Effect::Wizard(Order::SetAside(_)))));
    assert_eq!(console.draft(), None);
}

#[test]
fn a_draft_that_came_too_late_for_another_place_is_ignored() {
    let mut console = Console::fresh(SMALL);
    let elsewhere = Place { namespace: "other".into(), ..empty_place().place };
    console.learn(News::Draft(elsewhere, Ok(Some("name: x\n".into()))));
    assert!(!console.frame().contains("continued"), "{}", console.frame());
}

#[test]
fn another_namespace_has_its_own_draft_and_without_one_the_answers_come_along() {
    let mut console = Console::fresh(SMALL);
    console.press("]<Enter>x<Enter>[");
    let mut found: Found = empty_place();
    found.place.namespace = "other".into();
    console.tell(Msg::Connected(Box::new(found.clone())));
    assert!(
        console.effects.iter().any(|effect| matches!(effect, Effect::Wizard(Order::Begin(p)) if *p == found.place))
    );
    console.learn(News::Draft(found.place.clone(), Ok(None)));
    console.press("]<Enter>y<Enter>");
    match console.order() {
        Some(Order::SaveDraft { place, text }) => {
            assert_eq!(place.namespace, "other");
            assert!(text.contains("name: iomete-data-planexy"), "{text}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answers_file_is_read_and_what_it_does_not_say_is_named() {
    let mut console = Console::fresh(SMALL);
    console.learn(News::Read("site.yaml".into(), Ok("name: site-a\ndatabse: {host: x}\n".into())));
    let frame = console.frame();
    assert!(frame.contains("site.yaml:2:1") && frame.contains("did you mean `database`"), "{frame}");
    assert!(console.draft().unwrap().contains("name: site-a"));
    console.press("<Esc>u");
    assert_eq!(console.draft(), Some(""));
}

#[test]
fn a_file_that_is_no_yaml_changes_nothing() {
    let mut console = Console::fresh(SMALL);
    console.learn(News::Read("site.yaml".into(), Ok("name: [\n".into())));
    assert!(console.frame().contains("not valid YAML"), "{}", console.frame());
    assert_eq!(console.draft(), None);
}

#[test]
fn answers_are_saved_and_an_existing_file_is_asked_about() {
    let mut console = Console::fresh(SMALL);
    console.press("]<Enter>x<Enter><C-s><Enter>");
    let Some(Order::Write(writing)) = console.order().cloned() else { panic!("{:?}", console.order()) };
    assert_eq!(writing.to, Destination::Answers(PathBuf::from("iomete-system.yaml")));
    assert!(writing.text.contains("name: iomete-data-planex") && !writing.overwrite);
    console.learn(News::Exists(writing));
    assert!(console.frame().contains("Replace iomete-system.yaml?"), "{}", console.frame());
    console.press("y");
    let Some(Order::Write(again)) = console.order().cloned() else { panic!("{:?}", console.order()) };
    assert!(again.overwrite);
    console.learn(News::Written(again, Ok("/home/op/iomete-system.yaml".into())));
    assert!(console.frame().contains("saved: /home/op/iomete-system.yaml"), "{}", console.frame());
}

#[test]
fn a_preset_of_ones_own_is_offered_at_once() {
    let mut console = Console::fresh(SMALL);
    console.press("<Enter><Home><Enter>]]]]]]]]]]P<C-u>ours<Enter>");
    let Some(Order::Write(writing)) = console.order().cloned() else { panic!("{:?}", console.order()) };
    assert_eq!(writing.to, Destination::Preset("ours".into()));
    assert!(writing.text.contains("secretKey: generate"), "{}", writing.text);
    console.learn(News::Written(writing, Ok("/home/op/ours.yaml".into())));
    console.press("[[[[[[[[[[<Enter><End>");
    assert!(console.frame().contains("ours"), "{}", console.frame());
}

#[test]
fn everything_can_be_thrown_away_and_got_back() {
    let mut console = Console::fresh(SMALL);
    console.press("]<Enter>x<Enter>[<End><Enter>");
    assert_eq!(console.draft(), Some(""));
    console.press("u");
    assert!(console.draft().unwrap().contains("name: iomete-data-planex"));
}

#[test]
fn a_namespace_that_cannot_be_one_is_refused_before_anybody_is_asked() {
    let mut console = Console::fresh(SMALL);
    console.press("<Up><Enter><C-u>Not_One<Enter>");
    assert!(console.frame().contains("`Not_One` is not"), "{}", console.frame());
    let asked = |console: &Console| console.effects.iter().filter(|e| matches!(e, Effect::Connect(_))).count();
    let before = asked(&console);
    console.press("<C-u>other<Enter>");
    assert_eq!(asked(&console), before + 1);
}

#[test]
fn the_cluster_is_looked_at_again_for_the_review() {
    let mut console = Console::fresh(SMALL);
    console.press("]]]]]]]]]]jjk");
    let looks = console.effects.iter().filter(|effect| matches!(effect, Effect::Wizard(Order::Look(_)))).count();
    assert_eq!(looks, 1);
}
