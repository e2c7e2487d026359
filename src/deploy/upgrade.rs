//! Upgrading: the next revision of a release, whoever made the one before.
//!
//! What the chart no longer says goes away: fields, because server-side apply removes what its manager set and no longer
//! wants; objects, because the manifests of the revisions before are compared. What others have changed meanwhile is a
//! conflict that is told, not overwritten.

mod adoption;
mod baseline;
mod values;

use std::collections::BTreeMap;

use super::desired::Desired;
use super::hooks::Moments;
use super::input::Input;
use super::install::{self, Request, Wave};
use super::operation::{Context, Operation, Staged};
use super::revise::{Draft, Reviser, tell_warnings};
use super::secrets::learn_values;
use super::stage::Stage;
use super::status::absent;
use super::{downgrade, pending, record};
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};
pub use baseline::{Baseline, remains};
pub use values::{Reuse, with_earlier};

/// What to upgrade to, and what is allowed on the way.
#[derive(Debug, Clone)]
pub struct Upgrading {
    /// The revisions on the way to what is wanted.
    pub request: Request,
    /// What becomes of the values of the revision before.
    pub reuse: Reuse,
    /// Install where there is nothing to upgrade.
    pub install: bool,
    /// Labels of the record to set, or to take away.
    pub labels: BTreeMap<String, Option<String>>,
    /// Go on with a release of others although it does not render to what its record says.
    pub adopt_differing: bool,
}

/// Upgrades a release.
///
/// # Errors
/// As for an installation. The revision before stays the deployed one when a stage fails.
pub async fn upgrade(context: Context, upgrading: Upgrading) -> Result<(), Problems> {
    let operation = Operation::begin(context, "upgrade", &upgrading.request.release).await?;
    let result = run(&operation, &upgrading).await;
    operation.end(result).await
}

async fn run(operation: &Operation, upgrading: &Upgrading) -> Result<String, Problems> {
    let request = &upgrading.request;
    let mut reviser = Reviser::new(operation, &request.manner, &request.needed);
    let mut told = String::new();
    for (at, wave) in request.waves.iter().enumerate() {
        let draft = operation.stage(Stage::Connect, look(&reviser.context, operation, upgrading, wave)).await?;
        request.announce_wave(&reviser.context, at);
        told = reviser.revise(draft).await?;
        if request.manner.dry_run {
            break;
        }
    }
    Ok(told)
}

/// The user's values of the deployed revision; none when nothing is deployed.
///
/// # Errors
/// The records cannot be read.
pub async fn deployed_values(context: &Context, release: &str) -> Result<Option<serde_json::Value>, Problem> {
    let revisions = record::revisions(context, release).await?;
    let deployed = revisions.into_iter().rfind(|release| release.info.status == Status::Deployed);
    Ok(deployed.map(|release| serde_json::Value::Object(release.config.unwrap_or_default())))
}

/// Connect: what is there, what is wanted.
async fn look(context: &Context, operation: &Operation, upgrading: &Upgrading, wave: &Wave) -> Staged<Draft> {
    let request = &upgrading.request;
    let mut revisions = record::revisions(context, &request.release).await?;
    let newest = revisions.last().filter(|release| release.info.status != Status::Uninstalled);
    let mut draft = match newest {
        Some(_) => {
            let interrupted = pending::settle(context, operation, &mut revisions, request.manner.take_over).await?;
            next(context, upgrading, wave, revisions, interrupted).await?
        }
        None if upgrading.install => {
            let revision = revisions.last().map_or(1, |release| release.version + 1);
            install::draft(context, wave, revision).await?
        }
        None if revisions.is_empty() => {
            let problem = absent(&context.session, &request.release).await;
            return Err(problem.because("an upgrade needs a release; --install makes one where there is none").into());
        }
        None => return Err(uninstalled(&request.release).into()),
    };
    relabel(&mut draft, &upgrading.labels);
    if upgrading.request.manner.description.is_some() {
        draft.same = None;
    }
    tell_warnings(context, &draft.desired);
    let (objects, hooks) = (draft.desired.objects.len(), draft.desired.hooks.len());
    Ok((draft, format!("{}, {objects} objects, {hooks} hooks", context.session.version)))
}

/// The revision after those that there are.
async fn next(
    context: &Context,
    upgrading: &Upgrading,
    wave: &Wave,
    revisions: Vec<Release>,
    interrupted: Option<Release>,
) -> Result<Draft, Problems> {
    let baseline = Baseline::of(revisions)?;
    let input = with_earlier(&wave.input, &baseline.current, upgrading.reuse)?;
    learn_values(context, &input.config());
    if !record::is_ours(&baseline.current) {
        adoption::check(context, &baseline.current, &input.chart, upgrading.adopt_differing).await?;
    }
    let moments = baseline.moments();
    let revision = baseline.newest + 1;
    let (desired, chart) = input.render(context, revision, moments == Moments::UPGRADE).await?;
    let mut record = record::replacing(&baseline.current, revision, &chart, &input.config(), &desired);
    record.info.status = Status::PendingUpgrade;
    downgrade::tell(context, &baseline.current, &record);
    let same = match interrupted.is_none() && baseline.is_current() {
        true => as_it_is(context, &baseline.current, &input, (&record, &desired)).await?,
        false => None,
    };
    Ok(Draft {
        before: baseline.objects(context)?,
        previous: baseline.deployed,
        desired,
        record,
        exists: false,
        interrupted,
        input: Some(input),
        restarts: wave.restarts.clone(),
        moments,
        said: "Upgrade complete".into(),
        same,
        spares_evidence: false,
    })
}

/// What the deployed revision wants, if chart and values are still the same and render to it.
pub async fn as_it_is(
    context: &Context,
    current: &Release,
    input: &Input,
    (next, desired): (&Release, &Desired),
) -> Result<Option<Desired>, Problems> {
    if !record::has_same_input(next, current) {
        return Ok(None);
    }
    if record::has_same_output(desired, current) {
        return Ok(Some(Desired::of_record(&context.session, current)?));
    }
    // Charts may print the revision, or something else the first time.
    for upgrade in [current.version > 1, current.version == 1] {
        let (desired, _) = input.render(context, current.version, upgrade).await?;
        if record::has_same_output(&desired, current) {
            return Ok(Some(Desired::of_record(&context.session, current)?));
        }
    }
    Ok(None)
}

/// Labels are laid over those of the revision before, as Helm does it.
fn relabel(draft: &mut Draft, labels: &BTreeMap<String, Option<String>>) {
    let before = draft.record.labels.clone();
    for (key, value) in labels {
        match value {
            Some(value) => drop(draft.record.labels.insert(key.clone(), value.clone())),
            None => drop(draft.record.labels.remove(key)),
        }
    }
    if draft.record.labels != before {
        draft.same = None;
    }
}

fn uninstalled(release: &str) -> Problem {
    Problem::bad_input("release.uninstalled", format!("release `{release}` is uninstalled; only its records are left"))
        .next("install it again with `iomctl upgrade --install`; nothing was changed")
}
