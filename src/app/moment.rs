//! The circumstances of a message: what time it is, how large the terminal is, what was shown last.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::view::{Id, Shown};

/// A point in time, as the driver read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Since the start of the program; never goes back. For durations and deadlines.
    pub running: Duration,
    /// By the clock of this machine. For ages and times of day.
    pub wall: Timestamp,
}

impl Now {
    /// The start of the program, at the epoch: for tests.
    pub const ZERO: Now = Now { running: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };

    /// This much later.
    pub fn later(self, by: Duration) -> Now {
        let wall = jiff::SignedDuration::try_from(by).ok().and_then(|by| self.wall.checked_add(by).ok());
        Now { running: self.running + by, wall: wall.unwrap_or(self.wall) }
    }

    /// How long it is since then.
    pub fn since(self, then: Now) -> Duration {
        self.running.saturating_sub(then.running)
    }

    /// How long it is since a time by the clock; zero when that is in the future.
    pub fn since_wall(self, then: Timestamp) -> Duration {
        Duration::try_from(self.wall.duration_since(then)).unwrap_or_default()
    }
}

/// Columns and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Lines.
    pub height: u16,
}

/// What a screen may know beside its own state.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The time.
    pub now: Now,
    /// The size of the terminal.
    pub size: Size,
    shown: &'a BTreeMap<Id, Shown>,
}

impl<'a> Moment<'a> {
    /// From its parts.
    pub fn new(now: Now, size: Size, shown: &'a BTreeMap<Id, Shown>) -> Moment<'a> {
        Moment { now, size, shown }
    }

    /// What was shown of a pane in the last frame.
    pub fn shown(&self, id: Id) -> Shown {
        self.shown.get(&id).copied().unwrap_or(Shown { first: 0, height: usize::from(self.size.height).max(1) })
    }
}

/// How old something is: exact for two minutes, coarse after that, so that nothing moves without need.
pub fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_coarse_after_two_minutes() {
        let said = |seconds| age(Duration::from_secs(seconds));
        assert_eq!([said(0), said(119), said(120), said(7199)], ["0s", "119s", "2m", "119m"]);
        assert_eq!([said(7200), said(172_799), said(172_800)], ["2h", "47h", "2d"]);
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_negative_age() {
        let now = Now::ZERO.later(Duration::from_secs(5));
        assert_eq!(now.since_wall(Timestamp::from_second(9).unwrap()), Duration::ZERO);
        assert_eq!(now.since_wall(Timestamp::from_second(2).unwrap()), Duration::from_secs(3));
    }
}
