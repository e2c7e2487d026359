//! Logs: one task for each container, merged by time, handed over in pieces of one frame.

use std::time::Duration;

use futures::StreamExt;
use tokio::sync::mpsc::{self, Sender, channel};
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::app::Msg;
use crate::app::dashboard::{Crash, LogNews, LogRequest, News};
use crate::cli::console::Hub;
use crate::cluster::{Bookmark, Failure, LogWish, Session, pause, split_time};
use crate::redact::Redactor;

/// The least time between two pieces.
const FRAME: Duration = Duration::from_millis(50);

/// The beginnings of several logs are gathered for so long, so that they can be put in order.
const GATHER: Duration = Duration::from_millis(300);

/// Lines that may wait for the screen; then the servers wait.
const WAITING: usize = 20_000;

/// Follows logs until it is dropped.
pub async fn follow(hub: Hub, request: LogRequest) {
    let Some(session) = hub.session() else { return };
    let redactor = hub.desk().redactor();
    let (to, lines) = channel(WAITING);
    let mut tasks = JoinSet::new();
    for (number, (pod, container)) in request.sources.iter().enumerate() {
        let wish = LogWish {
            previous: request.previous,
            tail: request.since.is_none().then_some(i64::from(request.tail)),
            since: request.since.map(i64::from),
            from: None,
        };
        let source = Source {
            session: session.clone(),
            namespace: request.namespace.to_string(),
            pod: pod.to_string(),
            container: container.to_string(),
            number: number as u16,
            to: to.clone(),
            redactor: redactor.clone(),
            comebacks: hub.desk().comebacks(),
        };
        tasks.spawn(source.run(wish));
    }
    drop(to);
    hand_over(&hub, request.log, lines, request.sources.len() > 1).await;
}

async fn hand_over(hub: &Hub, log: u64, mut lines: mpsc::Receiver<LogNews>, several: bool) {
    let mut next = Instant::now() + if several { GATHER } else { FRAME };
    let mut batch: Vec<LogNews> = Vec::new();
    while let Some(line) = lines.recv().await {
        batch.push(line);
        sleep_until(next).await;
        while let Ok(line) = lines.try_recv() {
            batch.push(line);
        }
        if several {
            // A stable sort: what has no time, and lines of one instant, stay where they came.
            batch.sort_by(|a, b| a.time.cmp(&b.time));
        }
        hub.tell(Msg::Dashboard(News::Log(log, std::mem::take(&mut batch))));
        next = Instant::now() + FRAME;
    }
}

/// One container.
struct Source {
    session: Session,
    namespace: String,
    pod: String,
    container: String,
    number: u16,
    to: Sender<LogNews>,
    redactor: Redactor,
    /// When the line was dead, this connection may be so for ever without saying it.
    comebacks: Receiver<u64>,
}

impl Source {
    async fn run(mut self, mut wish: LogWish) {
        let mut bookmark = Bookmark::default();
        let mut in_vain = 0;
        let mut said = String::new();
        loop {
            let asked = self.session.log_lines(&self.namespace, &self.pod, &self.container, &wish).await;
            let why = match asked {
                Ok(mut lines) => {
                    let mut told = false;
                    self.comebacks.mark_unchanged();
                    loop {
                        let raw = tokio::select! {
                            raw = lines.next() => raw,
                            Ok(()) = self.comebacks.changed() => None,
                        };
                        let Some(Ok(raw)) = raw else { break };
                        let (time, text) = split_time(&raw);
                        if bookmark.is_new(time.parse().ok()) {
                            told = true;
                            if self.tell(time, &self.redactor.clean(text), false).await.is_err() {
                                return;
                            }
                        }
                    }
                    in_vain = if told { 0 } else { in_vain + 1 };
                    if wish.previous { Some("that was all the previous run wrote".to_string()) } else { None }
                }
                Err(failure) => {
                    in_vain += 1;
                    Some(match failure {
                        Failure::Forbidden(_) => format!("needs: get pods/log in {}", self.namespace),
                        Failure::NotFound(_) => format!("pod {} is gone", self.pod),
                        Failure::Lost(why) => format!("the log broke off and is asked for again: {why}"),
                        other => other.to_string(),
                    })
                }
            };
            let ends =
                wish.previous || why.as_ref().is_some_and(|why| why.starts_with("needs") || why.ends_with("gone"));
            if let Some(why) = why.filter(|why| *why != said) {
                if self.tell("", &self.redactor.clean(&why), true).await.is_err() {
                    return;
                }
                said = why;
            }
            if ends {
                return;
            }
            sleep(pause(in_vain)).await;
            if let Some(last) = bookmark.last() {
                wish = LogWish { from: Some(last), ..LogWish::default() };
                bookmark.ask_again();
            }
        }
    }

    async fn tell(&self, time: &str, text: &str, remark: bool) -> Result<(), ()> {
        let news = LogNews { source: self.number, time: time.into(), text: text.into(), remark };
        self.to.send(news).await.map_err(drop)
    }
}

/// The last line that a crashed container wrote.
pub async fn last_line(hub: &Hub, crash: Crash) {
    let Some(session) = hub.session() else { return };
    let wish = session.log_tail(&crash.namespace, &crash.pod, &crash.container, crash.previous, 20);
    let lines = timeout(Duration::from_secs(10), wish).await.ok().and_then(Result::ok);
    let last = lines.and_then(|lines| lines.into_iter().rev().find(|line| !line.trim().is_empty()));
    let last = last.map(|line| hub.desk().redactor().clean(line.trim()).chars().take(300).collect());
    hub.tell(Msg::Dashboard(News::LastLine(crash, last)));
}
