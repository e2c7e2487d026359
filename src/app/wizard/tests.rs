//! The wizard as a person uses it: keys in, frames out, answers files compared with what the command line makes of
//! them.

mod console;
mod editing;
mod flags;
mod frames;
mod handing_over;
mod keeping;
mod keys;
mod review;
mod secrets;
