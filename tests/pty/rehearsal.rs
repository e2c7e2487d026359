//! `iomctl sandbox`: the console on a cluster that is not there.

use rustix::process::Signal;

use crate::console::{Console, Setting};
use crate::walk::{choose_evaluation, install};

#[test]
fn an_installed_platform_is_shown_and_left() {
    let setting = Setting::default().args(&["sandbox", "--scenario", "installed"]);
    let mut console = Console::start(setting);
    console.wait_for("iom-gateway");
    console.wait_for("all well");
    // From page to page, and through every size on the way.
    for (digit, width, height) in
        [("2", 20, 5), ("3", 60, 16), ("4", 200, 50), ("5", 40, 10), ("6", 120, 40), ("1", 80, 24)]
    {
        console.type_in(digit);
        console.resize(width, height);
    }
    console.wait_for("iom-gateway");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

/// Whatever ends it, also in the middle of an installation, and with the terminal gone.
#[test]
fn nothing_is_left_behind_by_a_rehearsal() {
    let folder = tempfile::tempdir().unwrap();
    let left = || std::fs::read_dir(folder.path()).unwrap().count();
    for end in [Some(Signal::TERM), Some(Signal::INT), None] {
        let setting = Setting::default().args(&["sandbox", "--scenario", "fresh"]).env("TMPDIR", folder.path());
        let mut console = Console::start(setting);
        choose_evaluation(&mut console);
        install(&mut console);
        console.wait_for("objects created");
        assert_eq!(left(), 1);
        match end {
            Some(signal) => console.signal(signal),
            None => console.hang_up(),
        }
        console.exit_code();
        assert_eq!(left(), 0, "{end:?}");
    }
}

#[test]
fn an_unknown_scenario_is_refused_before_the_screen_is_taken() {
    let mut console = Console::start(Setting::default().args(&["sandbox", "--scenario", "nonsense"]));
    assert_eq!(console.exit_code(), 2);
    console.wait_for("nonsense");
    assert!(!String::from_utf8_lossy(&console.raw()).contains("\x1b[?1049h"));
}
