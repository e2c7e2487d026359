//! What containers write. Nothing is kept: a log is a function of when its container ran and what it says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::behaviour::matches;
use super::clock;

/// What a kind of container says by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chatter {
    /// Containers of this name; a star stands for anything.
    container: String,
    /// While starting.
    starting: Vec<String>,
    /// Afterwards, again and again.
    then: Vec<String>,
    /// Seconds between two of those.
    every_s: f64,
}

/// One run of a container.
#[derive(Debug, Clone)]
pub struct Run {
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What it says.
    pub script: Script,
}

/// What a run says, in the time of this machine.
#[derive(Debug, Clone)]
pub enum Script {
    /// These lines, each after a time.
    Lines(Arc<Vec<(Duration, String)>>),
    /// Lines at the start, then others at intervals.
    Chatter(Arc<Chatter>, Duration),
}

impl Script {
    /// Lines that are evenly spread over a time.
    pub fn spread(lines: &[String], over: Duration) -> Script {
        let count = u32::try_from(lines.len()).unwrap_or(1) + 1;
        let at = |number: usize| over * u32::try_from(number).unwrap_or(0) / count;
        Script::Lines(Arc::new(lines.iter().enumerate().map(|(n, line)| (at(n), line.clone())).collect()))
    }

    /// The line of this number and the time after which it comes.
    pub fn line(&self, number: u64) -> Option<(Duration, &str)> {
        let at = usize::try_from(number).ok()?;
        match self {
            Script::Lines(lines) => lines.get(at).map(|(after, line)| (*after, line.as_str())),
            Script::Chatter(chatter, every) => {
                let first = chatter.starting.len();
                if let Some(line) = chatter.starting.get(at) {
                    return Some((Duration::from_millis(40) * u32::try_from(at).ok()?, line));
                }
                let line = chatter.then.get((at - first) % chatter.then.len().max(1))?;
                let nth = u32::try_from(at - first + 1).ok()?;
                Some((Duration::from_millis(40) * u32::try_from(first).ok()? + every.saturating_mul(nth), line))
            }
        }
    }

    /// About the number of the first line after this time, never too high.
    pub fn number_at(&self, after: Duration) -> u64 {
        match self {
            Script::Lines(_) => 0,
            Script::Chatter(chatter, every) => {
                let nth = after.as_nanos() / every.as_nanos().max(1);
                let first = chatter.starting.len() as u64;
                let nth = u64::try_from(nth).unwrap_or(u64::MAX);
                if nth < 2 { 0 } else { first + nth - 2 }.min(first + nth)
            }
        }
    }
}

/// The runs of containers, the last two of each.
#[derive(Debug, Default)]
pub struct Logs {
    runs: HashMap<(u128, String), Vec<Run>>,
    chatter: Vec<Arc<Chatter>>,
}

impl Logs {
    /// Knows what containers say by themselves.
    pub fn new(chatter: Vec<Chatter>) -> Self {
        Logs { runs: HashMap::new(), chatter: chatter.into_iter().map(Arc::new).collect() }
    }

    /// A container has started.
    pub fn start(&mut self, pod: u128, container: &str, script: Script) {
        let runs = self.runs.entry((pod, container.to_string())).or_default();
        runs.push(Run { started: clock::time(), ended: None, script });
        if runs.len() > 2 {
            runs.remove(0);
        }
    }

    /// A container has ended.
    pub fn end(&mut self, pod: u128, container: &str) {
        if let Some(run) = self.runs.get_mut(&(pod, container.to_string())).and_then(|runs| runs.last_mut()) {
            run.ended.get_or_insert_with(clock::time);
        }
    }

    /// A pod is gone.
    pub fn forget(&mut self, pod: u128) {
        self.runs.retain(|(known, _), _| *known != pod);
    }

    /// The last run of a container, or the one before it.
    pub fn run(&self, pod: u128, container: &str, previous: bool) -> Option<Run> {
        let runs = self.runs.get(&(pod, container.to_string()))?;
        match previous {
            true => runs.len().checked_sub(2).and_then(|at| runs.get(at)).cloned(),
            false => runs.last().cloned(),
        }
    }

    /// When the last run of any container of a pod ended.
    pub fn ended(&self, pod: u128) -> Option<Timestamp> {
        self.runs.iter().filter(|((known, _), _)| *known == pod).filter_map(|(_, runs)| runs.last()?.ended).max()
    }

    /// What a container says by itself; so many lines per second when that is given.
    pub fn chatter(&self, container: &str, per_second: Option<f64>) -> Option<Script> {
        let chatter = self.chatter.iter().find(|chatter| matches(&chatter.container, container))?;
        let every = per_second.filter(|rate| *rate > 0.0).map_or(chatter.every_s, |rate| 1.0 / rate);
        Some(Script::Chatter(chatter.clone(), Duration::from_secs_f64(every.clamp(0.000_1, 86_400.0))))
    }
}
