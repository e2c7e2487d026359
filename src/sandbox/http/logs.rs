//! The log of a container: all of it, its end, or line by line as it is written.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch::Receiver;

use super::answer::{self, Reply};
use super::ask::Ask;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::logs::Run;
use crate::sandbox::store::{Store, uid_of};
use crate::sandbox::world::World;

/// Most bytes per piece of a log that is followed.
const PIECE: usize = 32 * 1024;

/// How long lines are gathered before they are sent, so that a thousand lines per second are not a thousand pieces.
const GATHER: Duration = Duration::from_millis(40);

struct Reading {
    world: Arc<World>,
    uid: u128,
    container: String,
    run: Run,
    next: u64,
    since: Option<Timestamp>,
    timestamps: bool,
    follow: bool,
    left: Option<usize>,
    end: Receiver<bool>,
}

/// Answers a request for a log.
///
/// # Errors
/// There is no such container, or it has not started.
pub fn log(world: &Arc<World>, store: &Store, ask: &Ask, kind: &Kind, namespace: &str, name: &str) -> Answer<Reply> {
    let pod = store.value(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    let container = container(ask, &pod, name)?;
    let previous = ask.is("previous");
    let uid = uid_of(&pod["metadata"]["uid"]);
    // Until it runs again, the run that ended last is the previous one, as it is for a kubelet.
    let waits = !json::text(container_status(&pod, &container), "/state/waiting/reason").is_empty();
    let known = world.logs().run(uid, &container, previous && !waits);
    let run = match known {
        Some(run) => run,
        None if previous => {
            return Err(ApiError::bad_request(format!(
                "previous terminated container \"{container}\" in pod \"{name}\" not found"
            )));
        }
        None => remembered(world, &pod, &container, name)?,
    };
    let seconds = ask.number("sinceSeconds").and_then(|s| i64::try_from(s).ok());
    let since = match (ask.get("sinceTime"), seconds) {
        ("", None) => None,
        ("", Some(seconds)) => Timestamp::now().checked_sub(jiff::SignedDuration::from_secs(seconds)).ok(),
        (time, _) => Some(
            time.parse()
                .map_err(|_| ApiError::bad_request(format!("parsing time \"{time}\": cannot parse as RFC3339")))?,
        ),
    };
    let mut reading = Reading {
        world: world.clone(),
        uid,
        container,
        run,
        next: 0,
        since,
        timestamps: ask.is("timestamps"),
        follow: ask.is("follow"),
        left: ask.number("limitBytes").and_then(|n| usize::try_from(n).ok()),
        end: world.end.subscribe(),
    };
    reading.begin(ask.number("tailLines"));
    Ok(answer::pieces("text/plain", stream::unfold(reading, next)))
}

/// The container that is meant.
///
/// # Errors
/// None is named where there are several, or there is none of that name.
pub fn container(ask: &Ask, pod: &Value, name: &str) -> Answer<String> {
    let of = |list: &str| -> Vec<String> {
        json::items(pod, list).iter().map(|container| json::text(container, "/name").to_string()).collect()
    };
    let (containers, inits) = (of("/spec/containers"), of("/spec/initContainers"));
    match ask.get("container") {
        "" if containers.len() == 1 => Ok(containers[0].clone()),
        "" => {
            let mut message =
                format!("a container name must be specified for pod {name}, choose one of: [{}]", containers.join(" "));
            if !inits.is_empty() {
                message.push_str(&format!(" or one of the init containers: [{}]", inits.join(" ")));
            }
            Err(ApiError::bad_request(message))
        }
        wanted if containers.iter().chain(&inits).any(|known| known == wanted) => Ok(wanted.into()),
        wanted => Err(ApiError::bad_request(format!("container {wanted} is not valid for pod {name}"))),
    }
}

fn container_status<'a>(pod: &'a Value, container: &str) -> &'a Value {
    let lists = ["/status/containerStatuses", "/status/initContainerStatuses"];
    let mut all = lists.iter().flat_map(|list| json::items(pod, list));
    all.find(|status| status["name"] == container).unwrap_or(&Value::Null)
}

/// The run of a container that was there before anybody looked.
fn remembered(world: &World, pod: &Value, container: &str, name: &str) -> Answer<Run> {
    let status = container_status(pod, container);
    let time = |pointer: &str| json::text(status, pointer).parse::<Timestamp>().ok();
    let started = time("/state/running/startedAt").or_else(|| time("/state/terminated/startedAt"));
    let Some(started) = started else {
        let why = match json::text(status, "/state/waiting/reason") {
            "" => "",
            "ImagePullBackOff" => "trying and failing to pull image",
            "ErrImagePull" => "image can't be pulled",
            reason => reason,
        };
        let message = match why {
            "trying and failing to pull image" | "image can't be pulled" => {
                format!("container \"{container}\" in pod \"{name}\" is waiting to start: {why}")
            }
            "" => format!("pod {name} does not have a host assigned"),
            why => format!("container \"{container}\" in pod \"{name}\" is waiting to start: {why}"),
        };
        return Err(ApiError::bad_request(message));
    };
    let script = world.chatter(pod, container);
    let script = script.unwrap_or_else(|| crate::sandbox::logs::Script::spread(&[], Duration::ZERO));
    Ok(Run { started, ended: time("/state/terminated/finishedAt"), script })
}

impl Reading {
    /// When a line was written; none when it was not, or not yet.
    fn written(&self, number: u64, until: Timestamp) -> Option<(Timestamp, &str)> {
        let (after, line) = self.run.script.line(number)?;
        let at = self.run.started.checked_add(after).ok()?;
        let until = self.run.ended.map_or(until, |end| end.min(until));
        (at <= until).then_some((at, line))
    }

    /// Skips what is not wanted.
    fn begin(&mut self, tail: Option<u64>) {
        let now = Timestamp::now();
        let start = self.since.map_or(Duration::ZERO, |since| {
            Duration::try_from(since.duration_since(self.run.started)).unwrap_or_default()
        });
        self.next = self.run.script.number_at(start);
        while let (Some(since), Some((at, _))) = (self.since, self.written(self.next, now)) {
            if at >= since {
                break;
            }
            self.next += 1;
        }
        if let Some(tail) = tail {
            let until = self.run.ended.unwrap_or(now);
            let lived = Duration::try_from(until.duration_since(self.run.started)).unwrap_or_default();
            let mut last = self.run.script.number_at(lived).max(self.next);
            while self.written(last, now).is_some() {
                last += 1;
            }
            self.next = self.next.max(last.saturating_sub(tail));
        }
    }

    /// The lines that are written by now.
    fn gather(&mut self) -> Bytes {
        let now = Timestamp::now();
        let mut text = String::new();
        while text.len() < PIECE {
            let Some((at, line)) = self.written(self.next, now) else { break };
            if self.timestamps {
                text.push_str(&at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ ").to_string());
            }
            text.push_str(line);
            text.push('\n');
            self.next += 1;
        }
        if let Some(left) = &mut self.left {
            text.truncate(text.floor_char_boundary(*left));
            *left -= text.len();
        }
        Bytes::from(text)
    }

    /// Time until the next line, if there will be one.
    fn until_next(&self) -> Option<Duration> {
        let (after, _) = self.run.script.line(self.next)?;
        let at = self.run.started.checked_add(after).ok()?;
        Some(Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default())
    }

    /// Learns whether the container has ended.
    fn look(&mut self) {
        match self.world.logs().run(self.uid, &self.container, false) {
            Some(run) if run.started == self.run.started => self.run.ended = run.ended,
            // Another run, or none: this one is over.
            Some(run) => self.run.ended = self.run.ended.or(Some(run.started)),
            None if self.run.ended.is_none() => {
                let there = self.world.store().exists(self.uid);
                self.run.ended = (!there).then(Timestamp::now);
            }
            None => {}
        }
    }
}

async fn next(mut reading: Reading) -> Option<(Result<Bytes, io::Error>, Reading)> {
    loop {
        let piece = reading.gather();
        if !piece.is_empty() {
            return Some((Ok(piece), reading));
        }
        if reading.left == Some(0) || !reading.follow || reading.run.ended.is_some() {
            return None;
        }
        let wait = reading.until_next().unwrap_or(Duration::from_millis(250));
        // A container may end before its next line.
        let wait = wait.clamp(GATHER, Duration::from_millis(250));
        let ended = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = async { reading.end.wait_for(|end| *end).await.map_or((), drop) } => true,
        };
        if ended {
            return None;
        }
        reading.look();
    }
}
