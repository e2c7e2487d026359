//! The real program in a real pseudo-terminal: what an operator sees, types and gets back.

mod console;
mod dashboard;
mod line;
mod opening;
mod rehearsal;
mod restore;
mod served;
mod size;
mod theme;
mod walk;
