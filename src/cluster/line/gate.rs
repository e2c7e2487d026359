//! Who may knock while the server does not answer: one at a time, less and less often.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until};

use super::within;
use crate::cluster::Failure;

/// Pauses between attempts; the last one is repeated.
const PAUSES: &[u64] = &[200, 400, 800, 1500, 3000];

/// How a connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Nothing was asked yet.
    New,
    /// It answers.
    Alive,
    /// It does not; why.
    Lost(String),
}

/// Follows [`Life`].
pub type Lives = watch::Receiver<Life>;

/// One connection's gate.
pub struct Gate {
    life: watch::Sender<Life>,
    /// Held by whoever tries while the connection is not alive.
    knock: Mutex<Knock>,
}

#[derive(Default)]
struct Knock {
    failures: usize,
    next: Option<Instant>,
}

impl Default for Gate {
    fn default() -> Self {
        Gate { life: watch::Sender::new(Life::New), knock: Mutex::default() }
    }
}

impl Gate {
    pub fn lives(&self) -> Lives {
        self.life.subscribe()
    }

    /// Makes a request, again and again while the connection is what fails. Returns what the server said.
    pub async fn pass<T, F>(&self, limit: Duration, request: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        loop {
            if *self.life.borrow() == Life::Alive {
                match within(limit, request()).await {
                    Err(Failure::Lost(why)) => self.broke(why),
                    told => return told,
                }
            }
            let mut knock = self.knock.lock().await;
            if *self.life.borrow() == Life::Alive {
                continue;
            }
            if let Some(next) = knock.next {
                sleep_until(next).await;
            }
            match within(limit, request()).await {
                Err(Failure::Lost(why)) => {
                    let pause = PAUSES[knock.failures.min(PAUSES.len() - 1)];
                    let jitter = fastrand::u64(0..pause / 4);
                    knock.failures += 1;
                    knock.next = Some(Instant::now() + Duration::from_millis(pause + jitter));
                    self.broke(why);
                }
                told => {
                    *knock = Knock::default();
                    self.tell(Life::Alive);
                    return told;
                }
            }
        }
    }

    /// The connection broke off.
    pub fn broke(&self, why: String) {
        self.tell(Life::Lost(why));
    }

    fn tell(&self, life: Life) {
        self.life.send_if_modified(|now| {
            let other = *now != life;
            *now = life;
            other
        });
    }
}

/// The gate shared by the requests of one connection.
pub type Shared = Arc<Gate>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn one_knocks_while_the_others_wait_and_all_pass_when_it_is_answered() {
        let gate = Gate::default();
        let (asked, at_once) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let request = || async {
            assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "two knocked at once");
            tokio::time::sleep(Duration::from_millis(5)).await;
            at_once.fetch_sub(1, Ordering::SeqCst);
            match asked.fetch_add(1, Ordering::SeqCst) {
                0..2 => Err(Failure::Lost("refused".into())),
                n => Ok(n),
            }
        };
        let lives = gate.lives();
        let first = gate.pass(ANSWERED, request);
        let second = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let mut told = gate.lives();
            told.wait_for(|life| *life == Life::Alive).await.unwrap();
        };
        let (first, ()) = tokio::join!(first, second);
        assert_eq!((first, lives.borrow().clone()), (Ok(2), Life::Alive));
    }

    #[tokio::test]
    async fn what_the_server_says_is_no_loss() {
        let gate = Gate::default();
        let told: Result<(), Failure> = gate.pass(ANSWERED, || async { Err(Failure::Forbidden("no".into())) }).await;
        assert_eq!((told, gate.lives().borrow().clone()), (Err(Failure::Forbidden("no".into())), Life::Alive));
    }

    const ANSWERED: Duration = Duration::from_secs(1);
}
