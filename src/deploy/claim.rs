//! Keeping two operators apart: who changes a release holds a Lease beside it, and renews it as long as they live.
//!
//! The record says that something is pending; the Lease says who is at it, and whether they still are. Where leases may
//! not be written the record has to do.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at, sleep};

use super::operation::{Context, refused};
use crate::cluster::{Failure, Held, Session};
use crate::problem::Problem;

/// Time between two signs of life.
const RENEWAL: Duration = Duration::from_secs(5);

/// A holder that is alive gives a sign within this time.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Without a sign for so long, by the holder's own clock, a claim may be taken without being told.
const ABANDONED: Duration = Duration::from_secs(5 * 60);

/// A claim that is ours until it is dropped.
pub struct Claim {
    name: String,
    session: Session,
    current: watch::Receiver<Option<Held>>,
    renewing: JoinHandle<()>,
}

/// What can be said of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody holds the release.
    Nobody,
    /// Somebody gave a sign of life.
    Alive(Held),
    /// Somebody holds it, who gave no sign for a while; perhaps they will.
    Silent(Held),
    /// Whoever held it is gone.
    Gone(Held),
}

/// Who we are.
pub fn identity() -> String {
    let user = ["USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{}@{host}", user.unwrap_or_else(|| "somebody".into()))
}

fn name_of(release: &str) -> String {
    format!("iomctl-{release}")
}

/// Who holds a release. `own` is the last operation of this machine, which is over: its lock is ours.
pub async fn holder(context: &Context, release: &str, own: Option<&str>) -> Result<Holder, Problem> {
    let name = name_of(release);
    let read = || context.session.lease(&name);
    let found = context.patiently("read the lease of the release", read).await;
    let held = match found {
        Ok(Some(held)) => held,
        Ok(None) | Err(Failure::Forbidden(_) | Failure::NotFound(_)) => return Ok(Holder::Nobody),
        Err(failure) => {
            return Err(refused("lease.unreadable", "it cannot be seen who works on the release", &failure));
        }
    };
    if own.is_some_and(|own| own == held.operation) {
        return Ok(Holder::Gone(held));
    }
    let age = held.renewed.map_or(ABANDONED, since);
    if age < SIGN_OF_LIFE {
        return Ok(Holder::Alive(held));
    }
    if age < ABANDONED {
        return Ok(Holder::Silent(held));
    }
    context.reporter.note(format!("watching whether {} gives a sign of life", held.holder));
    let deadline = Instant::now() + SIGN_OF_LIFE;
    while Instant::now() < deadline {
        sleep(Duration::from_secs(1)).await;
        match context.session.lease(&name).await {
            Ok(Some(now)) if now.version != held.version => return Ok(Holder::Alive(now)),
            Ok(None) => return Ok(Holder::Nobody),
            _ => {}
        }
    }
    Ok(Holder::Gone(held))
}

/// How long ago, in words that fit into a sentence.
pub fn ago(time: Option<Timestamp>) -> String {
    let Some(seconds) = time.map(|time| since(time).as_secs()) else { return "some time ago".into() };
    match seconds {
        0..=119 => format!("{seconds} s ago"),
        120..=7199 => format!("{} min ago", seconds / 60),
        7200..=172_799 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

fn since(time: Timestamp) -> Duration {
    Duration::try_from(Timestamp::now().duration_since(time)).unwrap_or_default()
}

impl Claim {
    /// Claims a release; none where leases may not be written.
    ///
    /// # Errors
    /// Somebody else is at work on it.
    pub async fn take(
        context: &Context,
        release: &str,
        operation: &str,
        own: Option<&str>,
        take_over: bool,
    ) -> Result<Option<Claim>, Problem> {
        let name = name_of(release);
        let who = identity();
        let first =
            context.patiently("claim the release", || context.session.take_lease(&name, &who, operation, None)).await;
        let taken = match first {
            // Somebody holds it, or did.
            Err(Failure::Conflict(_)) => {
                let held = match holder(context, release, own).await? {
                    Holder::Nobody => None,
                    Holder::Gone(held) => Some(held),
                    Holder::Alive(held) | Holder::Silent(held) if take_over => Some(held),
                    Holder::Alive(held) | Holder::Silent(held) => return Err(at_work(context, release, &held)),
                };
                let request = || context.session.take_lease(&name, &who, operation, held.as_ref());
                context.patiently("claim the release", request).await
            }
            decided => decided,
        };
        match taken {
            Ok(mine) => Ok(Some(Claim::keep(context.session.clone(), name, mine))),
            Err(Failure::Forbidden(_)) => Ok(None),
            Err(failure) => Err(refused("lease.refused", "the release cannot be claimed", &failure)),
        }
    }

    fn keep(session: Session, name: String, mine: Held) -> Claim {
        let (sender, current) = watch::channel(Some(mine.clone()));
        let (own, of) = (session.clone(), name.clone());
        let renewing = tokio::spawn(async move {
            let mut mine = mine;
            let mut beat = interval_at(Instant::now() + RENEWAL, RENEWAL);
            loop {
                beat.tick().await;
                match own.renew_lease(&of, &mine).await {
                    Ok(renewed) => {
                        mine = renewed;
                        sender.send_replace(Some(mine.clone()));
                    }
                    Err(Failure::Conflict(_) | Failure::NotFound(_)) => break,
                    // The line is down: others will see that no sign comes.
                    Err(_) => {}
                }
            }
            sender.send_replace(None);
        });
        Claim { name, session, current, renewing }
    }

    /// What ends when somebody else has taken the claim.
    pub fn watcher(&self) -> watch::Receiver<Option<Held>> {
        self.current.clone()
    }

    /// Gives the release back.
    pub async fn release(self) {
        self.renewing.abort();
        let mine = self.current.borrow().clone();
        if let Some(mine) = mine {
            let _ = self.session.drop_lease(&self.name, &mine).await;
        }
    }
}

/// The problem of a release that somebody works on.
pub fn at_work(context: &Context, release: &str, held: &Held) -> Problem {
    Problem::failed("release.claimed", format!("{} is at work on release `{release}`", held.holder))
        .at(format!("Lease {} in namespace {}", name_of(release), context.session.namespace))
        .because(format!("begun {}, last sign of life {}", ago(held.since), ago(held.renewed)))
        .next(
            "wait until it is done; when you know that nobody is at work, go on with --take-over. Nothing was changed",
        )
}

/// The problem of an operation whose claim somebody else has taken.
pub fn lost(release: &str) -> Problem {
    Problem::failed(LOST, format!("somebody else has taken over release `{release}`"))
        .because("another iomctl was told to go on where this one is at work")
        .next("look with `iomctl status` what they make of it")
}

/// Code of [`lost`]: the record belongs to others now and must be left alone.
pub const LOST: &str = "lease.lost";
