//! Without a cluster, and with a small one.

use std::time::Duration;

use crate::ground::{self, Ground};
use crate::process::{Used, memory};
use crate::tell;

/// How long is looked.
const REST: Duration = Duration::from_secs(30);

/// Starts of which the best counts: the machine has other things to do.
const STARTS: usize = 10;

pub fn measure() {
    let mut first = Vec::new();
    for _ in 0..STARTS {
        let mut console = crate::console::Console::start(ground::setting());
        console.closely("a first frame", |console| !console.screen().trim().is_empty());
        first.push(console.elapsed().as_secs_f64());
        console.type_in("q");
        console.exit_code();
    }
    first.sort_by(f64::total_cmp);
    tell("first frame without a cluster, median", first[STARTS / 2] * 1e3, "ms", 30.0);

    let ground = Ground::serve("installed", &[]);
    let mut console = ground.console(200, 50);
    console.wait_for("✓ ready");
    console.wait_idle(Duration::from_secs(2));
    // The whole screen drawn anew, as Ctrl-L asks.
    let before = console.bytes();
    console.type_in("\x0c");
    console.until("a frame", |console| console.bytes() > before);
    console.wait_idle(Duration::from_millis(500));
    tell("a whole frame of 200x50", (console.bytes() - before) as f64 / 1e3, "KB", 12.0);

    let (used, before) = (Used::by(console.pid()), console.bytes());
    std::thread::sleep(REST);
    tell("the platform watched, at rest", used.percent(), "% core", 0.3);
    println!("  {:<44}{:>10} bytes in {} s", "... to the terminal", console.bytes() - before, REST.as_secs());
    tell("... memory, peak", memory(console.pid(), "VmHWM"), "MB", 25.0);
    println!("  {:<44}{:>10.3} MB", "... without the binary", memory(console.pid(), "RssAnon"));
    console.type_in("q");
    tell("q ends within", console.ends().as_secs_f64() * 1e3, "ms", 100.0);
}
