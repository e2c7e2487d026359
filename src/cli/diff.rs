//! `iomctl diff`: what an upgrade would change, or what is different between two revisions.

mod text;

use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::sync::mpsc::unbounded_channel;

use super::mask::Mask;
use super::output::write;
use super::request::Prepared;
use super::run::{Subject, block_on, options};
use super::target::Target;
use super::waiting::Doing;
use super::{Global, waiting};
use crate::cluster::Session;
use crate::deploy::{
    Asked, Context, Difference, Differences, Event, Home, Input, Reporter, between, cancel, history, revision, upcoming,
};
use crate::helm::release::{Release, Status};
use crate::helm::{Chart, Values};
use crate::plan::Answers;
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
    target: Target,
    #[command(flatten)]
    subject: Subject,
    /// Compare a stored revision with the newest one; given twice, the first with the second. The cluster is only asked
    /// for the records
    #[arg(long, value_name = "N", conflicts_with_all = ["chart", "files", "preset", "answers", "set"])]
    revision: Vec<i64>,
    /// End with exit code 1 when there are differences
    #[arg(long)]
    exit_code: bool,
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
            true => Some((self.target.chart()?, self.target.read()?)),
            false => None,
        };
        let compared = block_on(waiting::shown("connecting", async |doing| {
            let session = Session::connect(&options).await?;
            match given {
                Some((chart, (answers, values))) => self.upcoming(session, chart, answers, values, doing).await,
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

    /// As with `upgrade`, a single argument is the chart if there is such a path.
    fn name(&self) -> String {
        self.target.release().unwrap_or_else(|| self.subject.release.name.clone())
    }

    async fn stored(&self, session: &Session) -> Result<Compared, Problems> {
        let name = self.name();
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
        answers: Option<Answers>,
        extra: Values,
        doing: Doing,
    ) -> Result<Compared, Problems> {
        let name = self.name();
        let namespace = session.namespace.clone();
        doing.now("reading the records");
        let revisions = match history(&session, &name).await {
            Ok(revisions) => revisions,
            Err(problem) if problem.code == "release.absent" => Vec::new(),
            Err(problem) => return Err(problem.into()),
        };
        let removed = revisions.last().is_none_or(|newest| newest.info.status == Status::Uninstalled);
        let revisions = if removed { Vec::new() } else { revisions };
        let deployed = revisions.iter().rfind(|release| release.info.status == Status::Deployed).or(revisions.last());
        let previous = deployed.cloned();
        if previous.is_none() && answers.is_none() && extra.0.is_empty() {
            return Err(Problem::bad_input("diff.nothing", format!("there is no release `{name}` to take values of"))
                .at(format!("namespace {namespace} of {}", session.server))
                .next("give --preset, --answers or -f to see what would be created, or name the release")
                .into());
        }
        let mut prepared = match &answers {
            Some(answers) => {
                let current = previous.as_ref().map(Release::supplied);
                Prepared::of_answers(answers, Some(namespace.clone()), current.as_ref(), None, extra)?
            }
            None => Prepared::of_values(extra),
        };
        let (sink, mut events) = unbounded_channel();
        let (_canceller, cancel) = cancel();
        let reporter = Reporter::new(sink, prepared.redactor());
        let context =
            Context { session, journal: self.subject.journal().await?, reporter, cancel, home: Home::default() };
        let values = prepared.values(&context).await?;
        let mut mask = Mask::of(&previous);
        mask.learn(&values.to_json(), &namespace);
        let clean = |text: &str| mask.text(&context.reporter.clean(text));
        let input = Input { release: name.clone(), chart: Arc::new(chart), values: Arc::new(values) };
        let asked = Asked {
            input: &input,
            revisions,
            reuse: self.target.reuse(),
            clean: &clean,
            doing: &|what| doing.now(what),
        };
        let (found, problems) = upcoming(&context, asked).await?;
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
