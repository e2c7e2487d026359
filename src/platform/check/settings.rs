//! Storage, databases, secret stores, log sources, priorities, prerequisites, versions.

use super::super::storage::RequiredSetting;
use super::Report;

pub(super) fn check(report: &mut Report) {
    storage(report);
    databases(report);
    choices(report);
    prerequisites(report);
    versions(report);
}

fn storage(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("storage kinds", catalogue.storage_kinds.iter().map(|k| k.kind.as_str()));
    report.unique("storage paths", catalogue.storage_paths.iter().map(|p| p.path.as_str()));
    for kind in &catalogue.storage_kinds {
        let who = format!("storage kind {}", kind.kind);
        report.expect(kind.scheme.ends_with("://"), || format!("{who}: `{}` is no URI scheme", kind.scheme));
        required(report, &who, kind.settings.as_deref(), &kind.required);
    }
}

fn databases(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("databases", catalogue.databases.iter().map(|d| d.name.as_str()));
    for database in &catalogue.databases {
        let who = format!("database {}", database.name);
        for service in &database.used_by {
            report.service(&who, service);
            let mutual = catalogue.service(service).is_none_or(|s| s.databases.contains(&database.name));
            report.expect(mutual, || format!("{who}: service {service} does not say that it uses it"));
        }
        if let Some(flag) = &database.flag {
            report.flag(&who, flag);
        }
    }
}

fn choices(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("secret stores", catalogue.secret_stores.iter().map(|s| s.kind.as_str()));
    report.unique("log sources", catalogue.log_sources.iter().map(|s| s.kind.as_str()));
    report.unique("cloud providers", catalogue.cloud_providers.iter().map(|c| c.provider.as_str()));
    report.unique("priority classes", catalogue.priority_classes.iter().map(|c| c.name.as_str()));
    let defaults = catalogue.secret_stores.iter().filter(|s| s.default).count();
    report.expect(defaults == 1, || format!("secret stores: {defaults} are the default"));
    let defaults = catalogue.log_sources.iter().filter(|s| s.default).count();
    report.expect(defaults == 1, || format!("log sources: {defaults} are the default"));
    for store in &catalogue.secret_stores {
        required(report, &format!("secret store {}", store.kind), store.settings.as_deref(), &store.required);
    }
    for source in &catalogue.log_sources {
        required(report, &format!("log source {}", source.kind), source.settings.as_deref(), &source.required);
    }
    for class in &catalogue.priority_classes {
        for service in &class.also {
            let who = format!("priority class {}", class.name);
            report.service(&who, service);
            let mutual = catalogue.service(service).is_none_or(|s| s.priority_class.as_ref() == Some(&class.name));
            report.expect(mutual, || format!("{who}: service {service} does not say that it has it"));
        }
    }
}

/// Settings of a block stand in that block; a setting is either a value or an annotation.
fn required(report: &mut Report, who: &str, block: Option<&str>, settings: &[RequiredSetting]) {
    for setting in settings {
        let key = &setting.key;
        let one = setting.path.is_some() != setting.annotation.is_some();
        report.expect(one, || format!("{who}: {key} must have either a values path or an annotation"));
        let Some(block) = block else { continue };
        for path in setting.path.iter().chain(&setting.secret) {
            let inside = path.strip_prefix(block).is_some_and(|rest| rest.starts_with('.'));
            report.expect(inside, || format!("{who}: {path} does not stand in {block}"));
        }
    }
}

fn prerequisites(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("prerequisites", catalogue.prerequisites.iter().map(|p| p.name.as_str()));
    for rule in &catalogue.lakehouse_role.rules {
        let who = format!("role rule for {}", rule.resources.join(", "));
        let whole = !rule.groups.is_empty() && !rule.resources.is_empty() && !rule.verbs.is_empty();
        report.expect(whole, || format!("{who}: groups, resources or verbs are missing"));
        if let Some(flag) = &rule.flag {
            report.flag(&who, flag);
        }
    }
}

fn versions(report: &mut Report) {
    let catalogue = report.catalogue;
    let number = |text: &str| text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>();
    for pair in catalogue.versions.windows(2) {
        let ascending = number(&pair[0].version) < number(&pair[1].version);
        report.expect(ascending, || format!("versions: {} does not come before {}", pair[0].version, pair[1].version));
    }
    for version in &catalogue.versions {
        let who = format!("version {}", version.version);
        report.expect(number(&version.version).is_some(), || format!("{who}: is not made of numbers"));
        let says = !version.values.is_empty() || !version.actions.is_empty();
        report.expect(says, || format!("{who}: says nothing"));
    }
}
