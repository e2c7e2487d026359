//! What was asked of the API server, and by whom: for counting requests.

use std::path::Path;

use serde_json::Value;

use crate::Error;

/// The record's file in the cluster's folder.
pub(crate) const LOG: &str = "audit.log";

/// One line per request, written when it is answered (a watch: when it ends).
pub(crate) const POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: Metadata
";

/// The requests of one user, as `VERB PATH?QUERY`.
pub(crate) fn requests_of(log: &Path, user: &str) -> Result<Vec<String>, Error> {
    let text = std::fs::read_to_string(log).map_err(Error::file(log))?;
    // The last line may be half written.
    let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let said = |event: &Value, key: &str| event[key].as_str().unwrap_or_default().to_owned();
    Ok(events
        .filter(|event| event["user"]["username"] == user)
        .map(|event| format!("{} {}", said(&event, "verb"), said(&event, "requestURI")))
        .collect())
}
