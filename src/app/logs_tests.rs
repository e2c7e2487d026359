//! What a reader expects of a log.

use super::*;
use crate::app::keys::Key;
use crate::app::view::Content;

const SHOWN: Shown = Shown { first: 0, height: 10 };

fn log(lines: usize) -> LogBuffer {
    let mut log = LogBuffer::new(100, 1 << 20);
    (0..lines).for_each(|n| log.push(LogLine::new("10:00:00", &format!("line {n}"))));
    log
}

fn action(view: &mut LogView, log: &LogBuffer, action: Action) {
    view.act(&Input::Action(action), log, SHOWN);
}

fn search(view: &mut LogView, log: &LogBuffer, text: &str) {
    action(view, log, Action::Filter);
    text.chars().for_each(|c| {
        view.act(&Input::Key(Key::char(c)), log, SHOWN);
    });
    action(view, log, Action::Open);
}

#[test]
fn it_stays_where_it_was_scrolled_while_lines_come_and_old_ones_go() {
    let mut buffer = log(50);
    let mut view = LogView::default();
    action(&mut view, &buffer, Action::Up);
    let top = |view: &LogView, buffer: &LogBuffer| match view.view(Id("log"), buffer).scroll {
        Scroll::At(at) => buffer.get(at).unwrap().text.to_string(),
        Scroll::Follow => "follows".into(),
    };
    assert_eq!(top(&view, &buffer), "line 39");
    (50..130).for_each(|n| buffer.push(LogLine::new("", &format!("line {n}"))));
    assert_eq!(buffer.dropped(), 30);
    assert_eq!(top(&view, &buffer), "line 39");
    action(&mut view, &buffer, Action::Last);
    assert_eq!(top(&view, &buffer), "follows");
}

#[test]
fn going_down_past_the_end_follows_again() {
    let buffer = log(50);
    let mut view = LogView::default();
    action(&mut view, &buffer, Action::Up);
    action(&mut view, &buffer, Action::Down);
    assert!(!view.follows());
    action(&mut view, &buffer, Action::Down);
    assert!(view.follows());
}

#[test]
fn a_search_counts_and_steps_from_the_newest_match() {
    let buffer = log(50);
    let mut view = LogView::default();
    search(&mut view, &buffer, "LINE 4");
    assert!(view.view(Id("log"), &buffer).status.text().ends_with("match 11 of 11"));
    action(&mut view, &buffer, Action::PreviousFound);
    assert!(view.view(Id("log"), &buffer).status.text().ends_with("match 10 of 11"));
    action(&mut view, &buffer, Action::NextFound);
    action(&mut view, &buffer, Action::NextFound);
    assert!(view.view(Id("log"), &buffer).status.text().ends_with("match 1 of 11"), "it goes round");
    action(&mut view, &buffer, Action::Back);
    assert!(view.view(Id("log"), &buffer).status.text().is_empty());
}

#[test]
fn matches_are_marked_in_the_line() {
    let mut spans = Vec::new();
    marked("Timeout: timeout", "timeout", Tone::Normal, Mark::Match, &mut spans);
    let marked: Vec<_> = spans.iter().filter(|span| span.mark == Mark::Match).collect();
    assert_eq!(marked.len(), 2);
    assert_eq!(marked[0].content, Content::Text("Timeout".into()));
}

#[test]
fn the_ring_is_bounded_by_bytes_too() {
    let mut log = LogBuffer::new(1000, 1000);
    (0..100).for_each(|_| log.push(LogLine::new("", &"x".repeat(100))));
    assert!(log.len() <= 10);
    assert_eq!(log.len() + log.dropped(), 100);
}
