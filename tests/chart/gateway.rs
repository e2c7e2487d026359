//! nginx accepts the gateway's configuration, whatever is switched on.

use iomctl::plan::path::merge;
use serde_json::{Value, json};

use crate::inventory::switched;
use crate::nginx::Configuration;

/// The flags that decide about routes.
const FLAGS: [&str; 5] = [
    "features.enableCollaborativeSqlEditor.enabled",
    "features.enableAutomatedMaintenance.enabled",
    "features.eventStream.enabled",
    "features.sparkProxyForArrowFlight.enabled",
    "features.arrowFlightConnection.enabled",
];

/// Settings of the gateway itself: the values, and what must then stand in its main file.
fn settings() -> Vec<(Value, &'static str)> {
    let gateway = |value: Value| json!({"services": {"gateway": value}});
    vec![
        (json!({"ingress": {"httpsEnabled": false}}), "X-Forwarded-Proto http;"),
        (json!({"ingress": {"httpsEnabled": true}}), "X-Forwarded-Port 443;"),
        (gateway(json!({"settings": {"publicPort": "8443"}})), "X-Forwarded-Port 8443;"),
        (gateway(json!({"settings": {"maxCookieSize": "256k"}})), "large_client_header_buffers 8 256k;"),
        (gateway(json!({"settings": {"readTimeout": 100}})), "grpc_read_timeout 100s;"),
        (gateway(json!({"rateLimit": {"enabled": true, "requestsPerSecond": 7, "burst": 3}})), "rate=7r/s;"),
        (gateway(json!({"logging": {"accessLog": {"enabled": false}}})), "access_log off;"),
        (gateway(json!({"logging": {"errorLogLevel": "debug"}})), "error_log /dev/stderr debug;"),
        (gateway(json!({"port": 8081})), "listen 8081 http2;"),
        (json!({"clusterDomain": "lake.internal"}), "iom-app.iomete-system.svc.lake.internal:80;"),
        (json!({}), "proxy_read_timeout 86400s;"),
    ]
}

/// Every combination of the flags, each with the gateway's settings as they are and all changed.
fn combinations() -> Vec<Value> {
    let mut changed = json!({"ingress": {"httpsEnabled": false}});
    for (setting, _) in settings() {
        merge(&mut changed, &setting);
    }
    let mut all = Vec::new();
    for bits in 0..1u32 << FLAGS.len() {
        let mut values = json!({});
        for (at, flag) in FLAGS.iter().enumerate() {
            merge(&mut values, &switched(flag, bits & (1 << at) != 0));
        }
        let mut other = changed.clone();
        merge(&mut other, &values);
        all.extend([values, other]);
    }
    all
}

#[test]
fn nginx_accepts_every_combination_of_flags() {
    let all = combinations();
    assert_eq!(all.len(), 64);
    std::thread::scope(|scope| {
        for part in all.chunks(all.len() / 2) {
            scope.spawn(move || {
                for values in part {
                    if let Err(said) = Configuration::render(values).check() {
                        panic!("{values}: {said}");
                    }
                }
            });
        }
    });
}

#[test]
fn settings_reach_the_configuration() {
    for (values, expected) in settings() {
        let configuration = Configuration::render(&values);
        let text = std::fs::read_to_string(configuration.path().join("nginx.conf")).expect("nginx.conf");
        assert!(text.contains(expected), "{values}: {expected} is not in\n{text}");
        configuration.check().unwrap_or_else(|said| panic!("{values}: {said}"));
    }
}
