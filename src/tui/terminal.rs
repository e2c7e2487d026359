//! The terminal while it is ours: taken, given back, and given back also when things go wrong.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::mailbox::{Mailbox, Written};
use crate::app::Size;

/// Alternate screen, cursor hidden, pasted text marked, focus told.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1004h";

/// The same backwards, and whatever a frame may have left: an open update, a region, attributes, the mouse.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[r\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// How long a terminal that accepts nothing may hold up the end of the program.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long it may hold up a stop: a shell is about to use it.
const PATIENCE_TO_STOP: Duration = Duration::from_millis(500);

/// The most text that is put into a clipboard; terminals drop what is longer.
const MOST: usize = 64 * 1024;

/// Whether the terminal is ours. A panic has nothing but this to know it.
static OURS: AtomicBool = AtomicBool::new(false);

/// The terminal.
pub struct Terminal {
    mailbox: Mailbox,
}

impl Terminal {
    /// Takes the terminal. `done` is told of every frame that has gone.
    ///
    /// # Errors
    /// There is no terminal, or it does not let itself be switched.
    pub fn take(done: impl Fn(Written) + Send + 'static) -> io::Result<Terminal> {
        let to = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let terminal = Terminal { mailbox: Mailbox::new(to, done) };
        terminal.enter()?;
        Ok(terminal)
    }

    /// Takes it (again).
    ///
    /// # Errors
    /// It does not let itself be switched.
    pub fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        OURS.store(true, Ordering::SeqCst);
        self.mailbox.post(ENTER.to_vec());
        Ok(())
    }

    /// Gives it back, without waiting long for one that accepts nothing.
    pub fn leave(&self) {
        self.give_back(PATIENCE);
    }

    /// Gives it back before a stop.
    pub fn lend(&self) {
        self.give_back(PATIENCE_TO_STOP);
    }

    fn give_back(&self, patience: Duration) {
        if OURS.swap(false, Ordering::SeqCst) {
            self.mailbox.post(LEAVE.to_vec());
            self.mailbox.flush(patience);
            let _ = disable_raw_mode();
        }
    }

    /// Its size; 80x24 when it does not say.
    pub fn size(&self) -> Size {
        let (width, height) = crossterm::terminal::size().ok().filter(|(w, h)| *w > 0 && *h > 0).unwrap_or((80, 24));
        Size { width, height }
    }

    /// Whether the frame before has gone.
    pub fn is_free(&self) -> bool {
        self.mailbox.is_free()
    }

    /// Hands over bytes.
    pub fn post(&self, bytes: Vec<u8>) {
        self.mailbox.post(bytes);
    }

    /// Asks for the mouse, or leaves it to the terminal.
    pub fn mouse(&self, ours: bool) {
        let mode = if ours { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" };
        self.mailbox.post(mode.to_vec());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Puts a hook in front of the one that words a panic: the terminal is given back before anything is written to it,
/// and the program ends, because half of a console is none.
pub fn restore_in_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if OURS.swap(false, Ordering::SeqCst) {
            let mut to = io::stdout();
            let _ = to.write_all(LEAVE).and_then(|()| to.flush());
            let _ = disable_raw_mode();
            before(info);
            std::process::exit(101);
        }
        before(info);
    }));
}

/// The sequence that puts text into the clipboard of the person in front of the terminal (OSC 52), also through tmux;
/// none when the text is too long for it.
pub fn clipboard(text: &str, tmux: bool) -> Option<Vec<u8>> {
    if text.len() > MOST {
        return None;
    }
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    if !tmux {
        return Some(plain.into_bytes());
    }
    // tmux takes the first with `set-clipboard on` and hands on the second with `allow-passthrough on`.
    Some(format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copying_goes_through_tmux_and_has_a_limit() {
        assert_eq!(clipboard("hi", false).unwrap(), b"\x1b]52;c;aGk=\x07");
        let through = String::from_utf8(clipboard("hi", true).unwrap()).unwrap();
        assert!(through.ends_with("\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"));
        assert!(clipboard(&"x".repeat(MOST + 1), false).is_none());
    }
}
