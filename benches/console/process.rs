//! What the kernel says of a process. Linux only: it reads `/proc`.

use std::time::Instant;

/// Ticks of the kernel's account in a second.
const TICKS: f64 = 100.0;

/// Processor time that a process used since some moment.
pub struct Used {
    pid: u32,
    ticks: f64,
    since: Instant,
}

impl Used {
    /// Begins to count.
    pub fn by(pid: u32) -> Used {
        Used { pid, ticks: ticks(pid), since: Instant::now() }
    }

    /// Percent of one core since then.
    pub fn percent(&self) -> f64 {
        (ticks(self.pid) - self.ticks) / TICKS / self.since.elapsed().as_secs_f64() * 100.0
    }
}

fn ticks(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("its account");
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    fields[11].parse::<f64>().expect("user time") + fields[12].parse::<f64>().expect("system time")
}

/// A line of its account of memory (`VmHWM`, `VmRSS`, `RssAnon`), in MB.
pub fn memory(pid: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("its account");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
