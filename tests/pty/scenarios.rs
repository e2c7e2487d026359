//! Every trouble that can be rehearsed, gone through on the screen: it says what is wrong, in words that lead somewhere.

use crate::console::{Console, Setting};
use crate::walk::{ENTER, choose_evaluation, install};

fn installing(scenario: &str) -> Console {
    let setting = Setting::default().args(&["sandbox", "--scenario", scenario, "--speed", "20"]);
    let mut console = Console::start(setting);
    choose_evaluation(&mut console);
    install(&mut console);
    console
}

/// Waits for the row of the workload that does not come up, and reads, in full, why.
#[track_caller]
fn is_explained(console: &mut Console, row: &str, words: &[&str]) {
    console.wait_for(row);
    for words in words {
        // Lines break where they like.
        console.until(&format!("`{words}`"), |console| one_line(&console.screen()).contains(words));
    }
    console.type_in("q");
    console.wait_for("Stop the installation, and leave?");
    console.type_in("y");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

fn one_line(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_image_that_is_refused() {
    is_explained(&mut installing("image-pull"), "✗ iom-sql", &["image of iom-sql", "401 Unauthorized"]);
}

#[test]
fn a_service_that_crashes_again_and_again() {
    is_explained(&mut installing("crash-loop"), "✗ iom-core", &["iom-core exits with 1, restarted"]);
}

/// Which workloads come first and take the nodes depends on the order in which they arrive; that some are left does not.
#[test]
fn nodes_that_are_too_small() {
    is_explained(
        &mut installing("unschedulable"),
        "0/1  unschedulable",
        &["unschedulable: 0/2 nodes are available", "Insufficient cpu"],
    );
}

#[test]
fn a_cluster_without_a_storage_class() {
    is_explained(&mut installing("no-storage-class"), "typesense", &["volume claim typesense-data is pending"]);
}

#[test]
fn rights_that_end_at_the_namespace() {
    let mut console = installing("namespace-only");
    console.wait_for("at the cluster scope");
    console.wait_for("no rights outside of the");
    console.wait_for("have an administrator");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
}

/// A line that breaks, a server that is busy and away now and then: from the very first connection to the dashboard.
#[test]
fn a_line_that_breaks_again_and_again() {
    let mut console = installing("flaky");
    console.wait_for("is deployed as revision 1");
    console.type_in(ENTER);
    console.wait_for("1 Services");
    console.wait_for("all well");
}
