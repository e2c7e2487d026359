//! Rolling back: an earlier revision is made again, as the next one, from what its record says. Nothing is rendered, and
//! nothing is forgotten: records stay, and so do the pods and jobs that failed, because they tell why.

use super::desired::Desired;
use super::hooks::Moments;
use super::operation::{Context, Operation, Staged};
use super::revise::{Draft, Manner, Needed, Reviser, place};
use super::secrets::learn_values;
use super::stage::Stage;
use super::status::absent;
use super::upgrade::Baseline;
use super::{downgrade, pending, record};
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};

/// What to restore.
#[derive(Debug, Clone)]
pub struct RollingBack {
    /// Name of the release.
    pub release: String,
    /// The revision to restore; without it the one before that was deployed.
    pub revision: Option<i64>,
    /// How.
    pub manner: Manner,
}

/// Restores an earlier revision.
///
/// # Errors
/// There is no such revision, or as for an upgrade.
pub async fn rollback(context: Context, rolling: RollingBack) -> Result<(), Problems> {
    let operation = Operation::begin(context, "rollback", &rolling.release).await?;
    let result = run(&operation, &rolling).await;
    operation.end(result).await
}

async fn run(operation: &Operation, rolling: &RollingBack) -> Result<String, Problems> {
    let needed = Needed::default();
    let mut reviser = Reviser::new(operation, &rolling.manner, &needed);
    let draft = operation.stage(Stage::Connect, look(operation, rolling)).await?;
    reviser.revise(draft).await
}

/// Connect: what is there, what it goes back to.
async fn look(operation: &Operation, rolling: &RollingBack) -> Staged<Draft> {
    let context = &operation.context;
    let mut revisions = record::revisions(context, &rolling.release).await?;
    if revisions.is_empty() {
        return Err(absent(&context.session, &rolling.release).await.into());
    }
    let interrupted = pending::settle(context, operation, &mut revisions, rolling.manner.take_over).await?;
    let target = target(&revisions, rolling.revision)?.clone();
    learn_values(context, &serde_json::Value::Object(target.config.clone().unwrap_or_default()));
    let baseline = Baseline::of(revisions)?;
    let desired = Desired::of_record(&context.session, &target)?;
    desired.unknown_kinds()?;
    let number = baseline.newest + 1;
    let record = record::restoring(&target, &baseline.current, number);
    downgrade::tell(context, &baseline.current, &record);
    let detail = format!(
        "{}, back to revision {} ({}, {}): {} objects, {} hooks",
        context.session.version,
        target.version,
        record::chart_of(&target),
        target.info.last_deployed.0.split('.').next().unwrap_or_default(),
        desired.objects.len(),
        desired.hooks.len()
    );
    let draft = Draft {
        before: baseline.objects(context)?,
        previous: baseline.deployed,
        desired,
        record,
        exists: false,
        interrupted,
        input: None,
        restarts: Vec::new(),
        moments: Moments::ROLLBACK,
        said: format!("Rollback to {}", target.version),
        same: None,
        spares_evidence: true,
    };
    Ok((draft, detail))
}

/// The revision to restore.
fn target(revisions: &[Release], wanted: Option<i64>) -> Result<&Release, Problem> {
    let newest = revisions.last().map_or(0, |release| release.version);
    let was_deployed = |release: &&Release| matches!(release.info.status, Status::Deployed | Status::Superseded);
    let found = match wanted {
        Some(wanted) => revisions.iter().find(|release| release.version == wanted),
        None => revisions.iter().filter(|release| release.version < newest).rfind(was_deployed),
    };
    found.ok_or_else(|| {
        let what = match wanted {
            Some(wanted) => format!("there is no revision {wanted}"),
            None => "there is no earlier revision that was deployed".to_string(),
        };
        let all: Vec<String> =
            revisions.iter().map(|release| format!("{} ({})", release.version, release.info.status)).collect();
        let problem = Problem::bad_input("rollback.revision", what).next("choose one of those; nothing was changed");
        let problem = problem.because(format!("the revisions are: {}", all.join(", ")));
        match revisions.last() {
            Some(newest) => problem.at(place(newest)),
            None => problem,
        }
    })
}
