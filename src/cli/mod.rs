//! One file per command; the same engine as the console, without a screen.
//!
//! A command is a clap `Args` struct with a `run` that returns `Result<(), Problems>`. Add one by writing its
//! file and naming it in `commands!` and in [`Command::run`].

mod chart;
mod charts;
mod completions;
mod console;
mod diff;
mod duration;
mod facts;
mod flags;
mod get;
mod history;
mod init_logs;
mod install;
mod line;
mod manner;
mod mask;
mod named;
mod output;
mod own_presets;
mod presets;
mod progress;
mod replace;
mod request;
mod rollback;
mod route;
mod routes;
mod run;
mod sample;
mod sandbox;
mod schema;
mod secrets;
mod services;
mod status;
mod symbols;
mod target;
mod template;
mod test;
mod uninstall;
mod upgrade;
mod values;
mod waiting;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::problem::{Outcome, Problems};
pub use output::Format;

/// Installs, explains and operates an IOMETE data plane
///
/// Without a command it opens the console: the wizard where nothing is installed, the dashboard where something is.
#[derive(Debug, Parser)]
#[command(name = "iomctl", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options that every command understands.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Kubeconfig file; without it KUBECONFIG (several files allowed), then ~/.kube/config
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig; without it the current one
    #[arg(long, visible_alias = "kube-context", global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// Namespace of the release; without it the context's, then `iomete-system`
    #[arg(short, long, global = true, value_name = "NAME")]
    pub namespace: Option<String>,
    /// Write symbols in ASCII
    #[arg(long, global = true)]
    pub ascii: bool,
}

line::commands! {
    Console(console::Console) = "console",
    Install(install::Install) = "install",
    Status(status::Status) = "status",
    Diff(diff::Diff) = "diff",
    History(history::History) = "history",
    Get(get::Get) = "get",
    InitLogs(init_logs::InitLogs) = "init-logs",
    Test(test::Test) = "test",
    Upgrade(upgrade::Upgrade) = "upgrade",
    Rollback(rollback::Rollback) = "rollback",
    Uninstall(uninstall::Uninstall) = "uninstall",
    Presets(presets::Presets) = "presets",
    Sandbox(sandbox::Rehearse) = "sandbox",
    Sample(sample::Sample) = "sample",
    Schema(schema::Schema) = "schema",
    Values(values::Values) = "values",
    Template(template::Template) = "template",
    Chart(charts::Charts) = "chart",
    Services(services::Services) = "services",
    Flags(flags::Flags) = "flags",
    Routes(routes::Routes) = "routes",
    Route(route::Route) = "route",
    Completions(completions::Completions) = "completions",
}

impl Command {
    fn run(self, global: &Global) -> Result<(), Problems> {
        match self {
            Command::Console(command) => command.run(global),
            Command::Install(command) => command.run(global),
            Command::Status(command) => command.run(global),
            Command::Diff(command) => command.run(global),
            Command::History(command) => command.run(global),
            Command::Get(command) => command.run(global),
            Command::InitLogs(command) => command.run(global),
            Command::Test(command) => command.run(global),
            Command::Upgrade(command) => command.run(global),
            Command::Rollback(command) => command.run(global),
            Command::Uninstall(command) => command.run(global),
            Command::Presets(command) => command.run(),
            Command::Sandbox(command) => command.run(global),
            Command::Sample(command) => command.run(),
            Command::Schema(command) => command.run(),
            Command::Values(command) => command.run(global),
            Command::Chart(command) => command.run(global),
            Command::Template(command) => command.run(global),
            Command::Services(command) => command.run(),
            Command::Flags(command) => command.run(),
            Command::Routes(command) => command.run(),
            Command::Route(command) => command.run(),
            Command::Completions(command) => command.run(),
        }
    }
}

/// Parses the command line, runs the command, words what went wrong, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = line::parse();
    let command = cli.command.unwrap_or_else(|| Command::Console(console::Console::default()));
    match command.run(&cli.global) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            if problems.code() != Outcome::Differs.code() {
                eprintln!("{problems}");
            }
            ExitCode::from(problems.code())
        }
    }
}
