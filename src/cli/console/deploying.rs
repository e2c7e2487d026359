//! Installing, as a task of its own: the screen may be left, the installation goes on.

use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::Hub;
use crate::app::Msg;
use crate::app::deploying::{Job, News, Order};
use crate::cli::chart;
use crate::cli::request::{Prepared, Settings};
use crate::deploy::{Context, Home, Manner, Reporter, cancel, install};
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
        Order::SaveLog { name, text } => super::files::save_and_tell(hub, name, text),
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
        Prepared::of_answers(&job.answers, Some(job.namespace.clone()), None, Some(&job.typed), Values::default())?;
    let journal = hub.journal().await?;
    let (sink, mut events) = unbounded_channel();
    let (canceller, cancel) = cancel();
    let reporter = Reporter::new(sink, prepared.redactor());
    let context = Context { session, journal, reporter, cancel, home: Home::default() };
    hub.began(canceller);
    let listener = hub.clone();
    let told = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            listener.tell(Msg::Deploying(News::Event(Box::new(event))));
        }
    });
    let manner = Manner { take_over: job.take_over, ..Manner::patient(PATIENCE) };
    let settings = Settings { release: job.release, manner, current: None };
    let result = match prepared.request(&context, chart, settings).await {
        Ok(request) => install(context, request).await,
        Err(problems) => Err(problems),
    };
    // What a recording tells last comes before the end.
    let _ = tokio::time::timeout(Duration::from_secs(12), told).await;
    result
}
