//! The platform's tables against the specification, and the commands that show them.

mod commands;
mod facts;
mod spec;
mod tables;
