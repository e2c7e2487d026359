//! News on their way to the screen: gathered while a frame lasts, handed over in one piece.
//!
//! A stream never waits for the screen. What happens alone is seen in the next frame; while something happens all the
//! time, batches become rarer, because nobody reads a screen that changes thirty times a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};

use super::news::{Item, News};

/// The least time between two batches: one frame.
const FRAME: Duration = Duration::from_millis(33);

/// The time between two batches while news never cease.
const STORM: Duration = Duration::from_millis(333);

/// What was not handed over yet.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    waiting: Mutex<News>,
    news: Notify,
}

impl Outbox {
    /// Adds one piece of news.
    pub fn tell(&self, item: Item) {
        self.tell_all([item]);
    }

    /// Adds several at once.
    pub fn tell_all(&self, items: impl IntoIterator<Item = Item>) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(items);
        self.0.news.notify_one();
    }

    /// Hands batches over until nobody takes them any more. The first comes at once, the next a frame later, the one
    /// after that two frames later and so on, until there was a pause.
    pub async fn deliver(self, to: mpsc::Sender<News>) {
        let mut last: Option<Instant> = None;
        let mut gap = FRAME;
        loop {
            self.0.news.notified().await;
            if let Some(last) = last {
                gap = if last.elapsed() > STORM { FRAME } else { (gap * 2).min(STORM) };
                sleep_until(last + gap).await;
            }
            let batch = std::mem::take(&mut *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            if batch.is_empty() {
                continue;
            }
            if to.send(batch).await.is_err() {
                return;
            }
            last = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_storm_arrives_as_one_batch_per_frame_and_loses_nothing() {
        let outbox = Outbox::default();
        let (to, mut batches) = mpsc::channel(1);
        let delivery = tokio::spawn(outbox.clone().deliver(to));
        let begin = Instant::now();
        let storm = async {
            for _ in 0..100 {
                outbox.tell_all((0..10).map(|_| Item::Line(None)));
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let gathered = async {
            let mut sizes = Vec::new();
            while sizes.iter().sum::<usize>() < 1000 {
                sizes.push(batches.recv().await.unwrap().len());
            }
            sizes
        };
        let ((), sizes) = tokio::join!(storm, gathered);
        let frames = begin.elapsed().as_millis() / FRAME.as_millis();
        assert!((2..=frames as usize + 2).contains(&sizes.len()), "{} batches in {frames} frames", sizes.len());
        delivery.abort();
    }

    #[tokio::test]
    async fn batches_become_rarer_in_a_storm_and_prompt_again_after_a_pause() {
        let outbox = Outbox::default();
        let (to, mut batches) = mpsc::channel(1);
        let delivery = tokio::spawn(outbox.clone().deliver(to));
        let storm = tokio::spawn({
            let outbox = outbox.clone();
            async move {
                loop {
                    outbox.tell(Item::Line(None));
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let begin = Instant::now();
        let mut count = 0;
        while begin.elapsed() < Duration::from_secs(2) {
            batches.recv().await.unwrap();
            count += 1;
        }
        assert!((2..=14).contains(&count), "{count} batches in 2 s");
        storm.abort();
        let _ = storm.await;
        while tokio::time::timeout(STORM * 2, batches.recv()).await.is_ok() {}
        let begin = Instant::now();
        outbox.tell(Item::Line(None));
        batches.recv().await.unwrap();
        assert!(begin.elapsed() < STORM / 2, "what happens alone waits {:?}", begin.elapsed());
        delivery.abort();
    }
}
