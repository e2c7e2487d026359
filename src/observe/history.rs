//! The recent past of an autoscaler, drawn as a line of sixty points.

use std::collections::VecDeque;

use super::scaler::Scaler;

/// Points of a line.
pub const POINTS: usize = 60;

/// Seconds between two points.
pub const STEP: i64 = 15;

/// Changes kept: more than a line can show.
const KEPT: usize = 240;

/// What an autoscaler said, whenever it said something new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    points: VecDeque<(i64, u32, Option<u32>)>,
}

impl History {
    /// Takes down what is said now.
    pub fn note(&mut self, now: i64, scaler: &Scaler) {
        let load = scaler.leading().and_then(|gauge| gauge.now);
        if self.points.back().is_some_and(|(_, replicas, last)| (*replicas, *last) == (scaler.current, load)) {
            return;
        }
        self.points.push_back((now, scaler.current, load));
        while self.points.len() > KEPT {
            self.points.pop_front();
        }
    }

    /// Replicas at each step up to now, the newest last; none before anything was known.
    pub fn replicas(&self, now: i64) -> Vec<Option<u32>> {
        self.sampled(now, |(_, replicas, _)| Some(replicas))
    }

    /// Percent of the leading metric at each step up to now.
    pub fn load(&self, now: i64) -> Vec<Option<u32>> {
        self.sampled(now, |(.., load)| load)
    }

    fn sampled(&self, now: i64, pick: impl Fn((i64, u32, Option<u32>)) -> Option<u32>) -> Vec<Option<u32>> {
        let end = now - now.rem_euclid(STEP) + STEP;
        let mut line = Vec::with_capacity(POINTS);
        let mut next = self.points.iter().peekable();
        let mut last = None;
        for point in 0..POINTS as i64 {
            let until = end - (POINTS as i64 - 1 - point) * STEP;
            while let Some(known) = next.next_if(|(time, ..)| *time < until) {
                last = Some(*known);
            }
            line.push(last.and_then(&pick));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_holds_until_something_else_is() {
        let history = History { points: [(1000, 1, Some(50)), (1030, 2, None)].into() };
        let line = history.replicas(1040);
        assert_eq!(line.len(), POINTS);
        assert_eq!(&line[POINTS - 5..], [None, Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!(history.load(1040)[POINTS - 3..], [Some(50), None, None]);
    }
}
