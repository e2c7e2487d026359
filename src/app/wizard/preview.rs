//! What the chart becomes, as the review shows it. It is live: made again after every answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::release::masked;
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
    let mut add = |text: &str| lines.extend(text.lines().map(str::to_string));
    // Most are neither a Secret nor a list that may hold one, and need not be searched.
    match manifest.kind.as_str() {
        kind if kind == "Secret" || kind.ends_with("List") => add(&masked(&manifest.text, MASK).text),
        _ => add(&manifest.text),
    }
    lines
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
        let mut masked = 0;
        for document in preview.manifest.split(|line| line == "---") {
            let mut inside = false;
            for line in document.iter().filter(|_| document.iter().any(|line| line == "kind: Secret")) {
                if !line.starts_with(' ') {
                    inside = line.starts_with("data:") || line.starts_with("stringData:");
                } else if inside {
                    assert!(line.contains(MASK), "{line}");
                    masked += 1;
                }
            }
        }
        assert!(masked > 3);
    }

    #[test]
    fn values_of_secrets_are_masked_however_they_are_written() {
        let texts = [
            "kind: Secret\nmetadata: {name: s}\nstringData: {pin: canary}\n",
            "kind: Secret\nmetadata: {name: s}\nstringData:\n  pin: >-\n    canary\n    canary\n",
            "kind: Secret\nmetadata: {name: s}\n\"stringData\":\n    pin: canary\n",
            "{kind: Secret, metadata: {name: s}, data: {pin: canary}}\n",
            "kind: List\nitems:\n- {kind: ConfigMap}\n- {kind: Secret, metadata: {name: s}, stringData: {pin: canary}}\n",
        ];
        for text in texts {
            let kind = if text.contains("List") { "List" } else { "Secret" };
            let manifest = Manifest { kind: kind.into(), text: text.into(), ..Manifest::default() };
            let shown = lines(&manifest).join("\n");
            assert!(shown.contains(MASK) && !shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn values_that_the_chart_refuses_are_a_problem() {
        let problem = render(serde_json::json!({"services": "no"})).unwrap_err();
        assert_eq!(problem.code, "chart.render");
        assert!(problem.cause.is_some());
    }
}
