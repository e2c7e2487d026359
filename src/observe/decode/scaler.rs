//! HorizontalPodAutoscalers.

use serde::Deserialize;

use super::Raw;
use super::meta::{Meta, RawCondition, Stamp, or_default};
use crate::observe::kind::Kind;
use crate::observe::names::Interner;
use crate::observe::news::Row;
use crate::observe::scaler::{Gauge, Scaler};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawScaler {
    metadata: Meta,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    scale_target_ref: Target,
    min_replicas: Option<u32>,
    max_replicas: u32,
    #[serde(deserialize_with = "or_default")]
    metrics: Vec<Metric>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Target {
    kind: String,
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    current_replicas: u32,
    desired_replicas: u32,
    last_scale_time: Option<Stamp>,
    #[serde(deserialize_with = "or_default")]
    current_metrics: Vec<Metric>,
    #[serde(deserialize_with = "or_default")]
    conditions: Vec<RawCondition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metric {
    resource: Option<Resource>,
    container_resource: Option<Resource>,
    pods: Option<Custom>,
    object: Option<Custom>,
    external: Option<Custom>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resource {
    name: String,
    target: Figure,
    current: Figure,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Figure {
    average_utilization: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Custom {
    metric: Named,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

impl Metric {
    fn resource(&self) -> Option<&Resource> {
        self.resource.as_ref().or(self.container_resource.as_ref())
    }

    fn name(&self) -> &str {
        let custom = [&self.pods, &self.object, &self.external].into_iter().flatten().next();
        self.resource().map(|resource| resource.name.as_str()).or(custom.map(|c| c.metric.name.as_str())).unwrap_or("")
    }
}

impl Raw for RawScaler {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let RawScaler { metadata, spec, status } = self;
        let gauge = |metric: &Metric| Gauge {
            name: metric.name().into(),
            target: metric.resource().and_then(|resource| resource.target.average_utilization),
            now: (status.current_metrics.iter().filter(|now| now.name() == metric.name()))
                .find_map(|now| now.resource()?.current.average_utilization),
        };
        Row::Scaler(Box::new(Scaler {
            name: metadata.name.as_str().into(),
            of: (names.name(&spec.scale_target_ref.kind), names.name(&spec.scale_target_ref.name)),
            min: spec.min_replicas.unwrap_or(1),
            max: spec.max_replicas,
            current: status.current_replicas,
            desired: status.desired_replicas,
            gauges: spec.metrics.iter().map(gauge).collect(),
            scaled: status.last_scale_time.and_then(Stamp::known),
            conditions: status.conditions.into_iter().map(Into::into).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_metric_is_told_with_its_target() {
        let raw: RawScaler = serde_json::from_value(json!({
            "metadata": {"name": "iom-collab"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "iom-collab"},
                "minReplicas": 1, "maxReplicas": 3,
                "metrics": [
                    {"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 85}}},
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}},
                ],
            },
            "status": {
                "currentReplicas": 2, "desiredReplicas": 3, "lastScaleTime": "2026-11-22T10:00:00Z",
                "currentMetrics": [
                    {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 91, "averageValue": "91m"}}},
                    {"type": ""},
                ],
            },
        }))
        .unwrap();
        let Row::Scaler(scaler) = raw.row(Kind::Scalers, &Interner::default()) else { panic!() };
        assert_eq!((scaler.min, scaler.max, scaler.current, scaler.desired), (1, 3, 2, 3));
        assert_eq!(scaler.gauges[0], Gauge { name: "memory".into(), now: None, target: Some(85) });
        assert_eq!(scaler.gauges[1], Gauge { name: "cpu".into(), now: Some(91), target: Some(80) });
        assert_eq!(scaler.scaled, Some(1_795_341_600));
    }
}
