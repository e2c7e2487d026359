//! The chart with the values of the draft, for the review: rendered here, without a change anywhere.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::Place;
use crate::app::wizard::Preview;
use crate::cli::chart;
use crate::cluster::Session;
use crate::deploy::capabilities;
use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::{self, Manifest, ReleaseInfo, RenderOptions, Values, manifest};
use crate::problem::Problem;
use crate::redact::MASK;

/// Renders. Without a connection, for the cluster that Helm assumes.
///
/// # Errors
/// The chart refuses the values.
pub fn render(session: Option<&Session>, place: &Place, values: Value) -> Result<Preview, Problem> {
    let chart = chart::load(None)?;
    let or = |text: &str, without: &str| if text.is_empty() { without.to_string() } else { text.to_string() };
    let info = ReleaseInfo::install(or(&place.release, "data-plane"), or(&place.namespace, "iomete-system"));
    let mut options = RenderOptions::new(info);
    if let Some(session) = session {
        options.capabilities = capabilities(session);
    }
    let rendered = helm::render(&chart, &Values::from_json(values), &options).map_err(|e| {
        Problem::bad_input("chart.render", "the chart cannot be rendered with these values").because(e.to_string())
    })?;
    let hooks = in_order(&rendered.hooks, HookEvent::PreInstall);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let there: Vec<&Manifest> = rendered.manifests.iter().filter(|manifest| !manifest.kind.is_empty()).collect();
    for manifest in &there {
        *counts.entry(manifest.kind.as_str()).or_default() += 1;
    }
    let mut kinds: Vec<(String, usize)> = counts.into_iter().map(|(kind, count)| (kind.to_string(), count)).collect();
    kinds.sort_by(|a, b| manifest::rank(&a.0).cmp(&manifest::rank(&b.0)));
    let documents = hooks.iter().map(|hook| &hook.manifest).chain(there.iter().copied());
    Ok(Preview {
        hooks: hooks.iter().map(|hook| (hook.manifest.kind.clone(), hook.manifest.name.clone())).collect(),
        kinds,
        definitions: rendered.crds.len(),
        manifest: documents.flat_map(lines).collect(),
        defaults: Values(chart.values.clone()).to_json(),
    })
}

/// The lines of a document; the values of Secrets are masked.
fn lines(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec!["---".to_string(), format!("# Source: {}", manifest.source)];
    let secret = manifest.kind == "Secret";
    let mut inside = false;
    for line in manifest.text.lines() {
        let top = line.starts_with(|c: char| !c.is_whitespace() && c != '#');
        if top {
            inside = secret && (line.starts_with("data:") || line.starts_with("stringData:"));
        }
        match line.split_once(": ").filter(|_| inside && !top) {
            Some((key, _)) if line.starts_with("  ") && !line.starts_with("   ") => {
                lines.push(format!("{key}: {MASK}"))
            }
            // What follows a key over several lines.
            _ if inside && !top && line.starts_with("   ") => {}
            _ if inside && !top && line.trim_end().ends_with(':') => lines.push(format!("{line} {MASK}")),
            _ => lines.push(line.to_string()),
        }
    }
    lines
}
