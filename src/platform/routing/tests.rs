//! All rows of the routing map, and the claim that the order of the rule groups and the longest match agree.

use proptest::prelude::*;

use super::super::catalogue::catalogue;
use super::super::flag_state::FlagState;
use super::super::route::{Route, RouteTable};
use super::{Answer, Pattern, RequestPath, Router, Verdict};

fn answer_with(path: &str, on: &[&str]) -> Answer {
    let mut flags = FlagState::defaults(catalogue());
    for flag in on {
        flags.set(catalogue(), flag, true).unwrap();
    }
    Router::new(catalogue()).unwrap().answer(&RequestPath::parse(path).unwrap(), &flags).unwrap()
}

fn answer(path: &str) -> Answer {
    answer_with(path, &[])
}

/// A path that a pattern describes, with `tail` in place of what may follow.
fn example(pattern: &str, tail: &str) -> String {
    let path = pattern.replace("v*", "v2").replace("spark.connect.*", "spark.connect.Service").replace("/...", "");
    let path = path.split('/').map(|part| if part == "*" { "x" } else { part }).collect::<Vec<_>>().join("/");
    format!("{}{tail}", path.trim_end_matches('/'))
}

#[test]
fn every_route_takes_its_own_examples() {
    let router = Router::new(catalogue()).unwrap();
    for route in &catalogue().routes {
        for tail in ["", "/", "/more", "/more/still?x=1"] {
            let text = example(&route.pattern, tail);
            let path = RequestPath::parse(if text.is_empty() { "/" } else { &text }).unwrap();
            let found = router.first_match(&path).unwrap().1;
            assert_eq!(found.pattern, route.pattern, "{path}");
        }
    }
}

#[test]
fn a_longer_last_word_is_not_the_same_route() {
    let router = Router::new(catalogue()).unwrap();
    for route in catalogue().routes.iter().filter(|r| r.pattern.ends_with(|c: char| c.is_alphanumeric())) {
        let path = RequestPath::parse(&example(&route.pattern, "-zzz")).unwrap();
        assert_ne!(router.first_match(&path).unwrap().1.pattern, route.pattern, "{path}");
    }
}

#[test]
fn only_the_start_page_and_the_refusals_overlap_others() {
    let routes = &catalogue().routes;
    let patterns: Vec<Pattern> = routes.iter().map(|r| Pattern::parse(&r.pattern).unwrap()).collect();
    for (i, a) in patterns.iter().enumerate() {
        for (j, b) in patterns.iter().enumerate().skip(i + 1) {
            let general = |n: usize| routes[n].pattern == "/" || routes[n].table == RouteTable::Refused;
            let apart = general(i) || general(j) || !a.overlaps(b);
            assert!(apart, "{} and {}", routes[i].pattern, routes[j].pattern);
        }
    }
}

#[test]
fn a_workload_gets_its_address_from_the_path() {
    let found = answer("/data-plane/spark-a/lakehouse/etl/cliservice");
    assert_eq!(found.verdict, Verdict::Workload { address: "cc-etl.spark-a:10000".into() });
    assert_eq!(found.variables["ns"], "spark-a");
    assert_eq!(found.variables["name"], "etl");
    let notebook = answer("/data-plane/spark-a/jupyter/nb1/lab");
    assert_eq!(notebook.verdict, Verdict::Workload { address: "jc-nb1.spark-a:8888".into() });
}

#[test]
fn grpc_calls_have_no_address_in_the_path() {
    let found = answer("/spark.connect.SparkConnectService/ExecutePlan");
    assert_eq!(found.verdict, Verdict::Workload { address: "cc-<name>.<ns>:15002".into() });
    let flight = "/arrow.flight.protocol.FlightService/DoGet";
    assert_eq!(answer(flight).verdict, Verdict::Workload { address: "cc-<name>.<ns>:33333".into() });
    let proxied = answer_with(flight, &["sparkProxyForArrowFlight"]);
    assert_eq!(proxied.verdict, Verdict::Workload { address: "spark-proxy-server-<ns>.<ns>:33333".into() });
    assert!(proxied.notes.contains(&"through spark-proxy-server while sparkProxyForArrowFlight is on".to_string()));
}

#[test]
fn a_route_without_its_flag_is_not_found_and_says_which() {
    for (path, flag, service) in [
        ("/collaboration/doc", "enableCollaborativeSqlEditor", "iom-collab"),
        ("/api/v1/admin/compaction", "enableAutomatedMaintenance", "iom-maintenance"),
        ("/api/v1/domains/d/compaction/runs", "enableAutomatedMaintenance", "iom-maintenance"),
        ("/data-plane/ns/event-stream/s", "eventStream", "iom-event-stream-proxy"),
    ] {
        let off = answer(path).verdict;
        let values_path = format!("features.{flag}.enabled");
        assert_eq!(off, Verdict::FlagOff { flag: flag.into(), values_path, service: service.into() });
        assert_eq!(off.status(), Some(404));
        let on = answer_with(path, &[flag]).verdict;
        assert_eq!(on, Verdict::Service { service: service.into(), address: format!("{service}:80") });
        assert_eq!(on.status(), None);
    }
}

#[test]
fn an_api_path_that_nobody_owns_is_not_the_start_page() {
    for path in ["/api", "/api/v1", "/api/v1/nope", "/api/v1/domains/d", "/api/v1/admin/nope", "/service/other"] {
        let found = answer(path).verdict;
        assert!(matches!(&found, Verdict::NotFound { likely_owners, .. } if likely_owners.is_empty()), "{path}");
    }
    for path in ["/", "/index.html", "/domains", "/domains/d/sql", "/admin/users", "/data-plane/x/other/y"] {
        let found = answer(path).verdict;
        assert!(matches!(&found, Verdict::Service { service, .. } if service == "iom-app"), "{path}");
    }
}

#[test]
fn a_path_of_the_documentation_names_its_likely_owner() {
    for unlisted in &catalogue().unlisted {
        let found = answer(&example(&unlisted.pattern, "/more"));
        let Verdict::NotFound { likely_owners, .. } = found.verdict else { panic!("{} is routed", unlisted.pattern) };
        assert_eq!(likely_owners, unlisted.owners, "{}", unlisted.pattern);
    }
}

/// Paths made of the words of the routing map, so that most of them come close to some route.
fn paths() -> impl Strategy<Value = String> {
    let mut words: Vec<String> =
        ["v1", "v", "x", "authz", "spark.connect.S", "spark.connect."].map(String::from).into();
    let patterns = catalogue().routes.iter().map(|r| &r.pattern).chain(catalogue().unlisted.iter().map(|u| &u.pattern));
    words.extend(patterns.flat_map(|p| p.split('/')).filter(|w| !w.is_empty() && !w.contains('*')).map(String::from));
    let near =
        prop::collection::vec(prop::sample::select(words), 0..7).prop_map(|parts| format!("/{}", parts.join("/")));
    let examples: Vec<String> = catalogue().routes.iter().map(|r| example(&r.pattern, "")).collect();
    let below =
        (prop::sample::select(examples), "(/[a-z.]{1,8}){0,3}").prop_map(|(path, tail)| format!("/{path}{tail}"));
    prop_oneof![near, below]
}

/// The matching route with the most segments.
fn longest_match<'r>(router: &'r Router<'_>, path: &RequestPath) -> Option<&'r (Pattern, &'r Route)> {
    let matching = router.routes.iter().filter(|(pattern, _)| pattern.matches(path));
    matching.max_by_key(|(pattern, _)| pattern.len())
}

proptest! {
    #[test]
    fn the_first_and_the_longest_match_agree(text in paths()) {
        if let Ok(path) = RequestPath::parse(&text) {
            let router = Router::new(catalogue()).unwrap();
            prop_assert_eq!(router.first_match(&path), longest_match(&router, &path));
        }
    }
}
