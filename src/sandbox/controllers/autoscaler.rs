//! Horizontal autoscalers, and the figures they look at.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Turn;
use super::events::{Said, say};
use super::pods::{self, condition};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::quantity;
use crate::sandbox::registry::{self, PatchType, Writing};
use crate::sandbox::store::{Key, LabelSelector};
use crate::sandbox::world::World;

/// Deviation from the target that is ignored, in hundredths.
const TOLERANCE: i128 = 10;

/// Time until fewer replicas are believed.
const CALM: Duration = Duration::from_secs(60);

/// What a container uses now: thousandths of a core, and bytes. A wave whose height the scenario says; the same pod
/// has the same wave in every run.
pub fn usage(world: &World, pod: &Value, container: &Value) -> (i128, i128) {
    let request = |name: &str, default: &str| {
        let asked = json::text(container, &format!("/resources/requests/{name}"));
        quantity::thousandths(if asked.is_empty() { default } else { asked })
    };
    let (cpu, memory) = (request("cpu", "50m"), request("memory", "128Mi") / 1_000);
    let load = world.load.clone();
    let seconds = world.clock.unscaled(Duration::from_millis(
        u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default() % 86_400_000,
    ));
    let phase = (super::events::fnv(json::text(pod, "/metadata/name")) % 628) as f64 / 100.0;
    let wave = (seconds.as_secs_f64() / load.period_s.max(1.0) * std::f64::consts::TAU + phase * load.spread).sin();
    #[expect(clippy::cast_possible_truncation, reason = "a share of a hundred")]
    let percent = (load.percent + load.swing * wave).max(0.5).round() as i128;
    (cpu * percent / 100, memory * (45 + percent / 4) / 100)
}

/// Looks at all autoscalers.
pub fn all(turn: &mut Turn<'_>) {
    let keys: Vec<Key> = turn
        .store
        .list("autoscaling/horizontalpodautoscalers", None, None)
        .map(|record| Key::new("autoscaling/horizontalpodautoscalers", &record.namespace, &record.name))
        .collect();
    for key in &keys {
        look(turn, key);
    }
}

fn look(turn: &mut Turn<'_>, key: &Key) -> Option<()> {
    let autoscaler = turn.store.at(key)?.value();
    let target = &autoscaler["spec"]["scaleTargetRef"];
    let kind = turn.store.kinds.of_object(json::text(target, "/apiVersion"), json::text(target, "/kind"))?.clone();
    let workload = turn.store.value(&kind.table, &key.namespace, json::text(target, "/name"))?;
    let selector = LabelSelector::of(json::at(&workload, "/spec/selector"));
    let pods: Vec<Value> = turn
        .store
        .list("/pods", Some(&key.namespace), None)
        .filter(|record| selector.selects(record))
        .map(|record| record.value())
        .filter(pods::ready)
        .collect();
    let current = i128::from(json::int(&workload, "/spec/replicas").unwrap_or(0));
    let mut wanted: Option<i128> = None;
    let mut told = Vec::new();
    let mut reason = String::new();
    for metric in json::items(&autoscaler, "/spec/metrics") {
        let name = json::text(metric, "/resource/name");
        let goal = i128::from(json::int(metric, "/resource/target/averageUtilization").unwrap_or(80)).max(1);
        let (mut used, mut asked) = (0, 0);
        for pod in &pods {
            for container in json::items(pod, "/spec/containers") {
                let (cpu, memory) = usage(turn.world, pod, container);
                let request = quantity::thousandths(json::text(container, &format!("/resources/requests/{name}")));
                used += if name == "memory" { memory * 1_000 } else { cpu };
                asked += request;
            }
        }
        if asked == 0 {
            continue;
        }
        let share = used * 100 / asked;
        let average = used / i128::try_from(pods.len().max(1)).unwrap_or(1);
        let average = if name == "memory" { (average / 1_000).to_string() } else { format!("{average}m") };
        told.push(json!({"type": "Resource", "resource": {"name": name,
            "current": {"averageUtilization": i64::try_from(share).unwrap_or(0), "averageValue": average}}}));
        let ratio = share * 100 / goal;
        let ready = i128::try_from(pods.len()).unwrap_or(0);
        let proposal = if (ratio - 100).abs() <= TOLERANCE { current } else { (ready * ratio + 99) / 100 };
        if wanted.is_none_or(|known| proposal > known) {
            wanted = Some(proposal);
            let how = if proposal > current { "above" } else { "below" };
            reason = format!("{name} resource utilization (percentage of request) {how} target");
        }
    }
    let least = i128::from(json::int(&autoscaler, "/spec/minReplicas").unwrap_or(1));
    let most = i128::from(json::int(&autoscaler, "/spec/maxReplicas").unwrap_or(1));
    let measured = wanted.is_some();
    let proposal = wanted.unwrap_or(current);
    let last = json::text(&autoscaler, "/status/lastScaleTime").to_string();
    let calm = last.is_empty() || turn.world.clock.unscaled(clock::age(&last)) >= CALM;
    let desired = proposal.clamp(least, most.max(least));
    let desired = if desired < current && !calm && current <= most { current } else { desired };
    let mut status = autoscaler["status"].clone();
    if desired != current && current > 0 {
        let patch = json!({"spec": {"replicas": i64::try_from(desired).unwrap_or(1)}});
        let how = Writing { manager: "kube-controller-manager".into(), ..Writing::default() };
        let name = json::text(target, "/name");
        let _ = registry::patch(turn.store, &kind, &key.namespace, name, "scale", &patch, PatchType::Merge, &how);
        json::set(&mut status, &["lastScaleTime"], clock::now());
        let message = format!("New size: {desired}; reason: {reason}");
        say(turn.store, &autoscaler, Said::normal("horizontal-pod-autoscaler", "SuccessfulRescale", &message));
    }
    let known = json::items(&autoscaler, "/status/conditions");
    let limited = proposal != proposal.clamp(least, most.max(least));
    let (limit_reason, limit_message) = match (limited, proposal > most) {
        (true, true) => ("TooManyReplicas", "the desired replica count is more than the maximum replica count"),
        (true, false) => ("TooFewReplicas", "the desired replica count is less than the minimum replica count"),
        (false, _) => ("DesiredWithinRange", "the desired count is within the acceptable range"),
    };
    let conditions = [
        condition(known, "AbleToScale", true, "ReadyForNewScale", "recommended size matches current size"),
        match measured {
            true => condition(
                known,
                "ScalingActive",
                true,
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage \
                 of request)",
            ),
            false => condition(
                known,
                "ScalingActive",
                false,
                "FailedGetResourceMetric",
                "the HPA was unable to compute the replica count: no metrics returned from resource metrics API",
            ),
        },
        condition(known, "ScalingLimited", limited, limit_reason, limit_message),
    ];
    let conditions: Vec<Value> = conditions.into_iter().map(without_update_time).collect();
    json::set(&mut status, &["conditions"], conditions);
    json::set(&mut status, &["currentReplicas"], i64::try_from(current).unwrap_or(0));
    json::set(&mut status, &["desiredReplicas"], i64::try_from(desired).unwrap_or(0));
    json::set(&mut status, &["currentMetrics"], told);
    pods::set_status(turn, key, &status);
    Some(())
}

/// Conditions of autoscalers know only one time.
fn without_update_time(mut condition: Value) -> Value {
    condition.as_object_mut().map(|condition| condition.remove("lastUpdateTime"));
    condition
}
