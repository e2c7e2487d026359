//! Whole processes, timed pair by pair: ours, the other, ours, the other …, so that a comparison holds when the
//! machine's speed drifts. Figures are the operating system's own accounting of each finished process.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// The binary that is measured: the static one that is shipped, when `IOMCTL` names it, else the one of this build.
pub fn iomctl() -> Command {
    Command::new(std::env::var_os("IOMCTL").unwrap_or_else(|| env!("CARGO_BIN_EXE_iomctl").into()))
}

/// What one finished process used.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// From before its start until it was reaped.
    pub wall: Duration,
    /// Processor time in user and kernel mode.
    pub cpu: Duration,
    /// Largest resident set, in bytes.
    pub memory: u64,
}

/// Runs a command with its output thrown away; panics when it does not succeed, because a failed run has no figure.
pub fn run(command: &mut Command) -> Usage {
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let used = child.wait4().expect("is reaped");
    let wall = start.elapsed();
    assert!(used.status.success(), "{command:?} ended with {:?}", used.status);
    Usage { wall, cpu: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss }
}

/// Runs both commands in turn `pairs` times after one warm-up each and prints medians and ratios.
pub fn compare(what: &str, pairs: usize, ours: &mut dyn FnMut() -> Usage, theirs: &mut dyn FnMut() -> Usage) {
    ours();
    theirs();
    let runs: Vec<(Usage, Usage)> = (0..pairs).map(|_| (ours(), theirs())).collect();
    println!("{what}, {pairs} pairs, median (minimum to maximum of the ratios):");
    type Figure = (&'static str, fn(&Usage) -> f64, &'static str);
    let figures: [Figure; 3] = [
        ("wall", |u| u.wall.as_secs_f64() * 1e3, "ms"),
        ("cpu", |u| u.cpu.as_secs_f64() * 1e3, "ms"),
        ("memory", |u| u.memory as f64 / (1 << 20) as f64, "MiB"),
    ];
    for (name, figure, unit) in figures {
        let ours = median(runs.iter().map(|(a, _)| figure(a)).collect());
        let theirs = median(runs.iter().map(|(_, b)| figure(b)).collect());
        let mut ratios: Vec<f64> = runs.iter().map(|(a, b)| figure(a) / figure(b)).collect();
        ratios.sort_by(f64::total_cmp);
        let (low, high) = (ratios[0], ratios[ratios.len() - 1]);
        println!(
            "  {name:<7} {ours:>9.1} {unit:<3}  against {theirs:>9.1} {unit:<3}  ratio {:.3} ({low:.3} to {high:.3})",
            median(ratios)
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
