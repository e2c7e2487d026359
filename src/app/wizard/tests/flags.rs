//! Flags are a graph: what is forbidden explains itself, what is needed is offered, waves are shown.

use super::console::{Console, SMALL};
use crate::app::Size;

fn at_flags() -> Console {
    at_flags_on(SMALL)
}

fn at_flags_on(size: Size) -> Console {
    let mut console = Console::fresh(size);
    console.press("]]]]]]]]]");
    assert!(console.frame().contains("Feature flags"), "{}", console.frame());
    console
}

/// Filters for a flag and stands on it.
fn on<'c>(console: &'c mut Console, flag: &str) -> &'c mut Console {
    console.press("<Esc>/").press(flag).press("<Enter>")
}

#[test]
fn a_forbidden_switch_explains_itself_and_enter_adds_what_is_missing() {
    let mut console = at_flags();
    on(&mut console, "scheduling").press(" ");
    let frame = console.frame();
    assert!(
        frame.contains("scheduling cannot be on by itself") && frame.contains("It needs jobOrchestrator"),
        "{frame}"
    );
    assert_eq!(console.draft(), None, "nothing is switched silently");
    console.press("<Enter>");
    let draft = console.draft().unwrap();
    assert!(draft.contains("scheduling: true") && draft.contains("jobOrchestrator: true"), "{draft}");
}

#[test]
fn switching_off_says_who_leans_on_it() {
    let mut console = at_flags();
    on(&mut console, "scheduling").press(" <Enter>");
    on(&mut console, "jobOrchestrator").press(" ");
    assert!(console.frame().contains("scheduling cannot be on without it"), "{}", console.frame());
    console.press("<Esc>");
    assert!(console.draft().unwrap().contains("jobOrchestrator: true"));
}

#[test]
fn four_flags_before_the_fifth_make_two_waves() {
    let mut console = at_flags();
    on(&mut console, "domainLevel").press(" <Enter>");
    assert!(console.line("domainLevelBundleAuthorization").trim_end().ends_with('2'), "{}", console.frame());
    console.press("W");
    let frame = console.frame();
    assert!(frame.contains("wave 2") && frame.contains("an upgrade of its own"), "{frame}");
}

#[test]
fn a_rule_that_wants_a_confirmation_gets_it_from_here() {
    let mut console = at_flags();
    on(&mut console, "caseInsensitive").press(" ");
    assert!(console.notice().contains("1 problem"), "{}", console.notice());
    assert!(console.frame().contains("A confirms F19"), "{}", console.frame());
    console.press("A");
    assert!(!console.notice().contains("problem"), "{}", console.notice());
    assert!(console.draft().unwrap().contains("acknowledge: [F19]"));
    console.press("A");
    assert!(!console.draft().unwrap().contains("F19"));
}

#[test]
fn enter_tells_everything_about_a_flag() {
    let mut console = at_flags();
    on(&mut console, "jobOrchestrator").press("<Enter>");
    let frame = console.frame();
    assert!(frame.contains("prefect-server") && frame.contains("pg_trgm") && frame.contains("restarts"), "{frame}");
}

#[test]
fn all_thirty_or_only_those_that_are_on() {
    let mut console = at_flags();
    console.press("a");
    assert!(console.frame().contains("only those are shown"), "{}", console.frame());
    assert!(!console.frame().contains("[ ]"), "{}", console.frame());
    console.press("a");
    assert!(console.frame().contains("[ ]"));
}

#[test]
fn picture() {
    let mut console = at_flags_on(Size { width: 100, height: 30 });
    on(&mut console, "domainLevel").press(" <Enter><Esc>");
    console.picture("flags");
}
