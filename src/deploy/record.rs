//! The release record, as Helm keeps it: written before anything else is created, so that whoever looks sees what
//! is going on, and true at the end.

use jiff::Timestamp;

use super::desired::Desired;
use super::operation::{Context, refused};
use crate::cluster::{Failure, Session, Stored};
use crate::helm::Chart;
use crate::helm::release::{self, Info, Release, Status, Storage, StoredChart, StoredHook, Time};
use crate::problem::Problem;

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
pub fn replacing(previous: &Release, chart: &Chart, config: &serde_json::Value, desired: &Desired) -> Release {
    let revision = previous.version + 1;
    let mut record = pending(&previous.name, &previous.namespace, revision, chart, config, desired);
    record.info.first_deployed = previous.info.first_deployed.clone();
    record.labels.clone_from(&previous.labels);
    record.storage = previous.storage;
    mark(&mut record, Status::PendingUpgrade, "Preparing upgrade");
    record
}

/// What a record says about a release is the question of whether it fits into a Secret; better asked early.
pub fn fits(record: &Release) -> Result<Vec<u8>, Problem> {
    let data = release::encode(record).map_err(|e| {
        Problem::failed("record.unwritable", "the release record cannot be written").because(e.to_string())
    })?;
    if data.len() > release::MOST_BYTES {
        return Err(Problem::bad_input("record.too-large", "the release record is larger than the API server takes")
            .because(format!(
                "{} bytes of {}: chart, values and objects are stored together",
                data.len(),
                release::MOST_BYTES
            ))
            .next("make the chart smaller: leave away files that no template reads"));
    }
    Ok(data)
}

/// Writes the record: a new one, or over the one of the same revision.
pub async fn write(context: &Context, record: &Release, exists: bool) -> Result<(), Problem> {
    let mut labels = release::labels(record);
    let stamp = if exists { "modifiedAt" } else { "createdAt" };
    labels.insert(stamp.into(), Timestamp::now().as_second().to_string());
    let name = release::secret_name(&record.name, record.version);
    let stored = Stored { storage: place_of(context, record), name, labels, data: fits(record)? };
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
        refused("record.unwritable", format!("the record of revision {} cannot be written", record.version), &failure)
            .at(format!("{} {} in {namespace}", stored.storage, stored.name))
    })
}

/// Where a record is kept: where it was read from, or where the operator wants new ones.
fn place_of(context: &Context, record: &Release) -> Storage {
    record.storage.unwrap_or_else(|| context.session.driver.storage())
}

/// Marks a record.
pub fn mark(record: &mut Release, status: Status, description: impl Into<String>) {
    record.info.status = status;
    record.info.description = description.into();
    record.info.last_deployed = Time::at(Timestamp::now());
}
