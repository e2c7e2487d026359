use super::*;
use proptest::prelude::*;

const SHOWN: Shown = Shown { first: 0, height: 5 };

fn entries(names: &[&str]) -> Vec<Entry> {
    names.iter().map(|name| Entry::new(*name, vec![Line::from(name.to_string())])).collect()
}

fn press(panel: &mut Panel, action: Action) -> bool {
    panel.act(&Input::Action(action), SHOWN)
}

fn current(panel: &Panel) -> &str {
    panel.current().map_or("", |entry| &entry.key)
}

#[test]
fn the_cursor_stays_on_its_row_when_rows_come_above_it() {
    let mut panel = Panel::default();
    panel.fill(entries(&["b", "d", "e"]));
    press(&mut panel, Action::Down);
    assert_eq!(current(&panel), "d");
    panel.fill(entries(&["a", "b", "c", "d", "e"]));
    assert_eq!((current(&panel), panel.list.selected - panel.list.first), ("d", 1));
    panel.fill(entries(&["a", "b", "e"]));
    assert_eq!(current(&panel), "e", "what was selected is gone: the next one is");
}

#[test]
fn a_cursor_that_was_not_moved_stays_at_the_top() {
    let mut panel = Panel::default();
    panel.fill(entries(&["b"]));
    panel.fill(entries(&["a", "b"]));
    assert_eq!(current(&panel), "a");
}

#[test]
fn the_filter_narrows_as_it_is_typed_and_esc_takes_it_back_before_it_goes_back() {
    let mut panel = Panel::default();
    panel.fill(entries(&["iom-core", "iom-sql", "nats"]));
    press(&mut panel, Action::Filter);
    for c in "sq".chars() {
        panel.act(&Input::Key(crate::app::keys::Key::char(c)), SHOWN);
    }
    assert_eq!((panel.len(), current(&panel)), (1, "iom-sql"));
    press(&mut panel, Action::Open);
    assert!(!panel.is_typing() && press(&mut panel, Action::Back), "the first Esc takes the filter");
    assert_eq!(panel.len(), 3);
    assert!(!press(&mut panel, Action::Back), "the second one is the caller's");
}

#[test]
fn headings_and_causes_are_not_stood_on_and_vanish_with_their_rows() {
    let mut panel = Panel::default();
    let mut rows = vec![Entry::heading("Platform")];
    rows.extend(entries(&["a", "b"]));
    rows[1].trouble = true;
    rows[1].notes.push(Line::from("why"));
    panel.fill(rows);
    assert_eq!((panel.len(), current(&panel)), (4, "a"));
    press(&mut panel, Action::Down);
    assert_eq!(current(&panel), "b");
    press(&mut panel, Action::OnlyProblems);
    assert_eq!((panel.len(), current(&panel)), (2, "a"));
}

proptest! {
    #[test]
    fn no_sequence_of_keys_and_news_loses_the_cursor(
        steps in proptest::collection::vec((0..8usize, proptest::collection::btree_set(0..20u8, 0..12)), 0..40),
    ) {
        let mut panel = Panel::default();
        for (step, names) in steps {
            let actions = [
                Action::Up, Action::Down, Action::PageUp, Action::PageDown, Action::First, Action::Last,
                Action::OnlyProblems, Action::Back,
            ];
            press(&mut panel, actions[step]);
            let rows = names.iter().map(|n| {
                let mut entry = Entry::new(format!("{n:02}"), vec![Line::from(n.to_string())]);
                entry.trouble = n % 3 == 0;
                entry.notes = (0..n % 3).map(|_| Line::from("note")).collect();
                entry
            });
            panel.fill(rows.collect());
            prop_assert!(panel.current().is_some() || panel.len() == 0);
        }
    }
}
