//! From a key to the frame that shows its effect.

use std::time::Instant;

use super::pods::cursor;
use crate::console::Console;
use crate::tell;

/// Keys that are typed.
const KEYS: usize = 300;

/// Moves the cursor up and down a list.
pub fn measure(console: &mut Console) {
    let mut taken: Vec<f64> = Vec::with_capacity(KEYS);
    for n in 0..KEYS {
        let (before, typed) = (cursor(console), Instant::now());
        console.type_in(if n % 20 < 10 { "j" } else { "k" });
        console.closely("the cursor elsewhere", |console| cursor(console) != before);
        taken.push(typed.elapsed().as_secs_f64() * 1e3);
        // At no fixed distance to the frames.
        std::thread::sleep(std::time::Duration::from_millis(5 + (n as u64 * 7) % 40));
    }
    taken.sort_by(f64::total_cmp);
    println!("  {:<44}{:>10.3} ms", "key to frame, median", taken[KEYS / 2]);
    tell("key to frame, p99", taken[KEYS * 99 / 100], "ms", 16.0);
}
