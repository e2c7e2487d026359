//! How long it takes to read the catalogue: every command that names a service pays for it at its start.
//!
//! `cargo bench --bench catalogue`; fails above the two milliseconds that are granted.

use std::hint::black_box;
use std::time::{Duration, Instant};

use iomctl::platform::Catalogue;

const MOST: Duration = Duration::from_millis(2);

fn main() {
    let first = load();
    let mut times: Vec<Duration> = (0..300).map(|_| load()).collect();
    times.sort();
    let median = times[times.len() / 2];
    println!("catalogue: first load {first:.0?}, median {median:.0?}; {MOST:.0?} granted");
    assert!(median <= MOST, "reading the catalogue takes too long");
}

fn load() -> Duration {
    let start = Instant::now();
    black_box(Catalogue::load());
    start.elapsed()
}
