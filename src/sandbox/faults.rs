//! A bad line, and a server that is not always there: what `flaky` is made of.

use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;

/// How badly it behaves. All shares are per hundred requests.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultPlan {
    /// Least time before an answer, in milliseconds.
    pub latency_ms: u64,
    /// Most time on top of that.
    pub jitter_ms: u64,
    /// Connections that end without an answer.
    pub disconnects: u8,
    /// Answers that say "too many requests".
    pub too_many: u8,
    /// Answers that say "not available".
    pub unavailable: u8,
    /// Watches end after about so many seconds; 0: they do not.
    pub watches_live_s: u64,
    /// Watches that are told to list again.
    pub expired: u8,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The connection ends.
    Disconnect,
    /// 429.
    TooMany,
    /// 503.
    Unavailable,
}

/// A plan with its dice.
#[derive(Debug)]
pub struct Faults {
    plan: FaultPlan,
    dice: Mutex<fastrand::Rng>,
}

impl Faults {
    /// A plan, repeatable by its seed.
    pub fn new(plan: FaultPlan, seed: u64) -> Self {
        Faults { plan, dice: Mutex::new(fastrand::Rng::with_seed(seed)) }
    }

    fn roll<T>(&self, of: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        of(&mut self.dice.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// How long the next answer takes.
    pub fn latency(&self) -> Duration {
        if self.plan.latency_ms == 0 && self.plan.jitter_ms == 0 {
            return Duration::ZERO;
        }
        Duration::from_millis(self.plan.latency_ms + self.roll(|dice| dice.u64(..=self.plan.jitter_ms)))
    }

    /// What happens to the next request.
    pub fn next(&self) -> Fault {
        let plan = &self.plan;
        let all = [
            (plan.disconnects, Fault::Disconnect),
            (plan.too_many, Fault::TooMany),
            (plan.unavailable, Fault::Unavailable),
        ];
        if all.iter().all(|(share, _)| *share == 0) {
            return Fault::None;
        }
        let mut at = self.roll(|dice| dice.u8(..100));
        for (share, fault) in all {
            if at < share {
                return fault;
            }
            at -= share;
        }
        Fault::None
    }

    /// When the next watch breaks off, if it does.
    pub fn watch_life(&self) -> Option<Duration> {
        let seconds = self.plan.watches_live_s;
        (seconds > 0).then(|| Duration::from_millis(self.roll(|dice| dice.u64(seconds * 500..=seconds * 1_500))))
    }

    /// Whether the next watch must list again.
    pub fn expires(&self) -> bool {
        self.plan.expired > 0 && self.roll(|dice| dice.u8(..100)) < self.plan.expired
    }
}
