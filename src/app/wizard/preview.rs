//! What the chart becomes, as the review shows it. It is live: made again after every answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::{self, Chart, Manifest, RenderOptions, Values, manifest};
use crate::problem::Problem;
use crate::redact::MASK;

/// What the chart becomes with the values of the draft.
#[derive(Debug, Default, PartialEq)]
pub struct Preview {
    /// Hooks, in the order in which they run: kind and name.
    pub hooks: Vec<(String, String)>,
    /// Objects by kind, in the order in which they are made.
    pub kinds: Vec<(String, usize)>,
    /// Definitions that the chart brings along.
    pub definitions: usize,
    /// The manifest, line by line, secrets masked.
    pub manifest: Vec<String>,
    /// The chart's own values.
    pub defaults: Arc<Value>,
}

impl Preview {
    /// Renders a chart whose own values are `defaults`.
    ///
    /// # Errors
    /// The chart refuses the values.
    pub fn render(
        chart: &Chart,
        defaults: &Arc<Value>,
        values: &Values,
        options: &RenderOptions,
    ) -> Result<Preview, Problem> {
        let rendered = helm::render(chart, values, options).map_err(|e| {
            Problem::bad_input("chart.render", "the chart cannot be rendered with these values").because(e.to_string())
        })?;
        let hooks = in_order(&rendered.hooks, HookEvent::PreInstall);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let there: Vec<&Manifest> = rendered.manifests.iter().filter(|manifest| !manifest.kind.is_empty()).collect();
        for manifest in &there {
            *counts.entry(manifest.kind.as_str()).or_default() += 1;
        }
        let mut kinds: Vec<(String, usize)> =
            counts.into_iter().map(|(kind, count)| (kind.to_string(), count)).collect();
        kinds.sort_by(|a, b| manifest::rank(&a.0).cmp(&manifest::rank(&b.0)));
        let documents = hooks.iter().map(|hook| &hook.manifest).chain(there.iter().copied());
        Ok(Preview {
            hooks: hooks.iter().map(|hook| (hook.manifest.kind.clone(), hook.manifest.name.clone())).collect(),
            kinds,
            definitions: rendered.crds.len(),
            manifest: documents.flat_map(lines).collect(),
            defaults: Arc::clone(defaults),
        })
    }
}

/// The lines of a document; the values of Secrets are masked.
fn lines(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec!["---".to_string(), format!("# Source: {}", manifest.source)];
    if manifest.kind == "Secret" {
        masked(&manifest.text, &mut lines);
    } else {
        lines.extend(manifest.text.lines().map(str::to_string));
    }
    lines
}

/// The lines of a Secret, without its values.
fn masked(text: &str, lines: &mut Vec<String>) {
    let mut inside = false;
    for line in text.lines() {
        let top = line.starts_with(|c: char| !c.is_whitespace() && c != '#');
        if top {
            inside = line.starts_with("data:") || line.starts_with("stringData:");
        }
        if !inside || top {
            lines.push(line.to_string());
            continue;
        }
        match line.split_once(": ") {
            Some((key, _)) if line.starts_with("  ") && !line.starts_with("   ") => {
                lines.push(format!("{key}: {MASK}"))
            }
            // What follows a key over several lines.
            _ if line.starts_with("   ") => {}
            _ if line.trim_end().ends_with(':') => lines.push(format!("{line} {MASK}")),
            _ => lines.push(line.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::ReleaseInfo;
    use crate::plan::{Answers, Facts, Layer, Spec, bundled, bundled_values, evaluate, preset};

    fn render(values: Value) -> Result<Preview, Problem> {
        let options = RenderOptions::new(ReleaseInfo::install("data-plane", "iomete-system"));
        Preview::render(&bundled().unwrap(), &bundled_values().unwrap(), &Values::from_json(values), &options)
    }

    fn preview(answers: &str) -> Preview {
        let spec = Spec::builtin();
        let base = preset("evaluation").unwrap().answers(spec);
        let answers = base.overlaid(Answers::read(spec, answers, "test", Layer::Answer));
        render(evaluate(spec, &answers, &Facts::default()).values).unwrap()
    }

    #[test]
    fn objects_are_counted_by_kind_in_the_order_in_which_they_are_made() {
        let preview = preview("");
        let count = |kind: &str| preview.kinds.iter().find(|(k, _)| k == kind).map_or(0, |(_, count)| *count);
        assert!(count("Deployment") > 10 && count("Service") > 10, "{:?}", preview.kinds);
        let at = |kind: &str| preview.kinds.iter().position(|(k, _)| k == kind);
        assert!(at("Secret") < at("Deployment"), "{:?}", preview.kinds);
        assert_eq!(preview.hooks.last().map(|(kind, _)| kind.as_str()), Some("Job"), "{:?}", preview.hooks);
        assert_eq!(preview.definitions, 2);
    }

    #[test]
    fn a_flag_adds_its_objects() {
        let all = |preview: &Preview| preview.kinds.iter().map(|(_, count)| count).sum::<usize>();
        assert!(all(&preview("features: {nats: true, jobOrchestrator: true}\n")) > all(&preview("")) + 3);
    }

    #[test]
    fn values_of_secrets_are_masked() {
        let preview = preview("");
        let mut kind = "";
        let mut inside = false;
        let mut masked = 0;
        for line in &preview.manifest {
            if line == "---" {
                (kind, inside) = ("", false);
            } else if let Some(found) = line.strip_prefix("kind: ") {
                kind = found;
            } else if !line.starts_with(' ') {
                inside = line.starts_with("data:") || line.starts_with("stringData:");
            } else if kind == "Secret" && inside && !line.trim_start().starts_with('#') {
                assert!(line.ends_with(MASK), "{line}");
                masked += 1;
            }
        }
        assert!(masked > 3);
    }

    #[test]
    fn values_that_the_chart_refuses_are_a_problem() {
        let problem = render(serde_json::json!({"services": "no"})).unwrap_err();
        assert_eq!(problem.code, "chart.render");
        assert!(problem.cause.is_some());
    }
}
