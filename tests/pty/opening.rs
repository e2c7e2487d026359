//! Opening and leaving.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::console::{CTRL_C, Console, ESC, Setting};
use crate::served::Served;

/// Without a cluster the console still opens, says what is wrong, and what can be done.
#[test]
fn it_opens_without_a_cluster_and_leaves_at_once() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.wait_for("KUBECONFIG names /nonexistent/kubeconfig");
    console.wait_for("point KUBECONFIG");
    console.wait_for("connect again");
    console.wait_idle(Duration::from_millis(300));
    let before = console.bytes();
    console.type_in("q");
    let asked = Instant::now();
    assert_eq!(console.exit_code(), 0);
    // 100 ms are promised; a busy test machine gets some more.
    assert!(asked.elapsed() < Duration::from_millis(400), "{:?}", asked.elapsed());
    console.is_restored();
    assert!(console.bytes() - before < 200);
}

#[test]
fn ctrl_c_leaves_when_nothing_would_be_lost() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.type_in(CTRL_C);
    assert_eq!(console.exit_code(), 0);
    console.is_restored();
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.wait_idle(Duration::from_millis(500));
    let before = console.bytes();
    let rest = Instant::now();
    console.until("two seconds", |_| rest.elapsed() > Duration::from_secs(2));
    assert_eq!(console.bytes(), before);
}

#[test]
fn keys_are_explained_and_actions_found_by_name() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.type_in("?");
    console.wait_for("Go back one step");
    console.type_in(ESC);
    console.wait_gone("Go back one step");
    console.type_in(":");
    console.wait_for("Go to, or do");
    console.type_in("wizard");
    console.wait_for(": wizard");
    console.type_in(ESC);
    console.wait_gone("Go to, or do");
}

/// Nothing is asked of a terminal: one that never answers is as good as any other, and no answer that comes late over a
/// slow line is taken for keys.
#[test]
fn a_terminal_that_answers_nothing_is_served() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.type_in("?");
    console.wait_for("Go back one step");
    let raw = String::from_utf8_lossy(&console.raw()).into_owned();
    let questions =
        ["\x1b[6n", "\x1b[5n", "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[>0q", "\x1b[?u", "\x1b]11;?", "\x1b[14t"];
    for question in questions {
        assert!(!raw.contains(question), "{question:?} is asked");
    }
    console.type_in(ESC);
    console.wait_gone("Go back one step");
    console.type_in("q");
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn a_kubeconfig_without_contexts_says_so_and_answers_can_be_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, "apiVersion: v1\nkind: Config\n").unwrap();
    let mut console = Console::start(Setting::default().env("KUBECONFIG", &path));
    console.wait_for("the kubeconfig names no current context");
    console.wait_for("it has none");
    console.type_in("\r");
    console.wait_for("answers can be given, nothing can be installed");
}

#[test]
fn an_expired_certificate_is_named_with_its_day() {
    let served = Served::scenario("fresh", &[]);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2021, 2, 3);
    let certificate = parameters.self_signed(&key).unwrap();
    let text = std::fs::read_to_string(&served.kubeconfig).unwrap();
    let mut config: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    let encoded = |text: String| STANDARD.encode(text);
    config["users"][0]["user"] = serde_json::json!({
        "token": "of another time",
        "client-certificate-data": encoded(certificate.pem()),
        "client-key-data": encoded(key.serialize_pem()),
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();
    let console = Console::start(Setting::default().env("KUBECONFIG", &path));
    console.wait_for("does not accept the credentials");
    console.wait_for("the client certificate expired on 2021-02-03");
    console.wait_for("get a fresh kubeconfig");
}

/// 100 KB pasted, with sequences that would move the cursor or set a title: nothing of it is acted upon.
#[test]
fn a_large_paste_full_of_control_characters_does_no_harm() {
    let mut console = Console::start(Setting::default());
    console.wait_for("no cluster is configured");
    console.type_in(":");
    console.wait_for("Go to, or do");
    console.type_in("\x1b[200~");
    let hostile = "\x1b]0;pwned\x07\x1b[2J\tq\r\n";
    for _ in 0..100 {
        console.type_in(&hostile.repeat(1024 / hostile.len()));
    }
    console.type_in("\x1b[201~");
    console.type_in("mouse");
    console.wait_for("Use the mouse here");
    let raw = String::from_utf8_lossy(&console.raw()).into_owned();
    assert!(!raw.contains("\x1b]0;"));
}

/// Where there is no terminal the program says so and names the way out.
#[test]
fn without_a_terminal_it_says_so() {
    let run = |term: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        command.env("TERM", term).stdin(Stdio::null()).output().unwrap()
    };
    let output = run("xterm");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("the console needs a terminal") && said.contains("iomctl --help"), "{said}");

    let mut dumb = Setting::default();
    dumb.environment.push(("TERM".into(), "dumb".into()));
    let mut console = Console::start(dumb);
    assert_eq!(console.exit_code(), 2);
    console.wait_for("TERM is `dumb`");
}
