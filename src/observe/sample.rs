//! For tests: a data plane as it might be found at night.

use std::sync::Arc;

use serde_json::{Value, json};

use super::decode::{
    Raw, RawApplication, RawClaim, RawEvent, RawPod, RawQuota, RawRecord, RawScaler, RawSettings, RawWorkload,
};
use super::names::Interner;
use super::{Facts, Item, Kind, Name, News, StreamState, Usage};
use crate::platform::catalogue;

/// When it is looked at: 2026-11-22T22:00:00Z.
pub const NOW: i64 = 1_795_384_800;

/// The namespace of the release.
pub const HOME: &str = "iomete-system";

/// An extra namespace.
pub const EXTRA: &str = "spark-a";

/// RFC 3339, so many seconds before [`NOW`].
fn ago(seconds: i64) -> String {
    jiff::Timestamp::from_second(NOW - seconds).map(|time| time.to_string()).unwrap_or_default()
}

fn row(kind: Kind, namespace: &str, value: Value, names: &Interner) -> Item {
    fn of<T: Raw>(kind: Kind, value: Value, names: &Interner) -> super::Row {
        let raw: T = serde_json::from_value(value).unwrap();
        raw.row(kind, names)
    }
    let row = match kind {
        Kind::Pods => of::<RawPod>(kind, value, names),
        Kind::Deployments | Kind::StatefulSets | Kind::Jobs => of::<RawWorkload>(kind, value, names),
        Kind::Scalers => of::<RawScaler>(kind, value, names),
        Kind::Events => of::<RawEvent>(kind, value, names),
        Kind::Claims => of::<RawClaim>(kind, value, names),
        Kind::Quotas => of::<RawQuota>(kind, value, names),
        Kind::Applications => of::<RawApplication>(kind, value, names),
        Kind::Records => of::<RawRecord>(kind, value, names),
        Kind::Settings => of::<RawSettings>(kind, value, names),
    };
    Item::Put(kind, namespace.into(), row)
}

/// Gathers a cluster.
pub struct Sample {
    news: News,
    names: Arc<Interner>,
}

impl Default for Sample {
    fn default() -> Self {
        Sample { news: vec![Item::Line(None)], names: Arc::default() }
    }
}

impl Sample {
    fn put(mut self, kind: Kind, namespace: &str, value: Value) -> Sample {
        self.news.push(row(kind, namespace, value, &self.names));
        self
    }

    /// One item as it is.
    pub fn tell(mut self, item: Item) -> Sample {
        self.news.push(item);
        self
    }

    fn used(self, namespace: &str, pod: &str, cpu: u32, memory: u32) -> Sample {
        self.tell(Item::Used(namespace.into(), vec![(pod.into(), Usage { cpu, memory })]))
    }

    fn workload(self, kind: Kind, namespace: &str, name: &str, wanted: u32, ready: u32) -> Sample {
        let value = json!({
            "metadata": {"name": name, "generation": 1, "creationTimestamp": ago(1_000_000)},
            "spec": {"replicas": wanted, "template": {"spec": {"containers": [{"name": "main"}]}}},
            "status": {
                "observedGeneration": 1, "replicas": wanted, "updatedReplicas": wanted, "readyReplicas": ready,
                "availableReplicas": ready,
            },
        });
        self.put(kind, namespace, value)
    }

    fn pod(self, namespace: &str, name: &str, owner: (&str, &str), age: i64, status: Value) -> Sample {
        let mut value = json!({
            "metadata": {
                "name": name, "creationTimestamp": ago(age), "labels": {},
                "ownerReferences": [{"kind": owner.0, "name": owner.1, "controller": true}],
            },
            "spec": {
                "nodeName": "node-1",
                "containers": [{"name": "main", "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}}}],
            },
            "status": status,
        });
        if owner.0 == "Deployment" {
            value["metadata"]["labels"]["pod-template-hash"] = "5d9c".into();
            value["metadata"]["ownerReferences"][0] =
                json!({"kind": "ReplicaSet", "name": format!("{}-5d9c", owner.1), "controller": true});
        }
        self.put(Kind::Pods, namespace, value)
    }

    /// A workload of which every pod is well.
    fn well(self, kind: Kind, namespace: &str, name: &str, pods: u32, age: i64) -> Sample {
        let mut sample = self.workload(kind, namespace, name, pods, pods);
        for number in 0..pods {
            let pod = format!("{name}-5d9c-{number}");
            let status = json!({
                "phase": "Running",
                "containerStatuses": [{
                    "name": "main", "ready": true, "restartCount": 0,
                    "state": {"running": {"startedAt": ago(age)}},
                }],
            });
            sample = sample.pod(namespace, &pod, (kind.singular(), name), age, status);
        }
        sample
    }

    /// Everything of the platform that is always on, well for twelve days.
    pub fn platform() -> Sample {
        let mut sample = Sample::default();
        for service in catalogue().services.iter().filter(|service| service.flag.is_none()) {
            let name = service.objects.first().unwrap_or(&service.name);
            sample = match service.kind.as_str() {
                "Deployment" => sample.well(Kind::Deployments, HOME, name, 1, 1_036_800),
                "StatefulSet" => sample.well(Kind::StatefulSets, HOME, name, 1, 1_036_800),
                _ => sample.put(
                    Kind::Applications,
                    HOME,
                    json!({
                        "metadata": {"name": "iom-spark-connect", "creationTimestamp": ago(1_036_800)},
                        "status": {"applicationState": {"state": "RUNNING"}, "executorState": {"e1": "RUNNING"}},
                    }),
                ),
            };
        }
        sample = sample.used(HOME, "iom-core-5d9c-0", 210, 1126);
        sample.put(
            Kind::Records,
            HOME,
            json!({
                "metadata": {
                    "name": "sh.helm.release.v1.data-plane.v3", "creationTimestamp": ago(7200),
                    "labels": {"version": "3", "status": "deployed"},
                },
            }),
        )
    }

    /// ... and two services in trouble, an older configuration, autoscalers, an extra namespace.
    pub fn night() -> Sample {
        let crash = json!({
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "False"}],
            "containerStatuses": [{
                "name": "main", "ready": false, "restartCount": 14,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting"}},
                "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
            }],
        });
        let pending = json!({
            "phase": "Pending",
            "conditions": [{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/4 nodes are available: 4 Insufficient memory.",
            }],
        });
        let scaler = |name: &str, now: u32, current: u32, limited: &str| {
            json!({
                "metadata": {"name": name},
                "spec": {
                    "scaleTargetRef": {"kind": "Deployment", "name": name}, "minReplicas": 1, "maxReplicas": 4,
                    "metrics": [{"resource": {"name": "cpu", "target": {"averageUtilization": 80}}}],
                },
                "status": {
                    "currentReplicas": current, "desiredReplicas": current, "lastScaleTime": ago(300),
                    "currentMetrics": [{"resource": {"name": "cpu", "current": {"averageUtilization": now}}}],
                    "conditions": [{"type": "ScalingLimited", "status": "True", "reason": limited}],
                },
            })
        };
        Sample::platform()
            .workload(Kind::Deployments, HOME, "iom-catalog", 1, 0)
            .tell(Item::Gone(Kind::Pods, HOME.into(), "iom-catalog-5d9c-0".into()))
            .pod(HOME, "iom-catalog-5d9c-x7k2p", ("Deployment", "iom-catalog"), 7200, crash)
            .workload(Kind::Deployments, HOME, "typesense", 1, 0)
            .tell(Item::Gone(Kind::Pods, HOME.into(), "typesense-5d9c-0".into()))
            .pod(HOME, "typesense-5d9c-qqq4z", ("Deployment", "typesense"), 7200, pending)
            .well(Kind::Deployments, HOME, "prefect-server", 1, 90)
            .well(Kind::Deployments, HOME, "prefect-worker-iomete-system", 1, 90)
            .well(Kind::Deployments, EXTRA, "prefect-worker-spark-a", 1, 90)
            .put(Kind::Scalers, HOME, scaler("iom-core", 55, 2, "TooFewReplicas"))
            .put(Kind::Scalers, HOME, scaler("iom-cluster", 96, 4, "TooManyReplicas"))
            .put(
                Kind::Applications,
                EXTRA,
                json!({
                    "metadata": {"name": "cc-analytics", "creationTimestamp": ago(86_400)},
                    "status": {"applicationState": {"state": "RUNNING"}},
                }),
            )
            .put(
                Kind::Applications,
                EXTRA,
                json!({
                    "metadata": {"name": "nightly-load", "creationTimestamp": ago(3600)},
                    "status": {"applicationState": {"state": "FAILED", "errorMessage": "driver exited with 137"}},
                }),
            )
            .put(
                Kind::Quotas,
                EXTRA,
                json!({
                    "metadata": {"name": "compute"},
                    "status": {"hard": {"requests.cpu": "40", "pods": "100"}, "used": {"requests.cpu": "37", "pods": "12"}},
                }),
            )
            .put(
                Kind::Settings,
                HOME,
                json!({
                    "metadata": {
                        "name": "data-plane", "creationTimestamp": ago(1_036_800),
                        "managedFields": [{"manager": "helm", "time": ago(7200)}],
                    },
                }),
            )
            .put(
                Kind::Events,
                HOME,
                json!({
                    "metadata": {"name": "typesense.1"}, "type": "Warning", "reason": "FailedScheduling", "count": 9,
                    "message": "0/4 nodes are available: 4 Insufficient memory.",
                    "involvedObject": {"kind": "Pod", "name": "typesense-5d9c-qqq4z"}, "lastTimestamp": ago(40),
                }),
            )
            .put(
                Kind::Events,
                HOME,
                json!({
                    "metadata": {"name": "iom-core.1"}, "type": "Normal", "reason": "SuccessfulRescale",
                    "message": "New size: 2; reason: cpu resource utilization above target",
                    "involvedObject": {"kind": "HorizontalPodAutoscaler", "name": "iom-core"}, "lastTimestamp": ago(300),
                }),
            )
    }

    /// The news, every stream live.
    pub fn live(mut self) -> News {
        for namespace in [HOME, EXTRA] {
            self.news.extend(Kind::ALL.map(|kind| Item::State(kind, namespace.into(), StreamState::Live)));
        }
        self.news
    }
}

/// Nothing may be seen.
pub fn denied() -> News {
    let mut news = vec![Item::Line(None)];
    for kind in Kind::ALL {
        let need = kind.need("list", HOME).to_string();
        news.push(Item::State(kind, HOME.into(), StreamState::Denied(need)));
    }
    news
}

/// Many pods in one namespace.
pub fn many(namespace: &str, pods: usize) -> News {
    let names = Interner::default();
    let pod = |number: usize| {
        let value = json!({
            "metadata": {
                "name": format!("app-{}-x-{number:05}", number / 10), "creationTimestamp": ago(600),
                "labels": {"pod-template-hash": "x"},
                "ownerReferences": [{"kind": "ReplicaSet", "name": format!("app-{}-x", number / 10), "controller": true}],
            },
            "spec": {"containers": [{"name": "main"}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "main", "ready": true}]},
        });
        row(Kind::Pods, namespace, value, &names)
    };
    (0..pods).map(pod).collect()
}

/// What the record of the release says.
pub fn facts() -> Facts {
    let release = json!({
        "name": "data-plane", "namespace": HOME, "version": 3,
        "info": {"status": "deployed", "first_deployed": "2026-11-10T22:00:00Z", "last_deployed": "2026-11-22T20:00:00Z"},
        "chart": {
            "metadata": {"name": "iomete-data-plane", "version": "3.17.2", "apiVersion": "v2"},
            "values": {"features": {"eventStream": {"enabled": false}}},
        },
        "config": {"features": {"jobOrchestrator": {"enabled": true}}, "namespaces": [EXTRA]},
    });
    let release = serde_json::from_value(release).unwrap();
    Facts::of(&release, catalogue())
}

/// A name.
pub fn name(text: &str) -> Name {
    text.into()
}
