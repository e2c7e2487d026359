//! Following a log that never stops.

use std::time::{Duration, Instant};

use crate::console::{Console, ESC};
use crate::ground::Ground;
use crate::process::Used;
use crate::tell;

/// Lines per second.
const LINES: f64 = 1_000.0;

/// How long is looked.
const WHILE: Duration = Duration::from_secs(20);

/// 64 kbit/s, in bytes.
const SLOW: u64 = 8_000;

/// How late everything comes on a slow line, there and back.
const LATE: f64 = 0.3;

pub fn measure() {
    let ground = Ground::serve("installed", &["--log-lines", &LINES.to_string()]);
    let mut console = followed(&ground, false);
    let (used, before) = (Used::by(console.pid()), console.bytes());
    std::thread::sleep(WHILE);
    tell("to the terminal", (console.bytes() - before) as f64 / WHILE.as_secs_f64() / 1e3, "KB/s", 35.0);
    println!("  {:<44}{:>10.3} % core", "... processor", used.percent());
    whole(&mut console);

    let mut console = followed(&ground, true);
    console.throttle(SLOW);
    let mut worst = 0.0_f64;
    for _ in 0..5 {
        std::thread::sleep(Duration::from_secs(2));
        let typed = Instant::now();
        console.type_in("?");
        console.wait_for("─ Keys ─");
        worst = worst.max(typed.elapsed().as_secs_f64() + LATE);
        console.type_in(ESC);
        console.wait_gone("─ Keys ─");
    }
    tell("a key's effect at 64 kbit/s and 300 ms, worst", worst, "s", 1.0);
}

/// A console that follows the log of the gateway.
fn followed(ground: &Ground, remote: bool) -> Console {
    let setting = ground.setting().size(200, 50);
    let mut console = Console::start(if remote { setting.env("SSH_TTY", "/dev/pts/0") } else { setting });
    console.wait_for("✓ ready");
    // Pods come after workloads.
    console.wait_idle(Duration::from_secs(1));
    console.type_in("l");
    console.wait_for("GET /");
    std::thread::sleep(Duration::from_secs(2));
    console
}

/// Saves the log and looks whether each second has its lines, in their order.
fn whole(console: &mut Console) {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("iomete-system-iom-gateway.log");
    let _ = std::fs::remove_file(&file);
    console.type_in("\x13");
    console.until("the saved log", |_| std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n')));
    let text = std::fs::read_to_string(&file).expect("the saved log");
    let lines: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let disorder = lines.windows(4).filter(|four| four[0].1 != four[3].1 || four[0].1 == four[1].1).count();
    let mut seconds = std::collections::BTreeMap::<&str, usize>::new();
    lines.iter().for_each(|(second, _)| *seconds.entry(second).or_default() += 1);
    // The first and the last are not whole.
    let whole = seconds.values().skip(1).take(seconds.len().saturating_sub(2));
    let short = whole.filter(|count| **count as f64 != LINES).count();
    println!("  {:<44}{:>10} lines of {} s", "kept in the buffer", lines.len(), seconds.len());
    tell("... seconds that lack lines", short as f64, "", 0.0);
    tell("... lines out of order", disorder as f64, "", 0.0);
}
