//! Following the log of one container to its end, through lost connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use super::files;
use crate::cluster::{Failure, Session};
use crate::deploy::event::{Event, Reporter};

/// How long to wait before a log that broke off is asked for again.
const AGAIN: Duration = Duration::from_millis(500);

/// A container that has ended and writes nothing for this long has written everything.
const QUIET: Duration = Duration::from_secs(1);

/// Failed requests in a row before the log of a container that has ended is given up.
const TRIES: u32 = 3;

/// One container of one attempt.
pub struct Follower {
    pub session: Session,
    pub reporter: Reporter,
    pub namespace: String,
    pub job: String,
    pub attempt: u32,
    pub pod: String,
    pub container: String,
    /// File the lines go to.
    pub path: PathBuf,
    /// Set by the watch when the container has ended or the pod is gone.
    pub ended: Arc<AtomicBool>,
}

impl Follower {
    /// Follows until everything is written.
    pub async fn run(self) {
        let mut seen = Seen::default();
        let mut failures = 0;
        loop {
            seen.ask_again();
            let before = seen.lines;
            match self.session.follow_log(&self.namespace, &self.pod, &self.container, seen.last).await {
                Ok(lines) => self.copy(lines, &mut seen).await,
                Err(Failure::NotFound(_)) => return,
                Err(_) => failures += 1,
            }
            let nothing_new = seen.lines == before;
            if self.ended.load(Ordering::Relaxed) && nothing_new && (failures == 0 || failures > TRIES) {
                return;
            }
            if !nothing_new {
                failures = 0;
            }
            sleep(AGAIN).await;
        }
    }

    async fn copy(&self, mut lines: futures::stream::BoxStream<'static, Result<String, Failure>>, seen: &mut Seen) {
        loop {
            match timeout(QUIET, lines.next()).await {
                Ok(Some(Ok(line))) => self.keep(&line, seen),
                Ok(Some(Err(_)) | None) => return,
                Err(_) if self.ended.load(Ordering::Relaxed) => return,
                Err(_) => {}
            }
        }
    }

    fn keep(&self, raw: &str, seen: &mut Seen) {
        let (time, line) = raw.split_once(' ').unwrap_or((raw, ""));
        if !seen.is_new(time.parse().ok()) {
            return;
        }
        let line = self.reporter.clean(line);
        if let Err(e) = files::append(&self.path, &format!("{time} {line}")) {
            self.reporter.note(format!("the log of {} cannot be recorded: {e}", self.pod));
        }
        self.reporter.tell(Event::Log {
            job: self.job.clone(),
            attempt: self.attempt,
            container: self.container.clone(),
            time: time.into(),
            line,
        });
    }
}

/// Which lines were already kept. A log asked for again begins with the second of the last line, so some lines
/// come once more; those of the same instant are told apart by counting.
#[derive(Debug, Default)]
struct Seen {
    last: Option<Timestamp>,
    lines: u64,
    kept_at_last: u64,
    told_at_last: u64,
}

impl Seen {
    /// From here on, lines come from the beginning of a new request.
    fn ask_again(&mut self) {
        self.told_at_last = 0;
    }

    fn is_new(&mut self, time: Option<Timestamp>) -> bool {
        match (time, self.last) {
            (Some(time), Some(last)) if time < last => return false,
            (Some(time), Some(last)) if time == last => {
                self.told_at_last += 1;
                if self.told_at_last <= self.kept_at_last {
                    return false;
                }
                self.kept_at_last = self.told_at_last;
            }
            (Some(_), _) => {
                self.last = time;
                self.kept_at_last = 1;
                self.told_at_last = 1;
            }
            (None, _) => {}
        }
        self.lines += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_come_again_are_not_kept_twice() {
        let time = |nanoseconds| Timestamp::new(1, nanoseconds).ok();
        let mut seen = Seen::default();
        let first = [1, 2, 2].map(|t| seen.is_new(time(t)));
        seen.ask_again();
        let again = [1, 2, 2, 2, 3].map(|t| seen.is_new(time(t)));
        assert_eq!((first, again), ([true; 3], [false, false, false, true, true]));
        assert_eq!(seen.lines, 5);
    }
}
