//! Time that can be scaled: what takes a cluster ten seconds takes the sandbox ten seconds divided by its speed.
//!
//! Only waiting is scaled. Timestamps in objects are those of the wall clock, because clients compare them with theirs.

use std::cell::Cell;
use std::time::Duration;

use jiff::Timestamp;
/// A speed.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    speed: f64,
}

impl Clock {
    /// `speed` times as fast as a real cluster; speeds that are no speeds count as 1.
    pub fn new(speed: f64) -> Self {
        Clock { speed: if speed.is_finite() && speed > 0.0 { speed } else { 1.0 } }
    }

    /// How long something takes here that takes a real cluster this long.
    pub fn scaled(&self, real: Duration) -> Duration {
        real.div_f64(self.speed)
    }

    /// How long something would have taken a real cluster that took this long here.
    pub fn unscaled(&self, here: Duration) -> Duration {
        here.mul_f64(self.speed)
    }
}

thread_local! {
    static PRETENDED: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// What time it is: the wall clock's, or the one that is pretended while a past is made.
pub fn time() -> Timestamp {
    PRETENDED.get().unwrap_or_else(Timestamp::now)
}

/// From now on, on this thread, it is this time; none for the wall clock's.
pub fn pretend(time: Option<Timestamp>) {
    PRETENDED.set(time);
}

/// Now, as objects write it.
pub fn now() -> String {
    written(time())
}

/// A time as objects write it: to the second.
pub fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time that an object holds.
pub fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// How long ago a time was that an object holds.
pub fn age(text: &str) -> Duration {
    let Some(then) = read(text) else { return Duration::ZERO };
    Duration::try_from(time().duration_since(then)).unwrap_or_default()
}
