use proptest::prelude::*;

use super::*;

/// Values with these flags on and all others off.
fn flags(on: &[&str]) -> Value {
    let mut values = json!({});
    for flag in &catalogue().flags {
        path::set(&mut values, &flag.path, json!(on.contains(&flag.key())));
    }
    values
}

const RAS: [&str; 4] = ["onboardComputeRas", "onboardSparkJobRas", "onboardWorkspaceRas", "onboardNamespaceMappingRas"];

fn with_domain() -> Value {
    flags(&[RAS[0], RAS[1], RAS[2], RAS[3], "domainLevelBundleAuthorization"])
}

fn switched(wave: &Wave) -> Vec<&str> {
    wave.flags.iter().map(|change| change.flag.as_str()).collect()
}

fn plan(current: Option<&Value>, target: &Value) -> Vec<Wave> {
    waves(current, target, &Facts::default()).unwrap()
}

#[test]
fn a_fresh_installation_switches_the_ras_flags_first_and_the_domain_flag_in_a_second_wave() {
    let waves = plan(None, &with_domain());
    assert_eq!(waves.len(), 2);
    assert_eq!(switched(&waves[0]), RAS);
    assert!(waves[0].restarts.is_empty(), "an installation starts everything anew");
    assert_eq!(switched(&waves[1]), ["domainLevelBundleAuthorization"]);
    assert_eq!(waves[1].restarts.first().map(String::as_str), Some("iom-identity"));
    let kinds: Vec<GateKind> = waves[1].gates.iter().map(|gate| gate.kind).collect();
    assert_eq!(kinds, [GateKind::Verification, GateKind::NotApplicable], "{:?}", waves[1].gates);
}

#[test]
fn an_existing_environment_needs_the_migration_attested() {
    let waves = plan(Some(&flags(&[])), &with_domain());
    assert_eq!(waves.len(), 2);
    let attested = |wave: &Wave| -> Vec<&str> {
        wave.gates.iter().filter(|g| g.kind == GateKind::Attestation).map(|g| g.code).collect()
    };
    assert_eq!(attested(&waves[0]), ["F02"]);
    assert_eq!(attested(&waves[1]), ["F01"]);
}

#[test]
fn disabling_walks_backwards() {
    let waves = plan(Some(&with_domain()), &flags(&[]));
    assert_eq!(switched(&waves[0]), ["domainLevelBundleAuthorization"]);
    assert_eq!(switched(&waves[1]), RAS);
    let scheduling = plan(Some(&flags(&["jobOrchestrator", "scheduling"])), &flags(&[]));
    assert_eq!(scheduling.iter().map(switched).collect::<Vec<_>>(), [["scheduling"], ["jobOrchestrator"]]);
    assert!(scheduling[1].gates.iter().any(|gate| gate.code == "F05"), "{:?}", scheduling[1].gates);
}

#[test]
fn scheduling_may_share_a_wave_with_the_orchestrator() {
    let waves = plan(Some(&flags(&[])), &flags(&["jobOrchestrator", "scheduling"]));
    assert_eq!(waves.len(), 1);
}

#[test]
fn the_audit_waits_for_the_event_stream_even_at_first() {
    let waves = plan(None, &flags(&["eventStream", "dataAccessAudit"]));
    assert_eq!(waves.iter().map(switched).collect::<Vec<_>>(), [["eventStream"], ["dataAccessAudit"]]);
    assert_eq!(waves[1].spark, Some(SparkEffect::Restart));
    assert!(waves[1].gates.iter().any(|g| g.code == "F07" && g.kind == GateKind::Attestation));
}

#[test]
fn the_gateway_restarts_last_and_new_services_do_not_restart() {
    let waves = plan(Some(&flags(&["services.nats.enabled"])), &flags(&["eventStream", "nats"]));
    let restarts = &waves[0].restarts;
    assert_eq!(restarts.first().map(String::as_str), Some("iom-identity"));
    assert_eq!(restarts.last().map(String::as_str), Some("iom-gateway"));
    assert!(!restarts.iter().any(|s| s == "iom-collab" || s == "iom-event-stream"), "{restarts:?}");
}

#[test]
fn a_target_that_breaks_a_rule_is_refused_with_all_rules() {
    let findings = waves(None, &flags(&["scheduling", "sparkProxyForArrowFlight"]), &Facts::default()).unwrap_err();
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["F03", "F11"]);
}

#[test]
fn a_change_that_would_detach_data_is_refused() {
    let of = |bucket: &str| json!({"storage": {"bucketName": bucket}});
    let findings = waves(Some(&of("a")), &of("b"), &Facts::default()).unwrap_err();
    assert_eq!(findings[0].code, "S24");
}

/// The PEM chain may only go after the orchestrator that needs it, although scheduling goes first.
#[test]
fn settings_leave_with_the_last_flag_that_needs_them() {
    let tls = |flags: Value, ca: Option<&str>| {
        let mut values = flags;
        path::set(&mut values, "database.ssl.enabled", json!(true));
        path::set(&mut values, "javaTrustStore.enabled", json!(true));
        if let Some(ca) = ca {
            path::set(&mut values, "javaTrustStore.caCertFileName", json!(ca));
        }
        values
    };
    let before = tls(flags(&["jobOrchestrator", "scheduling"]), Some("ca.pem"));
    let waves = plan(Some(&before), &tls(flags(&[]), None));
    assert_eq!(waves[1].others, ["javaTrustStore.caCertFileName"]);
    assert!(waves[0].others.is_empty());
}

#[test]
fn without_a_difference_there_are_no_waves() {
    let values = with_domain();
    assert_eq!(plan(Some(&values), &values), []);
    // A flag that was not written before had its default, and writing that changes nothing.
    assert_eq!(plan(Some(&json!({})), &json!({"features": {"icebergMetrics": {"enabled": true}}})), []);
}

#[test]
fn live_values_restart_nothing() {
    let waves = plan(Some(&flags(&[])), &{
        let mut values = flags(&[]);
        path::set(&mut values, "docker.tagAliases", json!({"stable": "1"}));
        values
    });
    assert!(waves[0].restarts.is_empty());
    let renamed = plan(Some(&json!({"name": "a"})), &json!({"name": "b"}));
    assert!(renamed[0].restarts.contains(&"iom-core".to_string()));
}

/// Every order that the catalogue demands is planned, and only flags that exist are named.
#[test]
fn edges_agree_with_the_catalogue() {
    use crate::platform::RequirementKind::{Before, Together};
    for edge in &table().edges {
        assert!(catalogue().flag(&edge.flag).is_some() && catalogue().flag(&edge.needs).is_some(), "{edge:?}");
        assert!(rules::find(&edge.rule).is_some(), "{edge:?}");
    }
    for flag in &catalogue().flags {
        for need in flag.requires.iter().filter(|need| matches!(need.how, Before | Together)) {
            let key = catalogue().flag(&need.flag).unwrap().key();
            let planned = table().edges.iter().find(|edge| edge.flag == flag.key() && edge.needs == key);
            let later = planned.is_some_and(|edge| edge.existing == Step::Later && edge.fresh == Step::Later);
            assert!(planned.is_some() && (need.how != Before || later), "{} → {key}", flag.key());
        }
    }
}

/// Any combination of flags that breaks no hard rule: what leans on a flag that is off is off.
fn sound_flags() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(any::<bool>(), catalogue().flags.len()).prop_map(|bits| {
        let mut on: Vec<&'static str> =
            catalogue().flags.iter().zip(&bits).filter(|(_, bit)| **bit).map(|(flag, _)| flag.key()).collect();
        for edge in &table().edges {
            if bits[0] && on.contains(&edge.flag.as_str()) && !on.contains(&edge.needs.as_str()) {
                let needs = catalogue().flag(&edge.needs).unwrap().key();
                on.push(needs);
            }
        }
        on.retain(|flag| {
            let needs = table().edges.iter().filter(|e| e.flag == *flag && !["F07", "F12"].contains(&e.rule.as_str()));
            needs.into_iter().all(|edge| bits[0] || bits_on(&bits, &edge.needs))
        });
        on
    })
}

fn bits_on(bits: &[bool], flag: &str) -> bool {
    catalogue().flags.iter().zip(bits).any(|(known, bit)| known.key() == flag && *bit)
}

/// A configuration: flags, and a setting besides them.
fn configuration() -> impl Strategy<Value = Value> {
    (sound_flags(), 1u64..4).prop_map(|(on, replicas)| {
        let mut values = flags(&on);
        path::set(&mut values, "services.gateway.replicas", json!(replicas));
        if on.contains(&"nats") {
            path::set(&mut values, "services.collab.replicas", json!(replicas));
        }
        values
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_is_sound(current in proptest::option::of(configuration()), target in configuration()) {
        let waves = waves(current.as_ref(), &target, &Facts::default()).unwrap();
        let mut before = current.clone();
        for (index, wave) in waves.iter().enumerate() {
            prop_assert_eq!(wave.number, index + 1);
            prop_assert!(!wave.flags.is_empty() || !wave.others.is_empty(), "empty wave");
            prop_assert!(hard(&wave.values, &Facts::default()).is_empty());
            for flag in &catalogue().flags {
                let was = before.as_ref().is_some_and(|values| is_on(values, flag));
                let change = wave.flags.iter().find(|change| change.path == flag.path);
                prop_assert_eq!(was != is_on(&wave.values, flag), change.is_some(), "{}", flag.name);
            }
            before = Some(wave.values.clone());
        }
        let reached = before.unwrap_or_else(|| target.clone());
        prop_assert_eq!(&reached, &target);
        prop_assert!(plan(Some(&reached), &target).is_empty(), "a reached target needs no wave");
    }

    /// A flag is never switched on in the wave that first activates what it needs.
    #[test]
    fn what_must_be_active_was_active_before(current in configuration(), target in configuration()) {
        let waves = waves(Some(&current), &target, &Facts::default()).unwrap();
        for wave in &waves {
            for edge in table().edges.iter().filter(|edge| edge.existing == Step::Later) {
                let change = |flag: &str, to: bool| wave.flags.iter().any(|c| c.flag == flag && c.to == to);
                prop_assert!(!(change(&edge.flag, true) && change(&edge.needs, true)), "{edge:?}");
                prop_assert!(!(change(&edge.flag, false) && change(&edge.needs, false)), "{edge:?}");
            }
        }
    }
}
