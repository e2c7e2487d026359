//! F01 to F28 and what the specification states about flags: each with a configuration that breaks it and one that
//! does not.

use crate::story::{answered, answered_knowing, empty, running, says, settled, silent, waits};
use iomctl::plan::Severity::{Ack, Advisory, Hard, Info};

const RAS: &str =
    "onboardComputeRas: true, onboardSparkJobRas: true, onboardWorkspaceRas: true, onboardNamespaceMappingRas: true";

#[test]
fn f01_the_domain_flag_needs_all_four_ras_flags() {
    let broken = answered("features: {domainLevelBundleAuthorization: true, onboardComputeRas: true}");
    says(&broken, "F01", Hard);
    let message = &crate::story::finding(&broken, "F01", Hard).unwrap().message;
    assert!(
        message.ends_with("Missing: onboardNamespaceMappingRas, onboardSparkJobRas, onboardWorkspaceRas."),
        "{message}"
    );
    let domain = format!("features: {{domainLevelBundleAuthorization: true, {RAS}}}");
    silent(&answered_knowing(&domain, &empty()), "F01");
    says(&answered_knowing(&domain, &running("")), "F01", Ack);
    silent(&answered_knowing(&domain, &running(&domain)), "F01");
    waits(&answered(&domain), "F01");
}

#[test]
fn f02_ras_flags_need_migrated_assets_where_there_are_any() {
    let ras = format!("features: {{{RAS}}}");
    says(&answered_knowing(&ras, &running("")), "F02", Ack);
    silent(&answered_knowing(&ras, &running(&ras)), "F02");
    silent(&answered_knowing(&ras, &empty()), "F02");
    waits(&answered(&ras), "F02");
    settled(&answered(""), "F02");
}

#[test]
fn f03_scheduling_needs_the_orchestrator() {
    says(&answered("features: {scheduling: true}"), "F03", Hard);
    silent(&answered("features: {scheduling: true, jobOrchestrator: true}"), "F03");
}

#[test]
fn f04_the_orchestrator_waits_for_database_and_cluster() {
    waits(&answered("features: {jobOrchestrator: true}"), "F04");
    settled(&answered(""), "F04");
}

#[test]
fn f05_jobs_move_back_before_the_orchestrator_goes() {
    let with = running("features: {jobOrchestrator: true}");
    says(&answered_knowing("", &with), "F05", Ack);
    silent(&answered_knowing("features: {jobOrchestrator: true}", &with), "F05");
    silent(&answered_knowing("", &empty()), "F05");
}

#[test]
fn f06_event_streams_wait_for_rights() {
    waits(&answered("features: {eventStream: true}"), "F06");
    settled(&answered(""), "F06");
}

#[test]
fn f07_the_audit_needs_its_table() {
    let audit = "features: {eventStream: true, dataAccessAudit: true}";
    says(&answered(audit), "F07", Ack);
    silent(&answered_knowing(audit, &running(audit)), "F07");
    silent(&answered(""), "F07");
}

#[test]
fn f08_iceberg_metrics_without_a_stream_are_a_note_unless_chosen() {
    says(&answered(""), "F08", Info);
    says(&answered("features: {icebergMetrics: true}"), "F08", Advisory);
    silent(&answered("features: {eventStream: true}"), "F08");
    silent(&answered("features: {icebergMetrics: false}"), "F08");
}

#[test]
fn f09_system_tables_are_made_by_hand() {
    says(&answered("features: {eventStream: true}"), "F09", Advisory);
    silent(&answered(""), "F09");
}

#[test]
fn f10_and_f11_need_arrow_flight() {
    let off = answered(
        "features: {arrowFlightConnection: false, arrowFlightForDbExplorer: true, sparkProxyForArrowFlight: true}",
    );
    says(&off, "F10", Hard);
    says(&off, "F11", Hard);
    let on = answered("features: {arrowFlightForDbExplorer: true, sparkProxyForArrowFlight: true}");
    silent(&on, "F10");
    silent(&on, "F11");
}

#[test]
fn f12_more_than_one_editor_pod_needs_nats() {
    let scaled = "services: {collab: {autoscaling: {enabled: true}}}\n";
    let editor = "features: {enableCollaborativeSqlEditor: true}";
    says(&answered(&format!("{scaled}{editor}")), "F12", Hard);
    says(&answered(&format!("extraValues: {{services: {{collab: {{replicas: 2}}}}}}\n{editor}")), "F12", Hard);
    says(&answered(editor), "F12", Advisory);
    let with_nats = "features: {enableCollaborativeSqlEditor: true, nats: true}";
    silent(&answered(&format!("{scaled}{with_nats}")), "F12");
}

#[test]
fn f13_nats_alone_is_idle() {
    says(&answered("features: {nats: true}"), "F13", Advisory);
    silent(&answered("features: {nats: true, enableCollaborativeSqlEditor: true}"), "F13");
}

#[test]
fn f15_f20_f23_f24_f25_are_said_when_chosen() {
    for (flag, code) in [
        ("ratelimiter", "F15"),
        ("icebergRestCatalogStrictMode", "F20"),
        ("sparkJobArchival", "F23"),
        ("enableAutomatedMaintenance", "F24"),
        ("jupyterContainers", "F25"),
    ] {
        says(&answered(&format!("features: {{{flag}: true}}")), code, Advisory);
        silent(&answered(""), code);
    }
}

#[test]
fn f16_f17_f18_ask_before_something_is_switched_off() {
    for (flag, code) in [("secretsV2", "F16"), ("identitySoftDelete", "F17"), ("ldapGroupInheritance", "F18")] {
        let on = format!("features: {{{flag}: true}}");
        let off = format!("features: {{{flag}: false}}");
        says(&answered_knowing(&off, &running(&on)), code, Ack);
        silent(&answered_knowing(&on, &running(&on)), code);
        silent(&answered_knowing(&off, &running(&off)), code);
        silent(&answered_knowing(&off, &empty()), code);
        waits(&answered(&off), code);
    }
}

#[test]
fn f19_folding_names_needs_two_confirmed_facts() {
    let folding = "features: {caseInsensitiveIcebergIdentifiers: true}";
    says(&answered(folding), "F19", Ack);
    silent(&answered_knowing(folding, &running(folding)), "F19");
    silent(&answered(""), "F19");
}

#[test]
fn f21_old_drivers_are_asked_about_where_there_are_any() {
    let off = running("features: {iometeSparkLivenessProbe: false}");
    says(&answered_knowing("", &off), "F21", Ack);
    silent(&answered_knowing("", &running("")), "F21");
    silent(&answered_knowing("", &empty()), "F21");
}

#[test]
fn f22_running_clusters_need_a_restart() {
    let on = "features: {activityMonitoring: true}";
    says(&answered_knowing(on, &running("")), "F22", Advisory);
    silent(&answered_knowing(on, &empty()), "F22");
}

#[test]
fn f24_maintenance_needs_equal_requests_and_limits() {
    let with = |limit: &str| {
        answered(&format!(
            "features: {{enableAutomatedMaintenance: true}}\nextraValues: {{services: {{maintenance: {{resources: \
             {{requests: {{cpu: 2, memory: 1Gi}}, limits: {{cpu: 2, memory: {limit}}}}}}}}}}}"
        ))
    };
    says(&with("2Gi"), "F24", Hard);
    assert!(crate::story::finding(&with("1Gi"), "F24", Hard).is_none());
}

#[test]
fn f26_f27_f28_are_notes_about_defaults() {
    for code in ["F26", "F27", "F28"] {
        says(&answered(""), code, Info);
    }
    let chosen = answered("features: {showExecutorLogs: true, emailNotifications: true, downloadQueryResults: true}");
    for code in ["F26", "F27", "F28"] {
        says(&chosen, code, Advisory);
    }
    silent(&answered("logging: {source: loki, lokiSettings: {host: loki, port: 80}}"), "F26");
    silent(&answered("features: {emailNotifications: false, downloadQueryResults: false}"), "F27");
}
