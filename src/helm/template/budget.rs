//! What one rendering may use up, counted in steps instead of seconds: the same chart ends at the same place on every
//! machine.
//!
//! A step is what executing a node of a template takes. Everything that can take longer pays for it in steps: calls of
//! templates and functions, text by its length, lists and maps by what is in them. What is made is paid for as well,
//! so that the budget bounds memory, too.

use std::cell::Cell;

/// The limits of one rendering, all of its files together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps. Of the public charts that were looked at, one that makes ten certificates needs a third of the default; one
    /// that makes no keys needs a fifth at the most.
    pub steps: u64,
    /// Bytes that the files print.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 12_000_000, bytes: 64 * 1024 * 1024 }
    }
}

/// What is left of the limits.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    limits: Limits,
    steps: Cell<u64>,
    printed: Cell<usize>,
}

impl Budget {
    /// All of the limits.
    pub fn new(limits: Limits) -> Budget {
        Budget { limits, ..Budget::default() }
    }

    /// Steps that were paid so far.
    pub fn spent(&self) -> u64 {
        self.steps.get()
    }

    /// Steps that may still be paid.
    pub fn left(&self) -> u64 {
        self.limits.steps.saturating_sub(self.steps.get())
    }

    /// Pays steps; an error text when there were too many.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn pay(&self, steps: u64) -> Result<(), String> {
        let spent = self.steps.get().saturating_add(steps);
        self.steps.set(spent);
        if spent > self.limits.steps {
            let most = self.limits.steps;
            return Err(format!("gave up after {most} steps: does a loop or an include never end?"));
        }
        Ok(())
    }

    /// Whether a file may print so many bytes.
    ///
    /// # Errors
    /// They are too many, together with those of the files before it.
    pub fn allows(&self, bytes: usize) -> Result<(), String> {
        match bytes > self.limits.bytes - self.printed.get().min(self.limits.bytes) {
            true => Err(format!("gave up after {} bytes of output", self.limits.bytes)),
            false => Ok(()),
        }
    }

    /// Counts what a file printed.
    pub fn printed(&self, bytes: usize) {
        self.printed.set(self.printed.get().saturating_add(bytes));
    }
}
