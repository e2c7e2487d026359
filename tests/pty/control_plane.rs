//! The same walk on a real control plane: what the sandbox could only have imagined is found here.

use std::time::Duration;

use iomctl_test_cluster::{Attempt, TestCluster};
use tokio::runtime::Runtime;

use crate::console::{Console, Setting};
use crate::proxy::Proxy;
use crate::walk::{ENTER, choose_evaluation, install, mend_the_password};

/// The bundled chart rolls out at the pace of real controllers.
const PATIENCE: Duration = Duration::from_secs(240);

#[test]
fn from_an_empty_namespace_to_a_dashboard_that_survives_a_cut_line() {
    let runtime = Runtime::new().unwrap();
    let state = tempfile::tempdir().unwrap();
    let (proxy, namespace) = runtime.block_on(async {
        let namespace = TestCluster::shared().await.namespace("console").await;
        (Proxy::before(namespace.kubeconfig()).await.unwrap(), namespace.name().to_string())
    });
    let setting = Setting::default().env("KUBECONFIG", proxy.kubeconfig()).env("XDG_STATE_HOME", state.path());
    let mut console = Console::start(setting.patient(PATIENCE));
    choose_evaluation(&mut console);
    assert!(console.head().contains(&namespace), "{}", console.head());
    install(&mut console);
    console.wait_for("record");
    // In the middle of it, the terminal changes its size.
    console.resize(120, 40);
    console.wait_for("is deployed as revision 1");
    console.resize(80, 24);
    console.wait_for("opens the dashboard");
    console.type_in(ENTER);
    console.wait_for("1 Services");
    // Nobody plays the Spark operator here, so its application waits, and is told as unknown.
    console.wait_for("1 unknown");
    // A cable is pulled, and put back.
    proxy.freeze();
    console.wait_for("· lost");
    console.wait_for("shown is what was known");
    proxy.thaw();
    console.wait_for("· live");
    console.wait_for("1 unknown");
    // Every page knows something of a real cluster.
    for (page, word) in
        [("2", "told by"), ("3", "what holds it"), ("4", "quota"), ("6", "pattern"), ("7", "running pods")]
    {
        console.type_in(page);
        console.wait_for(word);
    }
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

#[test]
fn a_failing_init_job_is_mended_from_the_screen() {
    let runtime = Runtime::new().unwrap();
    let state = tempfile::tempdir().unwrap();
    let refused = || Attempt::fails(1, ["FATAL:  password authentication failed for user \"postgres\""]);
    let attempts = [refused(), refused(), refused(), Attempt::succeeds(["databases created"])];
    let (namespace, _script) = runtime.block_on(async {
        let namespace = TestCluster::shared().await.namespace("console").await;
        let script = namespace.script_job("iomete-data-plane-init", attempts).await;
        (namespace, script)
    });
    let setting = Setting::default().env("KUBECONFIG", namespace.kubeconfig()).env("XDG_STATE_HOME", state.path());
    let mut console = Console::start(setting.patient(PATIENCE));
    choose_evaluation(&mut console);
    install(&mut console);
    console.wait_for("failed after 3 attempts");
    console.wait_for("PostgreSQL refused the password");
    mend_the_password(&mut console, "correct-horse");
    install(&mut console);
    console.wait_for("is deployed as revision");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
    assert!(memchr::memmem::find(&console.raw(), b"correct-horse").is_none(), "a secret was on the screen");
}
