//! `iomctl sandbox`: a cluster that is not there, to rehearse on.

use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::run::{Subject, block_on};
use super::{Global, console};
use crate::cluster::ConnectOptions;
use crate::problem::{Problem, Problems};
use crate::sandbox::{Options, Sandbox, scenarios};

/// Rehearse on a simulated cluster, without a cluster
///
/// Opens the console on a simulated API server on the loopback address, with workloads that start, fail and recover as
/// the scenario says. With --serve, kubectl, helm and iomctl in other terminals can be pointed at it.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// What the cluster is like; --list names them
    #[arg(long, value_name = "NAME", default_value = "fresh")]
    scenario: String,
    /// How many times as fast as a real cluster
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    speed: f64,
    /// Where the dice begin: the same seed gives the same names and the same luck
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Change so many statuses of pods per second, to see how a tool bears it
    #[arg(long, value_name = "N", default_value_t = 0)]
    changes: u32,
    /// Let every container write so many lines per second
    #[arg(long, value_name = "N")]
    log_lines: Option<f64>,
    /// Only serve, and print where the kubeconfig is, until Ctrl-C
    #[arg(long)]
    serve: bool,
    /// Speak plain HTTP instead of TLS
    #[arg(long)]
    plain: bool,
    /// Name the scenarios
    #[arg(long)]
    list: bool,
}

impl Rehearse {
    /// Rehearses.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        if self.list {
            let width = scenarios().iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
            for scenario in scenarios() {
                println!("{:width$}  {}", scenario.name, scenario.about);
            }
            return Ok(());
        }
        if !(self.speed.is_finite() && self.speed > 0.0) {
            return Err(Problem::bad_input("sandbox.speed", format!("`{}` is no speed", self.speed))
                .next("give a number above 0, e.g. --speed 10")
                .into());
        }
        let options = Options {
            scenario: self.scenario,
            speed: self.speed,
            seed: self.seed,
            tls: !self.plain,
            changes: self.changes,
            log_lines: self.log_lines,
        };
        if !self.serve {
            return console::open_on(rehearsal(options, global.namespace.clone()), global.ascii);
        }
        block_on(async {
            let sandbox = Sandbox::start(options).await?;
            println!("serving {} on {} until Ctrl-C", sandbox.scenario, sandbox.url);
            println!("export KUBECONFIG={}", sandbox.kubeconfig.display());
            until_stopped().await;
            drop(sandbox);
            // Connections are told that it is over.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(())
        })
    }
}

/// Starts the sandbox for a console. What the console keeps of it ends with it: the next rehearsal begins anew.
async fn rehearsal(options: Options, namespace: Option<String>) -> Result<(Subject, ConnectOptions, Sandbox), Problem> {
    eprintln!("rehearsing `{}` on a cluster that is not there", options.scenario);
    let sandbox = Sandbox::start(options).await?;
    let subject =
        Subject { state_dir: sandbox.kubeconfig.parent().map(|folder| folder.join("state")), ..Subject::default() };
    let options = ConnectOptions { kubeconfig: Some(sandbox.kubeconfig.clone()), context: None, namespace };
    Ok((subject, options, sandbox))
}

/// Waits for the first signal that asks for an end.
async fn until_stopped() {
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}
