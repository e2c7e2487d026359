//! The life of containers, as a kubelet tells it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Nodes, Step};
use crate::sandbox::behaviour::{Act, matches, millis, value_of};
use crate::sandbox::clock;
use crate::sandbox::controllers::Turn;
use crate::sandbox::controllers::events::{Said, say};
use crate::sandbox::json;
use crate::sandbox::logs::Script;
use crate::sandbox::registry::{self, PatchType, Writing};
use crate::sandbox::store::{Key, Store};

const BY: &str = "kubelet";

/// The pause before a crashed container starts again; it doubles up to five minutes.
const BACK_OFF: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(300);

/// How long a job's container runs that nobody says anything about.
const JOB: Duration = Duration::from_secs(2);

/// How often what is missing is looked for.
const AGAIN: Duration = Duration::from_secs(3);

impl Nodes {
    pub(super) fn prepare(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        if let Some(message) = missing_volume(turn.store, pod) {
            say(turn.store, pod, Said::warning(BY, "FailedMount", &message));
            set(turn, key, |pod| waiting(pod, "ContainerCreating", ""));
            self.next(turn, key, uid, Step::Prepare, AGAIN);
            return;
        }
        if let Some(Act::ImagePull { message }) = self.act(turn, uid, pod) {
            let image = first_image(pod);
            say(turn.store, pod, Said::normal(BY, "Pulling", &format!("Pulling image \"{image}\"")));
            let told = format!("Failed to pull image \"{image}\": {message}");
            say(turn.store, pod, Said::warning(BY, "Failed", &told));
            say(turn.store, pod, Said::warning(BY, "Failed", "Error: ErrImagePull"));
            set(turn, key, |pod| waiting(pod, "ErrImagePull", &message));
            self.next(turn, key, uid, Step::PullAgain, Duration::from_secs(2));
            return;
        }
        set(turn, key, |pod| waiting(pod, "ContainerCreating", ""));
        let mut pulls = millis(20);
        for image in images(pod) {
            if self.images.insert(image.clone()) {
                let takes = turn.between(120, 480);
                pulls += takes;
                say(turn.store, pod, Said::normal(BY, "Pulling", &format!("Pulling image \"{image}\"")));
                let message = format!(
                    "Successfully pulled image \"{image}\" in {}ms ({}ms including waiting). Image size: 184549376 bytes.",
                    takes.as_millis(),
                    takes.as_millis()
                );
                say(turn.store, pod, Said::normal(BY, "Pulled", &message));
            } else {
                let message = format!("Container image \"{image}\" already present on machine");
                say(turn.store, pod, Said::normal(BY, "Pulled", &message));
            }
        }
        let first = if json::items(pod, "/spec/initContainers").is_empty() { Step::Start } else { Step::Init(0) };
        self.next(turn, key, uid, first, pulls);
    }

    pub(super) fn pull_again(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        let image = first_image(pod);
        let waits = json::text(pod, "/status/containerStatuses/0/state/waiting/reason");
        if waits == "ErrImagePull" {
            let message = format!("Back-off pulling image \"{image}\"");
            say(turn.store, pod, Said::normal(BY, "BackOff", &message));
            say(turn.store, pod, Said::warning(BY, "Failed", "Error: ImagePullBackOff"));
            let told = json::text(pod, "/status/containerStatuses/0/state/waiting/message");
            let message = format!("{message}: ErrImagePull: {told}");
            set(turn, key, |pod| waiting(pod, "ImagePullBackOff", &message));
            self.next(turn, key, uid, Step::PullAgain, Duration::from_secs(20));
            return;
        }
        // Perhaps the behaviour has ended by now.
        self.acts.remove(&uid);
        self.prepare(turn, key, uid, pod);
    }

    pub(super) fn init(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value, number: usize) {
        let all = json::items(pod, "/spec/initContainers").len();
        let now = clock::now();
        let statuses: Vec<Value> = json::items(pod, "/spec/initContainers")
            .iter()
            .enumerate()
            .map(|(at, container)| {
                let state = if at < number {
                    json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}})
                } else if at == number {
                    json!({"running": {"startedAt": now}})
                } else {
                    json!({"waiting": {"reason": "PodInitializing"}})
                };
                let mut status = status_of(uid, container, state, 0);
                status["ready"] = (at < number).into();
                status
            })
            .collect();
        set(turn, key, |pod| json::set(pod, &["status", "initContainerStatuses"], statuses));
        if let Some(container) = json::items(pod, "/spec/initContainers").get(number) {
            let name = json::text(container, "/name");
            say(turn.store, pod, Said::normal(BY, "Started", &format!("Container started: {name}")));
            turn.world.logs().start(uid, name, Script::spread(&[], Duration::ZERO));
        }
        if number > 0
            && let Some(before) = json::items(pod, "/spec/initContainers").get(number - 1)
        {
            turn.world.logs().end(uid, json::text(before, "/name"));
        }
        let takes = turn.between(80, 200);
        if number < all {
            self.next(turn, key, uid, Step::Init(number + 1), takes);
        } else {
            self.next(turn, key, uid, Step::Start, millis(10));
        }
    }

    pub(super) fn start(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        if let Some((container, message)) = misconfigured(turn.store, pod) {
            say(turn.store, pod, Said::warning(BY, "Failed", &format!("Error: {message}")));
            set(turn, key, |pod| {
                waiting(pod, "ContainerCreating", "");
                for status in json::items_mut(pod, &["status", "containerStatuses"]) {
                    if status["name"] == container.as_str() {
                        status["state"] =
                            json!({"waiting": {"reason": "CreateContainerConfigError", "message": message}});
                    }
                }
            });
            self.next(turn, key, uid, Step::Start, AGAIN);
            return;
        }
        self.run(turn, key, uid, pod);
    }

    /// Containers run, the first time or again.
    fn run(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        let act = self.act(turn, uid, pod);
        let job = json::text(pod, "/spec/restartPolicy") != "Always";
        let (ends, script) = match &act {
            Some(Act::Runs { for_ms, log, .. }) => {
                let here = turn.world.clock.scaled(millis(*for_ms));
                (Some(millis(*for_ms)), Some(Script::spread(log, here)))
            }
            _ if job => (work_of(pod), None),
            _ => (None, None),
        };
        for container in json::items(pod, "/spec/containers") {
            let name = json::text(container, "/name");
            let script = script.clone().or_else(|| turn.world.chatter(pod, name));
            turn.world.logs().start(uid, name, script.unwrap_or_else(|| Script::spread(&[], Duration::ZERO)));
            say(turn.store, pod, Said::normal(BY, "Created", &format!("Container created: {name}")));
            say(turn.store, pod, Said::normal(BY, "Started", &format!("Container started: {name}")));
        }
        let probed = json::items(pod, "/spec/containers").iter().any(|c| c["readinessProbe"].is_object());
        let at_once = !probed && !matches!(act, Some(Act::SlowStart { .. } | Act::NeverReady { .. }));
        self.addresses += 1;
        let address = format!("10.244.{}.{}", (self.addresses / 250) % 250, self.addresses % 250 + 2);
        let now = clock::now();
        set(turn, key, |pod| {
            let inits: Vec<Value> = json::items(pod, "/spec/initContainers").to_vec();
            if !inits.is_empty() {
                let done =
                    json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}});
                let told: Vec<Value> = inits
                    .iter()
                    .map(|container| {
                        let mut status = status_of(uid, container, done.clone(), 0);
                        status["ready"] = true.into();
                        status
                    })
                    .collect();
                json::set(pod, &["status", "initContainerStatuses"], told);
            }
            let statuses: Vec<Value> = json::items(pod, "/spec/containers")
                .iter()
                .enumerate()
                .map(|(at, container)| {
                    let before = json::at(pod, &format!("/status/containerStatuses/{at}"));
                    let restarts = json::int(before, "/restartCount").unwrap_or(0);
                    let mut status = status_of(uid, container, json!({"running": {"startedAt": now}}), restarts);
                    status["started"] = true.into();
                    if before["lastState"].is_object() {
                        status["lastState"] = before["lastState"].clone();
                    }
                    status
                })
                .collect();
            let status = json::map(pod, "status");
            status.insert("phase".into(), "Running".into());
            status.insert("containerStatuses".into(), statuses.into());
            if !status.contains_key("podIP") {
                status.insert("podIP".into(), address.as_str().into());
                status.insert("podIPs".into(), json!([{"ip": address}]));
                status.insert("hostIP".into(), "10.0.0.1".into());
                status.insert("hostIPs".into(), json!([{"ip": "10.0.0.1"}]));
            }
            status.entry("startTime").or_insert_with(|| now.as_str().into());
            readiness(pod, at_once);
        });
        match (&act, ends) {
            (_, Some(ends)) => self.next(turn, key, uid, Step::Exit, ends),
            (Some(Act::SlowStart { after_ms }), _) => self.next(turn, key, uid, Step::Ready, millis(*after_ms)),
            (Some(Act::NeverReady { .. }), _) => self.next(turn, key, uid, Step::Unhealthy, Duration::from_secs(2)),
            _ if !at_once => {
                let delay = json::items(pod, "/spec/containers")
                    .iter()
                    .map(|c| json::int(c, "/readinessProbe/initialDelaySeconds").unwrap_or(0))
                    .max()
                    .and_then(|seconds| u64::try_from(seconds).ok());
                let after = millis(delay.unwrap_or(0).min(5) * 200) + turn.between(300, 1_200);
                self.next(turn, key, uid, Step::Ready, after);
            }
            _ => {}
        }
    }

    pub(super) fn ready(&mut self, turn: &mut Turn<'_>, key: &Key, _uid: u128, _pod: &Value) {
        set(turn, key, |pod| readiness(pod, true));
    }

    pub(super) fn unhealthy(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        if let Some(Act::NeverReady { message }) = self.act(turn, uid, pod) {
            say(turn.store, pod, Said::warning(BY, "Unhealthy", &format!("Readiness probe failed: {message}")));
            self.next(turn, key, uid, Step::Unhealthy, Duration::from_secs(10));
        }
    }

    pub(super) fn exit(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        let act = self.act(turn, uid, pod);
        let (exit_code, back_off_ms) = match act {
            Some(Act::Runs { exit_code, back_off_ms, .. }) => (exit_code, back_off_ms),
            _ => (0, None),
        };
        for container in json::items(pod, "/spec/containers") {
            turn.world.logs().end(uid, json::text(container, "/name"));
        }
        let policy = json::text(pod, "/spec/restartPolicy");
        let over = policy == "Never" || (policy == "OnFailure" && exit_code == 0);
        let reason = match exit_code {
            0 => "Completed",
            137 => "OOMKilled",
            _ => "Error",
        };
        let restarts = json::int(pod, "/status/containerStatuses/0/restartCount").unwrap_or(0);
        let pause = match back_off_ms {
            Some(ms) => millis(ms),
            None => BACK_OFF.saturating_mul(1 << u32::try_from(restarts).unwrap_or(0).min(5)).min(LONGEST),
        };
        let now = clock::now();
        let name = key.name.clone();
        set(turn, key, |pod| {
            let identity = format!("{}_{}({})", name, key.namespace, json::text(pod, "/metadata/uid"));
            for status in json::items_mut(pod, &["status", "containerStatuses"]) {
                let ended = json!({
                    "exitCode": exit_code, "reason": reason, "finishedAt": now,
                    "startedAt": json::at(status, "/state/running/startedAt"),
                    "containerID": status["containerID"],
                });
                status["ready"] = false.into();
                status["started"] = false.into();
                if over {
                    status["state"] = json!({"terminated": ended});
                } else {
                    let container = json::text(status, "/name").to_string();
                    let message =
                        format!("back-off {} restarting failed container={container} pod={identity}", spoken(pause));
                    status["lastState"] = json!({"terminated": ended});
                    status["state"] = json!({"waiting": {"reason": "CrashLoopBackOff", "message": message}});
                }
            }
            readiness(pod, false);
            if over {
                let phase = if exit_code == 0 { "Succeeded" } else { "Failed" };
                json::set(pod, &["status", "phase"], phase);
                for condition in json::items_mut(pod, &["status", "conditions"]) {
                    if ["Ready", "ContainersReady"].contains(&json::text(condition, "/type")) && exit_code == 0 {
                        condition["reason"] = "PodCompleted".into();
                    }
                }
            }
        });
        if over && exit_code == 0 {
            leave_behind(turn, key, pod);
        }
        if !over {
            let container = super::first_name(pod);
            let message = format!(
                "Back-off restarting failed container {container} in pod {}_{}({})",
                key.name,
                key.namespace,
                json::text(pod, "/metadata/uid")
            );
            say(turn.store, pod, Said::warning(BY, "BackOff", &message));
            self.next(turn, key, uid, Step::Restart, pause);
        }
    }

    pub(super) fn restart(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        // What it does may have changed in the meantime.
        self.acts.remove(&uid);
        set(turn, key, |pod| {
            for status in json::items_mut(pod, &["status", "containerStatuses"]) {
                let restarts = json::int(status, "/restartCount").unwrap_or(0) + 1;
                status["restartCount"] = restarts.into();
            }
        });
        self.run(turn, key, uid, pod);
    }
}

/// What a job makes when it succeeds.
fn leave_behind(turn: &mut Turn<'_>, key: &Key, pod: &Value) {
    let job = json::text(pod, "/metadata/labels/batch.kubernetes.io~1job-name");
    let effects = turn.world.effects.iter().filter(|effect| !job.is_empty() && matches(&effect.job, job));
    for object in effects.flat_map(|effect| &effect.makes) {
        let kind = turn.store.kinds.of_object(json::text(object, "/apiVersion"), json::text(object, "/kind"));
        let Some(kind) = kind.cloned() else { continue };
        let how = Writing { manager: "data-plane-init".into(), force: true, ..Writing::default() };
        let name = json::text(object, "/metadata/name");
        // A dying namespace takes nothing.
        let _ = registry::patch(turn.store, &kind, &key.namespace, name, "", object, PatchType::Apply, &how);
    }
}

/// How long the containers of a job run: as an annotation says, or two seconds; none: until somebody ends them.
fn work_of(pod: &Value) -> Option<Duration> {
    let seconds = json::text(pod, "/metadata/annotations/sandbox.iomctl~1runs-for-seconds").parse::<u64>();
    match seconds {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        // Spark applications of the platform are servers.
        Err(_) if pod["metadata"]["labels"]["spark-role"].is_string() => None,
        Err(_) => Some(JOB),
    }
}

fn set(turn: &mut Turn<'_>, key: &Key, change: impl FnOnce(&mut Value)) {
    if let Some(kind) = turn.store.kinds.of_table("/pods").cloned() {
        turn.store.edit(&kind, &key.namespace, &key.name, change);
    }
}

/// All containers wait for the same.
fn waiting(pod: &mut Value, reason: &str, message: &str) {
    let mut state = json!({"waiting": {"reason": reason}});
    if !message.is_empty() {
        state["waiting"]["message"] = message.into();
    }
    let statuses: Vec<Value> = json::items(pod, "/spec/containers")
        .iter()
        .map(|container| status_of(0, container, state.clone(), 0))
        .collect();
    json::set(pod, &["status", "containerStatuses"], statuses);
    json::map(pod, "status").entry("startTime").or_insert_with(|| clock::now().into());
    readiness(pod, false);
}

fn status_of(uid: u128, container: &Value, state: Value, restarts: i64) -> Value {
    let image = json::text(container, "/image");
    let runs = state["running"].is_object();
    let mut status = json!({
        "name": container["name"], "image": image, "imageID": "", "ready": false, "started": false,
        "restartCount": restarts, "state": state, "lastState": {},
    });
    if runs {
        let hash = crate::sandbox::controllers::events::fnv(json::text(container, "/name"));
        status["containerID"] = format!("containerd://{:032x}{:016x}{restarts:016x}", uid, hash).into();
        let digest = crate::sandbox::controllers::events::fnv(image);
        status["imageID"] = format!("{image}@sha256:{digest:016x}{digest:016x}{digest:016x}{digest:016x}").into();
    }
    status
}

/// Writes the conditions, and the readiness of the containers that run.
fn readiness(pod: &mut Value, ready: bool) {
    let now = clock::now();
    let names: Vec<String> = json::items(pod, "/spec/containers")
        .iter()
        .map(|container| json::text(container, "/name").to_string())
        .collect();
    for status in json::items_mut(pod, &["status", "containerStatuses"]) {
        let runs = status["state"]["running"].is_object();
        status["ready"] = (ready && runs).into();
    }
    let initialized = json::items(pod, "/spec/initContainers").len()
        <= json::items(pod, "/status/initContainerStatuses")
            .iter()
            .filter(|status| status["state"]["terminated"].is_object())
            .count();
    let known = json::items(pod, "/status/conditions").to_vec();
    let condition = |kind: &str, status: bool, reason: &str, message: &str| {
        let word = if status { "True" } else { "False" };
        let before = known.iter().find(|c| c["type"] == kind && c["status"] == word);
        let since = before.map_or_else(|| json!(now), |c| c["lastTransitionTime"].clone());
        let mut told = json!({"type": kind, "status": word, "lastProbeTime": null, "lastTransitionTime": since});
        if !status {
            told["reason"] = reason.into();
            told["message"] = message.into();
        }
        told
    };
    let not = format!("containers with unready status: [{}]", names.join(" "));
    let conditions = json!([
        condition("PodReadyToStartContainers", true, "", ""),
        condition("Initialized", initialized, "ContainersNotInitialized", "containers with incomplete status"),
        condition("Ready", ready, "ContainersNotReady", &not),
        condition("ContainersReady", ready, "ContainersNotReady", &not),
        condition("PodScheduled", true, "", ""),
    ]);
    json::set(pod, &["status", "conditions"], conditions);
}

/// A Secret or ConfigMap that a volume needs and that is not there.
fn missing_volume(store: &Store, pod: &Value) -> Option<String> {
    let namespace = json::text(pod, "/metadata/namespace");
    json::items(pod, "/spec/volumes").iter().find_map(|volume| {
        let sources = [("/secrets", "secret", "/secret/secretName"), ("/configmaps", "configmap", "/configMap/name")];
        sources.iter().find_map(|(table, word, pointer)| {
            let name = json::text(volume, pointer);
            let part = pointer.split('/').nth(1).unwrap_or_default();
            let optional = volume[part]["optional"] == true;
            let missing = !name.is_empty() && !optional && store.get(table, namespace, name).is_none();
            missing.then(|| {
                let volume = json::text(volume, "/name");
                format!("MountVolume.SetUp failed for volume \"{volume}\" : {word} \"{name}\" not found")
            })
        })
    })
}

/// A container whose environment cannot be made, and why.
fn misconfigured(store: &Store, pod: &Value) -> Option<(String, String)> {
    let namespace = json::text(pod, "/metadata/namespace");
    json::items(pod, "/spec/containers").iter().find_map(|container| {
        let name = json::text(container, "/name").to_string();
        for variable in json::items(container, "/env") {
            if let Err(message) = value_of(store, pod, variable) {
                return Some((name, message));
            }
        }
        for from in json::items(container, "/envFrom") {
            for (table, word, part) in
                [("/secrets", "secret", "secretRef"), ("/configmaps", "configmap", "configMapRef")]
            {
                let wanted = json::text(&from[part], "/name");
                if !wanted.is_empty() && from[part]["optional"] != true && store.get(table, namespace, wanted).is_none()
                {
                    return Some((name, format!("{word} \"{wanted}\" not found")));
                }
            }
        }
        None
    })
}

fn images(pod: &Value) -> Vec<String> {
    let lists = ["/spec/initContainers", "/spec/containers"].into_iter();
    lists.flat_map(|list| json::items(pod, list)).map(|c| json::text(c, "/image").to_string()).collect()
}

fn first_image(pod: &Value) -> String {
    json::text(pod, "/spec/containers/0/image").to_string()
}

/// A pause as a kubelet writes it: `10s`, `1m20s`, `5m0s`.
fn spoken(pause: Duration) -> String {
    let seconds = pause.as_secs();
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{}s", seconds / 60, seconds % 60) }
}
