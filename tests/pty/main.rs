//! The real program in a real pseudo-terminal: what an operator sees, types and gets back.

mod console;
mod opening;
mod restore;
mod size;
mod theme;
