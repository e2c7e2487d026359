//! Starts a test cluster and keeps it until Ctrl-C, or while a command runs: for trying things by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use iomctl_test_cluster::{Attempt, Error, Options, TestCluster};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Exit code after a signal.
const INTERRUPTED: u8 = 130;

/// Start a Kubernetes control plane with four simulated nodes, and keep it until Ctrl-C.
#[derive(Debug, Parser)]
#[command(name = "test-cluster", bin_name = "tests/cluster/up")]
struct Arguments {
    /// Run metrics-server too, for autoscaling
    #[arg(long)]
    metrics: bool,
    /// Write the administrator's kubeconfig to this file (removed at the end)
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Record every API request in audit.log in the cluster's folder
    #[arg(long)]
    audit: bool,
    /// Let the first N attempts of a job fail, each after two seconds and with a log
    #[arg(long, value_name = "NAMESPACE/JOB=N", value_parser = FailingJob::parse)]
    failing_job: Vec<FailingJob>,
    /// Leave the folder with the logs of all processes in place
    #[arg(long)]
    keep: bool,
    /// Run this with KUBECONFIG set, end the cluster after it, and return its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// A job whose first attempts fail.
#[derive(Debug, Clone)]
struct FailingJob {
    namespace: String,
    job: String,
    attempts: usize,
}

impl FailingJob {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(namespace, rest)| Some((namespace, rest.split_once('=')?)));
        let (namespace, (job, attempts)) = parts.ok_or("expected NAMESPACE/JOB=N")?;
        let attempts = attempts.parse().map_err(|_| format!("{attempts} is not a number of attempts"))?;
        Ok(Self { namespace: namespace.to_owned(), job: job.to_owned(), attempts })
    }

    /// The attempts that fail, and the one after them that is repeated for ever.
    fn script(&self) -> Vec<Attempt> {
        let runs = Duration::from_secs(2);
        let failing = (1..=self.attempts).map(|n| {
            let lines = [format!("attempt {n}: connecting to the database"), "connection refused".to_owned()];
            Attempt::fails(1, lines).lasting(runs)
        });
        failing.chain([Attempt::succeeds(["connecting to the database", "done"]).lasting(runs)]).collect()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(3)
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Error> {
    let started = Instant::now();
    let options = Options {
        metrics: arguments.metrics,
        audit: arguments.audit,
        tools: vec!["helm3", "helm4"],
        keep_folder: arguments.keep,
        progress: |what| eprintln!("test cluster: starting {what}"),
    };
    let mut signals = Signals::new().map_err(|source| Error::Run { program: "signal handling".to_owned(), source })?;
    let cluster = tokio::select! {
        cluster = TestCluster::start(options) => cluster?,
        () = signals.any() => return Ok(ExitCode::from(INTERRUPTED)),
    };
    let mut scripts = Vec::new();
    for failing in &arguments.failing_job {
        let namespace = cluster.existing_namespace(&failing.namespace).await?;
        scripts.push(namespace.script_job(&failing.job, failing.script()).await);
    }
    if let Some(file) = &arguments.kubeconfig {
        fs::copy(cluster.kubeconfig(), file).map_err(|source| Error::File { path: file.clone(), source })?;
    }
    let kubeconfig = arguments.kubeconfig.clone().unwrap_or_else(|| cluster.kubeconfig());
    eprintln!("test cluster: ready after {:.1} s at {}", started.elapsed().as_secs_f64(), cluster.server());

    let code = if let Some((program, rest)) = arguments.command.split_first() {
        command(program, rest, &cluster, &kubeconfig, &mut signals).await?
    } else {
        println!("export KUBECONFIG={}", kubeconfig.display());
        println!("export PATH={}:$PATH", cluster.tools().display());
        eprintln!("test cluster: logs in {}; Ctrl-C ends it", cluster.folder().display());
        signals.any().await;
        ExitCode::SUCCESS
    };
    if let Some(file) = &arguments.kubeconfig {
        // It leads nowhere from now on; somebody may have removed it already.
        let _ = fs::remove_file(file);
    }
    Ok(code)
}

/// Runs the command to its end. A Ctrl-C reaches it directly and ends us only with it; any other
/// wish that we end, ends it.
async fn command(
    program: &str,
    rest: &[String],
    cluster: &TestCluster,
    kubeconfig: &Path,
    signals: &mut Signals,
) -> Result<ExitCode, Error> {
    let failed = |source| Error::Run { program: program.to_owned(), source };
    let mut path = cluster.tools().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut child = tokio::process::Command::new(program)
        .args(rest)
        .env("KUBECONFIG", kubeconfig)
        .env("PATH", path)
        .spawn()
        .map_err(failed)?;
    let status = tokio::select! {
        ended = child.wait() => ended.map_err(failed)?,
        () = signals.other_than_interrupt() => {
            child.kill().await.map_err(failed)?;
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::from(3), ExitCode::from))
}

/// The signals that ask this process to end. None is lost between two looks.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }

    async fn other_than_interrupt(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
