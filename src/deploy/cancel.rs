//! Stopping at a safe point. Every stage is idempotent, so a stage may be dropped at any await.

use tokio::sync::watch;

/// The side that asks for the stop.
#[derive(Debug, Clone)]
pub struct Canceller(watch::Sender<bool>);

/// The side that is asked.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Receiver<bool>);

/// A connected pair.
pub fn cancel() -> (Canceller, Cancel) {
    let (sender, receiver) = watch::channel(false);
    (Canceller(sender), Cancel(receiver))
}

impl Canceller {
    /// Asks for the stop.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

impl Cancel {
    /// Returns when the stop was asked for; never, when nobody can ask any more.
    pub async fn cancelled(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
