//! The real program in a real pseudo-terminal: what an operator sees, types and gets back.

mod commands;
mod console;
mod control_plane;
mod dashboard;
mod line;
mod opening;
#[path = "../real/observe/proxy.rs"]
mod proxy;
mod rehearsal;
mod restore;
mod scenarios;
mod served;
mod size;
mod theme;
mod walk;
