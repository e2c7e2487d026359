//! What a terminal says, in the words of the state machine.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};

use crate::app::keys::{Code, Key};
use crate::app::{Mouse, Msg, Size};

/// Something the terminal said.
#[derive(Debug)]
pub enum Happened {
    /// For the state machine; the operator did it.
    Msg(Msg),
    /// The terminal is looked at (again), or no longer.
    Focus(bool),
}

/// Translates; nothing for what has no meaning here.
pub fn happened(event: Event) -> Option<Happened> {
    let msg = match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => Msg::Key(key(event)?),
        Event::Key(_) => return None,
        Event::Paste(text) => Msg::Paste(text),
        Event::Resize(width, height) => Msg::Resize(Size { width, height }),
        Event::Mouse(event) => Msg::Mouse(match event.kind {
            MouseEventKind::ScrollUp => Mouse::WheelUp,
            MouseEventKind::ScrollDown => Mouse::WheelDown,
            _ => return None,
        }),
        Event::FocusGained => return Some(Happened::Focus(true)),
        Event::FocusLost => return Some(Happened::Focus(false)),
    };
    Some(Happened::Msg(msg))
}

fn key(event: KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::Function(n),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(Key { code, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT) })
}
