//! Release records: the Secrets by which Helm knows what is installed.
//!
//! `helm list`, `status`, `history`, `get` and `rollback` read nothing else, so what is written here must be what
//! Helm would have written, and what Helm wrote must survive being read and written again.

mod codec;
mod masked;
mod record;
mod said;
mod storage;

pub use codec::{RecordError, decode, encode};
pub use masked::{Masked, masked};
pub use record::{File, HookPhase, HookRun, Info, Release, Status, StoredChart, StoredHook, Time};
pub use said::{About, Line, to_json, to_yaml};
pub use storage::Storage;

/// Type of the Secret that holds a record.
pub const SECRET_TYPE: &str = "helm.sh/release.v1";
/// Key of the record in the Secret's or ConfigMap's data.
pub const DATA_KEY: &str = "release";
/// Most bytes that the API server takes as a Secret's data; the record is measured after base64.
pub const MOST_BYTES: usize = 1_048_576;
/// Most characters of a release name.
pub const LONGEST_NAME: usize = 53;

/// Labels that Helm writes itself and that a user may not set.
pub const RESERVED_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Name of the Secret of `revision` of the release `name`.
pub fn secret_name(name: &str, revision: i64) -> String {
    format!("sh.helm.release.v1.{name}.v{revision}")
}

/// Label selector that finds every record of the release `name`.
pub fn selector(name: &str) -> String {
    format!("name={name},owner=helm")
}

/// The labels of a record, without `createdAt` and `modifiedAt` (Unix seconds), which whoever writes it adds.
pub fn labels(release: &Release) -> std::collections::BTreeMap<String, String> {
    let mut labels = release.labels.clone();
    labels.extend([
        ("name".to_string(), release.name.clone()),
        ("owner".to_string(), "helm".to_string()),
        ("status".to_string(), release.info.status.to_string()),
        ("version".to_string(), release.version.to_string()),
    ]);
    labels
}

/// Whether Helm accepts `name` for a release: at most 53 characters, lower-case words of letters, digits and `-`,
/// joined by dots.
pub fn valid_name(name: &str) -> bool {
    let word = |w: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = w.as_bytes();
        bytes.first().is_some_and(|b| plain(*b))
            && bytes.last().is_some_and(|b| plain(*b))
            && bytes.iter().all(|b| plain(*b) || *b == b'-')
    };
    name.len() <= LONGEST_NAME && name.split('.').all(word)
}

#[cfg(test)]
mod tests;
