//! Whether the namespace of a release exists: asked once, because nothing has to be looked for inside of one that does
//! not.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::operation::Context;
use crate::cluster::Failure;

/// What is known of the release's namespace. Cheap to clone; the clones know the same.
#[derive(Debug, Clone, Default)]
pub struct Home(Arc<Mutex<Option<Option<bool>>>>);

impl Context {
    /// Whether the release's namespace exists; `None` when that may not be asked.
    ///
    /// # Errors
    /// The server did not answer, also when it was asked again.
    pub async fn home_exists(&self) -> Result<Option<bool>, Failure> {
        let mut known = self.home.0.lock().await;
        if let Some(known) = *known {
            return Ok(known);
        }
        let session = &self.session;
        let asked = self.patiently("look for a namespace", || session.namespace_exists(&session.namespace)).await?;
        *known = Some(asked);
        Ok(asked)
    }

    /// Whether it is certain that the release's namespace does not exist.
    pub async fn is_homeless(&self) -> bool {
        matches!(self.home_exists().await, Ok(Some(false)))
    }

    /// The namespace was written: if it is the release's, it exists from now on.
    pub async fn made_namespace(&self, namespace: &str) {
        if namespace == self.session.namespace {
            *self.home.0.lock().await = Some(Some(true));
        }
    }
}
