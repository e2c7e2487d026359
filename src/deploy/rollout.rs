//! Is a workload really rolled out, and if not, why.
//!
//! Pure: rows come in from watches or lists, judgements come out. "Ready" means rolled out as `kubectl rollout
//! status` sees it (the controller has seen this generation, every pod is of the new template and available, no old
//! one is left), because a release whose old pods still answer is not the release that was asked for.

mod board;
mod reason;

pub use board::{Board, Fact, Judgement};
pub use reason::reason_of;
