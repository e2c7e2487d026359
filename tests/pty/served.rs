//! A sandbox in a process of its own, that consoles come to and go from.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::console::Setting;

/// A served sandbox; ends when dropped.
pub struct Served {
    process: Child,
    pub kubeconfig: PathBuf,
    state: tempfile::TempDir,
}

impl Served {
    /// Serves a scenario.
    pub fn scenario(name: &str, more: &[&str]) -> Served {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        command.args(["sandbox", "--serve", "--scenario", name]).args(more).stdout(Stdio::piped()).stdin(Stdio::null());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = lines.filter_map(|line| line.strip_prefix("export KUBECONFIG=").map(PathBuf::from));
        let kubeconfig = said.next().unwrap();
        Served { process, kubeconfig, state: tempfile::tempdir().unwrap() }
    }

    /// How a console is started on it. Its journal and drafts are those of every console on this sandbox.
    pub fn setting(&self) -> Setting {
        Setting::default().env("KUBECONFIG", &self.kubeconfig).env("XDG_STATE_HOME", self.state.path())
    }

    /// A command on it, with the same journal.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        command.args(arguments).env("KUBECONFIG", &self.kubeconfig).env("XDG_STATE_HOME", self.state.path());
        command.stdin(Stdio::null());
        command
    }

    /// The files that consoles left behind and that hold this text.
    pub fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.state.path().to_path_buf()];
        while let Some(folder) = open.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    open.push(path);
                } else if memchr::memmem::find(&std::fs::read(&path).unwrap(), text.as_bytes()).is_some() {
                    found.push(path);
                }
            }
        }
        found
    }

    /// It answers nothing any more, and keeps every connection open: a cable that was pulled.
    pub fn freeze(&self) {
        kill_process(self.pid(), Signal::STOP).unwrap();
    }

    /// It answers again.
    pub fn thaw(&self) {
        kill_process(self.pid(), Signal::CONT).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.process.id() as i32).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.thaw();
        // It removes its folder on the way out.
        let _ = kill_process(self.pid(), Signal::TERM);
        let _ = self.process.wait();
    }
}
