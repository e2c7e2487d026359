//! The services of the data plane: what the chart deploys, what each needs, and how it is called in a cluster.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};

/// The kind of object that runs a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WorkloadKind {
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// sparkoperator.k8s.io/v1beta2 SparkApplication; not covered by the release's labels, looked up by name.
    SparkApplication,
}

impl WorkloadKind {
    /// The Kubernetes kind.
    pub fn as_str(self) -> &'static str {
        match self {
            WorkloadKind::Deployment => "Deployment",
            WorkloadKind::StatefulSet => "StatefulSet",
            WorkloadKind::SparkApplication => "SparkApplication",
        }
    }
}

/// Where a service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// In the release namespace.
    ControlPlane,
    /// In the release namespace, with a copy in every extra namespace.
    ControlPlaneAndNamespaces,
    /// One object for each namespace, named after it.
    PerNamespace,
}

impl Scope {
    /// Whether every extra namespace has objects of the service.
    pub fn reaches_extra_namespaces(self) -> bool {
        self != Scope::ControlPlane
    }
}

/// How many pods a service has without an autoscaler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicas {
    /// The number.
    pub count: u32,
    /// The service does not work with another number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed: bool,
}

/// A container port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its name, unique in the service.
    pub name: String,
    /// Its number.
    pub number: u16,
}

/// A liveness or readiness probe; `port` and `tcp` are names of ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Probe {
    /// GET of a path.
    Http {
        /// The path.
        http: String,
        /// Name of the port.
        port: String,
    },
    /// The port accepts connections.
    Tcp {
        /// Name of the port.
        tcp: String,
    },
    /// Nothing is asked over the network.
    Process {
        /// What stands for the probe, in words.
        process: String,
    },
}

impl Probe {
    /// Name of the port that is asked.
    pub fn port(&self) -> Option<&str> {
        match self {
            Probe::Http { port, .. } => Some(port),
            Probe::Tcp { tcp } => Some(tcp),
            Probe::Process { .. } => None,
        }
    }
}

/// Where Prometheus finds the metrics of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// The path.
    pub path: String,
    /// Name of the port.
    pub port: String,
}

/// The persistent volume of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Kubernetes quantity, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Every pod has its own.
    pub each_pod: bool,
    /// Values path of the storage class.
    pub storage_class: String,
}

/// The horizontal autoscaler a service can have. `memory` and `cpu` are average utilisation of requests in percent;
/// where both are given memory comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Autoscaling {
    /// On without being asked for.
    pub enabled: bool,
    /// Fewest replicas.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// Target of memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    /// Target of CPU.
    pub cpu: u32,
}

/// A service of the data plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The name the specification uses.
    pub name: String,
    /// Other names of its objects seen in clusters; `<namespace>` stands for the namespace they run in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<String>,
    /// What runs it.
    pub kind: WorkloadKind,
    /// The deployment flag it exists with; none for services that are always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// Where it runs.
    pub scope: Scope,
    /// Its place in the start-up order; see [`Tier`].
    pub tier: u8,
    /// One line: what it is for.
    pub summary: String,
    /// What it is made of.
    pub technology: String,
    /// A Quarkus service: `/health` for both probes, `/q/metrics`, and a rolling update that never goes below the
    /// wanted number of pods.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quarkus: bool,
    /// Its key under `services` in the values file.
    pub values_key: String,
    /// Pods without an autoscaler, for each object.
    pub replicas: Replicas,
    /// Image repositories, without registry and tag.
    pub images: Vec<String>,
    /// Container ports.
    pub ports: Vec<Port>,
    /// Port of its Kubernetes Service; it leads to the first container port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_port: Option<u16>,
    /// Has a headless Service as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub headless: bool,
    /// Liveness probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<Probe>,
    /// Readiness probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<Probe>,
    /// Metrics endpoint; none is documented for services without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// Databases it uses, without prefix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// Reads or writes the bucket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub object_storage: bool,
    /// Speaks to the Kubernetes API.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kubernetes_api: bool,
    /// Persistent volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<Volume>,
    /// Autoscaler; services without it have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscaling: Option<Autoscaling>,
    /// Priority class of its pods when priority classes are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<String>,
    /// What an operator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry: name, kind, flag, scope.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

impl Service {
    /// Whether `text` is its name or one of the names seen in clusters.
    pub fn is_named(&self, text: &str) -> bool {
        self.name == text || self.objects.iter().any(|object| object == text)
    }

    /// Whether an object of this name in `namespace` runs the service; its own name and the ones seen in clusters
    /// are accepted.
    pub fn owns_object(&self, object: &str, namespace: &str) -> bool {
        let is_it =
            |name: &String| name == object || (name.contains('<') && name.replace("<namespace>", namespace) == object);
        self.name == object || self.objects.iter().any(is_it)
    }

    /// The container port with this name.
    pub fn port(&self, name: &str) -> Option<u16> {
        self.ports.iter().find(|port| port.name == name).map(|port| port.number)
    }
}

/// A step of the start-up order: all of a tier should be ready before the next is worth looking at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its number; services name it.
    pub tier: u8,
    /// Its name.
    pub name: String,
    /// Members that are no services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<String>,
    /// When it counts as ready.
    pub ready: String,
    /// Source of the entry.
    pub source: Source,
}

/// `services.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTables {
    /// The services.
    pub services: Vec<Service>,
    /// The start-up order.
    pub tiers: Vec<Tier>,
}
