//! What a person sees while a command that prints one result works on it: nothing for a tenth of a second, then what
//! it is doing and for how long. In a pipe, nothing.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::time::{Instant as Tick, MissedTickBehavior, interval_at};

/// What takes less time is not told.
const SOON: Duration = Duration::from_millis(100);

/// What is being done, for whoever does it to change.
#[derive(Debug, Clone, Default)]
pub struct Doing(Arc<Mutex<String>>);

impl Doing {
    /// From now on, this.
    pub fn now(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
    }

    fn said(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Waits for `work`, and says meanwhile what it does.
pub async fn shown<T>(what: &str, work: impl AsyncFnOnce(Doing) -> T) -> T {
    let doing = Doing::default();
    doing.now(what);
    let watched = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let mut work = std::pin::pin!(work(doing.clone()));
    if !watched {
        return work.await;
    }
    let began = Instant::now();
    let mut ticks = interval_at(Tick::now() + SOON, SOON);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut drawn = false;
    loop {
        tokio::select! {
            result = &mut work => {
                if drawn {
                    line("");
                }
                return result;
            }
            _ = ticks.tick() => {
                line(&format!("{} ({:.1} s)", doing.said(), began.elapsed().as_secs_f64()));
                drawn = true;
            }
        }
    }
}

/// Puts a text in the place of the line that the cursor is on.
fn line(text: &str) {
    // Some terminals do not know their size.
    let width = crossterm::terminal::size().map(|(columns, _)| usize::from(columns)).ok().filter(|width| *width > 0);
    let width = width.unwrap_or(80);
    let text: String = text.chars().take(width.saturating_sub(1)).collect();
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "\r\x1b[K{text}");
    let _ = out.flush();
}
