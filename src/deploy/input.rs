//! Chart and values, and what they become against a live cluster.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::desired::Desired;
use super::operation::Context;
use crate::cluster::{Failure, Session};
use crate::helm::capabilities::KubeVersion;
use crate::helm::data::Data;
use crate::helm::value::Value;
use crate::helm::{
    Capabilities, Chart, Lookup, Manifest, Profile, ReleaseInfo, RenderError, RenderOptions, Rendered, Values,
    manifest, render,
};
use crate::problem::{Problem, Problems};

/// Chart and values of a release.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name of the release.
    pub release: String,
    /// The chart.
    pub chart: Arc<Chart>,
    /// The user's values.
    pub values: Arc<Values>,
}

/// What a rendering depends on beside chart, values and cluster.
#[derive(Debug, Clone)]
pub struct Way {
    /// It takes the place of a deployed revision.
    pub upgrade: bool,
    /// Whose behaviour is followed.
    pub profile: Profile,
    /// Templates see what is in the cluster.
    pub looks: bool,
    /// The values are checked against the chart's schema.
    pub checks: bool,
    /// What templates are told about the cluster; without it, what it says of itself.
    pub capabilities: Option<Capabilities>,
    /// If a document is no YAML, everything that was rendered comes back with the error.
    pub debug: bool,
}

impl Way {
    /// Helm 3 with a look at everything; an `upgrade` takes the place of a deployed revision.
    pub fn of(upgrade: bool) -> Way {
        Way { upgrade, profile: Profile::default(), looks: true, checks: true, capabilities: None, debug: false }
    }
}

impl Input {
    /// The user's values as they are stored in the record.
    pub fn config(&self) -> Json {
        self.values.to_json()
    }

    /// Renders for a revision against what the cluster serves now, and gives the chart as it is stored. An `upgrade`
    /// takes the place of a deployed revision.
    ///
    /// # Errors
    /// Everything that is wrong with the chart or its values, in Helm's words.
    pub async fn render(&self, context: &Context, revision: i64, upgrade: bool) -> Result<(Desired, Chart), Problems> {
        let rendered = self.documents(context, revision, Way::of(upgrade)).await.map_err(|error| {
            Problem::bad_input("chart.render", "the chart cannot be rendered with these values")
                .because(context.reporter.clean(&error.to_string()))
                .next("correct the values; `iomctl template` renders without a cluster. Nothing was changed")
        })?;
        let definitions = definitions(&rendered)?;
        let mut desired = Desired {
            manifest: rendered.release_manifest(),
            notes: rendered.notes,
            hooks: rendered.hooks,
            warnings: rendered.warnings,
            ..Desired::default()
        };
        desired.gather(&context.session, &self.release, &rendered.manifests, &definitions)?;
        Ok((desired, rendered.chart))
    }

    /// Renders without a look at what the documents are.
    ///
    /// # Errors
    /// Everything that is wrong with the chart or its values, in Helm's words.
    pub async fn documents(&self, context: &Context, revision: i64, way: Way) -> Result<Rendered, RenderError> {
        let (input, lender) = (self.clone(), context.clone());
        // Templates are executed synchronously and may ask the cluster (`lookup`) on the way.
        let rendered = spawn_blocking(move || input.execute(lender, revision, way)).await;
        rendered.unwrap_or_else(|e| Err(RenderError::Template(e.to_string())))
    }

    fn execute(&self, context: Context, revision: i64, way: Way) -> Result<Rendered, RenderError> {
        let session = &context.session;
        let release = match way.upgrade {
            true => ReleaseInfo::upgrade(&self.release, &session.namespace, revision),
            false => ReleaseInfo { revision, ..ReleaseInfo::install(&self.release, &session.namespace) },
        };
        let capabilities = way.capabilities.unwrap_or_else(|| capabilities(session));
        let live = Live::new(context, Handle::current());
        let lookup: Option<&dyn Lookup> = if way.looks { Some(&live) } else { None };
        let (profile, skip_schema, debug) = (way.profile, !way.checks, way.debug);
        let options =
            RenderOptions { capabilities, lookup, profile, skip_schema, debug, ..RenderOptions::new(release) };
        render(&self.chart, &self.values, &options)
    }
}

/// The definitions that a chart brings along.
pub(super) fn definitions(rendered: &Rendered) -> Result<Vec<Manifest>, Problem> {
    let crds = rendered.crds.iter().map(|file| (file.name.clone(), String::from_utf8_lossy(&file.data).into_owned()));
    let sorted = manifest::sort(crds.collect());
    let sorted = sorted.map_err(|e| {
        Problem::bad_input("chart.definitions", "the definitions of the chart cannot be read").because(e)
    })?;
    Ok(sorted.manifests)
}

/// What templates are told about the cluster.
pub fn capabilities(session: &Session) -> Capabilities {
    let numbers: Vec<&str> = session.version.trim_start_matches('v').split(['.', '-', '+']).collect();
    let number = |at: usize| numbers.get(at).copied().unwrap_or_default().to_string();
    Capabilities {
        kube_version: KubeVersion { version: session.version.clone(), major: number(0), minor: number(1) },
        api_versions: session.kinds.api_versions(),
    }
}

/// `lookup` of a live cluster: one answer for each object while a chart is rendered, and no question about what lies in
/// a namespace that does not exist.
struct Live {
    context: Context,
    runtime: Handle,
    known: Mutex<HashMap<[String; 4], Result<Data, String>>>,
}

impl Live {
    fn new(context: Context, runtime: Handle) -> Live {
        Live { context, runtime, known: Mutex::default() }
    }

    fn ask(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Data, String> {
        let session = &self.context.session;
        let Some(kind) = session.kinds.find(api_version, kind) else {
            return Err(format!("the cluster does not serve {kind} of {api_version}"));
        };
        let namespace = Some(namespace).filter(|namespace| !namespace.is_empty() && kind.namespaced);
        if !name.is_empty()
            && namespace == Some(&session.namespace)
            && self.runtime.block_on(self.context.is_homeless())
        {
            return Ok(Data::Table(Default::default()));
        }
        let found = self.runtime.block_on(self.context.patiently("look up an object", || async {
            match name {
                "" => session.list_as_json(kind, namespace).await.map(Some),
                name => session.get(kind, namespace, name).await,
            }
        }));
        match found {
            Ok(Some(object)) => Ok(Data::from_json(object)),
            Ok(None) | Err(Failure::NotFound(_)) => Ok(Data::Table(Default::default())),
            Err(failure) => Err(failure.to_string()),
        }
    }
}

impl Lookup for Live {
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String> {
        let key = [api_version, kind, namespace, name].map(str::to_string);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let answer = known.unwrap_or_else(|| {
            let answer = self.ask(api_version, kind, namespace, name);
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, answer.clone());
            answer
        });
        // Each caller gets a value of its own: templates change what they are given.
        answer.map(|data| data.to_value())
    }
}
