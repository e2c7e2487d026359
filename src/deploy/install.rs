//! Installing: from nothing, or from wherever an earlier attempt stopped.

mod start;
mod wave;

use super::event::Event;
use super::operation::{Context, Operation, Staged};
use super::revise::{Manner, Needed, Reviser, tell_warnings};
use super::stage::Stage;
use crate::problem::Problems;
use start::Start;
pub use start::draft;
pub use wave::Wave;

/// What to install, and how long to be patient.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name of the release.
    pub release: String,
    /// The revisions on the way to what is wanted, in order; at least one.
    pub waves: Vec<Wave>,
    /// Secrets beside the chart.
    pub needed: Needed,
    /// How.
    pub manner: Manner,
}

impl Request {
    /// Says which of several waves begins; a dry run tells all of them.
    pub(super) fn announce_wave(&self, context: &Context, at: usize) {
        let waves = self.waves.len();
        let told = if self.manner.dry_run { at..waves } else { at..at + 1 };
        for (index, wave) in self.waves.iter().enumerate().filter(|(index, _)| waves > 1 && told.contains(index)) {
            context.reporter.tell(Event::Wave { wave: index + 1, waves, about: wave.about.clone() });
        }
    }
}

/// Installs a release, or goes on with an installation that stopped.
///
/// # Errors
/// Everything that is wrong, all at once; with exit code 2 or 3 when nothing was changed, 3 when a stage failed, 130
/// when the operator stopped it. What stands, stands: nothing is rolled back.
pub async fn install(context: Context, request: Request) -> Result<(), Problems> {
    let operation = Operation::begin(context, "install", &request.release).await?;
    let result = run(&operation, &request).await;
    operation.end(result).await
}

async fn run(operation: &Operation, request: &Request) -> Result<String, Problems> {
    let mut reviser = Reviser::new(operation, &request.manner, &request.needed);
    let last = request.waves.len() - 1;
    loop {
        let start = operation.stage(Stage::Connect, look(&reviser.context, operation, request)).await?;
        let Some(Start { draft, wave }) = start else { return Ok(nothing_to_do(request)) };
        request.announce_wave(&reviser.context, wave);
        let detail = reviser.revise(draft).await?;
        if wave == last || request.manner.dry_run {
            return Ok(detail);
        }
    }
}

/// Connect: what is there, what is wanted.
async fn look(context: &Context, operation: &Operation, request: &Request) -> Staged<Option<Start>> {
    let start = start::find(context, operation, request).await?;
    let version = &context.session.version;
    let detail = match &start {
        None => format!("{version}, already deployed"),
        Some(Start { draft, .. }) => {
            tell_warnings(context, &draft.desired);
            let (objects, hooks) = (draft.desired.objects.len(), draft.desired.hooks.len());
            format!("{version}, {objects} objects, {hooks} hooks")
        }
    };
    Ok((start, detail))
}

fn nothing_to_do(request: &Request) -> String {
    format!("release {} is deployed already with this chart and these values; nothing to do", request.release)
}
