//! Charts from a registry: the reference implementation, with users.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::server::LOGIN;
use crate::setting::{Person, digest};

/// The registry's binary, built once; Go keeps what it compiled.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("registry");
    let mut build = Command::new("go");
    build.args(["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o"]).arg(&binary).arg(".");
    build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/charts/registry")).env("CGO_ENABLED", "0");
    let output = build.output().unwrap_or_else(|e| panic!("the registry cannot be built without Go: {e}"));
    assert!(output.status.success(), "the registry cannot be built: {}", String::from_utf8_lossy(&output.stderr));
    binary
});

/// A registry, until it is dropped.
pub struct Registry {
    pub host: String,
    child: Child,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Registry {
    /// Started, and answering; `users` have to log in.
    pub fn start(person: &Person, users: bool) -> Registry {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let hash = bcrypt::hash(LOGIN.1, 4).unwrap();
        let users_file = person.write("registry/users", format!("{}:{hash}\n", LOGIN.0));
        let auth = match users {
            true => format!("auth: {{ htpasswd: {{ realm: charts, path: {} }} }}\n", users_file.display()),
            false => String::new(),
        };
        let config = person.write(
            "registry/config.yml",
            format!(
                "version: 0.1\nlog: {{ level: error, accesslog: {{ disabled: true }} }}\nstorage: {{ inmemory: {{}} }}\n\
                 http: {{ addr: '{host}' }}\n{auth}"
            ),
        );
        let mut serve = Command::new(&*BINARY);
        serve.arg("serve").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        serve.env("OTEL_TRACES_EXPORTER", "none");
        let registry = Registry { child: serve.spawn().expect("the registry starts"), host };
        let began = Instant::now();
        while std::net::TcpStream::connect(&registry.host).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the registry does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        registry
    }

    /// The configuration of helm that knows the login.
    pub fn login(&self) -> String {
        let auth = STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1));
        format!(r#"{{"auths": {{"{}": {{"auth": "{auth}"}}}}}}"#, self.host)
    }
}

/// Where helm keeps its logins.
const HELM: &str = ".config/helm/registry/config.json";

#[test]
fn what_helm_pushed_is_got_byte_for_byte_and_kept() {
    let person = Person::new();
    let registry = Registry::start(&person, true);
    person.write(HELM, registry.login());
    let packed = person.packed(&["1.2.3", "1.3.0+build.1", "2.0.0-rc.1"]);
    let team = format!("oci://{}/team", registry.host);
    for version in ["1.2.3", "1.3.0+build.1", "2.0.0-rc.1"] {
        let file = packed.join(format!("told-{version}.tgz")).display().to_string();
        person.helm(&["push", "--plain-http", &file, &team]);
    }
    let chart = format!("{team}/told");
    let pull = ["chart", "pull", &chart, "--plain-http", "-o", "json", "-d", "got"];
    let newest = person.run(&pull);
    let newest = newest.ended(0).json();
    assert_eq!(newest["version"], "1.3.0+build.1");
    assert_eq!(newest["digest"], digest(&packed.join("told-1.3.0+build.1.tgz")).as_str());
    let theirs = person.helm(&["pull", &chart, "--plain-http", "--version", "1.2.3"]);
    let theirs = theirs.out.clone() + &theirs.err;
    let ours = person.run(&[&pull[..], &["--chart-version", "1.2.3"]].concat());
    let ours = ours.ended(0).json();
    assert!(theirs.contains(ours["manifest"].as_str().unwrap()), "{theirs}\n{ours}");
    let (one, other) = (person.path("told-1.2.3.tgz"), person.path("got/told-1.2.3.tgz"));
    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(other).unwrap());
    let ranged = person.run(&[&pull[..], &["--chart-version", "<1.3"]].concat());
    assert_eq!(ranged.ended(0).json()["version"], "1.2.3");
    let rendered = person.run(&["template", "x", &format!("{chart}:1.2.3"), "--plain-http"]);
    let same = person.helm(&["template", "x", &chart, "--plain-http", "--version", "1.2.3"]);
    assert_eq!(rendered.ended(0).out, same.out);
    let folder = person.run(&["chart", "pull", &chart, "--plain-http", "--untar"]);
    folder.ended(0);
    assert!(person.path("told/Chart.yaml").exists());
    person.run(&["chart", "pull", &chart, "--plain-http", "--untar"]).ended(2).complains("already");

    let manifest = ours["manifest"].as_str().unwrap().to_string();
    let pinned = format!("{chart}@{manifest}");
    assert_eq!(
        person.run(&["chart", "pull", &pinned, "--plain-http", "-o", "json"]).ended(0).json()["version"],
        "1.2.3"
    );
    drop(registry);
    for pin in [&manifest, ours["digest"].as_str().unwrap()] {
        person.run(&[&pull[..], &["--chart-version", "1.2.3", "--digest", pin]].concat()).ended(0);
    }
    let kept = person.run(&pull).ended(0).json();
    assert!(kept["kept_since"].is_string() && kept["digest"] == newest["digest"], "{kept}");
}

#[test]
fn who_may_not_is_told_so_and_helpers_are_asked() {
    let person = Person::new();
    let registry = Registry::start(&person, true);
    person.write(HELM, registry.login());
    let packed = person.packed(&["1.2.3"]).join("told-1.2.3.tgz").display().to_string();
    let team = format!("oci://{}/team", registry.host);
    person.helm(&["push", "--plain-http", &packed, &team]);
    std::fs::remove_file(person.path(HELM)).unwrap();
    let chart = format!("{team}/told");
    let pull = ["chart", "pull", &chart, "--plain-http"];
    person.run(&pull).ended(2).complains("401").complains("helm registry login");
    person.run(&[&pull[..], &["--username", "x", "--password", "wrong-password"]].concat()).ended(2).complains("401");
    person.run(&[&pull[..], &["--username", LOGIN.0, "--password", LOGIN.1]].concat()).ended(0);

    let helper = person.write("bin/docker-credential-test", helper(&registry.host));
    std::fs::set_permissions(&helper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    person.write(".docker/config.json", r#"{"credsStore": "test"}"#);
    let path = format!("{}:{}", person.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut asked = person.command(&pull);
    asked.env("PATH", path);
    crate::setting::said(asked).ended(0);
    person.write(".docker/config.json", r#"{"credsStore": "absent"}"#);
    person.run(&pull).ended(2).complains("docker-credential-absent");
    person.write(".docker/config.json", "{");
    person.run(&pull).ended(2).complains("config.json is not JSON");
}

/// A credential helper: a program that is given the host and answers with JSON.
fn helper(host: &str) -> String {
    let answer = format!(r#"{{"ServerURL": "{host}", "Username": "{}", "Secret": "{}"}}"#, LOGIN.0, LOGIN.1);
    format!("#!/bin/sh\nread -r host\n[ \"$1 $host\" = 'get {host}' ] && echo '{answer}'\n")
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let person = Person::new();
    let registry = Registry::start(&person, false);
    let packed = person.packed(&["1.2.3"]).join("told-1.2.3.tgz").display().to_string();
    let team = format!("oci://{}/team", registry.host);
    person.helm(&["push", "--plain-http", &packed, &team]);
    let chart = format!("{team}/told");
    let pull = |chart: &str, more: &[&str]| person.run(&[&["chart", "pull", chart, "--plain-http"], more].concat());
    pull(&chart, &["--chart-version", "9.9.9"]).ended(2).complains("no version 9.9.9").complains("there are: 1.2.3");
    pull(&chart, &["--chart-version", "^9"]).ended(2).complains("there are: 1.2.3");
    pull(&format!("{team}/tolt"), &[]).ended(2).complains("no such chart");
    pull(&format!("{team}/tolt:1.2.3"), &[]).ended(2).complains("no such chart");
    pull(&format!("oci://{}", registry.host), &[]).ended(2).complains("no path behind the host");
    let other = format!("sha256:{}", "b".repeat(64));
    pull(&chart, &["--digest", &other]).ended(2).complains("was pinned: sha256:bbbb");
    person.run(&["chart", "pull", &chart]).ended(5).complains("does not speak TLS").complains("--plain-http");
}
