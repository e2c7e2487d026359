//! Terminals of every size, also while the size changes.

use crate::console::{Console, Setting};

#[test]
fn a_terminal_of_20_by_5_shows_the_state_and_is_left() {
    let mut console = Console::start(Setting::default().size(20, 5));
    console.wait_for("iomctl");
    console.type_in("?");
    console.type_in("q");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    for n in 0..60u16 {
        console.resize(1 + n * 7 % 200, 1 + n * 5 % 50);
    }
    console.resize(100, 30);
    console.wait_for("point KUBECONFIG");
    console.wait_for("? keys");
    let screen = console.screen();
    assert_eq!(screen.lines().next().unwrap().trim_end().chars().count(), 99, "{screen}");
    assert!(screen.lines().nth(29).unwrap().contains("? keys"), "{screen}");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
}

/// A key and a new size at the same moment: neither is lost.
#[test]
fn keys_and_sizes_that_come_together_are_both_taken_in() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    for n in 0..40u16 {
        console.resize(81 + n % 2, 24);
        console.type_in(":");
        console.wait_for("Go to, or do");
        console.resize(83 + n % 2, 24);
        console.type_in("\x03");
        console.wait_gone("Go to, or do");
    }
}

#[test]
fn the_first_frame_of_a_large_terminal_is_small_and_soon_there() {
    let console = Console::start(Setting::default().size(200, 50));
    console.wait_for("iomctl");
    // 30 ms are promised of a release build on an idle machine.
    assert!(console.elapsed().as_millis() < 1000, "{:?}", console.elapsed());
    console.wait_for("no cluster is configured");
    assert!(console.bytes() < 12 * 1024, "{} bytes", console.bytes());
}
