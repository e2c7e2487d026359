//! The table is the truth: no key means two things, every action can be reached, the page is current.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

#[test]
fn a_key_never_changes_its_meaning() {
    let mut meaning: BTreeMap<Key, Action> = BTreeMap::new();
    for binding in TABLE {
        for key in binding.keys {
            if let Some(other) = meaning.insert(*key, binding.action) {
                assert_eq!(other, binding.action, "{key} means {other:?} and {:?}", binding.action);
            }
        }
    }
}

#[test]
fn digits_and_plain_letters_are_left_to_what_they_mean() {
    let taken: Vec<String> = TABLE
        .iter()
        .flat_map(|binding| binding.keys)
        .filter(|key| matches!(key.code, Code::Char('0'..='9')))
        .map(ToString::to_string)
        .collect();
    assert!(taken.is_empty(), "digits jump to pages: {taken:?}");
}

#[test]
fn every_action_has_one_line_and_every_footer_its_context() {
    let actions: BTreeSet<Action> = TABLE.iter().map(|binding| binding.action).collect();
    assert_eq!(actions.len(), TABLE.len(), "an action stands in two lines");
    for binding in TABLE {
        for (context, word) in binding.footers {
            assert!(binding.contexts.contains(context), "`{word}` is shown where {:?} does not work", binding.action);
        }
    }
}

#[test]
fn destructive_keys_are_capitals() {
    for action in [Action::Install, Action::Delete, Action::Restart] {
        let binding = TABLE.iter().find(|binding| binding.action == action).unwrap();
        assert!(binding.keys.iter().all(|key| matches!(key.code, Code::Char('A'..='Z'))), "{action:?}");
    }
}

#[test]
fn letters_are_text_where_text_is_typed() {
    let line = [Context::Line, Context::Questions, Context::Everywhere];
    assert_eq!(dispatch(&line, Key::char('q')), None);
    assert_eq!(dispatch(&line, Key::char('?')), None);
    assert_eq!(dispatch(&line, Key::of(Code::Enter)), Some(Action::Open));
    assert_eq!(dispatch(&line, Key::of(Code::Esc)), Some(Action::Back));
    assert_eq!(dispatch(&line, Key::ctrl('s')), Some(Action::Save));
    let editor = [Context::Editor, Context::Everywhere];
    assert_eq!(dispatch(&editor, Key::of(Code::Enter)), None, "Enter is a new line there");
}

#[test]
fn digits_jump_only_where_there_are_pages() {
    assert_eq!(dispatch(&[Context::Pages], Key::char('3')), Some(Action::Page(3)));
    assert_eq!(dispatch(&[Context::List], Key::char('3')), None);
    assert_eq!(dispatch(&[Context::Line, Context::Pages], Key::char('3')), None);
}

#[test]
fn the_footer_names_the_most_special_keys_first() {
    let hints = hints(&[Context::Flags, Context::Wizard, Context::Everywhere]);
    let words: Vec<&str> = hints.iter().map(|hint| hint.word).collect();
    assert_eq!(words, ["why", "toggle", "waves", "all 30", "filter", "next problem", "save", "keys"]);
}

#[test]
fn the_page_of_keys_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("man/keys.md");
    if std::env::var_os("IOMCTL_WRITE_KEYS").is_some() {
        std::fs::write(&path, page::markdown()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        written,
        page::markdown(),
        "run `IOMCTL_WRITE_KEYS=1 cargo test --lib app::keys` and commit man/keys.md"
    );
}
