//! Ten thousand pods in twenty namespaces.

use std::time::{Duration, Instant};

use super::keys;
use crate::console::Console;
use crate::ground::Ground;
use crate::process::{Used, memory};
use crate::tell;

/// Pods of the scenario, beside those of the platform.
const PODS: u32 = 10_000;

/// How long is looked.
const WHILE: Duration = Duration::from_secs(30);

pub fn at_rest() {
    look(0, 0.5);
}

pub fn at_100() {
    look(100, 3.0);
}

pub fn at_500() {
    look(500, 10.0);
}

/// Looks at all pods while so many of them change each second.
fn look(changes: u32, share: f64) {
    let ground = Ground::serve("huge", &["--changes", &changes.to_string()]);
    let mut console = ground.console(200, 50);
    let useful = console.wait_for("✓ ready");
    tell("first useful frame, after the start", useful.as_secs_f64(), "s", 0.3);
    console.type_in("4");
    console.wait_for("looks into every namespace");
    let asked = Instant::now();
    console.type_in("a");
    console.until("all pods", |console| counted(&console.screen()) >= PODS);
    tell("all pods counted", asked.elapsed().as_secs_f64(), "s", 2.0);
    std::thread::sleep(Duration::from_secs(3));

    let (used, before) = (Used::by(console.pid()), console.bytes());
    std::thread::sleep(WHILE);
    tell("namespaces of all pods watched", used.percent(), "% core", share);
    let bytes = (console.bytes() - before) as f64 / WHILE.as_secs_f64();
    if changes == 0 {
        tell("... to the terminal", bytes, "B/s", 0.0);
    } else {
        println!("  {:<44}{bytes:>10.0} B/s", "... to the terminal");
    }
    keys::measure(&mut console);
    tell("memory, peak", memory(console.pid(), "VmHWM"), "MB", 60.0);
    println!("  {:<44}{:>10.3} MB", "... without the binary", memory(console.pid(), "RssAnon"));
    console.type_in("q");
    tell("q ends within", console.ends().as_secs_f64() * 1e3, "ms", 100.0);
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

/// The row with the cursor.
pub fn cursor(console: &Console) -> Option<usize> {
    console.row_that_starts_with(" ▸")
}
