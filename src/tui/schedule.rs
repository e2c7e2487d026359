//! When to draw: at once after a key, otherwise seldom enough for the line, and never when nothing happened.

use std::time::Duration;

/// Bytes per second that frames without a key may take.
const BUDGET: f64 = 32_000.0;

/// The same over a line whose speed nobody knows: buffers on the way hide it, and what lies in them is in front of the
/// answer to a key. It leaves room for keys on 64 kbit/s.
const REMOTE: f64 = 5_000.0;

/// The least of it on the slowest of lines.
const LEAST: f64 = 1_000.0;

/// Frames that the terminal accepts faster than this say nothing about the line.
const INSTANT: Duration = Duration::from_millis(5);

/// Why the screen is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Dirty {
    Clean,
    News,
    Key,
}

/// Decides when to draw. Times are since the start of the program.
#[derive(Debug)]
pub struct Schedule {
    dirty: Dirty,
    gap: Duration,
    next: Duration,
    most: f64,
    budget: f64,
}

impl Schedule {
    /// A local terminal, or one at the other end of a line.
    pub fn new(remote: bool) -> Schedule {
        let (gap, most) = if remote { (100, REMOTE) } else { (33, BUDGET) };
        Schedule { dirty: Dirty::News, gap: Duration::from_millis(gap), next: Duration::ZERO, most, budget: most }
    }

    /// Something happened.
    pub fn news(&mut self) {
        self.dirty = self.dirty.max(Dirty::News);
    }

    /// The operator did something.
    pub fn key(&mut self) {
        self.dirty = Dirty::Key;
    }

    /// When to draw, if nothing else happens; `None`: not at all.
    pub fn due(&self, now: Duration) -> Option<Duration> {
        match self.dirty {
            Dirty::Clean => None,
            Dirty::News => Some(self.next.max(now)),
            Dirty::Key => Some(now),
        }
    }

    /// A frame of this length was handed over.
    pub fn drawn(&mut self, now: Duration, bytes: usize) {
        let pause = Duration::from_secs_f64(bytes as f64 / self.budget);
        self.next = now + self.gap.max(pause);
        self.dirty = Dirty::Clean;
    }

    /// The terminal took this long to accept a frame: half of what the line can do is left to keys.
    pub fn wrote(&mut self, bytes: usize, took: Duration) {
        if took < INSTANT {
            // Slowly back to the full budget, when the line has become better.
            self.budget = (self.budget * 1.1).min(self.most);
            return;
        }
        let rate = bytes as f64 / took.as_secs_f64();
        self.budget = (rate / 2.0).clamp(LEAST, self.most).min(self.budget * 2.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn nothing_is_drawn_when_nothing_happened_and_keys_are_drawn_at_once() {
        let mut schedule = Schedule::new(false);
        assert_eq!(schedule.due(ms(0)), Some(ms(0)), "the first frame");
        schedule.drawn(ms(0), 100);
        assert_eq!(schedule.due(ms(1)), None);
        schedule.key();
        assert_eq!(schedule.due(ms(1)), Some(ms(1)));
    }

    #[test]
    fn a_storm_is_drawn_at_most_30_times_a_second_and_its_last_event_is_seen() {
        let mut schedule = Schedule::new(false);
        let mut frames = 0;
        for now in 0..1000 {
            schedule.news();
            if schedule.due(ms(now)) == Some(ms(now)) {
                schedule.drawn(ms(now), 10);
                frames += 1;
            }
        }
        assert!((28..=31).contains(&frames), "{frames}");
        schedule.news();
        assert!(schedule.due(ms(1000)).unwrap() <= ms(1033), "the trailing edge");
    }

    #[test]
    fn large_frames_are_drawn_less_often() {
        let mut schedule = Schedule::new(false);
        let mut bytes = 0;
        for now in 0..1000 {
            schedule.news();
            if schedule.due(ms(now)) == Some(ms(now)) {
                schedule.drawn(ms(now), 3_300);
                bytes += 3_300;
            }
        }
        assert!(bytes <= 36_000, "{bytes} bytes in a second");
    }

    #[test]
    fn a_remote_terminal_gets_what_64_kbit_can_carry() {
        let mut schedule = Schedule::new(true);
        schedule.drawn(ms(0), 3_000);
        schedule.news();
        assert_eq!(schedule.due(ms(1)), Some(ms(600)));
    }

    #[test]
    fn a_slow_line_gets_less_and_recovers() {
        let mut schedule = Schedule::new(false);
        // 64 kbit/s.
        schedule.wrote(8_000, Duration::from_secs(1));
        schedule.drawn(ms(0), 2_000);
        schedule.news();
        assert!(schedule.due(ms(1)).unwrap() >= ms(450), "half of the line is left to keys");
        (0..40).for_each(|_| schedule.wrote(100, ms(0)));
        schedule.drawn(ms(0), 2_000);
        schedule.news();
        assert!(schedule.due(ms(1)).unwrap() <= ms(101));
    }
}
