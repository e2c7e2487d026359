//! What everything in the sandbox shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;

use super::behaviour::{Behaviours, Effect};
use super::clock::Clock;
use super::faults::Faults;
use super::json;
use super::kinds::Kinds;
use super::logs::{Chatter, Logs, Script};
use super::rights::User;
use super::store::Store;

/// How much containers use of what they asked for: a wave.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Load {
    /// Middle of the wave, in hundredths of the request.
    pub percent: f64,
    /// Height of the wave.
    pub swing: f64,
    /// Length of the wave in seconds.
    pub period_s: f64,
    /// 0: all pods rise together; 1: each on its own.
    pub spread: f64,
}

impl Default for Load {
    fn default() -> Self {
        Load { percent: 35.0, swing: 0.0, period_s: 300.0, spread: 1.0 }
    }
}

/// What a world is made of.
#[derive(Debug)]
pub struct Making {
    /// Where the dice begin.
    pub seed: u64,
    /// How fast time goes.
    pub clock: Clock,
    /// How badly the line behaves.
    pub faults: Faults,
    /// How much containers use.
    pub load: Load,
    /// What containers say.
    pub chatter: Vec<Chatter>,
    /// What jobs leave behind.
    pub effects: Vec<Effect>,
    /// Status changes of pods per second, for measuring.
    pub changes: u32,
    /// Lines per second that every container writes, for measuring.
    pub log_lines: Option<f64>,
}

/// The state behind the server.
#[derive(Debug)]
pub struct World {
    store: Mutex<Store>,
    users: Mutex<HashMap<String, User>>,
    behaviours: Mutex<Behaviours>,
    logs: Mutex<Logs>,
    /// How fast time goes.
    pub clock: Clock,
    /// How badly the line behaves.
    pub faults: Faults,
    /// How much containers use.
    pub load: Load,
    /// What jobs leave behind.
    pub effects: Vec<Effect>,
    /// Status changes of pods per second.
    pub changes: u32,
    /// Lines per second that every container writes; none: as it usually does.
    pub log_lines: Option<f64>,
    /// Turns true when the sandbox ends.
    pub end: watch::Sender<bool>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while it was held leaves entries that are each whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// An empty world.
    pub fn new(making: Making) -> Arc<World> {
        Arc::new(World {
            store: Mutex::new(Store::new(Kinds::fixed(), making.seed)),
            users: Mutex::default(),
            behaviours: Mutex::default(),
            logs: Mutex::new(Logs::new(making.chatter)),
            clock: making.clock,
            faults: making.faults,
            load: making.load,
            effects: making.effects,
            changes: making.changes,
            log_lines: making.log_lines,
            end: watch::Sender::new(false),
        })
    }

    /// The objects. Held for a moment only, never across an await.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        held(&self.store)
    }

    /// What pods do. May be asked for while the objects are held, not the other way round.
    pub fn behaviours(&self) -> MutexGuard<'_, Behaviours> {
        held(&self.behaviours)
    }

    /// What containers wrote. The same order as above.
    pub fn logs(&self) -> MutexGuard<'_, Logs> {
        held(&self.logs)
    }

    /// What a container says by itself.
    pub fn chatter(&self, pod: &Value, container: &str) -> Option<Script> {
        let rate = json::text(pod, "/metadata/annotations/sandbox.iomctl~1log-lines-per-second").parse().ok();
        self.logs().chatter(container, rate.or(self.log_lines))
    }

    /// A new user, known by the token that is returned.
    pub fn add_user(&self, user: User) -> String {
        let token = format!("sandbox-{:032x}", self.store().random.u128(..));
        held(&self.users).insert(token.clone(), user);
        token
    }

    /// Who shows this token.
    pub fn user(&self, token: &str) -> Option<User> {
        held(&self.users).get(token).cloned()
    }
}
