//! The dashboard, on simulated clusters.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::console::{Console, ESC, SOON, Setting};

/// A simulated cluster in a process of its own, and a console on it.
struct Rehearsal {
    server: Child,
    console: Console,
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn on(scenario: &str) -> Rehearsal {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
    command.args(["sandbox", "--serve", "--scenario", scenario]).stdout(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.filter_map(|line| line.split_once("KUBECONFIG=").map(|(_, path)| path.to_string()));
    let kubeconfig = told.take(1).next().expect("the sandbox names its kubeconfig");
    Rehearsal { server, console: Console::start(Setting::default().env("KUBECONFIG", kubeconfig)) }
}

#[test]
fn an_installed_platform_is_looked_at_and_a_service_restarted() {
    let mut rehearsal = on("installed");
    let console = &mut rehearsal.console;
    console.wait_for("iom-gateway");
    console.wait_for("live");
    for (page, word) in [("2", "told by"), ("3", "what holds it"), ("4", "quota"), ("5", "about"), ("6", "pattern")] {
        console.type_in(page);
        console.wait_for(word);
    }
    console.type_in("7");
    console.wait_for("running pods");
    console.type_in("1jj");
    console.wait_for("authentication");
    console.type_in("\r");
    console.wait_for("Deployment iom-core");
    console.type_in("v");
    console.wait_for("apiVersion: apps/v1");
    console.type_in(ESC);
    console.wait_gone("apiVersion");
    console.type_in("R");
    console.wait_for("Restart Deployment iom-core");
    console.type_in("y");
    console.wait_for("Deployment iom-core restarts");
    console.wait_for("rolling");
    console.wait_for("✓ ready");
}

#[test]
fn a_port_is_typed_forwarded_used_and_ended() {
    let mut rehearsal = on("installed");
    let console = &mut rehearsal.console;
    // The row is there from the first frame on, the Deployment behind it once the cluster has told of it.
    console.wait_for("all well");
    console.type_in("\r");
    console.wait_for("Deployment iom-gateway");
    console.wait_for("▸ iom-gateway-");
    console.type_in("F");
    console.wait_for("port of iom-gateway");
    // Nonsense is refused where it was typed; a port where nothing listens is told when it is used.
    console.type_in("\x15nonsense\r");
    console.wait_for("`nonsense` is no port");
    console.type_in("\x15:9\r");
    console.wait_for("leads to iom-gateway");
    assert!(ask(console).is_empty());
    console.wait_for("connection refused");
    console.type_in(ESC);
    console.wait_gone("connection refused");
    console.type_in("F");
    console.wait_for("port of iom-gateway");
    console.type_in("\x15:80\r");
    console.wait_for("leads to iom-gateway");
    let answer = ask(console);
    assert!(answer.contains("iom-gateway") && answer.contains("GET /health on port 80"), "{answer}");
    console.type_in("F");
    console.wait_for("the port is forwarded no more");
}

/// What the forwarded port answers.
fn ask(console: &Console) -> String {
    let screen = console.screen();
    let at = screen.find("127.0.0.1:").unwrap();
    let address: String = screen[at..].chars().take_while(|c| !c.is_whitespace()).collect();
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(SOON)).unwrap();
    line.write_all(b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n").unwrap();
    let mut answer = vec![0; 4096];
    // A port where nothing listens ends the connection.
    let length = line.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[test]
fn a_cluster_that_falls_silent_is_noticed_and_comes_back_without_a_key() {
    let rehearsal = on("installed");
    let console = &rehearsal.console;
    console.wait_for("· live");
    console.wait_for("✓ ready");
    let server = rustix::process::Pid::from_raw(rehearsal.server.id() as i32).unwrap();
    rustix::process::kill_process(server, rustix::process::Signal::STOP).unwrap();
    let silent = std::time::Instant::now();
    console.wait_for("· lost");
    // Ten seconds are promised; a busy test machine gets some more.
    assert!(silent.elapsed().as_secs() < 14, "{:?}", silent.elapsed());
    console.wait_for("shown is what was known");
    rustix::process::kill_process(server, rustix::process::Signal::CONT).unwrap();
    console.wait_for("· live");
}

#[test]
fn what_may_not_be_seen_says_which_right_is_missing() {
    let mut rehearsal = on("view-only");
    let console = &mut rehearsal.console;
    console.wait_for("iom-gateway");
    console.type_in("7");
    console.wait_for("needs: list secrets");
}

#[test]
fn looking_costs_nothing_while_nothing_happens() {
    let rehearsal = on("installed");
    let console = &rehearsal.console;
    console.wait_for("✓ ready");
    console.wait_idle(std::time::Duration::from_secs(1));
    let stat = || {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", console.pid())).unwrap();
        let fields: Vec<u64> =
            text.rsplit(") ").next().unwrap().split(' ').skip(11).take(2).map(|f| f.parse().unwrap()).collect();
        fields[0] + fields[1]
    };
    let (before, began) = (stat(), std::time::Instant::now());
    console.until("three seconds", |_| began.elapsed().as_secs() >= 3);
    // Ticks of 10 ms; a debug build on a busy machine gets some more than the 0.5 % that are promised.
    assert!(stat() - before < 10, "{} ticks in three seconds", stat() - before);
}
