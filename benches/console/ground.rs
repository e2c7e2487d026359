//! The simulated cluster that is looked at, in a process of its own, and consoles on it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::console::{Console, Setting};

/// The binary that is measured: the static one that is shipped, when `IOMCTL` names it, else the one of this build.
fn iomctl() -> std::path::PathBuf {
    std::env::var_os("IOMCTL").map_or_else(|| env!("CARGO_BIN_EXE_iomctl").into(), Into::into)
}

/// A served scenario; it ends when this is dropped.
pub struct Ground {
    server: Child,
    kubeconfig: String,
}

impl Ground {
    /// Serves a scenario.
    pub fn serve(scenario: &str, more: &[&str]) -> Ground {
        let mut server = Command::new(iomctl())
            .args(["sandbox", "--serve", "--scenario", scenario])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let lines = BufReader::new(server.stdout.take().expect("its output")).lines();
        let told = lines.map_while(Result::ok).find_map(|line| line.split_once("KUBECONFIG=").map(|(_, p)| p.into()));
        Ground { server, kubeconfig: told.expect("the sandbox names its kubeconfig") }
    }

    /// A console on it.
    pub fn console(&self, width: u16, height: u16) -> Console {
        Console::start(self.setting().size(width, height))
    }

    /// How a console on it is started.
    pub fn setting(&self) -> Setting {
        setting().env("KUBECONFIG", &self.kubeconfig)
    }
}

/// How a console is started that finds no cluster.
pub fn setting() -> Setting {
    Setting { program: iomctl(), ..Setting::default() }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let process = rustix::process::Pid::from_child(&self.server);
        // Asked, not killed: it takes its folder away.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        let _ = self.server.wait();
    }
}
