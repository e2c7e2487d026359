//! A HorizontalPodAutoscaler: how far it is, and what holds it.

use super::names::Name;
use crate::cluster::rows::Condition;

/// One metric of an autoscaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauge {
    /// `cpu`, `memory`, or the metric's name.
    pub name: String,
    /// Percent of the request now; none while nothing is measured.
    pub now: Option<u32>,
    /// Percent of the request wanted; none for metrics that are not utilisation.
    pub target: Option<u32>,
}

/// A HorizontalPodAutoscaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaler {
    /// Its name.
    pub name: Name,
    /// Kind and name of what it scales.
    pub of: (Name, Name),
    /// Fewest replicas.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// Replicas now.
    pub current: u32,
    /// Replicas wanted.
    pub desired: u32,
    /// Its metrics, in its own order.
    pub gauges: Vec<Gauge>,
    /// Seconds since 1970 when it last scaled.
    pub scaled: Option<i64>,
    /// `AbleToScale`, `ScalingActive`, `ScalingLimited`.
    pub conditions: Vec<Condition>,
}

impl Scaler {
    /// What holds it, in words; none when nothing does.
    pub fn limit(&self) -> Option<String> {
        let said = |kind: &str, status: &str| self.conditions.iter().find(|c| c.kind == kind && c.status == status);
        if let Some(inactive) = said("ScalingActive", "False") {
            return Some(match inactive.reason.as_str() {
                "ScalingDisabled" => "scaled to zero by hand".into(),
                "FailedGetResourceMetric" | "FailedGetContainerResourceMetric" => {
                    format!("no metrics: {}", cause(&inactive.message))
                }
                _ => format!("{}: {}", inactive.reason, cause(&inactive.message)),
            });
        }
        if let Some(unable) = said("AbleToScale", "False") {
            return Some(format!("cannot scale: {}", cause(&unable.message)));
        }
        if let Some(limited) = said("ScalingLimited", "True") {
            match limited.reason.as_str() {
                "TooManyReplicas" => return Some("at max".into()),
                // Resting at the minimum is no limit anybody minds.
                "TooFewReplicas" => return None,
                "ScaleDownLimit" | "ScaleUpLimit" => return Some("scales step by step".into()),
                _ => {}
            }
        }
        match said("AbleToScale", "True").map(|able| able.reason.as_str()) {
            Some("ScaleDownStabilized") => Some("stabilising before it scales down".into()),
            Some("BackoffBoth" | "BackoffDownscale") => Some("waits before it scales down".into()),
            _ if self.current == self.max && self.desired == self.max && self.max > self.min => Some("at max".into()),
            _ => None,
        }
    }

    /// The metric that comes nearest to, or is furthest beyond, its target.
    pub fn leading(&self) -> Option<&Gauge> {
        let load = |gauge: &Gauge| gauge.now.zip(gauge.target).map(|(now, target)| now * 100 / target.max(1));
        self.gauges.iter().max_by_key(|gauge| load(gauge).unwrap_or(0))
    }
}

/// The last part of a controller's sentence says why; what stands before repeats what was tried.
fn cause(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    line.rsplit(": ").next().unwrap_or(line).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaler(conditions: &[(&str, &str, &str, &str)]) -> Scaler {
        let condition = |(kind, status, reason, message): &(&str, &str, &str, &str)| Condition {
            kind: kind.to_string(),
            status: status.to_string(),
            reason: reason.to_string(),
            message: message.to_string(),
        };
        Scaler {
            name: "iom-core".into(),
            of: ("Deployment".into(), "iom-core".into()),
            min: 1,
            max: 3,
            current: 2,
            desired: 2,
            gauges: vec![
                Gauge { name: "memory".into(), now: Some(40), target: Some(85) },
                Gauge { name: "cpu".into(), now: Some(90), target: Some(80) },
            ],
            scaled: None,
            conditions: conditions.iter().map(condition).collect(),
        }
    }

    #[test]
    fn what_holds_an_autoscaler_is_said_in_a_few_words() {
        let limit = |conditions: &[_]| scaler(conditions).limit().unwrap_or_default();
        let missing = "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API";
        assert_eq!(
            limit(&[("ScalingActive", "False", "FailedGetResourceMetric", missing)]),
            "no metrics: no metrics returned from resource metrics API"
        );
        assert_eq!(limit(&[("ScalingLimited", "True", "TooManyReplicas", "")]), "at max");
        assert_eq!(limit(&[("ScalingLimited", "True", "TooFewReplicas", "")]), "");
        assert_eq!(limit(&[("AbleToScale", "True", "ScaleDownStabilized", "")]), "stabilising before it scales down");
        assert_eq!(limit(&[]), "");
    }

    #[test]
    fn the_metric_furthest_beyond_its_target_leads() {
        assert_eq!(scaler(&[]).leading().unwrap().name, "cpu");
    }
}
