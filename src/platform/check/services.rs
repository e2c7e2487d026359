//! Services against flags, databases, tiers and their own ports.

use super::super::flag::FlagClass;
use super::super::service::Service;
use super::Report;

pub(super) fn check(report: &mut Report) {
    let catalogue = report.catalogue;
    let names = catalogue.services.iter().flat_map(|s| std::iter::once(&s.name).chain(&s.objects));
    report.unique("services", names.map(String::as_str));
    report.unique("tiers", catalogue.tiers.iter().map(|t| t.name.as_str()));
    for service in &catalogue.services {
        let who = format!("service {}", service.name);
        if let Some(flag) = &service.flag {
            report.flag(&who, flag);
            let named = catalogue
                .flags
                .iter()
                .any(|f| f.name == *flag && f.class == FlagClass::Deployment && f.deploys.contains(&service.name));
            report.expect(named, || format!("{who}: flag {flag} does not say that it deploys it"));
        }
        let tier = catalogue.tiers.iter().any(|t| t.tier == service.tier);
        report.expect(tier, || format!("{who}: there is no tier {}", service.tier));
        for database in &service.databases {
            let mutual = catalogue.database(database).is_some_and(|d| d.used_by.contains(&service.name));
            report.expect(mutual, || format!("{who}: database {database} does not say that it is used by it"));
        }
        if let Some(class) = &service.priority_class {
            let mutual = catalogue.priority_classes.iter().any(|c| c.name == *class && c.also.contains(&service.name));
            report.expect(mutual, || format!("{who}: priority class {class} does not name it"));
        }
        ports(report, &who, service);
        replicas(report, &who, service);
    }
}

fn ports(report: &mut Report, who: &str, service: &Service) {
    report.unique(&format!("{who}, ports"), service.ports.iter().map(|p| p.name.as_str()));
    let probes = service.liveness.iter().chain(&service.readiness).filter_map(|p| p.port());
    for port in probes.chain(service.metrics.iter().map(|m| m.port.as_str())) {
        report.expect(service.port(port).is_some(), || format!("{who}: `{port}` is none of its ports"));
    }
    let reachable = service.service_port.is_none() || !service.ports.is_empty();
    report.expect(reachable, || format!("{who}: has a Service but no container port"));
}

fn replicas(report: &mut Report, who: &str, service: &Service) {
    let Some(scaling) = &service.autoscaling else { return };
    report.expect(!service.replicas.fixed, || format!("{who}: has a fixed number of replicas and an autoscaler"));
    report.expect(scaling.min <= scaling.max, || format!("{who}: fewest replicas are more than most"));
    let percent = |p: u32| (1..=100).contains(&p);
    let sensible = percent(scaling.cpu) && scaling.memory.is_none_or(percent);
    report.expect(sensible, || format!("{who}: a target of the autoscaler is no percentage"));
}
