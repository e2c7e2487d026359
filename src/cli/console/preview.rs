//! The chart with the values of the draft, for the review: rendered here, without a change anywhere.

use serde_json::Value;

use crate::app::Place;
use crate::app::wizard::Preview;
use crate::cli::chart;
use crate::cluster::Session;
use crate::deploy::capabilities;
use crate::helm::{Parsed, ReleaseInfo, RenderOptions, Values};
use crate::plan::bundled_values;
use crate::problem::Problem;

thread_local! {
    /// The same chart is rendered after every answer, mostly by the same thread of the pool.
    static PARSED: Parsed = Parsed::default();
}

/// Renders. Without a connection, for the cluster that Helm assumes.
///
/// # Errors
/// The chart refuses the values.
pub fn render(session: Option<&Session>, place: &Place, values: Value) -> Result<Preview, Problem> {
    let chart = chart::load(None)?;
    let defaults = bundled_values().map_err(|error| chart::unusable(error, "the bundled chart".into()))?;
    let or = |text: &str, without: &str| if text.is_empty() { without.to_string() } else { text.to_string() };
    let info = ReleaseInfo::install(or(&place.release, "data-plane"), or(&place.namespace, "iomete-system"));
    PARSED.with(|parsed| {
        let mut options = RenderOptions { parsed: Some(parsed), ..RenderOptions::new(info) };
        if let Some(session) = session {
            options.capabilities = capabilities(session);
        }
        Preview::render(&chart, &defaults, &Values::from_json(values), &options)
    })
}
