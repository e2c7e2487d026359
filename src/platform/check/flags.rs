//! Flags against services and against each other.

use super::super::flag::FlagClass;
use super::Report;

pub(super) fn check(report: &mut Report) {
    let catalogue = report.catalogue;
    report.unique("flags", catalogue.flags.iter().map(|f| f.name.as_str()));
    report.unique("keys of flags", catalogue.flags.iter().map(|f| f.key()));
    let paths = catalogue.flags.iter().map(|f| &f.path).chain(catalogue.other_flags.iter().map(|f| &f.path));
    report.unique("values paths of flags", paths.map(String::as_str));
    for flag in &catalogue.flags {
        let who = format!("flag {}", flag.name);
        for service in flag.deploys.iter().chain(&flag.restart) {
            report.service(&who, service);
        }
        for service in &flag.deploys {
            let mutual = catalogue.service(service).is_none_or(|s| s.flag.as_ref() == Some(&flag.name));
            report.expect(mutual, || format!("{who}: service {service} does not say that it needs it"));
        }
        let deploys = !flag.deploys.is_empty() || !flag.objects.is_empty();
        let fine = deploys || flag.class == FlagClass::Runtime;
        report.expect(fine, || format!("{who}: is a deployment flag and deploys nothing"));
        report.expect(flag.path.ends_with(".enabled"), || format!("{who}: its path does not end in `.enabled`"));
        for object in &flag.objects {
            let named = object.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty());
            report.expect(named, || format!("{who}: `{object}` is not written Kind/name"));
        }
        for requirement in &flag.requires {
            report.flag(&who, &requirement.flag);
            report.expect(requirement.flag != flag.name, || format!("{who}: requires itself"));
        }
    }
    for other in &catalogue.other_flags {
        if let Some(flag) = &other.replaced_by {
            report.flag(&format!("other flag {}", other.path), flag);
        }
    }
}
