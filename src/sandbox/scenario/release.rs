//! A release that is installed already: the bundled chart, really rendered, with its record in the namespace.
//!
//! Its past is made by the same controllers as everything else, only faster: its init job really ran, its pods really
//! started, some hours ago.

use std::time::Duration;

use base64::Engine;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Installed, Scenario};
use crate::helm::capabilities::KubeVersion;
use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::manifest;
use crate::helm::release::{self, HookPhase, HookRun, Info, Release, Status, StoredChart, StoredHook, Time};
use crate::helm::{Capabilities, Chart, ReleaseInfo, RenderOptions, Rendered, Values, render, yaml};
use crate::plan::{Answers, Facts, PlannedSecret, Spec, bundled, evaluate, preset};
use crate::problem::Problem;
use crate::sandbox::clock;
use crate::sandbox::controllers::Controllers;
use crate::sandbox::http::VERSION;
use crate::sandbox::json;
use crate::sandbox::registry::{self, PatchType, Writing};
use crate::sandbox::world::World;

/// What stands for every password of an installed release.
const PASSWORD: &str = "sandbox-password";

/// How much of the past is made.
const PAST: Duration = Duration::from_secs(240);

/// Installs.
///
/// # Errors
/// The preset or the chart cannot be used, which tests rule out.
pub fn install(
    world: &World,
    controllers: &mut Controllers,
    scenario: &Scenario,
    installed: &Installed,
) -> Result<(), Problem> {
    let then = Timestamp::now().checked_sub(SignedDuration::from_hours(installed.hours_ago)).unwrap_or_default();
    let (values, secrets) = values(scenario, installed)?;
    let chart = bundled().map_err(|e| failed("the bundled chart", &e))?;
    clock::pretend(Some(then));
    let site = Site { world, scenario, installed };
    site.make(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": scenario.namespace}}))?;
    controllers.fast_forward(world, then, Duration::ZERO);
    for secret in &secrets {
        let value = base64::engine::general_purpose::STANDARD.encode(PASSWORD);
        site.make(json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {"name": secret.name, "namespace": scenario.namespace}, "data": {secret.key.clone(): value}}))?;
    }
    let rendered = site.render(&chart, &values)?;
    for file in &rendered.crds {
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let sorted = manifest::sort(vec![(file.name.clone(), text)]).map_err(|e| failed("its definitions", &e))?;
        for definition in sorted.manifests {
            site.make(parsed(&definition.text)?)?;
        }
    }
    for document in &rendered.manifests {
        let place = json::text(&parsed(&document.text)?, "/metadata/namespace").to_string();
        if !place.is_empty() && world.store().get("/namespaces", "", &place).is_none() {
            site.make(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place}}))?;
        }
    }
    controllers.fast_forward(world, then, Duration::ZERO);
    for hook in in_order(&rendered.hooks, HookEvent::PreInstall) {
        site.make(parsed(&hook.manifest.text)?)?;
    }
    controllers.fast_forward(world, then, PAST / 2);
    // Pods begin after the configuration that they read.
    let later = then.checked_add(SignedDuration::try_from(PAST / 2).unwrap_or_default()).unwrap_or(then);
    clock::pretend(Some(later));
    for document in &rendered.manifests {
        site.make(site.stamped(parsed(&document.text)?))?;
    }
    controllers.fast_forward(world, later, PAST / 2);
    for hook in in_order(&rendered.hooks, HookEvent::PostInstall) {
        site.make(parsed(&hook.manifest.text)?)?;
    }
    controllers.fast_forward(world, then, PAST);
    site.make(site.record(&chart_of(&rendered), &values, &rendered, then)?)?;
    controllers.fast_forward(world, then, PAST);
    world.store().settle();
    Ok(())
}

fn chart_of(rendered: &Rendered) -> StoredChart {
    StoredChart::from(&rendered.chart)
}

fn failed(what: &str, e: &dyn std::fmt::Display) -> Problem {
    Problem::failed("sandbox.release", format!("the sandbox cannot install a release: {what} cannot be used"))
        .because(e.to_string())
}

fn parsed(text: &str) -> Result<Value, Problem> {
    let data = yaml::parse_keeping_integers(text.as_bytes()).map_err(|e| failed("an object", &e))?;
    Ok(data.to_json())
}

/// The values of the preset, and the Secrets they refer to.
fn values(scenario: &Scenario, installed: &Installed) -> Result<(Values, Vec<PlannedSecret>), Problem> {
    let spec = Spec::builtin();
    let found = preset(&installed.preset).ok_or_else(|| failed("its preset", &installed.preset))?;
    let mut answers: Answers = found.answers(spec);
    for (question, answer) in &installed.answers {
        answers.set(spec, &format!("{question}={answer}"));
    }
    let facts = Facts {
        namespace: Some(scenario.namespace.clone()),
        release: Some(crate::plan::Release::Fresh),
        ..Facts::default()
    };
    let evaluation = evaluate(spec, &answers, &facts);
    if let Some(finding) = evaluation.findings.iter().find(|finding| finding.blocks()) {
        return Err(failed("its answers", &Problem::from(finding)));
    }
    let resolved = evaluation.resolved(|_| Ok::<_, Problem>(SecretString::from(PASSWORD)))?;
    Ok((Values::from_json(resolved.expose().clone()), evaluation.secrets))
}

/// Where and as what things are made.
struct Site<'s> {
    world: &'s World,
    scenario: &'s Scenario,
    installed: &'s Installed,
}

impl Site<'_> {
    /// Applies an object as Helm does.
    fn make(&self, mut object: Value) -> Result<(), Problem> {
        let mut store = self.world.store();
        let (version, kind) = (json::text(&object, "/apiVersion"), json::text(&object, "/kind"));
        let kind = store.kinds.of_object(version, kind).cloned();
        let kind = kind.ok_or_else(|| failed("a kind", &json::text(&object, "/kind")))?;
        if kind.namespaced && json::text(&object, "/metadata/namespace").is_empty() {
            json::metadata(&mut object).insert("namespace".into(), self.scenario.namespace.as_str().into());
        }
        let (namespace, name) = crate::sandbox::store::place(&object);
        let how = Writing { manager: "helm".into(), force: true, ..Writing::default() };
        let made = registry::patch(&mut store, &kind, &namespace, &name, "", &object, PatchType::Apply, &how);
        made.map(drop).map_err(|e| failed(&format!("{} {name}", kind.kind), &e.message))
    }

    fn render(&self, chart: &Chart, values: &Values) -> Result<Rendered, Problem> {
        let info = ReleaseInfo::install(&self.installed.name, &self.scenario.namespace);
        let kube_version = KubeVersion::parse(VERSION).map_err(|e| failed("the version", &e))?;
        let kinds = self.world.store().kinds.clone();
        let mut api_versions: Vec<String> = Vec::new();
        for kind in kinds.all() {
            api_versions.push(kind.api_version());
            api_versions.push(format!("{}/{}", kind.api_version(), kind.kind));
        }
        api_versions.dedup();
        let capabilities = Capabilities { kube_version, api_versions };
        let options = RenderOptions { capabilities, ..RenderOptions::new(info) };
        render(chart, values, &options).map_err(|e| failed("the chart", &e))
    }

    /// Helm's signs of ownership.
    fn stamped(&self, mut object: Value) -> Value {
        json::metadata(&mut object);
        let metadata = &mut object["metadata"];
        json::map(metadata, "labels").insert("app.kubernetes.io/managed-by".into(), "Helm".into());
        let annotations = json::map(metadata, "annotations");
        annotations.insert("meta.helm.sh/release-name".into(), self.installed.name.as_str().into());
        annotations.insert("meta.helm.sh/release-namespace".into(), self.scenario.namespace.as_str().into());
        object
    }

    /// The Secret by which everybody knows the release.
    fn record(
        &self,
        chart: &StoredChart,
        values: &Values,
        rendered: &Rendered,
        then: Timestamp,
    ) -> Result<Value, Problem> {
        let run = HookRun { started_at: Time::at(then), completed_at: Time::at(then), phase: HookPhase::Succeeded };
        let hooks = rendered.hooks.iter().map(|hook| {
            let mut stored = StoredHook::from(hook);
            stored.last_run = run.clone();
            stored
        });
        let record = Release {
            name: self.installed.name.clone(),
            namespace: self.scenario.namespace.clone(),
            version: 1,
            info: Info {
                first_deployed: Time::at(then),
                last_deployed: Time::at(then),
                status: Status::Deployed,
                description: "Install complete".into(),
                notes: rendered.notes.clone(),
                ..Info::default()
            },
            chart: Some(chart.clone()),
            config: values.to_json().as_object().cloned(),
            manifest: rendered.release_manifest(),
            hooks: hooks.collect(),
            apply_method: (!self.installed.by_helm).then(|| "ssa".into()),
            labels: Default::default(),
            storage: None,
            other: Default::default(),
        };
        let data = release::encode(&record).map_err(|e| failed("its record", &e))?;
        let mut labels = release::labels(&record);
        labels.insert("createdAt".into(), then.as_second().to_string());
        Ok(json!({
            "apiVersion": "v1", "kind": "Secret", "type": release::SECRET_TYPE,
            "metadata": {"name": release::secret_name(&record.name, 1), "namespace": record.namespace, "labels": labels},
            "data": {release::DATA_KEY: base64::engine::general_purpose::STANDARD.encode(data)},
        }))
    }
}
