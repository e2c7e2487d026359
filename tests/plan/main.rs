//! What the operator wants, from outside: presets, the answers file and its descriptions, the story of each rule, and
//! the commands.

mod commands;
mod described;
mod flag_rules;
mod fresh;
mod presets;
mod setting_rules;
mod story;
