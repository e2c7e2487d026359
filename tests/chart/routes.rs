//! Every path reaches the backend that the specification gives it: asked of a running nginx.

use iomctl::platform::routing::{RequestPath, Router, Verdict};
use iomctl::platform::{FlagState, Protocol, RouteTable, catalogue};
use serde_json::{Value, json};

use crate::cases;
use crate::inventory::switched;
use crate::nginx::{Configuration, Server};

/// The suffix of every Service of the platform.
const DOMAIN: &str = "iomete-system.svc.cluster.local";

fn all_on() -> Server {
    Configuration::render(cases::case("everything")).serve()
}

fn defaults() -> Server {
    Configuration::render(&json!({})).serve()
}

/// A request path that a pattern of the catalogue stands for.
fn sample(pattern: &str) -> String {
    pattern
        .replace("/v*/", "/v2/")
        .replace("connect.*", "connect.SparkConnectService/ExecutePlan")
        .replace("/*", "/abc")
        .replace("/...", "/rest")
}

/// The routes of the specification, one by one; `iomctl route` and nginx must give the same answer.
#[test]
fn nginx_answers_like_the_route_command() {
    let router = Router::new(catalogue()).expect("patterns are valid");
    let values = cases::case("everything");
    let mut on = FlagState::defaults(catalogue());
    for flag in catalogue().flags.iter().filter(|f| f.class == iomctl::platform::FlagClass::Deployment) {
        let pointer = format!("/{}", flag.path.replace('.', "/"));
        let value = values.pointer(&pointer).and_then(Value::as_bool).unwrap_or(flag.default);
        on.set(catalogue(), &flag.name, value).expect("a flag of the catalogue");
    }
    let mut without_flight = FlagState::defaults(catalogue());
    without_flight.set(catalogue(), "arrowFlightConnection", false).expect("a flag of the catalogue");
    let no_flight = Configuration::render(&switched("features.arrowFlightConnection.enabled", false)).serve();
    let servers = [(all_on(), on), (defaults(), FlagState::defaults(catalogue())), (no_flight, without_flight)];
    for (server, flags) in servers {
        for route in catalogue().routes.iter().filter(|r| r.table != RouteTable::Refused) {
            let path = sample(&route.pattern);
            for path in [path.clone(), format!("{}/below?q=1", path.trim_end_matches('/'))] {
                let path_seen = RequestPath::parse(&path).expect("a path");
                let answer = router.answer(&path_seen, &flags).expect("`/` takes the rest");
                let got = server.get(&path, &["cluster: abc", "data-plane: team-a"]);
                match answer.verdict {
                    Verdict::Service { service, .. } if service.starts_with("spark-proxy-server") => {
                        assert_eq!(got.body, "spark-proxy-server-team-a.team-a.svc.cluster.local:33333", "{path}");
                    }
                    Verdict::Service { service, .. } => {
                        assert_eq!(got.body, format!("{service}.{DOMAIN}:80"), "{path}")
                    }
                    Verdict::Workload { address } => {
                        let address = address.replace("<name>", "abc").replace("<ns>", "team-a");
                        let (host, port) = address.split_once(':').expect("host and port");
                        assert_eq!(got.body, format!("{host}.svc.cluster.local:{port}"), "{path}");
                    }
                    // gRPC has no 404: its clients read the status from a header.
                    _ if answer.protocols == [Protocol::Grpc] => assert!(got.head.contains("grpc-status: 5"), "{path}"),
                    verdict => assert_eq!(Some(got.status), verdict.status(), "{path}"),
                }
            }
        }
    }
}

/// Precedence and boundaries, where a careless pattern would go wrong.
#[test]
fn edges_of_the_routing_map() {
    let server = all_on();
    let table = [
        ("/", "iom-app"),
        ("/index.html", "iom-app"),
        ("/domains/sales/sql", "iom-app"),
        ("/admin/users", "iom-app"),
        ("/apiary", "iom-app"),
        ("/collaborations", "iom-app"),
        ("/socketXio", "iom-app"),
        ("/catalogs", "iom-app"),
        ("/catalogs/", "iom-rest-catalog"),
        ("/catalogs/lake/v1/config", "iom-rest-catalog"),
        ("/spark-historyx", "iom-app"),
        ("/api/v1/auth", "iom-core"),
        ("/api/v1/authz/check", "iom-core"),
        ("/api/v12/users/7", "iom-identity"),
        ("/api/v1/domains/sql/compute", "iom-cluster"),
        ("/api/v1/domains/compute/sql/sql", "iom-sql"),
        ("/api/v1/domains/d/spark/jobs/x/runs", "iom-cluster"),
        ("/api/v1/domains/d/secrets", "iom-cluster"),
        ("/api/v1/admin/domains/d/sql", "iom-identity"),
        ("/openapi/ui/index.html", "iom-core"),
        ("/openapi/rest-catalog", "iom-rest-catalog"),
        ("/service/roles/role/1", "iom-identity"),
        ("/data-plane/team-a/event-stream/clicks/v1", "iom-event-stream-proxy"),
        ("/api/v1//users", "iom-identity"),
    ];
    for (path, service) in table {
        let got = server.get(path, &[]);
        assert_eq!((got.status, got.body), (200, format!("{service}.{DOMAIN}:80")), "{path}");
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/unknown",
        "/api/vX/users",
        "/api/v1/usersx",
        "/api/v1/authority",
        "/api/v1/domains/d/spark",
        "/api/v1/domains/a/b/sql",
        "/api/users",
    ] {
        let got = server.get(path, &[]);
        assert_eq!(got.status, 404, "{path}: {}", got.body);
        assert!(got.head.to_lowercase().contains("content-type: application/json"), "{path}: {}", got.head);
    }
    for path in ["/service", "/service/other", "/service/rolesx"] {
        assert_eq!(server.get(path, &[]).status, 404, "{path}");
    }
}

/// gRPC calls name their target in headers; a call that names none gets the answer gRPC clients understand.
#[test]
fn grpc_targets_come_from_headers() {
    let connect = "/spark.connect.SparkConnectService/ExecutePlan";
    let flight = "/arrow.flight.protocol.FlightService/DoGet";
    let server = defaults();
    let ask = |path: &str, headers: &[&str]| server.get(path, headers);
    assert_eq!(ask(connect, &["cluster: bi", "data-plane: team-a"]).body, "cc-bi.team-a.svc.cluster.local:15002");
    assert_eq!(ask(flight, &["cluster: bi", "data-plane: team-a"]).body, "cc-bi.team-a.svc.cluster.local:33333");
    assert_eq!(ask(connect, &["cluster: bi"]).body, format!("cc-bi.{DOMAIN}:15002"));
    for headers in
        [&["data-plane: team-a"][..], &["cluster: bi.evil"], &["cluster: a/b"], &["cluster: bi", "data-plane: x.y"]]
    {
        for path in [connect, flight] {
            let got = ask(path, headers);
            assert_eq!(got.status, 200, "{headers:?}");
            assert!(got.head.contains("grpc-status: 5"), "{headers:?}: {}", got.head);
            assert_eq!(got.body, "", "{headers:?}");
        }
    }
    let proxied = all_on();
    assert_eq!(
        proxied.get(flight, &["data-plane: team-a"]).body,
        "spark-proxy-server-team-a.team-a.svc.cluster.local:33333"
    );
    assert_eq!(proxied.get(flight, &[]).body, format!("spark-proxy-server-iomete-system.{DOMAIN}:33333"));
}
