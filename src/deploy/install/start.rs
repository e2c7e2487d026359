//! Where an installation begins: from nothing, from an attempt that stopped, or not at all.

use super::Request;
use crate::cluster::Object;
use crate::deploy::desired::Desired;
use crate::deploy::event::Event;
use crate::deploy::input::Input;
use crate::deploy::operation::{Context, Operation};
use crate::deploy::record;
use crate::deploy::stage::Stage;
use crate::helm::release::{Release, Status, StoredChart};
use crate::problem::{Problem, Problems};

/// What an installation sets out from.
#[derive(Debug)]
pub struct Start {
    /// What should exist.
    pub desired: Desired,
    /// The record of this revision.
    pub record: Release,
    /// The record is in the cluster already.
    pub exists: bool,
    /// What an earlier attempt or the revision before may have created.
    pub superfluous: Vec<Object>,
    /// Which wave this is, from 0.
    pub wave: usize,
    /// The deployed revision whose place it takes.
    pub previous: Option<Release>,
}

/// Looks at the release and decides. `None`: it is deployed already, as wanted.
///
/// # Errors
/// The chart cannot be rendered, or the release is in a state that an installation must not touch.
pub async fn find(context: &Context, operation: &Operation, request: &Request) -> Result<Option<Start>, Problems> {
    let revisions = record::revisions(context, &request.release).await?;
    let newest = revisions.last();
    let Some(newest) = newest.filter(|release| release.info.status != Status::Uninstalled) else {
        return fresh(context, request, newest.map_or(1, |release| release.version + 1)).await.map(Some);
    };
    let status = newest.info.status;
    let wave = wave_of(newest, request);
    let upgrade = wave.is_some_and(|wave| wave > 0);
    let last = request.waves.len() - 1;
    let (rendered, chart) = request.waves[wave.unwrap_or(last)].input.render(context, newest.version, upgrade).await?;
    let wave = wave.filter(|_| newest.chart.as_ref() == Some(&StoredChart::from(&chart)));
    if status == Status::Deployed {
        return match wave {
            Some(wave) if wave == last => Ok(None),
            Some(wave) => next_wave(context, request, wave + 1, newest).await.map(Some),
            None => Err(deployed(newest).into()),
        };
    }
    let before = revisions.iter().rfind(|release| matches!(release.info.status, Status::Deployed | Status::Superseded));
    let begun_here =
        operation.before.as_ref().is_some_and(|before| before.kind == "install" && before.outcome.is_none());
    let pending = matches!(status, Status::PendingInstall | Status::PendingUpgrade);
    let others = pending && !begun_here && !request.take_over;
    if let Some(before) = before {
        let ours = wave.is_some_and(|wave| wave > 0 && wave_of(before, request) == Some(wave - 1));
        return match (wave, status) {
            (Some(_), Status::PendingUpgrade | Status::Failed) if ours && others => Err(somebody_else(newest).into()),
            (Some(wave), Status::PendingUpgrade | Status::Failed) if ours => {
                tell_resumption(context, operation, newest);
                let start = resume(context, rendered, newest.clone(), wave, Some(before.clone()))?;
                Ok(Some(start))
            }
            _ => Err(half_upgraded(newest).into()),
        };
    }
    if !matches!(status, Status::PendingInstall | Status::Failed) {
        return Err(in_between(newest).into());
    }
    if others {
        return Err(somebody_else(newest).into());
    }
    tell_resumption(context, operation, newest);
    if wave == Some(0) {
        return resume(context, rendered, newest.clone(), 0, None).map(Some);
    }
    let superfluous = objects_of(context, newest)?;
    let mut start = fresh(context, request, newest.version + 1).await?;
    start.record.info.first_deployed = newest.info.first_deployed.clone();
    start.superfluous = superfluous;
    context.reporter.note(format!(
        "chart or values have changed since revision {}: this is revision {}",
        newest.version, start.record.version
    ));
    Ok(Some(start))
}

/// Renders again after the cluster has learned new kinds.
pub async fn again(
    context: &Context,
    input: &Input,
    record: &Release,
    exists: bool,
    upgrade: bool,
) -> Result<Desired, Problems> {
    match exists {
        true => Desired::of_record(&context.session, record),
        false => Ok(input.render(context, record.version, upgrade).await?.0),
    }
}

async fn fresh(context: &Context, request: &Request, revision: i64) -> Result<Start, Problems> {
    let input = &request.waves[0].input;
    let (desired, chart) = input.render(context, revision, false).await?;
    let record =
        record::pending(&input.release, &context.session.namespace, revision, &chart, &input.config(), &desired);
    Ok(Start { desired, record, exists: false, superfluous: Vec::new(), wave: 0, previous: None })
}

/// The revision after a deployed one.
async fn next_wave(context: &Context, request: &Request, wave: usize, previous: &Release) -> Result<Start, Problems> {
    let input = &request.waves[wave].input;
    let (desired, chart) = input.render(context, previous.version + 1, true).await?;
    let record = record::replacing(previous, &chart, &input.config(), &desired);
    let superfluous = objects_of(context, previous)?;
    Ok(Start { desired, record, exists: false, superfluous, wave, previous: Some(previous.clone()) })
}

/// The same inputs: what the record says is what goes on, so that values made at random stay what they were.
fn resume(
    context: &Context,
    rendered: Desired,
    mut newest: Release,
    wave: usize,
    previous: Option<Release>,
) -> Result<Start, Problems> {
    let stored = Desired::of_record(&context.session, &newest)?;
    let desired = Desired { definitions: rendered.definitions, warnings: rendered.warnings, ..stored };
    let (status, said) = match previous {
        Some(_) => (Status::PendingUpgrade, "Upgrade resumed"),
        None => (Status::PendingInstall, "Install resumed"),
    };
    record::mark(&mut newest, status, said);
    let superfluous = previous.as_ref().map(|previous| objects_of(context, previous)).transpose()?.unwrap_or_default();
    Ok(Start { desired, record: newest, exists: true, superfluous, wave, previous })
}

fn objects_of(context: &Context, release: &Release) -> Result<Vec<Object>, Problems> {
    let desired = Desired::of_record(&context.session, release)?;
    Ok(desired.objects.into_iter().map(|wanted| wanted.object).collect())
}

/// The wave whose values a revision has; the latest, should two have the same.
fn wave_of(release: &Release, request: &Request) -> Option<usize> {
    let stored = release.config.clone().unwrap_or_default();
    request.waves.iter().rposition(|wave| wave.input.config().as_object().is_none_or(|config| *config == stored))
}

fn tell_resumption(context: &Context, operation: &Operation, newest: &Release) {
    let before = operation.before.as_ref().filter(|before| before.kind == "install");
    let how = match before.and_then(|before| before.outcome.as_deref()) {
        Some("cancelled") => "it was stopped by the operator",
        Some("failed") => "it failed",
        Some(_) | None => "it was interrupted",
    };
    let stage = before.and_then(|before| before.stage).unwrap_or(Stage::Record);
    let how = format!("{how}; revision {} is {}", newest.version, newest.info.status);
    context.reporter.tell(Event::Resumed { stage, how });
}

fn place(release: &Release) -> String {
    format!(
        "release {} in namespace {}, revision {} ({})",
        release.name, release.namespace, release.version, release.info.status
    )
}

fn deployed(release: &Release) -> Problem {
    Problem::bad_input("release.deployed", "the release is deployed already, with another chart or other values")
        .at(place(release))
        .because("an installation never changes what is deployed")
        .next("upgrade it with `helm upgrade`, or install under another name with --release; nothing was changed")
}

fn half_upgraded(release: &Release) -> Problem {
    Problem::bad_input("release.upgrading", "the release has been deployed before, and a later change did not end well")
        .at(place(release))
        .next("repair it with `helm rollback` or `helm upgrade`; nothing was changed")
}

fn in_between(release: &Release) -> Problem {
    Problem::bad_input("release.state", format!("the release is `{}`: it cannot be installed", release.info.status))
        .at(place(release))
        .next("end what was begun (`iomctl uninstall`, `helm rollback`), then install; nothing was changed")
}

fn somebody_else(release: &Release) -> Problem {
    let since = release
        .info
        .last_deployed
        .timestamp()
        .map_or_else(String::new, |time| format!(", begun {}", time.strftime("%Y-%m-%d %H:%M:%S UTC")));
    Problem::bad_input(
        "release.pending",
        "an installation of this release is under way, and it was not begun on this machine",
    )
    .at(format!("{}{since}", place(release)))
    .because("somebody else is installing, or their installation was interrupted")
    .next("ask; when nobody is at work on it, go on with --take-over; nothing was changed")
}
