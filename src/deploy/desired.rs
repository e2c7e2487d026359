//! From a chart and its values to the objects that should exist.

use std::collections::BTreeSet;

use crate::cluster::{Object, ObjectError, ObjectRef, Session, encode_secret};
use crate::helm::release::Release;
use crate::helm::{Hook, Manifest, manifest, yaml};
use crate::problem::{Problem, Problems};

/// Label and annotations by which Helm knows its own.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// See [`MANAGED_BY`].
pub const RELEASE_NAME: &str = "meta.helm.sh/release-name";
/// See [`MANAGED_BY`].
pub const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// Annotation by which a chart says that an object outlives its release.
const POLICY: &str = "/metadata/annotations/helm.sh~1resource-policy";

/// Annotation on hook objects: the digest of the hook they were made from, so that an interrupted installation can
/// tell a job of its own from an older one.
pub const HOOK_DIGEST: &str = "iomctl.iomete.com/hook-digest";

/// An object with the template it comes from.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The object, stamped as Helm stamps it.
    pub object: Object,
    /// Its template.
    pub source: String,
}

/// A document whose kind the cluster does not know yet; its definition may be about to be created.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, if it names one.
    pub namespace: Option<String>,
    /// Its template.
    pub source: String,
}

/// Everything that a release wants to exist.
#[derive(Debug, Clone, Default)]
pub struct Desired {
    /// The objects' text as it is stored in the release record.
    pub manifest: String,
    /// What the operator is told in the end.
    pub notes: String,
    /// What does not fit together in the values.
    pub warnings: Vec<String>,
    /// All hooks.
    pub hooks: Vec<Hook>,
    /// In the order of installation.
    pub objects: Vec<Wanted>,
    /// Kinds that are not known yet.
    pub unknown: Vec<Unknown>,
    /// The definitions the chart brings along.
    pub definitions: Vec<Object>,
}

impl Desired {
    /// What a record says should exist: the same objects, also where the chart would render others today (random
    /// passwords, times).
    ///
    /// # Errors
    /// Documents that are no objects.
    pub fn of_record(session: &Session, record: &Release) -> Result<Desired, Problems> {
        let texts = manifest::split(&record.manifest).into_iter().map(|text| (source_of(text), text.to_string()));
        let hooks = record.hooks.iter().map(|hook| (hook.path.clone(), hook.manifest.clone()));
        let sorted = manifest::sort(texts.chain(hooks).collect()).map_err(|e| {
            Problem::failed("record.damaged", "the objects in the release record cannot be read").because(e)
        })?;
        let mut desired = Desired {
            manifest: record.manifest.clone(),
            notes: record.info.notes.clone(),
            hooks: sorted.hooks,
            ..Desired::default()
        };
        desired.gather(session, &record.name, &sorted.manifests, &[])?;
        Ok(desired)
    }

    /// Turns documents into objects.
    pub(super) fn gather(
        &mut self,
        session: &Session,
        release: &str,
        manifests: &[Manifest],
        definitions: &[Manifest],
    ) -> Result<(), Problems> {
        let mut problems = Vec::new();
        for manifest in manifests.iter().filter(|manifest| !manifest.kind.is_empty()) {
            match object(session, manifest) {
                Ok(mut object) => {
                    stamp(&mut object, release, &session.namespace);
                    self.objects.push(Wanted { object, source: manifest.source.clone() });
                }
                Err(Unusable::Unknown(api_version, kind)) => {
                    let (name, namespace) = (manifest.name.clone(), manifest.namespace.clone());
                    self.unknown.push(Unknown { api_version, kind, name, namespace, source: manifest.source.clone() });
                }
                Err(Unusable::Broken(problem)) => problems.push(problem),
            }
        }
        for definition in definitions {
            match object(session, definition) {
                Ok(object) => self.definitions.push(object),
                Err(Unusable::Broken(problem)) => problems.push(problem),
                Err(Unusable::Unknown(_, kind)) => {
                    problems.push(broken(definition, &format!("the cluster does not know the kind {kind}")));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    /// The objects as things that exist: those whose version (or group) the cluster has stopped to serve are known by
    /// what took its place.
    pub fn baseline(self, session: &Session) -> Vec<Object> {
        let mapped = self.unknown.iter().filter_map(|unknown| {
            let kind = session.kinds.successor(&unknown.api_version, &unknown.kind)?.clone();
            let namespace = unknown.namespace.clone().unwrap_or_else(|| session.namespace.clone());
            let namespace = kind.namespaced.then_some(namespace);
            Some(Object { kind, namespace, name: unknown.name.clone(), value: serde_json::Value::Null })
        });
        let mapped: Vec<Object> = mapped.collect();
        self.objects.into_iter().map(|wanted| wanted.object).chain(mapped).collect()
    }

    /// The namespaces in which objects live, the release's first.
    pub fn namespaces(&self, release_namespace: &str) -> Vec<String> {
        let others: BTreeSet<&String> =
            self.objects.iter().filter_map(|wanted| wanted.object.namespace.as_ref()).collect();
        let others = others.into_iter().filter(|namespace| *namespace != release_namespace).cloned();
        std::iter::once(release_namespace.to_string()).chain(others).collect()
    }

    /// The workloads that are waited for.
    pub fn workloads(&self) -> Vec<ObjectRef> {
        let all = self.objects.iter().map(|wanted| wanted.object.reference());
        all.filter(|object| super::wait::KINDS.contains(&object.kind.as_str())).collect()
    }

    /// As [`Desired::unknown_kinds`], but for kinds that the chart's own definitions may bring.
    pub fn unknown_kinds_beside_definitions(&self) -> Result<(), Problems> {
        if self.definitions.is_empty() { self.unknown_kinds() } else { Ok(()) }
    }

    /// The problem of kinds that nobody serves.
    pub fn unknown_kinds(&self) -> Result<(), Problems> {
        let problem = |unknown: &Unknown| {
            let what = format!("the cluster does not know the kind {} of {}", unknown.kind, unknown.api_version);
            Problem::bad_input("chart.unknown-kind", what)
                .at(unknown.source.clone())
                .next("install the definition (CRD) of that kind, or switch the feature off that needs it")
        };
        if self.unknown.is_empty() { Ok(()) } else { Err(Problems(self.unknown.iter().map(problem).collect())) }
    }
}

/// The template that a document of a stored manifest names in its first line.
fn source_of(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("# Source: ").unwrap_or_default().to_string()
}

/// Why a document is no object.
#[derive(Debug)]
pub enum Unusable {
    /// A kind that the cluster does not know.
    Unknown(String, String),
    /// Not an object at all.
    Broken(Problem),
}

/// The object of a rendered document, as the server would take it.
pub fn object(session: &Session, manifest: &Manifest) -> Result<Object, Unusable> {
    let data = yaml::parse_keeping_integers(manifest.text.as_bytes())
        .map_err(|e| Unusable::Broken(broken(manifest, &e.to_string())))?;
    Object::new(data.to_json(), &session.kinds, &session.namespace).map_err(|e| match e {
        ObjectError::UnknownKind { api_version, kind } => Unusable::Unknown(api_version, kind),
        ObjectError::Missing(_) => Unusable::Broken(broken(manifest, &e.to_string())),
    })
}

fn broken(manifest: &Manifest, why: &str) -> Problem {
    Problem::bad_input("chart.document", "a rendered document is not a Kubernetes object")
        .at(manifest.source.clone())
        .because(why)
        .next("look at it with `iomctl template`")
}

/// Whether the chart wants this object to outlive its release.
pub fn is_kept(object: &serde_json::Value) -> bool {
    let policy = object.pointer(POLICY).and_then(|policy| policy.as_str());
    policy.is_some_and(|policy| policy.trim() == "keep")
}

/// Puts Helm's signs of ownership on an object, and brings it into the form in which it is sent.
pub fn stamp(object: &mut Object, release: &str, namespace: &str) {
    object.label(MANAGED_BY, "Helm");
    object.annotate(RELEASE_NAME, release);
    object.annotate(RELEASE_NAMESPACE, namespace);
    if object.kind.resource.kind == "Secret" && object.kind.resource.group.is_empty() {
        encode_secret(&mut object.value);
    }
}
