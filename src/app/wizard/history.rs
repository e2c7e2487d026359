//! Undo and redo: whole drafts, because they are small and because a copy cannot restore half of something.

use super::draft::Draft;

/// How many changes can be taken back.
const MOST: usize = 500;

/// A state to go back to, and the question that was changed after it.
#[derive(Debug, Clone)]
struct Step {
    draft: Draft,
    field: Option<String>,
}

/// What was changed, and what was taken back.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
}

impl History {
    /// Remembers `draft` as it was before a change of `field`.
    pub fn remember(&mut self, draft: Draft, field: Option<String>) {
        if self.past.len() == MOST {
            self.past.remove(0);
        }
        self.past.push(Step { draft, field });
        self.future.clear();
    }

    /// Goes one change back from `now`: the draft of that time, and the question it was about.
    pub fn undo(&mut self, now: &Draft) -> Option<(Draft, Option<String>)> {
        let Step { draft, field } = self.past.pop()?;
        self.future.push(Step { draft: now.clone(), field: field.clone() });
        Some((draft, field))
    }

    /// Makes a change again that was taken back.
    pub fn redo(&mut self, now: &Draft) -> Option<(Draft, Option<String>)> {
        let Step { draft, field } = self.future.pop()?;
        self.past.push(Step { draft: now.clone(), field: field.clone() });
        Some((draft, field))
    }
}
