//! A secret that is typed is in memory and nowhere else.

use crate::app::wizard::News;
use crate::app::{Effect, deploying};
use crate::tui::testing;
use secrecy::ExposeSecret;

use super::console::{Console, SMALL, empty_place};

const CANARY: &str = "canary-Tr0ub4dor";

/// Begun with the evaluation preset, on the password of the database.
fn at_password() -> Console {
    let mut console = Console::fresh(SMALL);
    console.press("<Enter><Home><Enter>[[/database.password<Enter>");
    console
}

/// No trace of the canary in any frame or effect so far.
#[track_caller]
fn is_clean(console: &Console) {
    for (_, theme) in testing::THEMES {
        assert!(!console.styled(theme).contains("canary"), "{}", console.frame());
    }
    let effects = format!("{:?}", console.effects);
    assert!(!effects.contains("canary"), "{effects}");
}

#[test]
fn a_typed_secret_is_masked_and_never_in_the_draft() {
    let mut console = at_password();
    console.press("<Enter><Home><Enter>").press(CANARY);
    is_clean(&console);
    assert!(console.line("Password").contains("****"), "{}", console.frame());
    console.press("<Enter>");
    is_clean(&console);
    assert!(console.line("Password").contains("typed"), "{}", console.frame());
    let draft = console.draft().unwrap();
    assert!(draft.contains("password: prompt") && draft.contains("asked for again"), "{draft}");
}

#[test]
fn a_resumed_draft_asks_for_it_again_and_nothing_is_installed_before() {
    let mut first = at_password();
    first.press("<Enter><Home><Enter>").press(CANARY).press("<Enter>");
    let draft = first.draft().unwrap().to_string();
    let mut console = Console::connected(SMALL);
    console.learn(News::Draft(empty_place().place, Ok(Some(draft))));
    assert!(console.notice().contains("1 question open"), "{}", console.notice());
    console.press("]]]]]]]]]]I");
    assert!(console.frame().contains("has to be typed"), "{}", console.frame());
    assert!(console.line("values: database.password").contains("becomes Secret iomete-database"));
}

#[test]
fn it_reaches_the_installation_and_undo_takes_it_away() {
    let mut console = at_password();
    console.press("<Enter><Home><Enter>").press(CANARY).press("<Enter>]]]]]]]]]]Iy");
    is_clean(&console);
    let job = console.effects.iter().find_map(|effect| match effect {
        Effect::Deploying(deploying::Order::Start(job)) => Some(job),
        _ => None,
    });
    let job = job.expect("an installation begins");
    assert_eq!(job.typed["database.password"].expose_secret(), CANARY);
    assert_eq!(job.namespace, "iomete-system");

    let mut console = at_password();
    console.press("<Enter><Home><Enter>").press(CANARY).press("<Enter>u");
    assert!(console.line("Password").contains("made at random"), "{}", console.frame());
    is_clean(&console);
}

#[test]
fn leaving_asks_before_a_typed_secret_is_lost() {
    let mut console = at_password();
    console.press("<Enter><Home><Enter>").press(CANARY).press("<Enter>q");
    assert!(console.frame().contains("lose what was typed"), "{}", console.frame());
    assert!(!console.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))));
    console.press("y");
    assert!(console.effects.iter().any(|effect| matches!(effect, Effect::Quit(_))));
}

#[test]
fn a_reference_is_checked_and_a_password_in_its_place_is_not_taken() {
    let mut console = at_password();
    console.press("<Enter><Home><Down><Enter>not a reference<Enter>");
    assert!(console.frame().contains("this is not NAME/KEY"), "{}", console.frame());
    console.press("<C-u>pg/pw<Enter>");
    assert!(console.draft().unwrap().contains("password: secret:pg/pw"));
}

#[test]
fn secrets_in_plain_text_of_a_values_file_go_to_memory() {
    let mut console = Console::fresh(SMALL);
    let text = format!(
        "database:\n  host: pg-9\n  password: {CANARY}\nfeatures:\n  eventStream: {{enabled: true}}\ncustom:\n  token: {CANARY}\n"
    );
    console.learn(News::Read("old-values.yaml".into(), Ok(text)));
    is_clean(&console);
    let frame = console.frame();
    assert!(frame.contains("1 secret stood there in plain text"), "{frame}");
    assert!(frame.contains("custom.token"), "what is not taken over is listed: {frame}");
    let draft = console.draft().unwrap();
    assert!(draft.contains("host: pg-9") && draft.contains("eventStream: true"), "{draft}");
    assert!(draft.contains("password: prompt"), "{draft}");
}
