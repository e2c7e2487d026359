//! `iomctl diff`: what an upgrade would change, or what is different between two revisions.

mod text;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::sync::mpsc::unbounded_channel;

use super::mask::Mask;
use super::named::Named;
use super::output::write;
use super::request::Prepared;
use super::run::{Subject, block_on, options};
use super::values::AnswerSources;
use super::waiting::Doing;
use super::{Global, chart, waiting};
use crate::cluster::Session;
use crate::deploy::{
    Context, Difference, Differences, Event, Input, Reporter, between, cancel, history, revision, upcoming,
};
use crate::helm::release::{Release, Status};
use crate::helm::{Chart, Values};
use crate::plan::Spec;
use crate::problem::{Outcome, Problem, Problems};

/// Show what an upgrade to these answers, values and chart would change, or how two revisions differ
///
/// What would change is the server's own answer: every object is compared as it stands with what a dry run of the
/// upgrade gives, so that changes by hand and defaults are seen as they are. Hooks are compared with those that were
/// stored. Of secrets it is told whether they change, never what they are. Without answers and values, those of the
/// release are taken. Nothing is changed.
///
/// Exit codes: 0 compared; with --exit-code 1 when there are differences; 2 the input cannot be used, 3 an object would
/// be refused, 5 the cluster cannot be reached.
#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    release: Named,
    #[command(flatten)]
    answers: AnswerSources,
    #[command(flatten)]
    chart: chart::ChartFlags,
    /// Helm values file, laid over what the answers give; can be given several times
    #[arg(long, short = 'f', value_name = "FILE")]
    values: Vec<PathBuf>,
    /// Compare a stored revision with the newest one; given twice, the first with the second. The cluster is only asked
    /// for the records
    #[arg(long, value_name = "N", conflicts_with_all = ["chart", "values", "preset", "answers", "set"])]
    revision: Vec<i64>,
    /// End with exit code 1 when there are differences
    #[arg(long)]
    exit_code: bool,
    /// Folder of the journal; without it $XDG_STATE_HOME/iomctl, then ~/.local/state/iomctl
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Shape,
}

/// How differences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Shape {
    /// Unified diffs for people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// What was compared, and what came of it.
#[derive(Debug, Serialize)]
struct Compared {
    release: String,
    namespace: String,
    /// The revision that is compared; none when nothing is installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    /// The revision it is compared with; none when it is compared with what an upgrade would make of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<i64>,
    created: usize,
    changed: usize,
    removed: usize,
    unchanged: usize,
    objects: Vec<Difference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

impl Diff {
    /// Compares and prints.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let options = options(global);
        if self.revision.len() > 2 {
            return Err(Problem::bad_input("diff.revisions", "more than two revisions are given")
                .next("give one, or two")
                .into());
        }
        let given = match self.revision.is_empty() {
            true => Some((self.chart.load()?, self.prepare(options.namespace.clone())?)),
            false => None,
        };
        let compared = block_on(waiting::shown("connecting", async |doing| {
            let session = Session::connect(&options).await?;
            match given {
                Some((chart, prepared)) => self.upcoming(session, chart, prepared, doing).await,
                None => self.stored(&session).await,
            }
        }))?;
        match self.output {
            Shape::Text => write(&text::screen(&compared, text::has_colours()))?,
            Shape::Json => {
                let json = serde_json::to_string_pretty(&compared)
                    .map_err(|e| Problem::failed("output", format!("the result cannot be written: {e}")))?;
                write(&format!("{json}\n"))?;
            }
        }
        if !compared.problems.is_empty() {
            return Err(Problems(compared.problems));
        }
        if self.exit_code && !compared.objects.is_empty() {
            return Err(Problem::new(Outcome::Differs, "diff.differs", "there are differences").into());
        }
        Ok(())
    }

    fn prepare(&self, namespace: Option<String>) -> Result<Option<Prepared>, Problems> {
        let flags = chart::ValueFlags { files: self.values.clone(), ..chart::ValueFlags::default() };
        let extra = flags.read()?;
        let asked = self.answers.preset.is_some() || self.answers.answers.is_some() || !self.answers.set.is_empty();
        match (asked, self.values.is_empty()) {
            (true, _) => {
                Prepared::of_answers(&self.answers.read(Spec::builtin())?, namespace, None, None, extra).map(Some)
            }
            (false, false) => Ok(Some(Prepared::of_values(extra))),
            (false, true) => Ok(None),
        }
    }

    async fn stored(&self, session: &Session) -> Result<Compared, Problems> {
        let name = self.release.name();
        let before = revision(session, &name, self.revision.first().copied()).await?;
        let after = revision(session, &name, self.revision.get(1).copied()).await?;
        let mask = Mask::of([&before, &after]);
        let found = between(&before, &after, &|text| mask.text(text))?;
        Ok(Compared::of(&name, &session.namespace, Some(&before), Some(&after), found, Vec::new()))
    }

    async fn upcoming(
        &self,
        session: Session,
        chart: Chart,
        prepared: Option<Prepared>,
        doing: Doing,
    ) -> Result<Compared, Problems> {
        let name = self.release.name();
        let subject = Subject { state_dir: self.state_dir.clone(), ..Subject::default() };
        let namespace = session.namespace.clone();
        doing.now("reading the record");
        let previous = match history(&session, &name).await {
            Ok(mut revisions) => baseline(&mut revisions),
            Err(problem) if problem.code == "release.absent" => None,
            Err(problem) => return Err(problem.into()),
        };
        let (sink, mut events) = unbounded_channel();
        let (_canceller, cancel) = cancel();
        let redactor = prepared.as_ref().map(Prepared::redactor).unwrap_or_default();
        let reporter = Reporter::new(sink, redactor);
        let context = Context { session, journal: subject.journal().await?, reporter, cancel };
        let values = match (prepared, &previous) {
            (Some(mut prepared), _) => prepared.values(&context).await?,
            (None, Some(release)) => Values::from_json(release.supplied()),
            (None, None) => {
                return Err(Problem::bad_input(
                    "diff.nothing",
                    format!("there is no release `{name}` to take values of"),
                )
                .at(format!("namespace {namespace} of {}", context.session.server))
                .next("give --preset, --answers or -f to see what would be created, or name the release")
                .into());
            }
        };
        let mut mask = Mask::of(&previous);
        mask.learn(&values.to_json(), &namespace);
        let clean = |text: &str| mask.text(&context.reporter.clean(text));
        let input = Input { release: name.clone(), chart: Arc::new(chart), values: Arc::new(values) };
        let (found, problems) = upcoming(&context, &input, previous.as_ref(), &clean, |what| doing.now(what)).await?;
        let compared = Compared::of(&name, &namespace, previous.as_ref(), None, found, problems);
        drop(context);
        while let Ok(told) = events.try_recv() {
            if let Event::Note { text } = told.event {
                eprintln!("note: {text}");
            }
        }
        Ok(compared)
    }
}

/// The revision that an upgrade would begin with: the deployed one, or else the newest that was not removed.
fn baseline(revisions: &mut Vec<Release>) -> Option<Release> {
    let deployed = revisions.iter().rposition(|release| release.info.status == Status::Deployed);
    match deployed {
        Some(at) => Some(revisions.swap_remove(at)),
        None => revisions.pop().filter(|release| release.info.status != Status::Uninstalled),
    }
}

impl Compared {
    fn of(
        release: &str,
        namespace: &str,
        from: Option<&Release>,
        to: Option<&Release>,
        found: Differences,
        problems: Vec<Problem>,
    ) -> Compared {
        use crate::deploy::Fate;
        Compared {
            release: release.into(),
            namespace: namespace.into(),
            from: from.map(|release| release.version),
            to: to.map(|release| release.version),
            created: found.count(Fate::Created),
            changed: found.count(Fate::Changed),
            removed: found.count(Fate::Removed),
            unchanged: found.unchanged,
            objects: found.objects,
            problems,
        }
    }
}
