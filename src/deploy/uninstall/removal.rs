//! Deleting the objects in Helm's order, and waiting until they and their pods are gone.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::stream::{self, StreamExt, select_all};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Secret};
use tokio::time::{Instant, timeout_at};

use crate::cluster::rows::PodRow;
use crate::cluster::{Deleted, Follow, Need, Object, ObjectRef, Watched};
use crate::deploy::desired::{self, Desired, HOOK_DIGEST, Wanted, is_kept};
use crate::deploy::event::{Change, Event};
use crate::deploy::operation::{Context, refused};
use crate::deploy::permissions;
use crate::deploy::secrets::MADE_FOR;
use crate::problem::{Problem, Problems};

/// Requests in flight.
const AT_ONCE: usize = 24;

/// Objects named under one problem.
const LINES: usize = 12;

/// A removal under way.
pub struct Removal<'r> {
    /// The cluster and where things are told.
    pub context: &'r Context,
    desired: &'r Desired,
    /// Objects that were asked to go and hesitate: with their uid.
    going: Vec<(Object, String)>,
    total: usize,
    done: usize,
}

impl<'r> Removal<'r> {
    /// Of what a record says.
    pub fn new(context: &'r Context, desired: &'r Desired) -> Self {
        Removal { context, desired, going: Vec::new(), total: desired.objects.len(), done: 0 }
    }

    /// The rights it needs.
    pub fn needs(&self) -> BTreeSet<Need> {
        let objects: Vec<&Object> = self.desired.objects.iter().map(|wanted| &wanted.object).collect();
        permissions::for_uninstall(&objects, &self.context.session.namespace)
    }

    /// Asks everything to go; in a few words, what went.
    pub async fn remove(&mut self, release: &str, volumes: bool) -> Result<String, Problems> {
        let mut kept = 0;
        let mut order: Vec<&Wanted> = self.desired.objects.iter().collect();
        order.sort_by_key(|wanted| std::cmp::Reverse(rank(&wanted.object)));
        let same = |a: &&Wanted, b: &&Wanted| rank(&a.object) == rank(&b.object);
        for group in order.chunk_by(same) {
            let stays = |object: &Object| object.kind.resource.kind == "PersistentVolumeClaim" && !volumes;
            let (keep, go): (Vec<&Wanted>, Vec<&Wanted>) =
                group.iter().copied().partition(|wanted| is_kept(&wanted.object.value) || stays(&wanted.object));
            kept += keep.len();
            keep.iter().for_each(|wanted| self.tell(Change::Kept, wanted.object.reference()));
            self.delete(go.iter().map(|wanted| wanted.object.clone()).collect()).await?;
        }
        let extra = self.extra(release, volumes).await?;
        self.total += extra.len();
        self.delete(extra).await?;
        let kept = if kept > 0 { format!(", {kept} kept") } else { String::new() };
        Ok(format!("{} objects deleted{kept}", self.done))
    }

    /// What Helm would leave: hook objects and Secrets that we made; and volumes of StatefulSets when they shall go.
    async fn extra(&self, release: &str, volumes: bool) -> Result<Vec<Object>, Problem> {
        let session = &self.context.session;
        let failed = |failure: crate::cluster::Failure| {
            refused("uninstall.unreadable", "what is left of the release cannot be read", &failure)
        };
        let mut extra = Vec::new();
        for hook in &self.desired.hooks {
            let Ok(object) = desired::object(session, &hook.manifest) else { continue };
            let live = session.get(&object.kind, object.namespace.as_deref(), &object.name).await.map_err(failed)?;
            if live.is_some_and(|live| live["metadata"]["annotations"][HOOK_DIGEST].is_string()) {
                extra.push(object);
            }
        }
        let made = format!("{MADE_FOR}={release}");
        let follow = Follow { labels: Some(&made), fields: None };
        let secrets = session.list::<Secret>(&session.namespace, &follow).await.map_err(failed)?;
        extra.extend(
            secrets
                .into_iter()
                .filter_map(|secret| self.named("v1", "Secret", &session.namespace, &secret.metadata.name?)),
        );
        for object in self.desired.objects.iter().map(|wanted| &wanted.object).filter(|_| volumes) {
            extra.extend(self.volumes_of(object).await.map_err(failed)?);
        }
        Ok(extra)
    }

    /// The claims that a StatefulSet made: `TEMPLATE-SET-ORDINAL`.
    async fn volumes_of(&self, object: &Object) -> Result<Vec<Object>, crate::cluster::Failure> {
        let templates = object.value["spec"]["volumeClaimTemplates"].as_array();
        let (Some(templates), Some(namespace), "StatefulSet") =
            (templates, &object.namespace, object.kind.resource.kind.as_str())
        else {
            return Ok(Vec::new());
        };
        let prefixes: Vec<String> = templates
            .iter()
            .filter_map(|t| Some(format!("{}-{}-", t["metadata"]["name"].as_str()?, object.name)))
            .collect();
        let ours = |name: &str| {
            prefixes
                .iter()
                .filter_map(|prefix| name.strip_prefix(prefix.as_str()))
                .any(|rest| rest.parse::<u32>().is_ok())
        };
        let claims = self.context.session.list::<PersistentVolumeClaim>(namespace, &Follow::default()).await?;
        let names = claims.into_iter().filter_map(|claim| claim.metadata.name).filter(|name| ours(name));
        Ok(names.filter_map(|name| self.named("v1", "PersistentVolumeClaim", namespace, &name)).collect())
    }

    fn named(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Object> {
        let kind = self.context.session.kinds.find(api_version, kind)?.clone();
        Some(Object { kind, namespace: Some(namespace.into()), name: name.into(), value: serde_json::Value::Null })
    }

    async fn delete(&mut self, objects: Vec<Object>) -> Result<(), Problems> {
        let context = self.context;
        let requests = stream::iter(objects).map(|object| async move {
            let request = || context.session.remove(&object.kind, object.namespace.as_deref(), &object.name);
            let answer = context.patiently("delete an object", request).await;
            (object, answer)
        });
        let answers: Vec<_> = requests.buffer_unordered(AT_ONCE).collect().await;
        let mut problems = Vec::new();
        for (object, answer) in answers {
            match answer {
                Ok(Deleted::Absent) => self.total = self.total.saturating_sub(1),
                Ok(deleted) => {
                    self.done += 1;
                    self.tell(Change::Deleted, object.reference());
                    if let Deleted::Going(uid) = deleted {
                        self.going.push((object, uid));
                    }
                }
                Err(failure) => problems.push(refused(
                    "object.undeletable",
                    format!("{} cannot be deleted", object.reference()),
                    &failure,
                )),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    fn tell(&self, change: Change, object: ObjectRef) {
        self.context.reporter.tell(Event::Object { change, object, done: self.done, total: self.total });
    }

    /// Waits until nothing of it is left, pods included.
    pub async fn wait(&self, patience: Duration) -> Result<String, Problems> {
        let deadline = Instant::now() + patience;
        let mut left = Vec::new();
        for (object, uid) in &self.going {
            let rest = deadline.saturating_duration_since(Instant::now());
            let gone =
                self.context.session.gone(&object.kind, object.namespace.as_deref(), &object.name, uid, rest).await;
            if !gone.map_err(|failure| {
                refused("uninstall.unreadable", "it cannot be seen whether objects are gone", &failure)
            })? {
                left.push(object.reference().to_string());
            }
        }
        left.extend(self.pods_gone(deadline).await);
        if left.is_empty() {
            return Ok("everything is gone".into());
        }
        let problem = Problem::failed(
            "uninstall.slow",
            format!("{} objects are not gone after {} s", left.len(), patience.as_secs()),
        )
        .because("a finalizer or a slow shutdown holds them")
        .next("look at them with `kubectl describe`, then run the same command again");
        Err(left.into_iter().take(LINES).fold(problem, Problem::evidence).into())
    }

    /// The pods of the workloads that are still there at the deadline.
    async fn pods_gone(&self, deadline: Instant) -> Vec<String> {
        let owners: BTreeSet<ObjectRef> = self.desired.workloads().into_iter().collect();
        let namespaces: BTreeSet<&String> = owners.iter().filter_map(|owner| owner.namespace.as_ref()).collect();
        if namespaces.is_empty() {
            return Vec::new();
        }
        let session = &self.context.session;
        let watches = namespaces.iter().map(|namespace| {
            let name = namespace.to_string();
            session
                .watch::<Pod>(namespace, &Follow::default())
                .map(move |news| (name.clone(), news.map(PodRow::from)))
                .boxed()
        });
        let mut news = select_all(watches.collect::<Vec<_>>());
        let ours = |row: &PodRow| {
            row.owner.as_ref().is_some_and(|(kind, name)| {
                owners.contains(&ObjectRef {
                    kind: kind.clone(),
                    namespace: Some(row.namespace.clone()),
                    name: name.clone(),
                })
            })
        };
        let mut unseen: BTreeSet<String> = namespaces.iter().map(|namespace| namespace.to_string()).collect();
        let mut left: BTreeSet<(String, String)> = BTreeSet::new();
        while !unseen.is_empty() || !left.is_empty() {
            let Ok(Some((namespace, news))) = timeout_at(deadline, news.next()).await else { break };
            let key = |row: &PodRow| (row.namespace.clone(), row.name.clone());
            match news {
                Watched::Listed(rows) => {
                    unseen.remove(&namespace);
                    left.retain(|(of, _)| *of != namespace);
                    left.extend(rows.iter().filter(|row| ours(row)).map(key));
                }
                Watched::Changed(row) if ours(&row) => {
                    left.insert(key(&row));
                }
                Watched::Gone(row) => {
                    left.remove(&key(&row));
                }
                Watched::Changed(_) | Watched::Interrupted(_) => {}
            }
        }
        left.into_iter().map(|(namespace, name)| format!("Pod {name} in {namespace}")).collect()
    }
}

/// Helm's order of removal is that of installation backwards, except that Services go right after IngressClasses.
fn rank(object: &Object) -> (usize, String) {
    let kind = object.kind.resource.kind.as_str();
    let place = |kind: &str| crate::helm::manifest::rank(kind).0 * 2;
    match kind {
        "Service" => (place("IngressClass") - 1, kind.into()),
        _ => (place(kind), kind.into()),
    }
}
