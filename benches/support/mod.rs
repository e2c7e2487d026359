//! Whole processes, timed pair by pair: ours, the other, ours, the other …, so that a comparison holds when the
//! machine's speed drifts. Figures are the operating system's own accounting of each finished process.

pub mod charts;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// The binary that is measured: the static one that is shipped, when `IOMCTL` names it, else the one of this build.
pub fn iomctl() -> Command {
    Command::new(std::env::var_os("IOMCTL").unwrap_or_else(|| env!("CARGO_BIN_EXE_iomctl").into()))
}

/// The Helm that `tests/cluster/build helm3` built.
pub fn helm3() -> PathBuf {
    let cache = std::env::var_os("IOMCTL_TEST_CACHE").map(PathBuf::from).unwrap_or_else(|| {
        let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        base.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".cache"))
            .join("iomctl-testbed")
    });
    let helm = cache.join("bin/helm3");
    assert!(helm.exists(), "{} is missing: build it with tests/cluster/build helm3", helm.display());
    helm
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
    /// Requests to the API server, where they are counted.
    pub requests: usize,
}

/// Runs a command with its output thrown away; panics when it does not succeed, because a failed run has no figure.
pub fn run(command: &mut Command) -> Usage {
    // A child begins with the largest size that its parent ever had.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let used = child.wait4().expect("is reaped");
    let wall = start.elapsed();
    assert!(used.status.success(), "{command:?} ended with {:?}", used.status);
    Usage { wall, cpu: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss, requests: 0 }
}

/// One of those that are compared: its name and one run of it.
pub type Side<'s> = (&'s str, &'s mut dyn FnMut() -> Usage);

/// Runs all sides in turn, `rounds` times after one warm-up, and prints the medians of the first and its ratios to
/// each of the others.
pub fn race(what: &str, rounds: usize, sides: &mut [Side]) {
    for (_, warm_up) in sides.iter_mut() {
        warm_up();
    }
    let rounds: Vec<Vec<Usage>> = (0..rounds).map(|_| sides.iter_mut().map(|(_, run)| run()).collect()).collect();
    println!("{what}, {} rounds, median (minimum to maximum of the ratios):", rounds.len());
    type Figure = (&'static str, fn(&Usage) -> f64, &'static str);
    let figures: [Figure; 4] = [
        ("wall", |u| u.wall.as_secs_f64() * 1e3, "ms"),
        ("cpu", |u| u.cpu.as_secs_f64() * 1e3, "ms"),
        ("memory", |u| u.memory as f64 / (1 << 20) as f64, "MiB"),
        ("requests", |u| u.requests as f64, ""),
    ];
    for (name, figure, unit) in figures {
        let of = |side: usize| median(rounds.iter().map(|round| figure(&round[side])).collect());
        if of(0) == 0.0 {
            continue;
        }
        for (side, (other, _)) in sides.iter().enumerate().skip(1) {
            let mut ratios: Vec<f64> = rounds.iter().map(|round| figure(&round[0]) / figure(&round[side])).collect();
            ratios.sort_by(f64::total_cmp);
            let (low, high) = (ratios[0], ratios[ratios.len() - 1]);
            println!(
                "  {name:<8} {:>9.1} {unit:<3}  {other:<12} {:>9.1} {unit:<3}  ratio {:.3} ({low:.3} to {high:.3})",
                of(0),
                of(side),
                median(ratios)
            );
        }
    }
}

/// Ours and Helm, in pairs.
pub fn compare(what: &str, pairs: usize, ours: &mut dyn FnMut() -> Usage, theirs: &mut dyn FnMut() -> Usage) {
    race(what, pairs, &mut [("iomctl", ours), ("helm", theirs)]);
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What the preset `on-prem-minio` leaves open.
const ANSWERS: [&str; 6] = [
    "adminUser.email=admin@example.com",
    "storage.minioSettings.endpoint=http://minio.example:9000",
    "storage.minioSettings.accessKey=access",
    "storage.minioSettings.secretKey=secret:storage/key",
    "database.host=postgresql.example",
    "database.password=secret:database/password",
];

/// The values that the preset `on-prem-minio` gives.
pub fn preset_values() -> Vec<u8> {
    let mut command = iomctl();
    command.args(["values", "--preset", "on-prem-minio"]);
    ANSWERS.iter().for_each(|answer| {
        command.args(["--set", answer]);
    });
    let output = command.output().expect("iomctl values");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
