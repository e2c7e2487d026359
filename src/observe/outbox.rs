//! News on their way to the screen: gathered while a frame lasts, handed over in one piece.
//!
//! A stream never waits for the screen, and the screen never sees more than one batch per frame, however much
//! happens.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};

use super::news::{Item, News};

/// The least time between two batches: one frame.
const FRAME: Duration = Duration::from_millis(33);

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

    /// Hands batches over until nobody takes them any more. The first comes at once, the next a frame later.
    pub async fn deliver(self, to: mpsc::Sender<News>) {
        let mut next = Instant::now();
        loop {
            self.0.news.notified().await;
            sleep_until(next).await;
            let batch = std::mem::take(&mut *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            if batch.is_empty() {
                continue;
            }
            if to.send(batch).await.is_err() {
                return;
            }
            next = Instant::now() + FRAME;
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
}
