//! From answers to waves: what a person plans with.

use crate::story::{answered, answered_knowing, empty};
use iomctl::plan::{Facts, GateKind, Severity, waves};

#[test]
fn a_fresh_installation_with_domain_authorization_takes_two_waves() {
    let text = "features: {domainLevelBundleAuthorization: true, onboardComputeRas: true, onboardSparkJobRas: true, \
                onboardWorkspaceRas: true, onboardNamespaceMappingRas: true, jobOrchestrator: true, scheduling: true}";
    let evaluation = answered_knowing(text, &empty());
    assert!(!evaluation.is_blocked(), "{:?}", evaluation.findings);
    let waves = waves(None, &evaluation.values, &Facts::default()).expect("a way");
    assert_eq!(waves.len(), 2);
    assert!(waves[0].flags.iter().any(|change| change.flag == "scheduling"));
    assert_eq!(waves[1].flags.len(), 1);
    assert!(waves[1].gates.iter().any(|gate| gate.kind == GateKind::NotApplicable && gate.code == "F01"));
    assert_eq!(waves[1].values, evaluation.values);
}

#[test]
fn the_answers_and_the_waves_refuse_the_same_targets() {
    let evaluation =
        answered("features: {scheduling: true, arrowFlightForDbExplorer: true, arrowFlightConnection: false}");
    let said: Vec<&str> = evaluation.of(Severity::Hard).map(|finding| finding.code).collect();
    let refused = waves(None, &evaluation.values, &Facts::default()).expect_err("a refusal");
    let mut codes: Vec<&str> = refused.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    let mut said = said;
    said.sort_unstable();
    assert_eq!(codes, said);
}
