//! The loop: something happens, the state machine is told, its effects are executed, a frame is drawn when it is time.

use std::io::Write;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream};
use futures::StreamExt;
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::sleep_until;

use super::hub::Hub;
use super::signals::{Asked, Signals, stop_here, stop_job, watch_terminal};
use super::{effects, farewell};
use crate::app::{App, Effect, Leave, Msg, Now, Size, Start, Target};
use crate::cli::run::Subject;
use crate::cluster::ConnectOptions;
use crate::problem::{Outcome, Problem};
use crate::tui::{Emitter, Happened, Schedule, Terminal, Theme, Written, clipboard, draw, happened, restore_in_panic};

/// Messages taken in before a frame is considered: a storm must not keep keys waiting.
const MOST: usize = 512;

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As the operator asked.
    Left,
    /// By a signal, or because the terminal has gone: with this exit code.
    Signal(i32),
}

/// Runs the console.
///
/// # Errors
/// The terminal cannot be used.
pub async fn run(subject: Subject, options: ConnectOptions, ascii: bool) -> Result<End, Problem> {
    let began = Instant::now();
    let theme = Theme::detect(ascii, |name| std::env::var(name).ok());
    // With NO_COLOR crossterm would not send what is not a colour either.
    crossterm::style::force_color_output(true);
    let mut signals = Signals::listen()?;
    let (to, mut messages) = unbounded_channel();
    let (to_written, written) = unbounded_channel();
    let (to_gone, mut gone) = unbounded_channel();
    restore_in_panic();
    // Again, because the last hook is asked first.
    crate::helm::yaml::keep_scanner_quiet();
    let terminal = Terminal::take(move |frame| {
        let _ = to_written.send(frame);
    })
    .map_err(|e| {
        Problem::new(Outcome::Failed, "console.terminal", "the terminal cannot be used").because(e.to_string())
    })?;
    watch_terminal(to_gone);
    let target = Target {
        context: options.context.clone(),
        namespace: options.namespace.clone(),
        release: subject.release.name.clone(),
    };
    let hub = Hub::new(to, options, subject);
    let (app, first) = App::new(Start { now: now(began), size: terminal.size(), target });
    let remote = std::env::var_os("SSH_TTY").is_some();
    let mut turn = Turn {
        began,
        theme,
        app,
        hub,
        terminal,
        emitter: Emitter::new(),
        schedule: Schedule::new(remote),
        written,
        focused: true,
        away: false,
        end: None,
    };
    turn.draw();
    turn.execute(first);
    let mut events = keyboard();
    while turn.end.is_none() {
        let (draw_at, tick_at) = (turn.draw_at(), turn.tick_at());
        tokio::select! {
            biased;
            asked = signals.next() => turn.asked(asked),
            _ = gone.recv() => turn.end = Some(End::Signal(128 + 1)),
            event = events.recv() => {
                turn.event(event);
                // A paste without marks, or a key held down, is taken in at once.
                while turn.end.is_none() && let Ok(more) = events.try_recv() {
                    turn.event(Some(more));
                }
            }
            Some(written) = turn.written.recv() => turn.schedule.wrote(written.bytes, written.took),
            () = sleep_until(draw_at.unwrap_or_else(far).into()), if draw_at.is_some() => turn.draw(),
            Some(msg) = messages.recv() => turn.messages(msg, &mut messages),
            () = sleep_until(tick_at.unwrap_or_else(far).into()), if tick_at.is_some() => turn.news(Msg::Tick),
        }
    }
    turn.terminal.leave();
    if let Some(words) = farewell::words(&turn.app) {
        // The terminal may be gone: then there is nobody to tell, and the rest of the way out still has to be gone.
        let _ = writeln!(std::io::stderr(), "{words}");
    }
    Ok(turn.end.unwrap_or(End::Left))
}

/// What the terminal says. Ends when it can no longer be read.
fn keyboard() -> UnboundedReceiver<Event> {
    let (to, events) = unbounded_channel();
    tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(Ok(event)) = stream.next().await {
            if to.send(event).is_err() {
                break;
            }
        }
    });
    events
}

/// A time that does not come.
fn far() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

fn now(began: Instant) -> Now {
    Now { running: began.elapsed(), wall: Timestamp::now() }
}

struct Turn {
    began: Instant,
    theme: Theme,
    app: App,
    hub: Hub,
    terminal: Terminal,
    emitter: Emitter,
    schedule: Schedule,
    written: UnboundedReceiver<Written>,
    focused: bool,
    /// The terminal is lent to the shell.
    away: bool,
    end: Option<End>,
}

impl Turn {
    /// When to draw; not at all while the frame before has not gone.
    fn draw_at(&self) -> Option<Instant> {
        if self.away || !self.terminal.is_free() {
            return None;
        }
        self.schedule.due(self.began.elapsed()).map(|at| self.began + at)
    }

    /// When something looks different by itself. Nothing does while nobody looks.
    fn tick_at(&self) -> Option<Instant> {
        self.app.wake().filter(|_| self.focused && !self.away).map(|after| Instant::now() + after)
    }

    fn draw(&mut self) {
        let Size { width, height } = self.terminal.size();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let report = draw(self.app.view(), self.theme, &mut buffer);
        let bytes = self.emitter.frame(buffer, report.caret);
        self.schedule.drawn(self.began.elapsed(), bytes.len());
        if !bytes.is_empty() {
            self.terminal.post(bytes);
        }
        let effects = self.app.update(now(self.began), Msg::Shown(report.shown));
        self.execute(effects);
    }

    fn event(&mut self, event: Option<Event>) {
        let Some(event) = event else {
            self.end = Some(End::Signal(128 + 1));
            return;
        };
        defect_on_purpose(&event);
        match happened(event) {
            Some(Happened::Msg(msg)) => {
                match &msg {
                    Msg::Resize(_) => {
                        self.emitter.forget();
                        self.schedule.news();
                    }
                    _ => self.schedule.key(),
                }
                self.update(msg);
            }
            Some(Happened::Focus(focused)) => {
                self.focused = focused;
                self.news(Msg::Tick);
            }
            None => {}
        }
    }

    fn messages(&mut self, first: Msg, rest: &mut UnboundedReceiver<Msg>) {
        self.news(first);
        for _ in 1..MOST {
            match rest.try_recv() {
                Ok(msg) => self.news(msg),
                Err(_) => break,
            }
        }
    }

    fn news(&mut self, msg: Msg) {
        self.schedule.news();
        self.update(msg);
    }

    fn update(&mut self, msg: Msg) {
        let effects = self.app.update(now(self.began), msg);
        self.execute(effects);
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Some(effect) = effects::execute(&self.hub, effect) else { continue };
            match effect {
                Effect::Copy(text) => {
                    let tmux = std::env::var_os("TMUX").is_some();
                    match clipboard(&text, tmux) {
                        Some(sequence) => {
                            self.terminal.post(sequence);
                            self.hub.tell(Msg::Done("copied, if the terminal allows it".into()));
                        }
                        None => self.hub.tell(Msg::Done("too long for the clipboard of a terminal".into())),
                    }
                }
                Effect::Mouse(ours) => self.terminal.mouse(ours),
                Effect::Redraw => {
                    self.emitter.forget();
                    self.schedule.key();
                }
                Effect::Suspend => stop_job(),
                Effect::Quit(Leave::Done | Leave::Unfinished) => self.end = Some(End::Left),
                _ => {}
            }
        }
    }

    fn asked(&mut self, asked: Asked) {
        match asked {
            Asked::End(code) => self.end = Some(End::Signal(code)),
            // The stop may reach this thread a little later: until the program is continued, nothing is drawn.
            Asked::Stop => {
                self.terminal.lend();
                self.away = true;
                stop_here();
            }
            Asked::GoOn => self.back(),
        }
    }

    /// The terminal is ours again, whatever somebody else did with it meanwhile.
    fn back(&mut self) {
        self.away = false;
        if self.terminal.enter().is_err() {
            self.end = Some(End::Signal(128 + 1));
            return;
        }
        self.emitter.forget();
        self.schedule.key();
        let size = self.terminal.size();
        self.update(Msg::Resize(size));
    }
}

/// A test of what happens to the terminal in a panic needs one.
#[cfg(debug_assertions)]
fn defect_on_purpose(event: &Event) {
    use crossterm::event::KeyCode;
    let f12 = matches!(event, Event::Key(key) if key.code == KeyCode::F(12));
    assert!(!(f12 && std::env::var_os("IOMCTL_TEST_PANIC").is_some()), "a defect on purpose");
}

#[cfg(not(debug_assertions))]
fn defect_on_purpose(_: &Event) {}
