//! Rendering with a look at a cluster: `--validate` and `--dry-run=server`.

use tokio::sync::mpsc::unbounded_channel;

use super::failed;
use crate::cli::run::{Subject, block_on, options};
use crate::cli::{Global, waiting};
use crate::cluster::Session;
use crate::deploy::{Context, Home, Input, Reporter, Way, cancel, try_all};
use crate::helm::Rendered;
use crate::problem::Problems;
use crate::redact::{Redactor, secrets_in};

/// Renders against the cluster; if `validate`, the server tries what came of it.
pub fn render(global: &Global, input: &Input, way: Way, validate: bool) -> Result<Rendered, Problems> {
    let options = options(global);
    block_on(waiting::shown("connecting", async |doing| {
        let session = Session::connect(&options).await?;
        let (sink, _events) = unbounded_channel();
        let (_canceller, cancel) = cancel();
        let reporter = Reporter::new(sink, Redactor::new(secrets_in(&input.config())));
        let journal = Subject::default().journal().await?;
        let context = Context { session, journal, reporter, cancel, home: Home::default() };
        doing.now("rendering the chart");
        let rendered = input.documents(&context, 1, way).await.map_err(failed)?;
        if validate {
            doing.now("having the API server try every object");
            let waiting = try_all(&context, &input.release, &rendered).await?;
            if waiting > 0 {
                let objects = if waiting == 1 { "object was" } else { "objects were" };
                eprintln!(
                    "note: {waiting} {objects} not tried: definitions that the chart brings are not installed yet"
                );
            }
        }
        Ok(rendered)
    }))
}
