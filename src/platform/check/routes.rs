//! Routes against services, flags, rule groups, and each other.

use std::collections::BTreeSet;

use super::super::route::{Route, RouteTable, Target};
use super::super::routing::Pattern;
use super::Report;

pub(super) fn check(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("routes", catalogue.routes.iter().map(|r| r.pattern.as_str()));
    report.unique("unlisted paths", catalogue.unlisted.iter().map(|r| r.pattern.as_str()));
    let in_order = catalogue.precedence.iter().zip(1..).all(|(group, number)| group.order == number);
    report.expect(in_order, || "precedence: the groups are not numbered 1, 2, 3 …".into());
    let caught = catalogue.routes.iter().any(|route| route.pattern == "/");
    report.expect(caught, || "routes: `/`, which takes what nothing else takes, is missing".into());
    let groups: BTreeSet<u8> = catalogue.precedence.iter().map(|group| group.order).collect();
    for route in &catalogue.routes {
        let who = format!("route {}", route.pattern);
        report.expect(groups.contains(&route.order), || format!("{who}: there is no rule group {}", route.order));
        report.expect(!route.protocols.is_empty(), || format!("{who}: speaks no protocol"));
        match Pattern::parse(&route.pattern) {
            Ok(pattern) => {
                let fine = route.variables.is_empty() || route.variables.len() == pattern.captured();
                report.expect(fine, || format!("{who}: has not a name for each `*`"));
            }
            Err(error) => report.found.push(format!("{who}: {}", error.why)),
        }
        if let Some(flag) = &route.flag {
            report.flag(&who, flag);
        }
        target(report, &who, route);
    }
    for unlisted in &catalogue.unlisted {
        let who = format!("unlisted path {}", unlisted.pattern);
        report.expect(!unlisted.owners.is_empty(), || format!("{who}: has no likely owner"));
        for service in &unlisted.owners {
            report.service(&who, service);
        }
        if let Err(error) = Pattern::parse(&unlisted.pattern) {
            report.found.push(format!("{who}: {}", error.why));
        }
    }
    overlaps(report);
}

fn target(report: &mut Report, who: &str, route: &Route) {
    let refused = matches!(route.target, Target::NotFound(_));
    let fine = refused == (route.table == RouteTable::Refused);
    report.expect(fine, || format!("{who}: stands in the wrong table for where it leads"));
    match &route.target {
        Target::Service(name) => {
            report.service(who, name);
            let flag = report.catalogue.service(name).and_then(|service| service.flag.as_ref());
            let fine = flag == route.flag.as_ref();
            report.expect(fine, || format!("{who}: its flag is not the flag of {name}"));
        }
        Target::Workload(workload) => {
            if let Some(detour) = &workload.instead {
                report.flag(who, &detour.flag);
                report.service(who, &detour.service);
            }
        }
        Target::NotFound(_) => {}
    }
}

/// Two patterns of the specification never match the same path, except `/`, which matches all.
fn overlaps(report: &mut Report) {
    let routes = report.catalogue.routes.iter().filter(|route| route.table != RouteTable::Refused);
    let patterns: Vec<(&str, Pattern)> = routes
        .filter_map(|route| Some((route.pattern.as_str(), Pattern::parse(&route.pattern).ok()?)))
        .filter(|(_, pattern)| !pattern.is_empty())
        .collect();
    for (i, (name, pattern)) in patterns.iter().enumerate() {
        for (other_name, other) in &patterns[i + 1..] {
            report.expect(!pattern.overlaps(other), || format!("routes {name} and {other_name} match the same paths"));
        }
    }
}
