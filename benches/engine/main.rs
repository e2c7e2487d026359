//! The engine in numbers: a large chart beside Helm, the render again after one answer, and how time grows with size.
//!
//! `cargo bench --bench engine`; an argument (`large`, `again`, `growth`) narrows it. `IOMCTL` names a binary that is
//! there already, and `IOMCTL_LARGE_CHART` a folder to take instead of the large chart that is written here (by hand: a
//! public one). The aims of the project: of Helm's, 0.1 of the time and 0.25 of the memory; 5 ms for the render again;
//! time per unit that stays the same while the size grows.

mod again;
mod growth;
mod large;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "a part is enough")]
mod support;

use std::time::{Duration, Instant};

// What is measured in this process has the binary's allocator.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of the thread that does the work, in bytes, as the binary has it (`src/main.rs`): where the stack is as short as
/// musl says that of the first thread is, every template grows it anew, which takes a fifth of a rendering.
const STACK: usize = 16 << 20;

fn main() {
    let work = std::thread::Builder::new().stack_size(STACK).spawn(measure).expect("a thread");
    work.join().expect("what is measured works");
}

fn measure() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let parts: [(&str, fn()); 3] = [("large", large::measure), ("again", again::measure), ("growth", growth::measure)];
    for (name, measure) in parts {
        if name.contains(&wanted) {
            measure();
        }
    }
}

/// How long something takes, again and again. On a busy machine only the least tells of the work alone.
struct Times {
    least: Duration,
    median: Duration,
    worst: Duration,
}

/// Times `work` behind a first run.
fn time<T>(times: usize, mut work: impl FnMut(usize) -> T) -> Times {
    let mut one = |number| {
        let start = Instant::now();
        std::hint::black_box(work(number));
        start.elapsed()
    };
    one(0);
    let mut all: Vec<Duration> = (1..=times).map(one).collect();
    all.sort();
    Times { least: all[0], median: all[all.len() / 2], worst: all[all.len() - 1] }
}
