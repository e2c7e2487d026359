//! The release record, as Helm keeps it: written before anything else is created, so that whoever looks sees what
//! is going on, and true at the end.

mod size;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::desired::Desired;
use super::operation::{Context, refused};
use crate::cluster::{Failure, Head, Session, Stored};
use crate::helm::Chart;
use crate::helm::release::{self, HookRun, Info, Release, Status, Storage, StoredChart, StoredHook, Time};
use crate::problem::Problem;

pub use size::check as fits;

/// All revisions of a release, oldest first.
///
/// # Errors
/// The records cannot be read, or one of them is damaged.
pub async fn revisions(context: &Context, name: &str) -> Result<Vec<Release>, Problem> {
    let read = context.patiently("read the release", || read_all(&context.session, name)).await;
    read.map_err(|failure| {
        refused("record.unreadable", format!("the records of release `{name}` cannot be read"), &failure)
    })?
}

/// As [`revisions`], tried once.
pub async fn read_all(session: &Session, name: &str) -> Result<Result<Vec<Release>, Problem>, Failure> {
    let stored = session.records(&session.namespace, name).await?;
    Ok(stored.iter().map(read).collect::<Result<Vec<Release>, Problem>>().map(|mut revisions| {
        revisions.sort_by_key(|release| release.version);
        revisions
    }))
}

/// Removes a record.
pub async fn delete(context: &Context, record: &Release) -> Result<(), Problem> {
    let secret = release::secret_name(&record.name, record.version);
    let storage = place_of(context, record);
    let request = || context.session.delete_record(&record.namespace, storage, &secret);
    let deleted = context.patiently("delete a release record", request).await;
    deleted.map_err(|failure| refused("record.undeletable", format!("{storage} {secret} cannot be deleted"), &failure))
}

/// The release that a record holds, with the labels of the record.
pub fn read(stored: &Stored) -> Result<Release, Problem> {
    let mut release = release::decode(&stored.data).map_err(|e| {
        Problem::failed("record.damaged", "a release record is damaged")
            .at(format!("{} {}", stored.storage, stored.name))
            .because(e.to_string())
            .next("look at it with `helm history`; remove the record if it is beyond repair")
    })?;
    release.storage = Some(stored.storage);
    let reserved = |key: &str| release::RESERVED_LABELS.contains(&key);
    release.labels =
        stored.labels.iter().filter(|(key, _)| !reserved(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    Ok(release)
}

/// The record of a release that is about to be installed.
pub fn pending(
    name: &str,
    namespace: &str,
    revision: i64,
    chart: &Chart,
    config: &serde_json::Value,
    desired: &Desired,
) -> Release {
    let now = Time::at(Timestamp::now());
    Release {
        name: name.into(),
        namespace: namespace.into(),
        version: revision,
        info: Info {
            first_deployed: now.clone(),
            last_deployed: now,
            status: Status::PendingInstall,
            description: "Initial install underway".into(),
            notes: desired.notes.clone(),
            ..Info::default()
        },
        chart: Some(StoredChart::from(chart)),
        config: config.as_object().cloned(),
        manifest: desired.manifest.clone(),
        hooks: desired.hooks.iter().map(StoredHook::from).collect(),
        apply_method: Some("ssa".into()),
        labels: Default::default(),
        storage: None,
        other: Default::default(),
    }
}

/// The record of a revision that is about to take the place of `previous`.
pub fn replacing(
    previous: &Release,
    revision: i64,
    chart: &Chart,
    config: &serde_json::Value,
    desired: &Desired,
) -> Release {
    let mut record = pending(&previous.name, &previous.namespace, revision, chart, config, desired);
    record.info.first_deployed = previous.info.first_deployed.clone();
    record.labels.clone_from(&previous.labels);
    record.storage = previous.storage;
    mark(&mut record, Status::PendingUpgrade, "Preparing upgrade");
    record
}

/// The record of a revision that makes an earlier one again.
pub fn restoring(target: &Release, current: &Release, revision: i64) -> Release {
    let now = Time::at(Timestamp::now());
    let mut hooks = target.hooks.clone();
    hooks.iter_mut().for_each(|hook| hook.last_run = HookRun::default());
    Release {
        version: revision,
        info: Info {
            first_deployed: current.info.first_deployed.clone(),
            last_deployed: now,
            status: Status::PendingRollback,
            description: format!("Rollback to {}", target.version),
            notes: target.info.notes.clone(),
            ..Info::default()
        },
        hooks,
        apply_method: Some("ssa".into()),
        ..target.clone()
    }
}

/// `NAME-VERSION` of the stored chart.
pub fn chart_of(release: &Release) -> String {
    release
        .chart_metadata()
        .map_or_else(|| "unknown".into(), |metadata| format!("{}-{}", metadata.name, metadata.version))
}

/// Writes the record: a new one, or over the one of the same revision.
pub async fn write(context: &Context, record: &Release, exists: bool) -> Result<(), Problem> {
    let mut labels = release::labels(record);
    let stamp = if exists { "modifiedAt" } else { "createdAt" };
    labels.insert(stamp.into(), Timestamp::now().as_second().to_string());
    let name = release::secret_name(&record.name, record.version);
    let stored = Stored { storage: place_of(context, record), name, labels, data: size::encoded(record)? };
    let namespace = &record.namespace;
    let result = match exists {
        true => {
            context.patiently("write the release record", || context.session.update_record(namespace, &stored)).await
        }
        false => {
            context.patiently("write the release record", || context.session.create_record(namespace, &stored)).await
        }
    };
    result.map_err(|failure| {
        if let (Failure::Conflict(_), false) = (&failure, exists) {
            return raced(record);
        }
        refused("record.unwritable", format!("the record of revision {} cannot be written", record.version), &failure)
            .at(format!("{} {} in {namespace}", stored.storage, stored.name))
    })
}

/// Somebody else wrote the same revision first.
fn raced(record: &Release) -> Problem {
    Problem::failed("record.raced", format!("somebody else has just made revision {}", record.version))
        .at(format!("release {} in namespace {}", record.name, record.namespace))
        .because("another tool works on the release at the same time")
        .next("wait until it is done and run the same command again; no object of the release was changed")
}

/// Where a record is kept: where it was read from, or where the operator wants new ones.
fn place_of(context: &Context, record: &Release) -> Storage {
    record.storage.unwrap_or_else(|| context.session.driver.storage())
}

/// Removes the oldest records until `most` are left; the last deployed one always stays. Zero keeps all. What cannot be
/// removed stays: it harms nobody.
pub async fn forget_oldest(context: &Context, name: &str, most: usize) {
    if most == 0 {
        return;
    }
    let session = &context.session;
    let heads = context.patiently("list the release records", || session.heads_of(&session.namespace, name)).await;
    let known = |head: Head| {
        let revision: i64 = head.labels.get("version")?.parse().ok()?;
        let deployed = head.labels.get("status").is_some_and(|status| status == "deployed");
        Some((revision, deployed, head.storage, head.name))
    };
    let mut records: Vec<_> = heads.unwrap_or_default().into_iter().filter_map(known).collect();
    records.sort_by_key(|(revision, ..)| *revision);
    let deployed = records.iter().rev().find(|(_, deployed, ..)| *deployed).map(|(revision, ..)| *revision);
    let newest = records.last().map(|(revision, ..)| *revision);
    let superfluous = records.len().saturating_sub(most);
    let free = |revision: i64| Some(revision) != deployed && Some(revision) != newest;
    for (revision, _, storage, name) in records.into_iter().filter(|(revision, ..)| free(*revision)).take(superfluous) {
        let request = || session.delete_record(&session.namespace, storage, &name);
        if let Err(failure) = context.patiently("delete a release record", request).await {
            context.reporter.note(format!("the record of revision {revision} cannot be removed: {failure}"));
        }
    }
}

/// The key under which a record says who made it, and in which operation. Helm does not carry it on to revisions of its
/// own.
const SIGNATURE: &str = "iomctl";

/// Signs a record with the operation that makes it.
pub fn sign(record: &mut Release, operation: &str) {
    let signature = serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "operation": operation});
    record.other.insert(SIGNATURE.into(), signature);
}

/// Whether iomctl made this revision.
pub fn is_ours(record: &Release) -> bool {
    record.other.contains_key(SIGNATURE)
}

/// The operation that made this revision, if it was one of ours.
pub fn operation_of(record: &Release) -> Option<&str> {
    record.other.get(SIGNATURE)?["operation"].as_str()
}

/// Whether two revisions come from the same chart and values.
pub fn has_same_input(one: &Release, other: &Release) -> bool {
    let config = |release: &Release| release.config.clone().unwrap_or_default();
    config(one) == config(other)
        && match (&one.chart, &other.chart) {
            (Some(one), Some(other)) => one.is_same(other),
            (one, other) => one.is_none() && other.is_none(),
        }
}

/// Whether what is rendered now wants the same objects as a record. Helm 4 keeps the ends of documents. What was a hook
/// when the release was installed may be an object afterwards: charts that look for what is there do that with rights
/// that must outlive a failed installation.
pub fn has_same_output(rendered: &Desired, record: &Release) -> bool {
    let texts = |manifest: &str| -> BTreeSet<String> {
        crate::helm::manifest::split(manifest).into_iter().map(str::to_string).collect()
    };
    let name = |hook: &StoredHook| (hook.kind.clone(), hook.name.clone());
    let was_hook: BTreeSet<_> = record.hooks.iter().map(name).collect();
    let is_object: BTreeSet<_> = rendered
        .objects
        .iter()
        .map(|wanted| (wanted.object.kind.resource.kind.clone(), wanted.object.name.clone()))
        .collect();
    let (now, before) = (texts(&rendered.manifest), texts(&record.manifest));
    let additions = now.difference(&before).count();
    let turned = was_hook.intersection(&is_object).count();
    let hooks = |hooks: &[StoredHook]| -> BTreeSet<(String, String)> {
        let lasting = hooks.iter().filter(|hook| !is_object.contains(&name(hook)));
        lasting.map(|hook| (hook.path.clone(), hook.manifest.trim().to_string())).collect()
    };
    let rendered: Vec<StoredHook> = rendered.hooks.iter().map(StoredHook::from).collect();
    before.is_subset(&now) && additions == turned && hooks(&rendered) == hooks(&record.hooks)
}

/// Marks a record.
pub fn mark(record: &mut Release, status: Status, description: impl Into<String>) {
    record.info.status = status;
    record.info.description = description.into();
    record.info.last_deployed = Time::at(Timestamp::now());
}
