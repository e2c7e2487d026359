//! The record of the release.

use std::time::Duration;

use tokio::time::timeout;

use crate::app::Msg;
use crate::app::dashboard::News;
use crate::cli::console::Hub;
use crate::deploy::is_public;
use crate::helm::release;
use crate::observe::{Facts, Name};
use crate::platform::catalogue;
use crate::problem::Problem;
use crate::redact::secrets_in;

/// The record must not keep the rest waiting for long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads the newest record and tells what it says.
pub async fn read(hub: &Hub) {
    let said = timeout(PATIENCE, facts(hub))
        .await
        .unwrap_or_else(|_| Err(Problem::failed("release.unreadable", "the record was not read within 5 s")));
    hub.tell(Msg::Dashboard(News::Release(said.map(|facts| facts.map(Box::new)).map_err(Box::new))));
}

async fn facts(hub: &Hub) -> Result<Option<Facts>, Problem> {
    let session = hub.session().ok_or_else(super::unconnected)?;
    let unreadable = |why: String| Problem::failed("release.unreadable", "its record cannot be read:").because(why);
    let stored = session.newest_record(&session.namespace, hub.release()).await;
    let Some(stored) = stored.map_err(|failure| unreadable(failure.to_string()))? else { return Ok(None) };
    let record = release::decode(&stored.data).map_err(|e| unreadable(e.to_string()))?;
    if let Some(config) = record.config.clone() {
        let mut secrets = secrets_in(&serde_json::Value::Object(config));
        secrets.retain(|secret| !is_public(secret, &session.namespace));
        hub.desk().learn(secrets);
    }
    Ok(Some(Facts::of(&record, catalogue())))
}

/// Tells the namespaces of the cluster.
pub async fn namespaces(hub: &Hub) {
    let listed = async {
        let session = hub.session().ok_or_else(super::unconnected)?;
        let names = session.namespaces().await.map_err(|failure| {
            Problem::failed("namespaces.unreadable", "the namespaces of the cluster cannot be listed")
                .because(failure.to_string())
                .next("those of the installation are watched all the same")
        })?;
        Ok::<_, Problem>(names.into_iter().map(Name::from).collect())
    };
    hub.tell(Msg::Dashboard(News::Namespaces(listed.await.map_err(Box::new))));
}
