//! Logs for a reader: a tail to begin with, then what is written, through lost connections, no line twice.

use std::time::Duration;

use futures::stream::BoxStream;
use futures::{AsyncBufReadExt, StreamExt, TryStreamExt};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;

use super::requests::answered;
use super::{Failure, Session};

/// What of a log is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogWish {
    /// Of the run before the last restart; it has an end.
    pub previous: bool,
    /// The last so many lines to begin with.
    pub tail: Option<i64>,
    /// Nothing older than so many seconds.
    pub since: Option<i64>,
    /// Nothing older than this; wins over `since`.
    pub from: Option<Timestamp>,
}

/// A line with its time in front, as the API server gives it.
pub type RawLine = Result<String, Failure>;

impl Session {
    /// The lines of a container. Of the current run they go on until it ends; of the previous one there is an end.
    pub async fn log_lines(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        wish: &LogWish,
    ) -> Result<BoxStream<'static, RawLine>, Failure> {
        let params = LogParams {
            container: Some(container.into()),
            follow: !wish.previous,
            previous: wish.previous,
            timestamps: true,
            tail_lines: wish.tail,
            since_seconds: wish.since.filter(|_| wish.from.is_none()),
            since_time: wish.from,
            ..LogParams::default()
        };
        let api: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        let reader = answered(api.log_stream(pod, &params)).await?;
        Ok(reader.lines().map_err(|e| Failure::Lost(e.to_string())).boxed())
    }
}

/// Time and text of a line as the API server gives it.
pub fn split_time(raw: &str) -> (&str, &str) {
    raw.split_once(' ').filter(|(time, _)| time.contains('T')).unwrap_or(("", raw))
}

/// Where a log was read to. A log that is asked for again begins with the second of the last line, so some lines come
/// once more; those of the same instant are told apart by counting.
#[derive(Debug, Default)]
pub struct Bookmark {
    last: Option<Timestamp>,
    at_last: u64,
    /// How many of the lines of the last instant came again; none while nothing comes again.
    again: Option<u64>,
}

impl Bookmark {
    /// From where to ask again.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// From here on, lines may come that were told already.
    pub fn ask_again(&mut self) {
        self.again = self.last.map(|_| 0);
    }

    /// Whether a line was not told yet. Before anything is asked again every line is new, whatever its time.
    pub fn is_new(&mut self, time: Option<Timestamp>) -> bool {
        let Some(time) = time else { return true };
        if let (Some(again), Some(last)) = (self.again, self.last) {
            if time < last || (time == last && again < self.at_last) {
                self.again = Some(again + u64::from(time == last));
                return false;
            }
            self.again = None;
        }
        if self.last == Some(time) {
            self.at_last += 1;
        } else if self.last.is_none_or(|last| last < time) {
            self.last = Some(time);
            self.at_last = 1;
        }
        true
    }
}

/// How long to wait before a log that broke off is asked for again, after so many times without a new line.
pub fn pause(times: u32) -> Duration {
    Duration::from_millis(500 << times.min(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_come_again_are_not_told_twice_and_none_is_lost() {
        let time = |nanoseconds| Timestamp::new(1, nanoseconds).ok();
        let mut bookmark = Bookmark::default();
        let first = [1, 2, 2, 1].map(|t| bookmark.is_new(time(t)));
        assert_eq!(first, [true; 4], "a line that is older than the one before it is a line all the same");
        bookmark.ask_again();
        let again = [1, 2, 2, 2, 3, 1].map(|t| bookmark.is_new(time(t)));
        assert_eq!(again, [false, false, false, true, true, true]);
    }

    #[test]
    fn the_time_is_told_from_the_text() {
        assert_eq!(split_time("2026-11-22T10:41:07.5Z a b"), ("2026-11-22T10:41:07.5Z", "a b"));
        assert_eq!(split_time("no time"), ("", "no time"));
    }
}
