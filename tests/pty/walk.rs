//! The whole way, as an operator goes it: wizard, review, installation, dashboard.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::Signal;

use crate::console::{CTRL_C, Console, Setting};
use crate::served::Served;

pub const ENTER: &str = "\r";

/// From the first section to the review, with the preset that asks nothing.
pub fn choose_evaluation(console: &mut Console) {
    console.wait_for("no preset");
    console.type_in(ENTER);
    console.wait_for("Begin with a preset");
    console.type_in("g");
    console.type_in(ENTER);
    console.wait_for("can be installed");
}

/// Goes to the review and installs.
pub fn install(console: &mut Console) {
    for _ in 0..12 {
        console.type_in("]");
    }
    console.wait_for("What will be done");
    console.type_in("I");
    console.wait_for("Install data-plane into namespace");
    console.type_in("y");
}

/// From the explanation of the failure to the answer, and gives it.
pub fn mend_the_password(console: &mut Console, password: &str) {
    console.wait_for("database.password");
    console.type_in(ENTER);
    console.wait_for("Password of that user");
    console.type_in(ENTER);
    console.wait_for("Type it now");
    console.type_in("g");
    console.type_in(ENTER);
    console.wait_for("kept in memory only");
    console.type_in(password);
    console.type_in(ENTER);
    console.wait_for("typed");
}

#[test]
fn from_an_empty_namespace_to_the_dashboard_without_leaving_the_screen() {
    let setting = Setting::default().args(&["sandbox", "--scenario", "fresh", "--speed", "20"]);
    let mut console = Console::start(setting);
    console.wait_for("the namespace does not exist");
    console.wait_for("the installation makes it");
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("record");
    // In the middle of it, the terminal changes its size.
    console.resize(120, 40);
    console.wait_for("is deployed as revision 1");
    console.resize(80, 24);
    console.wait_for("opens the dashboard");
    console.type_in(ENTER);
    console.wait_for("1 Services");
    console.wait_for("all well");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

#[test]
fn a_failing_init_job_is_explained_mended_from_the_screen_and_goes_on() {
    let served = Served::scenario("init-job-fails", &["--speed", "20"]);
    let mut console = Console::start(served.setting());
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("failed after 3 attempts");
    console.wait_for("PostgreSQL refused the password");
    mend_the_password(&mut console, "correct-horse");
    install(&mut console);
    console.wait_for("is deployed as revision");
    let raw = console.raw();
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    assert!(memchr::memmem::find(&raw, b"correct-horse").is_none(), "a secret was on the screen");
    assert_eq!(served.files_with("correct-horse"), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_lost_terminal_in_the_middle_loses_nothing() {
    let served = Served::scenario("fresh", &[]);
    let mut console = Console::start(served.setting());
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("iomete-data-plane-init completed");
    console.signal(Signal::HUP);
    assert_eq!(console.exit_code(), 129);
    let mut again = Console::start(served.setting());
    again.wait_for("can be installed");
    install(&mut again);
    again.wait_for("is deployed as revision 1");
}

#[test]
fn stopping_stops_at_a_safe_point_and_says_what_stands() {
    let served = Served::scenario("fresh", &[]);
    let mut console = Console::start(served.setting());
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("objects created");
    console.type_in(CTRL_C);
    console.wait_for("Stop the installation?");
    console.type_in("y");
    console.wait_for("stopped by the operator in stage");
    console.wait_for("nothing was rolled back");
    console.type_in("r");
    console.wait_for("is deployed as revision 1");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

#[test]
fn leaving_stops_at_a_safe_point_first_and_says_what_stands() {
    let served = Served::scenario("fresh", &[]);
    let mut console = Console::start(served.setting());
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("objects created");
    console.type_in("q");
    console.wait_for("Stop the installation, and leave?");
    console.type_in("y");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
    console.wait_for("stopped by the operator");
    console.wait_for("nothing was rolled back");
    let mut again = Console::start(served.setting());
    again.wait_for("an installation stopped in stage");
    install(&mut again);
    again.wait_for("is deployed as revision 1");
}

/// The console does not ask questions about what somebody else installs just now: it waits with the operator.
#[test]
fn an_installation_of_another_process_is_shown_until_it_is_done() {
    let served = Served::scenario("fresh", &[]);
    let mut other = served.command(&["install", "--preset", "evaluation", "-o", "json"]);
    let mut other = other.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(other.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("init-job")), "it ended before the init job");
    let console = Console::start(served.setting());
    console.wait_for("is being installed");
    console.wait_for(&format!("process {} on this machine", other.id()));
    // It must be able to say what it does.
    let rest = std::thread::spawn(move || said.count());
    console.wait_for("1 Services");
    console.wait_for("all well");
    assert!(other.wait().unwrap().success());
    rest.join().unwrap();
}

#[test]
fn a_namespace_of_another_release_is_recognised() {
    let served = Served::scenario("fresh", &["--speed", "20"]);
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/deploy/chart");
    let values = format!("{chart}/values.yaml");
    let installed =
        served.command(&["install", "--release", "vault", "--chart", chart, "-f", &values]).output().unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let console = Console::start(served.setting());
    console.wait_for("belongs to another release");
    console.wait_for("iomctl --release NAME");
    assert!(console.screen().contains("vault"), "{}", console.screen());
}
