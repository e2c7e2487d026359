//! The wizard as a person uses it: keys in, frames out, answers files compared with what the command line makes of
//! them.

mod console;
mod frames;
