//! What the emitter writes, read by a terminal emulator, must be what was drawn; and it must be short.

use proptest::prelude::*;
use ratatui::style::Style as Wanted;

use super::*;

fn buffer(lines: &[&str]) -> Buffer {
    Buffer::with_lines(lines.iter().copied())
}

fn screen(parser: &vt100::Parser, area: Rect) -> Vec<String> {
    (0..area.height)
        .map(|y| {
            let cells = (0..area.width).map(|x| {
                let cell = parser.screen().cell(y, x).unwrap();
                let text = if cell.contents().is_empty() { " " } else { cell.contents() };
                let look = (cell.bold(), cell.inverse(), cell.underline(), cell.fgcolor());
                if cell.is_wide_continuation() { String::new() } else { format!("{text}{look:?}") }
            });
            cells.collect()
        })
        .collect()
}

/// What a terminal shows after these frames equals what it shows after the last one alone.
fn agree(frames: &[Buffer]) {
    let area = frames[0].area;
    let mut parser = vt100::Parser::new(area.height, area.width, 0);
    let mut emitter = Emitter::new();
    for frame in frames {
        parser.process(&emitter.frame(frame.clone(), None));
        let mut alone = vt100::Parser::new(area.height, area.width, 0);
        alone.process(&Emitter::new().frame(frame.clone(), None));
        assert_eq!(screen(&parser, area), screen(&alone, area));
    }
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let mut emitter = Emitter::new();
    assert!(!emitter.frame(buffer(&["abc"]), None).is_empty());
    assert_eq!(emitter.frame(buffer(&["abc"]), None), b"");
}

#[test]
fn a_step_of_a_spinner_costs_little() {
    let mut emitter = Emitter::new();
    let frame = |sign: &str| {
        let mut buffer = buffer(&["", "", &format!("  {sign} init job")]);
        buffer[(2, 2)].set_style(Wanted::new().fg(Color::Cyan));
        buffer
    };
    emitter.frame(frame("◐"), None);
    let step = emitter.frame(frame("◓"), None);
    assert!(step.len() <= 32, "{} bytes: {:?}", step.len(), String::from_utf8_lossy(&step));
}

#[test]
fn short_gaps_are_written_over_and_long_ones_jumped() {
    let mut emitter = Emitter::new();
    emitter.frame(buffer(&["a b c          d"]), None);
    let bytes = emitter.frame(buffer(&["1 2 3          4"]), None);
    assert_eq!(String::from_utf8(bytes).unwrap(), "\x1b[H1 2 3\x1b[10C4");
}

#[test]
fn the_end_of_a_row_is_cleared_at_once() {
    let mut emitter = Emitter::new();
    emitter.frame(buffer(&["a long line of text"]), None);
    assert_eq!(String::from_utf8(emitter.frame(buffer(&["a                  "]), None)).unwrap(), "\x1b[1;2H\x1b[K");
}

#[test]
fn a_log_that_goes_on_by_a_line_costs_a_line() {
    let lines = |from: usize| -> Vec<String> {
        let mut lines = vec!["head".to_string(), "─".repeat(200)];
        lines.extend((from..from + 46).map(|n| format!("10:41:07 line {n} {}", "x".repeat(150))));
        lines.extend(["─".repeat(200), "foot".to_string()]);
        lines.iter().map(|line| format!("{line:<200}")).collect()
    };
    let frame = |from| Buffer::with_lines(lines(from));
    let mut emitter = Emitter::new();
    emitter.frame(frame(0), None);
    let step = emitter.frame(frame(1), None);
    assert!(step.len() < 300, "{} bytes", step.len());
    agree(&[frame(0), frame(1), frame(4), frame(30), frame(31)]);
}

#[test]
fn the_caret_is_shown_moved_and_hidden() {
    let mut emitter = Emitter::new();
    let frame = || buffer(&["abc"]);
    emitter.frame(frame(), None);
    assert_eq!(emitter.frame(frame(), Some((1, 0))), b"\x1b[1;2H\x1b[?25h");
    assert_eq!(emitter.frame(frame(), Some((1, 0))), b"");
    assert_eq!(emitter.frame(frame(), Some((2, 0))), b"\x1b[1;3H");
    assert_eq!(emitter.frame(frame(), None), b"\x1b[?25l");
}

fn any_buffer() -> impl Strategy<Value = Buffer> {
    let cell = (proptest::sample::select(vec![" ", " ", "a", "b", "─", "日"]), 0usize..6);
    proptest::collection::vec(proptest::collection::vec(cell, 12), 6).prop_map(|rows| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 6));
        for (y, row) in rows.into_iter().enumerate() {
            let mut x = 0;
            for (symbol, style) in row {
                let wide = symbol.width() as u16;
                if x + wide > 12 {
                    break;
                }
                let style = [
                    Wanted::new(),
                    Wanted::new(),
                    Wanted::new().fg(Color::Cyan),
                    Wanted::new().add_modifier(Modifier::BOLD),
                    Wanted::new().fg(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED),
                    Wanted::new().add_modifier(Modifier::UNDERLINED),
                ][style];
                buffer[(x, y as u16)].set_symbol(symbol).set_style(style);
                if wide == 2 {
                    buffer[(x + 1, y as u16)].set_symbol("").set_style(style);
                }
                x += wide;
            }
        }
        buffer
    })
}

proptest! {
    #[test]
    fn any_two_frames_lead_to_the_same_screen(frames in proptest::collection::vec(any_buffer(), 2..5)) {
        agree(&frames);
    }

    #[test]
    fn scrolled_frames_lead_to_the_same_screen(frame in any_buffer(), by in 1u16..5) {
        let mut next = frame.clone();
        Scrolled(by).apply(&mut next);
        agree(&[frame, next]);
    }
}

struct Scrolled(u16);

impl Scrolled {
    fn apply(&self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        buffer.content.rotate_left(usize::from(self.0) * width);
    }
}
