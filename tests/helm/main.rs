//! The engine against the real Helm 3.22.0: what it prints, byte for byte, and why it refuses.

#[path = "../chart/cases.rs"]
#[allow(dead_code, reason = "the bundled chart's own tests use the rest of it")]
mod cases;

mod bundled;
mod charts;
mod codec;
mod confined;
mod files;
mod hostile;
mod language;
mod limits;
mod loading;
mod oracle;
mod random;
mod setting;
