//! Starts and ends streams. Whoever drops the observer ends them all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::decode::{
    RawApplication, RawClaim, RawEvent, RawPod, RawQuota, RawRecord, RawScaler, RawSettings, RawWorkload,
};
use super::kind::Kind;
use super::names::{Interner, Name};
use super::news::{Item, News, StreamState};
use super::outbox::Outbox;
use super::stream::Stream;
use super::usage;
use crate::cluster::{Failure, Life, Line, Session};

/// Streams on one connection: API servers allow a hundred requests at once on each, and answers need room too.
const STREAMS_PER_LINE: usize = 64;

/// Lists that are on their way at once.
const LISTS: usize = 4;

/// How often names are forgotten that nobody uses any more.
const SWEEP: Duration = Duration::from_secs(120);

/// Batches that may wait for a screen that is busy.
const BATCHES: usize = 2;

/// Each stream on a connection holds one until it ends.
type Seats = Arc<()>;

/// Watches a release and the namespaces it reaches.
pub struct Observer {
    session: Session,
    release: String,
    names: Arc<Interner>,
    outbox: Outbox,
    lists: Arc<Semaphore>,
    lines: Vec<(Line, Seats)>,
    spaces: BTreeMap<Name, Vec<AbortHandle>>,
    measured: BTreeMap<Name, AbortHandle>,
    tasks: JoinSet<()>,
}

impl Observer {
    /// Begins with the namespace of the release.
    ///
    /// # Errors
    /// The certificates of the kubeconfig cannot be used.
    pub fn start(session: Session, release: &str) -> Result<(Observer, mpsc::Receiver<News>), Failure> {
        let (to, news) = mpsc::channel(BATCHES);
        let outbox = Outbox::default();
        let mut observer = Observer {
            release: release.into(),
            names: Arc::default(),
            outbox: outbox.clone(),
            lists: Arc::new(Semaphore::new(LISTS)),
            lines: Vec::new(),
            spaces: BTreeMap::new(),
            measured: BTreeMap::new(),
            tasks: JoinSet::new(),
            session,
        };
        observer.tasks.spawn(outbox.deliver(to));
        observer.tasks.spawn(sweep(observer.names.clone()));
        let home: Name = observer.names.name(&observer.session.namespace);
        observer.follow(&[home], &[])?;
        Ok((observer, news))
    }

    /// Follows these namespaces, the release's own among them, and no others any more; asks what pods use in those
    /// that are measured.
    ///
    /// # Errors
    /// As for [`Observer::start`].
    pub fn follow(&mut self, namespaces: &[Name], measured: &[Name]) -> Result<(), Failure> {
        self.spaces.retain(|namespace, tasks| {
            let stays = namespaces.contains(namespace) || **namespace == *self.session.namespace;
            if !stays {
                tasks.iter().for_each(AbortHandle::abort);
            }
            stays
        });
        while self.tasks.try_join_next().is_some() {}
        for namespace in namespaces {
            if !self.spaces.contains_key(namespace) {
                let tasks = self.open(namespace)?;
                self.spaces.insert(namespace.clone(), tasks);
            }
        }
        self.measure(measured)
    }

    fn measure(&mut self, namespaces: &[Name]) -> Result<(), Failure> {
        self.measured.retain(|namespace, task| {
            let stays = namespaces.contains(namespace);
            if !stays {
                task.abort();
            }
            stays
        });
        if self.session.kinds.find("metrics.k8s.io/v1beta1", "PodMetrics").is_none() {
            self.outbox.tell(Item::Unmeasured("the cluster serves no metrics API".into()));
            return Ok(());
        }
        for namespace in namespaces {
            if !self.measured.contains_key(namespace) {
                let (line, seat) = self.line()?;
                let poll = usage::poll(line, namespace.clone(), self.outbox.clone());
                let task = self.tasks.spawn(seated(seat, poll));
                self.measured.insert(namespace.clone(), task);
            }
        }
        Ok(())
    }

    fn open(&mut self, namespace: &Name) -> Result<Vec<AbortHandle>, Failure> {
        let home = **namespace == *self.session.namespace;
        let mut tasks = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|kind| home || kind.reaches_extra_namespaces()) {
            if !kind.is_served(&self.session.kinds) {
                self.outbox.tell(Item::State(kind, namespace.clone(), StreamState::Absent));
                continue;
            }
            let (line, seat) = self.line()?;
            let stream = Stream {
                line,
                kind,
                namespace: namespace.clone(),
                query: kind.query(namespace, &self.release),
                names: self.names.clone(),
                outbox: self.outbox.clone(),
                lists: self.lists.clone(),
            };
            tasks.push(match kind {
                Kind::Pods => self.tasks.spawn(seated(seat, stream.run::<RawPod>())),
                Kind::Deployments | Kind::StatefulSets | Kind::Jobs => {
                    self.tasks.spawn(seated(seat, stream.run::<RawWorkload>()))
                }
                Kind::Scalers => self.tasks.spawn(seated(seat, stream.run::<RawScaler>())),
                Kind::Events => self.tasks.spawn(seated(seat, stream.run::<RawEvent>())),
                Kind::Claims => self.tasks.spawn(seated(seat, stream.run::<RawClaim>())),
                Kind::Quotas => self.tasks.spawn(seated(seat, stream.run::<RawQuota>())),
                Kind::Applications => self.tasks.spawn(seated(seat, stream.run::<RawApplication>())),
                Kind::Records => self.tasks.spawn(seated(seat, stream.run::<RawRecord>())),
                Kind::Settings => self.tasks.spawn(seated(seat, stream.run::<RawSettings>())),
            });
        }
        Ok(tasks)
    }

    /// A connection that has room for one more stream, and a seat on it.
    fn line(&mut self) -> Result<(Line, Seats), Failure> {
        let free = |(_, seats): &&(Line, Seats)| Arc::strong_count(seats) <= STREAMS_PER_LINE;
        if let Some((line, seats)) = self.lines.iter().find(free) {
            return Ok((line.clone(), seats.clone()));
        }
        let line = self.session.line()?;
        self.tasks.spawn(tell_life(line.clone(), self.outbox.clone()));
        let seats = Seats::default();
        self.lines.push((line.clone(), seats.clone()));
        Ok((line, seats))
    }
}

/// Gives the seat up when the stream ends or is aborted.
async fn seated(seat: Seats, stream: impl Future<Output = ()>) {
    stream.await;
    drop(seat);
}

/// Pods come and go: their names must not be kept for ever.
async fn sweep(names: Arc<Interner>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        names.sweep();
    }
}

/// Tells when the connection is lost and when it is back.
async fn tell_life(line: Line, outbox: Outbox) {
    let mut lives = line.lives();
    drop(line);
    loop {
        let life = lives.borrow_and_update().clone();
        match life {
            Life::New => {}
            Life::Alive => outbox.tell(Item::Line(None)),
            Life::Lost(why) => outbox.tell(Item::Line(Some(why))),
        }
        if lives.changed().await.is_err() {
            return;
        }
    }
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Observer").field("spaces", &self.spaces.keys()).finish_non_exhaustive()
    }
}
