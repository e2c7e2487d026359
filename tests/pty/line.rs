//! Lines that die, and lines that are slow.

use std::time::{Duration, Instant};

use crate::console::{Console, ESC};
use crate::served::Served;

#[test]
fn a_dead_line_is_noticed_within_ten_seconds_and_recovers_without_a_key() {
    let served = Served::scenario("installed", &[]);
    let mut console = Console::start(served.setting());
    console.wait_for("iom-gateway");
    console.until("a live line", |console| console.head().contains("live"));
    served.freeze();
    let noticed = console.until("a dead line", |console| !console.head().contains("live"));
    assert!(noticed < Duration::from_secs(12), "{noticed:?}");
    // Keys work meanwhile.
    console.type_in("?");
    console.wait_for("─ Keys ─");
    console.type_in(ESC);
    console.wait_gone("─ Keys ─");
    served.thaw();
    console.until("a live line", |console| console.head().contains("live"));
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

/// 64 kbit/s, while the screen would change all the time.
#[test]
fn on_a_slow_line_a_key_shows_its_effect_within_a_second() {
    let served = Served::scenario("busy", &["--speed", "20"]);
    let mut console = Console::start(served.setting().size(200, 50).env("SSH_TTY", "/dev/pts/0"));
    console.wait_for("iom-gateway");
    console.throttle(8_000);
    console.type_in("5");
    let mut worst = 0;
    for _ in 0..5 {
        // The line is under load for a while before each key.
        let rest = Instant::now();
        console.until("a second", |_| rest.elapsed() > Duration::from_secs(1));
        let before = console.bytes();
        console.type_in("?");
        console.wait_for("─ Keys ─");
        worst = worst.max(console.bytes() - before);
        console.type_in(ESC);
        console.wait_gone("─ Keys ─");
    }
    // What is in front of the effect and the effect itself, in bytes: a busy machine does not change them.
    assert!(worst < 8_000, "{worst} bytes take longer than a second");
}
