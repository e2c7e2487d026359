//! Installing, as a task of its own: the screen may be left, the installation goes on.

use std::io::Write as _;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::Hub;
use crate::app::Msg;
use crate::app::deploying::{Job, News, Order};
use crate::cli::chart;
use crate::cli::request::{Prepared, Settings};
use crate::deploy::{Context, Reporter, cancel, install};
use crate::helm::Values;
use crate::problem::{Outcome, Problem, Problems};

/// As the default of `iomctl install --timeout`.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Executes an order; its outcome is told as news.
pub fn execute(hub: &Hub, order: Order) {
    match order {
        Order::Start(job) => {
            let own = hub.clone();
            hub.spawn_alone(move || async move {
                let ended = start(&own, *job).await;
                own.tell(Msg::Deploying(News::Ended(ended)));
            });
        }
        Order::Stop => hub.stop(),
        Order::SaveLog { name, text } => {
            let own = hub.clone();
            hub.spawn(async move {
                let written = tokio::task::spawn_blocking(move || save(&name, &text)).await;
                own.tell(match written {
                    Ok(Ok(path)) => Msg::Done(format!("saved as {path}")),
                    Ok(Err(problem)) => Msg::Refused(Box::new(problem)),
                    Err(_) => return,
                });
            });
        }
    }
}

async fn start(hub: &Hub, job: Job) -> Result<(), Problems> {
    let Some(mut session) = hub.session() else {
        return Err(Problem::new(Outcome::Unreachable, "cluster.none", "there is no connection to a cluster")
            .next("connect again, then press `r`")
            .into());
    };
    session.namespace = job.namespace.clone();
    let chart = chart::load(job.chart.as_deref())?;
    let prepared =
        Prepared::of_answers(&job.answers, Some(job.namespace.clone()), Some(&job.typed), Values::default())?;
    let journal = hub.journal().await?;
    let (sink, mut events) = unbounded_channel();
    let (canceller, cancel) = cancel();
    let reporter = Reporter::new(sink, prepared.redactor());
    let context = Context { session, journal, reporter, cancel };
    hub.began(canceller);
    let listener = hub.clone();
    let told = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            listener.tell(Msg::Deploying(News::Event(Box::new(event))));
        }
    });
    let settings = Settings { release: job.release, patience: PATIENCE, take_over: job.take_over, dry_run: false };
    let result = match prepared.request(&context, chart, settings).await {
        Ok(request) => install(context, request).await,
        Err(problems) => Err(problems),
    };
    // What a recording tells last comes before the end.
    let _ = tokio::time::timeout(Duration::from_secs(12), told).await;
    result
}

/// Writes a new file in the working directory; an existing one is never written over.
fn save(name: &str, text: &str) -> Result<String, Problem> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "log"));
    for n in 1..1000 {
        let path = if n == 1 { format!("{stem}.{ending}") } else { format!("{stem}-{n}.{ending}") };
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path).map_err(unwritable),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(unwritable(e)),
        }
    }
    Err(unwritable(std::io::Error::other("there are too many files of this name")))
}

fn unwritable(error: std::io::Error) -> Problem {
    Problem::failed("save.unwritable", "the file cannot be written")
        .at("the directory iomctl was started in")
        .because(error.to_string())
        .next("start iomctl where you may write")
}
