//! Every field source names a field that the entry has; `autoscaling.max` is a part of a field.

use serde::Serialize;

use super::super::source::FieldSources;
use super::Report;

pub(super) fn check(report: &mut Report) {
    let catalogue = report.catalogue;
    for entry in &catalogue.services {
        fields(report, &format!("service {}", entry.name), entry, &entry.sources);
    }
    for entry in &catalogue.flags {
        fields(report, &format!("flag {}", entry.name), entry, &entry.sources);
    }
    for entry in &catalogue.routes {
        fields(report, &format!("route {}", entry.pattern), entry, &entry.sources);
    }
    for entry in &catalogue.storage_kinds {
        fields(report, &format!("storage kind {}", entry.kind), entry, &entry.sources);
    }
    for entry in &catalogue.databases {
        fields(report, &format!("database {}", entry.name), entry, &entry.sources);
    }
    for entry in &catalogue.init_job.steps {
        fields(report, &format!("init step {}", entry.creates), entry, &entry.sources);
    }
    for entry in &catalogue.secret_stores {
        fields(report, &format!("secret store {}", entry.kind), entry, &entry.sources);
    }
    for entry in &catalogue.log_sources {
        fields(report, &format!("log source {}", entry.kind), entry, &entry.sources);
    }
    for entry in &catalogue.cloud_providers {
        fields(report, &format!("cloud provider {}", entry.provider), entry, &entry.sources);
    }
    for entry in &catalogue.priority_classes {
        fields(report, &format!("priority class {}", entry.name), entry, &entry.sources);
    }
    fields(report, "init job", &catalogue.init_job, &catalogue.init_job.sources);
    fields(report, "gateway", &catalogue.gateway, &catalogue.gateway.sources);
}

/// Fields that are absent are not written, so the written form knows what the entry has.
fn fields(report: &mut Report, who: &str, entry: &impl Serialize, sources: &FieldSources) {
    let written = match serde_json::to_value(entry) {
        Ok(written) => written,
        Err(error) => return report.found.push(format!("{who}: cannot be written: {error}")),
    };
    for field in sources.keys() {
        let there = field.split('.').try_fold(&written, |entry, part| entry.get(part)).is_some();
        report.expect(there, || format!("{who}: has no `{field}` to give a source for"));
    }
}
