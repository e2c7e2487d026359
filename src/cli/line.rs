//! The command line: only the arguments of the command that is called are made known to the parser.
//!
//! Those of all commands take a third of a millisecond and a quarter of a megabyte, which is much for a program that is
//! called from scripts.

use std::ffi::OsStr;

use clap::{Args, Command, CommandFactory, FromArgMatches};

use super::{ALONE, Cli, Global};

/// Makes the arguments of one command known.
pub type Augment = fn(Command) -> Command;

/// The commands by their names, as an enum and one by one.
macro_rules! commands {
    ($($variant:ident($arguments:ty) = $name:literal,)*) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($variant($arguments),)*
        }

        /// What each command understands, by its name.
        const ALONE: &[(&str, line::Augment)] = &[$(($name, <$arguments as Args>::augment_args),)*];
    };
}
pub(super) use commands;

/// Parses the arguments of this process; ends it with help, the version or an error where that is the answer.
pub fn parse() -> Cli {
    let first = std::env::args_os().nth(1);
    let mut line = first.as_deref().and_then(alone).unwrap_or_else(Cli::command);
    let mut matches = line.get_matches_mut();
    Cli::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.format(&mut line).exit())
}

/// The program as if it had no other command than the one of this name.
fn alone(name: &OsStr) -> Option<Command> {
    let (name, augment) = ALONE.iter().find(|(known, _)| name == *known)?;
    let bare = Command::new("iomctl").version(env!("CARGO_PKG_VERSION")).propagate_version(true).max_term_width(100);
    Some(Global::augment_args(bare).subcommand(augment(Command::new(*name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_alone_is_what_it_is_among_all() {
        let mut all = Cli::command();
        all.build();
        let names: Vec<&str> = all.get_subcommands().map(Command::get_name).filter(|name| *name != "help").collect();
        assert_eq!(names, ALONE.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, _) in ALONE {
            let mut one = alone(OsStr::new(name)).expect("a command");
            one.build();
            let [one, same] = [&mut one, &mut all].map(|line| {
                let command = line.find_subcommand_mut(name).expect("the command");
                (command.render_long_help().to_string(), command.render_version(), command.render_usage().to_string())
            });
            assert_eq!(one, same);
        }
    }
}
