//! The gateway's configuration, checked and run by Debian's nginx.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::objects::Objects;
use crate::{cases, helm};

/// What to do when nginx is missing.
const MISSING: &str = "nginx is not installed: apt-get install nginx-light (tests/run does so on Debian)";

/// How long a process on this machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The rendered configuration in a folder of its own.
pub struct Configuration {
    folder: TempDir,
}

impl Configuration {
    /// Renders the gateway's ConfigMap. The resolver is an address, because nginx resolves a name when it starts; where
    /// files go is moved into the folder, so that no rights are needed.
    pub fn render(values: &Value) -> Self {
        let only = ["-s", "templates/gateway/gateway.yaml", "--set", "dnsResolver=127.0.0.1"];
        let objects = Objects::parse(&helm::template("helm3", &cases::with(values.clone()), &only));
        let files = objects.get("ConfigMap", "iom-gateway-config")["data"].clone();
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files.as_object().expect("files") {
            std::fs::write(folder.path().join(name), text.as_str().unwrap_or_default()).expect("written");
        }
        let this = Self { folder };
        let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", this.path().display()))
            .collect();
        this.rewrite("nginx.conf", "http {\n", &format!("http {{\n{paths}"));
        this.rewrite("nginx.conf", "/tmp/nginx.pid", &format!("{}/nginx.pid", this.path().display()));
        this
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces a text that must be there.
    pub fn rewrite(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = std::fs::read_to_string(&path).expect("a file of the configuration");
        assert!(text.contains(from), "{file} does not contain {from}");
        std::fs::write(path, text.replace(from, to)).expect("written");
    }

    fn command(&self) -> Command {
        let mut command = Command::new("nginx");
        // Debian keeps it where only root looks.
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
        command.args(["-e", "stderr", "-p"]).arg(self.path()).arg("-c").arg(self.path().join("nginx.conf"));
        command
    }

    /// `nginx -t`.
    ///
    /// # Errors
    /// What nginx says against it, warnings included.
    pub fn check(&self) -> Result<(), String> {
        let output = self.command().arg("-t").output().unwrap_or_else(|e| missing(&e));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() && !said.contains("[warn]") { Ok(()) } else { Err(said) }
    }

    /// Starts it with every backend replaced by an answer that names it.
    pub fn serve(self) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        // Debian's nginx cannot tell HTTP/1.1 from HTTP/2 on one port, and the routes do not depend on it.
        self.rewrite("nginx.conf", "listen 80 http2;", &format!("listen 127.0.0.1:{port};"));
        for file in ["nginx.conf", "routes.conf", "workloads.conf"] {
            self.rewrite(file, "proxy_pass http://$backend;", "return 200 $backend;");
        }
        self.rewrite("workloads.conf", "grpc_pass grpc://$backend;", "return 200 $backend;");
        let process = self
            .command()
            .args(["-g", "daemon off; master_process off;"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| missing(&e));
        let server = Server { process, port, _configuration: self };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < PATIENCE, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

fn missing(error: &std::io::Error) -> ! {
    match error.kind() {
        ErrorKind::NotFound => panic!("{MISSING}"),
        _ => panic!("nginx: {error}"),
    }
}

/// A running gateway without backends.
pub struct Server {
    process: Child,
    port: u16,
    _configuration: Configuration,
}

/// An answer: status, head and body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// Asks for a path with some headers (`name: value`).
    pub fn get(&self, path: &str, headers: &[&str]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("nginx listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let more: String = headers.iter().map(|h| format!("{h}\r\n")).collect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{more}\r\n").expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        Answer { status, head: head.to_string(), body: body.to_string() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already, or this ends it; there is nothing else to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
