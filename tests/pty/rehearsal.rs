//! `iomctl sandbox`: the console on a cluster that is not there.

use crate::console::{Console, Setting};

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

#[test]
fn an_unknown_scenario_is_refused_before_the_screen_is_taken() {
    let mut console = Console::start(Setting::default().args(&["sandbox", "--scenario", "nonsense"]));
    assert_eq!(console.exit_code(), 2);
    console.wait_for("nonsense");
    assert!(!String::from_utf8_lossy(&console.raw()).contains("\x1b[?1049h"));
}
