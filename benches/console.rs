//! What the dashboard costs with ten thousand pods in twenty namespaces, on the sandbox's `huge`.
//!
//! `cargo bench --bench console`; the aims of the project: 60 MB at most, the first useful frame within 0.3 s of the
//! connection, all pods counted within 2 s, 0.5 % of a core and no byte to the terminal while nothing happens. Linux
//! only: it reads /proc.

#[path = "../tests/pty/console.rs"]
#[allow(dead_code, reason = "the harness of the tests, of which a part is enough")]
mod console;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use console::{Console, Setting};

/// Pods of the scenario, beside those of the platform.
const PODS: u32 = 10_000;

/// How long nothing happens while it is measured.
const REST: Duration = Duration::from_secs(20);

/// Ticks of the kernel's account of a process.
const TICKS: f64 = 100.0;

fn main() {
    let (mut server, kubeconfig) = serve();
    let mut console = Console::start(Setting::default().size(200, 50).env("KUBECONFIG", &kubeconfig));
    let useful = console.wait_for("✓ ready");
    println!("first useful frame   {:>7.3} s after start (aim: 0.3 s after connecting)", useful.as_secs_f64());

    console.type_in("4a");
    let asked = Instant::now();
    console.until("all pods", |console| counted(&console.screen()) >= PODS);
    println!("all pods counted     {:>7.3} s (aim: 2 s)", asked.elapsed().as_secs_f64());

    console.wait_idle(Duration::from_secs(2));
    let (bytes, ticks, rest) = (console.bytes(), cpu(&console), Instant::now());
    console.until("the rest", |_| rest.elapsed() > REST);
    let share = (cpu(&console) - ticks) / TICKS / rest.elapsed().as_secs_f64() * 100.0;
    println!("at rest              {share:>7.2} % of a core (aim: 0.5 %), {} bytes (aim: 0)", console.bytes() - bytes);
    for (name, what) in [("VmHWM:", "memory, peak"), ("VmRSS:", "memory now"), ("RssAnon:", "... without the binary")] {
        println!("{what:<22}{:>6.1} MB (aim: 60 MB)", memory(&console, name) / 1024.0);
    }
    console.type_in("q");
    let left = Instant::now();
    console.exit_code();
    println!("q ends within        {:>7.3} s (aim: 0.1 s)", left.elapsed().as_secs_f64());
    let _ = server.kill();
    let _ = server.wait();
}

/// A sandbox, and the kubeconfig that leads to it.
fn serve() -> (Child, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_iomctl"))
        .args(["sandbox", "--serve", "--scenario", "huge"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the sandbox starts");
    let lines = BufReader::new(server.stdout.take().expect("its output")).lines();
    let told = lines.map_while(Result::ok).find_map(|line| line.split_once("KUBECONFIG=").map(|(_, p)| p.to_string()));
    (server, told.expect("the sandbox names its kubeconfig"))
}

/// The pods that the rows of the namespaces add up to.
fn counted(screen: &str) -> u32 {
    let pods = |line: &str| -> Option<u32> {
        let cell = line
            .split_whitespace()
            .find(|word| word.contains('/') && word.starts_with(|c: char| c.is_ascii_digit()))?;
        cell.split_once('/')?.1.parse().ok()
    };
    screen.lines().filter_map(pods).sum()
}

/// Ticks of CPU that the console has used.
fn cpu(console: &Console) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", console.pid())).expect("its account");
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    fields[11].parse::<f64>().expect("user time") + fields[12].parse::<f64>().expect("system time")
}

/// A line of its account of memory, in kB.
fn memory(console: &Console, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", console.pid())).expect("its account");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse().ok()).unwrap_or_default()
}
