//! A thread that writes to the terminal, behind a mailbox for one frame.
//!
//! A terminal may stop reading at any time: Ctrl-S, a sleeping laptop, a full line. The console goes on meanwhile; it
//! only draws nothing until the frame before has gone, and so adapts to the line by itself.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How a frame went.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Its length.
    pub bytes: usize,
    /// How long the terminal took to accept it.
    pub took: Duration,
    /// Whether the terminal still exists.
    pub well: bool,
}

#[derive(Default)]
struct Slot {
    frame: Option<Vec<u8>>,
    writing: bool,
    closed: bool,
}

type Shared = Arc<(Mutex<Slot>, Condvar)>;

/// The mailbox.
pub struct Mailbox {
    shared: Shared,
}

impl Mailbox {
    /// Starts the thread. `done` is told of every frame that has gone, on that thread.
    pub fn new(to: impl Write + Send + 'static, done: impl Fn(Written) + Send + 'static) -> Mailbox {
        let shared: Shared = Arc::default();
        let mailbox = Mailbox { shared: shared.clone() };
        // Without threads nothing could be written at all, and the mailbox stays full: nothing is drawn.
        let _ = std::thread::Builder::new().name("terminal".into()).spawn(move || write(&shared, to, &done));
        mailbox
    }

    /// Whether the frame before has gone.
    pub fn is_free(&self) -> bool {
        let slot = lock(&self.shared.0);
        slot.frame.is_none() && !slot.writing
    }

    /// Hands over a frame. What is not written yet is written before it.
    pub fn post(&self, mut frame: Vec<u8>) {
        let mut slot = lock(&self.shared.0);
        slot.frame = Some(match slot.frame.take() {
            Some(mut before) => {
                before.append(&mut frame);
                before
            }
            None => frame,
        });
        self.shared.1.notify_all();
    }

    /// Waits until everything has gone, but not longer than this. Whether it has.
    pub fn flush(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut slot = lock(&self.shared.0);
        while slot.frame.is_some() || slot.writing {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            slot = self.shared.1.wait_timeout(slot, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        lock(&self.shared.0).closed = true;
        self.shared.1.notify_all();
    }
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write(shared: &Shared, mut to: impl Write, done: &impl Fn(Written)) {
    let (slot, changed) = &**shared;
    loop {
        let mut waiting = lock(slot);
        let frame = loop {
            if let Some(frame) = waiting.frame.take() {
                break frame;
            }
            if waiting.closed {
                return;
            }
            waiting = changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        };
        waiting.writing = true;
        drop(waiting);
        let began = Instant::now();
        let well = to.write_all(&frame).and_then(|()| to.flush()).is_ok();
        lock(slot).writing = false;
        changed.notify_all();
        done(Written { bytes: frame.len(), took: began.elapsed(), well });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Accepts what it is given when it is told to.
    struct Gate(mpsc::Receiver<()>, mpsc::Sender<Vec<u8>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.recv();
            let _ = self.1.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stalled_terminal_holds_up_nobody_and_loses_nothing() {
        let (open, gate) = mpsc::channel();
        let (out, written) = mpsc::channel();
        let mailbox = Mailbox::new(Gate(gate, out), |_| {});
        mailbox.post(b"one".to_vec());
        assert!(!mailbox.flush(Duration::from_millis(20)));
        assert!(!mailbox.is_free());
        mailbox.post(b"two".to_vec());
        mailbox.post(b"three".to_vec());
        (0..3).for_each(|_| open.send(()).unwrap());
        assert!(mailbox.flush(Duration::from_secs(5)));
        let all: Vec<u8> = written.try_iter().flatten().collect();
        assert_eq!(all, b"onetwothree");
        assert!(mailbox.is_free());
    }
}
