//! What is told to the program from outside: to end, to stop, to go on; and that its terminal has gone.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use crate::problem::{Outcome, Problem};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To end, with this exit code.
    End(i32),
    /// To stop until it is continued.
    Stop,
    /// It was stopped by force and goes on now.
    GoOn,
}

/// The signals the console listens to.
pub struct Signals {
    terminate: Signal,
    hangup: Signal,
    interrupt: Signal,
    stop: Signal,
    go_on: Signal,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn listen() -> Result<Signals, Problem> {
        let on = |kind| {
            signal(kind).map_err(|e| {
                Problem::new(Outcome::Failed, "console.signals", "signals cannot be received").because(e.to_string())
            })
        };
        Ok(Signals {
            terminate: on(SignalKind::terminate())?,
            hangup: on(SignalKind::hangup())?,
            interrupt: on(SignalKind::interrupt())?,
            stop: on(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            go_on: on(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::End(128 + 15),
            _ = self.hangup.recv() => Asked::End(128 + 1),
            _ = self.interrupt.recv() => Asked::End(128 + 2),
            _ = self.stop.recv() => Asked::Stop,
            _ = self.go_on.recv() => Asked::GoOn,
        }
    }
}

/// Tells when the terminal has gone although no signal says so: started with `nohup`, or under a supervisor.
pub fn watch_terminal(gone: UnboundedSender<()>) {
    use rustix::event::{PollFd, PollFlags, poll};
    let watch = move || {
        let input = std::io::stdin();
        loop {
            // Nothing but the end is asked for, so this sleeps while keys come and go.
            let mut fds = [PollFd::new(&input, PollFlags::empty())];
            match poll(&mut fds, None) {
                Ok(_) if fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => break,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
        let _ = gone.send(());
    };
    let _ = std::thread::Builder::new().name("terminal-end".into()).spawn(watch);
}

/// Stops the whole job, as the shell expects it of Ctrl-Z: a wrapper must not wait for a stopped child.
pub fn stop_job() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
}

/// Stops this process. [`Asked::GoOn`] comes when it is continued.
pub fn stop_here() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}
