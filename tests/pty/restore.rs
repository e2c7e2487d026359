//! The terminal is given back, whatever happens.

use rustix::process::Signal;

use crate::console::{CTRL_Z, Console, F12, Setting};

fn opened(setting: Setting) -> Console {
    let console = Console::start(setting);
    console.wait_for("no cluster is configured");
    console
}

#[test]
fn after_sigterm_and_sighup() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut console = opened(Setting::default());
        console.signal(signal);
        assert_eq!(console.exit_code(), code);
        console.is_restored();
    }
}

#[test]
fn after_a_panic_whose_words_can_be_read() {
    let mut console = opened(Setting::default().env("IOMCTL_TEST_PANIC", "1"));
    console.type_in(F12);
    assert_eq!(console.exit_code(), 101);
    console.is_restored();
    console.wait_for("a defect on purpose");
    console.wait_for("This is a defect of iomctl");
}

#[test]
fn when_the_terminal_goes_away_the_program_ends() {
    let mut console = opened(Setting::default());
    console.hang_up();
    console.exit_code();
}

#[test]
fn ctrl_z_gives_it_back_and_going_on_takes_it_again() {
    let mut console = opened(Setting::default());
    console.type_in(CTRL_Z);
    console.until("the stop", Console::is_stopped);
    console.is_restored();
    console.signal(Signal::CONT);
    console.wait_for("no cluster is configured");
    console.type_in("?");
    console.wait_for("Go back one step");
}

/// Somebody else stopped it by force and used the terminal meanwhile.
#[test]
fn after_sigstop_the_screen_is_drawn_anew() {
    let console = opened(Setting::default());
    console.signal(Signal::STOP);
    console.until("the stop", Console::is_stopped);
    let before = console.bytes();
    console.signal(Signal::CONT);
    console.until("a new frame", |console| console.bytes() > before + 200);
    console.wait_for("no cluster is configured");
}

/// A terminal that accepts nothing does not hold up the end.
#[test]
fn a_stalled_terminal_is_left_too() {
    let mut console = opened(Setting::default().size(200, 50));
    console.throttle(1);
    for _ in 0..40 {
        console.type_in("?");
        console.type_in("\x0c");
    }
    console.signal(Signal::TERM);
    assert_eq!(console.exit_code(), 143);
}
