//! Where an installation begins: from nothing, from an attempt that stopped, or not at all.

use super::{Request, Wave};
use crate::cluster::Object;
use crate::deploy::desired::Desired;
use crate::deploy::hooks::Moments;
use crate::deploy::operation::{Context, Operation};
use crate::deploy::revise::{Draft, place, tell_resumption};
use crate::deploy::{pending, record};
use crate::helm::release::{Release, Status, StoredChart};
use crate::problem::{Problem, Problems};

/// What an installation sets out from.
#[derive(Debug)]
pub struct Start {
    /// The revision.
    pub draft: Draft,
    /// Which wave this is, from 0.
    pub wave: usize,
}

/// Looks at the release and decides. `None`: it is deployed already, as wanted.
///
/// # Errors
/// The chart cannot be rendered, or the release is in a state that an installation must not touch.
pub async fn find(context: &Context, operation: &Operation, request: &Request) -> Result<Option<Start>, Problems> {
    let revisions = match context.is_homeless().await {
        true => Vec::new(),
        false => record::revisions(context, &request.release).await?,
    };
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
    let others = pending && !begun_here && !request.manner.take_over;
    if let Some(before) = before {
        let ours = wave.is_some_and(|wave| wave > 0 && wave_of(before, request) == Some(wave - 1));
        return match (wave, status) {
            (Some(wave), Status::PendingUpgrade | Status::Failed) if ours => {
                alone(context, operation, newest, others).await?;
                tell_resumption(context, operation, newest);
                let restarts = request.waves[wave].restarts.clone();
                let draft = resume(context, rendered, newest.clone(), restarts, Some(before.clone()))?;
                Ok(Some(Start { draft, wave }))
            }
            _ => Err(half_upgraded(newest).into()),
        };
    }
    if !matches!(status, Status::PendingInstall | Status::Failed) {
        return Err(in_between(newest).into());
    }
    alone(context, operation, newest, others).await?;
    tell_resumption(context, operation, newest);
    if wave == Some(0) {
        let restarts = request.waves[0].restarts.clone();
        let draft = resume(context, rendered, newest.clone(), restarts, None)?;
        return Ok(Some(Start { draft, wave: 0 }));
    }
    let before = objects_of(context, newest)?;
    let mut start = fresh(context, request, newest.version + 1).await?;
    start.draft.record.info.first_deployed = newest.info.first_deployed.clone();
    start.draft.before = before;
    context.reporter.note(format!(
        "chart or values have changed since revision {}: this is revision {}",
        newest.version, start.draft.record.version
    ));
    Ok(Some(start))
}

async fn fresh(context: &Context, request: &Request, revision: i64) -> Result<Start, Problems> {
    let draft = draft(context, &request.waves[0], revision).await?;
    Ok(Start { draft, wave: 0 })
}

/// The first revision of a release.
pub async fn draft(context: &Context, wave: &Wave, revision: i64) -> Result<Draft, Problems> {
    let input = &wave.input;
    let (desired, chart) = input.render(context, revision, false).await?;
    let record =
        record::pending(&input.release, &context.session.namespace, revision, &chart, &input.config(), &desired);
    Ok(Draft {
        desired,
        record,
        exists: false,
        interrupted: None,
        before: Vec::new(),
        previous: Vec::new(),
        input: Some(input.clone()),
        restarts: wave.restarts.clone(),
        moments: Moments::INSTALL,
        said: "Install complete".into(),
        same: None,
        spares_evidence: false,
    })
}

/// The revision after a deployed one.
async fn next_wave(context: &Context, request: &Request, wave: usize, previous: &Release) -> Result<Start, Problems> {
    let Wave { input, restarts, .. } = &request.waves[wave];
    let (desired, chart) = input.render(context, previous.version + 1, true).await?;
    let record = record::replacing(previous, previous.version + 1, &chart, &input.config(), &desired);
    let draft = Draft {
        desired,
        record,
        exists: false,
        interrupted: None,
        before: objects_of(context, previous)?,
        previous: vec![previous.clone()],
        input: Some(input.clone()),
        restarts: restarts.clone(),
        moments: Moments::UPGRADE,
        said: "Upgrade complete".into(),
        same: None,
        spares_evidence: false,
    };
    Ok(Start { draft, wave })
}

/// The same inputs: what the record says is what goes on, so that values made at random stay what they were.
fn resume(
    context: &Context,
    rendered: Desired,
    mut newest: Release,
    restarts: Vec<String>,
    previous: Option<Release>,
) -> Result<Draft, Problems> {
    let stored = Desired::of_record(&context.session, &newest)?;
    let desired = Desired { definitions: rendered.definitions, warnings: rendered.warnings, ..stored };
    let (status, resumed, said, moments) = match previous {
        Some(_) => (Status::PendingUpgrade, "Upgrade resumed", "Upgrade complete", Moments::UPGRADE),
        None => (Status::PendingInstall, "Install resumed", "Install complete", Moments::INSTALL),
    };
    record::mark(&mut newest, status, resumed);
    // What the attempt itself has written stands already.
    let mut before = objects_of(context, &newest)?;
    if let Some(previous) = &previous {
        before.extend(objects_of(context, previous)?);
    }
    Ok(Draft {
        desired,
        record: newest,
        exists: true,
        interrupted: None,
        before,
        previous: previous.into_iter().collect(),
        input: None,
        restarts,
        moments,
        said: said.into(),
        same: None,
        spares_evidence: false,
    })
}

fn objects_of(context: &Context, release: &Release) -> Result<Vec<Object>, Problems> {
    Ok(Desired::of_record(&context.session, release)?.baseline(&context.session))
}

/// The wave whose values a revision has; the latest, should two have the same.
fn wave_of(release: &Release, request: &Request) -> Option<usize> {
    let stored = release.config.clone().unwrap_or_default();
    request.waves.iter().rposition(|wave| wave.input.config().as_object().is_none_or(|config| *config == stored))
}

fn deployed(release: &Release) -> Problem {
    Problem::bad_input("release.deployed", "the release is deployed already, with another chart or other values")
        .at(place(release))
        .because("an installation never changes what is deployed")
        .next("upgrade it with `iomctl upgrade`, or install under another name with --release; nothing was changed")
}

fn half_upgraded(release: &Release) -> Problem {
    Problem::bad_input("release.upgrading", "the release has been deployed before, and a later change did not end well")
        .at(place(release))
        .next("repair it with `iomctl upgrade` or `iomctl rollback`; nothing was changed")
}

fn in_between(release: &Release) -> Problem {
    Problem::bad_input("release.state", format!("the release is `{}`: it cannot be installed", release.info.status))
        .at(place(release))
        .next("end what was begun (`iomctl uninstall`, `iomctl rollback`), then install; nothing was changed")
}

/// What another machine began is gone on with when nobody is at work on it.
async fn alone(context: &Context, operation: &Operation, newest: &Release, others: bool) -> Result<(), Problem> {
    match others {
        true => pending::nobody_is_at_work(context, newest, operation.before.as_ref().map(|b| b.id.as_str())).await,
        false => Ok(()),
    }
}
