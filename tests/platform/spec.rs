//! The specification, read where it is at hand: `IOMCTL_SPEC`, or beside the repository. Its tables are compared with
//! the lists of [`super::facts`], so that a slip of the hand in a list is found too.

use std::fs;
use std::path::PathBuf;

use super::facts::{self, Row, rows};

/// The text, if it is at hand.
fn text() -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/deployment-architecture.md");
    let path = std::env::var_os("IOMCTL_SPEC").map(PathBuf::from);
    match path {
        Some(path) => Some(fs::read_to_string(&path).unwrap_or_else(|e| panic!("IOMCTL_SPEC {}: {e}", path.display()))),
        None => fs::read_to_string(beside).ok(),
    }
}

/// The rows of the table whose head begins with `head`. Rows need not begin with a bar.
fn table(text: &str, head: &str) -> Vec<Row> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(head));
    assert!(lines.next().is_some(), "the specification has no table `{head}`");
    lines.next();
    lines
        .take_while(|line| line.contains('|'))
        .map(|line| {
            let line = line.trim().trim_start_matches("| ").trim_end_matches('|').trim_end();
            line.split(" | ").map(|cell| cell.trim().to_string()).collect()
        })
        .collect()
}

fn cells(rows: Vec<Row>, columns: &[usize]) -> Vec<Row> {
    rows.into_iter().map(|row| columns.iter().map(|i| row[*i].clone()).collect()).collect()
}

/// One row for each of the patterns that share a row: `/a, /b` and `/service/(a|b)`.
fn unfolded(rows: Vec<Row>) -> Vec<Row> {
    let mut unfolded = Vec::new();
    for row in rows {
        for pattern in row[0].split(", ") {
            let pattern = pattern.trim_end_matches(" (default)");
            let names: Vec<String> = match pattern.split_once('(') {
                Some((head, choice)) => choice.trim_end_matches(')').split('|').map(|c| format!("{head}{c}")).collect(),
                None => vec![pattern.to_string()],
            };
            unfolded.extend(names.into_iter().map(|name| [&[name], &row[1..]].concat()));
        }
    }
    unfolded
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}

/// What stands in `requires …` of a description.
fn required(description: &str) -> String {
    let inner = description.split_once("(requires ").map_or("", |(_, rest)| rest);
    inner.trim_end_matches(')').to_string()
}

#[test]
fn the_lists_are_those_of_the_specification() {
    let Some(text) = text() else {
        eprintln!("the specification is not at hand; set IOMCTL_SPEC to compare with it");
        return;
    };
    let table = |head| table(&text, head);
    let same = |what: &str, found: Vec<Row>, listed: &str| {
        assert_eq!(sorted(found), sorted(rows(listed)), "{what}");
    };
    same("services", cells(table("| Service | Type "), &[0, 1, 2]), facts::SERVICES);
    same("API routes", unfolded(table("| URI Pattern | Backend Service |")), facts::API_ROUTES);
    let mut pages = unfolded(table("| URI Pattern | Backend Service | Protocol |"));
    for row in &mut pages {
        // "WebSocket (feature-flagged)" and "HTTP (Ranger admin API)"
        row[2] = row[2].split(" (").next().unwrap().to_string();
    }
    same("page routes", pages, facts::PAGE_ROUTES);
    let mut workloads = table("| URI Pattern | Target |");
    for row in &mut workloads {
        row[2] = row[2].split(" (").next().unwrap().to_string();
    }
    same("workload routes", workloads, facts::WORKLOAD_ROUTES);
    same("deployment flags", cells(table("| Flag | Services Deployed |"), &[0, 2]), facts::DEPLOYMENT_FLAGS);
    same("runtime flags", cells(table("| Flag | Effect When Enabled |"), &[0, 2]), facts::RUNTIME_FLAGS);
    same("autoscaling", cells(table("| Service | HPA Support |"), &[0, 1]), facts::AUTOSCALING);
    same("storage kinds", table("| Storage Type |"), facts::STORAGE_KINDS);
    same("storage paths", cells(table("| Path | Contents |"), &[0]), facts::STORAGE_PATHS);
    let mut clouds = table("| Provider | Scratch Directory |");
    for row in &mut clouds {
        row[2] = row[2].split(" (").next().unwrap().to_string();
    }
    same("clouds", clouds, facts::CLOUDS);
    same("placement", cells(table("| Setting | Applied To |"), &[0]), facts::PLACEMENT);
    for (what, head, listed) in [
        ("secret stores", "| Type | Description |", facts::SECRET_STORES),
        ("log sources", "| Source | Description |", facts::LOG_SOURCES),
    ] {
        let found = table(head).into_iter();
        let found = found.map(|row| vec![row[0].trim_end_matches(" (default)").to_string(), required(&row[1])]);
        same(what, found.collect(), listed);
    }
    let mut priorities = table("| Priority Class |");
    for row in &mut priorities {
        row[1] = row[1].to_lowercase();
    }
    same("priority classes", priorities, facts::PRIORITIES);
    let openapi = table("| Path | Service |").into_iter();
    same("OpenAPI", openapi.map(|row| vec![row[0].clone(), service_of(&row[1])]).collect(), facts::OPENAPI);
    let databases = text.split("<prefix>").skip(1);
    let databases = databases.map(|rest| vec![rest.split([' ', '(']).next().unwrap().to_string()]);
    same("databases", databases.collect(), facts::DATABASES);
}

/// The service behind a name for people.
fn service_of(name: &str) -> String {
    let name = match name {
        "Swagger UI (served by Core Service)" => "iom-core",
        "Core Service" => "iom-core",
        "Cluster Service" => "iom-cluster",
        "Identity Service" => "iom-identity",
        "SQL Service" => "iom-sql",
        "Catalog Service" => "iom-catalog",
        "Iceberg REST Catalog" => "iom-rest-catalog",
        other => panic!("the specification names an unknown service: {other}"),
    };
    name.to_string()
}
