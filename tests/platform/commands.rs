//! The commands as people run them.

use std::process::{Command, Output, Stdio};

fn iomctl(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_iomctl")).args(args).output().expect("iomctl starts")
}

/// What a successful run prints.
fn prints(args: &[&str]) -> String {
    let output = iomctl(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// What a run that must fail with bad input says.
fn refuses(args: &[&str]) -> String {
    let output = iomctl(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn services_are_listed_and_explained() {
    insta::assert_snapshot!("services-optional", prints(&["services", "--optional"]));
    insta::assert_snapshot!(
        "services-details",
        prints(&["services", "iom-event-stream", "spark-operator-submit-service"])
    );
}

#[test]
fn services_can_be_chosen() {
    let names = |args: &[&str]| -> Vec<String> {
        let text = prints(&[&["services", "-o", "json"], args].concat());
        let services: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        services.iter().map(|service| service["name"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(names(&[]).len(), 28);
    assert_eq!(names(&["--always"]).len(), 18);
    assert_eq!(names(&["--flag", "nats"]), ["nats"]);
    assert_eq!(names(&["--tier", "7"]), ["iom-gateway", "iom-app"]);
    assert_eq!(
        names(&["--flag", "features.eventStream.enabled", "--tier", "6"]),
        ["iom-event-stream", "iom-event-stream-proxy"]
    );
}

#[test]
fn flags_are_listed_and_explained() {
    insta::assert_snapshot!("flags-of-a-service", prints(&["flags", "--service", "iom-catalog"]));
    insta::assert_snapshot!("flags-deployment", prints(&["flags", "--kind", "deployment"]));
    insta::assert_snapshot!("flags-details", prints(&["flags", "domainLevelBundleAuthorization"]));
    let all = prints(&["flags"]);
    for path in ["services.nats.enabled", "features.showExecutorLogs.enabled"] {
        assert!(all.contains(path), "{path}");
    }
    assert!(prints(&["flags", "--other"]).contains("features.eventIngest.enabled"));
}

#[test]
fn routes_are_listed_in_the_order_they_are_tried() {
    insta::assert_snapshot!("routes-of-a-service", prints(&["routes", "--service", "iom-identity"]));
    insta::assert_snapshot!("routes-workloads", prints(&["routes", "--table", "workloads"]));
    insta::assert_snapshot!("routes-unlisted", prints(&["routes", "--unlisted"]));
    let routes = prints(&["routes"]);
    let orders: Vec<u8> = routes.lines().filter_map(|line| line.split(' ').next()?.parse().ok()).collect();
    assert_eq!(orders.len(), 31 + 14 + 5 + 7 + 2);
    assert!(orders.is_sorted());
    assert!(prints(&["routes", "--flag", "sparkProxyForArrowFlight"]).contains("FlightService"));
}

#[test]
fn a_route_is_answered_as_the_gateway_would() {
    let answers = [
        "/api/v1/authz",
        "/data-plane/spark-a/lakehouse/etl/cliservice",
        "/spark.connect.SparkConnectService/ExecutePlan",
        "/collaboration",
        "/api/v1/nothing",
        "/api/v1/domains/sales/auth/tokens?page=2",
        "https://data.example/domains/sales",
    ];
    insta::assert_snapshot!("route-answers", answers.map(|path| prints(&["route", path])).join("\n"));
}

#[test]
fn flags_decide_about_routes() {
    let verdict = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&prints(&[&["route", "-o", "json"], args].concat())).unwrap()
    };
    let off = verdict(&["/collaboration"]);
    assert_eq!(off["verdict"], "flag-off");
    assert_eq!(off["flag"], "enableCollaborativeSqlEditor");
    for switch in
        [["--flags", "nats,enableCollaborativeSqlEditor"], ["--set-flag", "enableCollaborativeSqlEditor=true"]]
    {
        let on = verdict(&[&["/collaboration"][..], &switch[..]].concat());
        assert_eq!((on["verdict"].as_str(), on["service"].as_str()), (Some("service"), Some("iom-collab")));
    }
    let again = ["--flags", "eventStream", "--set-flag", "features.eventStream.enabled=false"];
    assert_eq!(verdict(&[&["/data-plane/ns/event-stream/s"][..], &again[..]].concat())["verdict"], "flag-off");
}

#[test]
fn yaml_says_what_json_says() {
    for command in ["services", "flags", "routes"] {
        let yaml: serde_json::Value = serde_yaml::from_str(&prints(&[command, "-o", "yaml"])).unwrap();
        let json: serde_json::Value = serde_json::from_str(&prints(&[command, "-o", "json"])).unwrap();
        assert_eq!(yaml, json, "{command}");
    }
}

#[test]
fn bad_input_is_refused_in_words_and_all_at_once() {
    insta::assert_snapshot!(
        "refused-route",
        refuses(&["route", "GET /api/v1/users", "--set-flag", "nats", "--flags", "eventStreem"])
    );
    insta::assert_snapshot!("refused-route-without-slash", refuses(&["route", "api/v1"]));
    insta::assert_snapshot!(
        "refused-services",
        refuses(&["services", "iom-cor", "zzz", "--tier", "9", "--flag", "jobOrchestrater"])
    );
    assert!(refuses(&["flags", "sheduling"]).contains("write `scheduling`"));
    assert!(refuses(&["routes", "--service", "iom-identiti"]).contains("write `iom-identity`"));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    for args in [&["services", "-o", "json"][..], &["flags"], &["routes"], &["completions", "bash"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        let output = command.args(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        assert!(output.status.success(), "{args:?}");
    }
}
