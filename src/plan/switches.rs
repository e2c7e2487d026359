//! What there is to know about switching a flag, for a person in front of it: what it adds, what it needs, who needs
//! it, what else must be switched with it.

use serde_json::{Value, json};

use super::path;
use super::rules;
use crate::platform::{Flag, RequirementKind, Scope, Service, catalogue};

/// What a flag adds, in a few words: the pods of its services.
pub fn adds(flag: &Flag) -> String {
    let services = flag.deploys.iter().filter_map(|name| catalogue().service(name));
    services.map(|service| pods(service, flag)).collect::<Vec<_>>().join(", ")
}

fn pods(service: &Service, flag: &Flag) -> String {
    let name = service.name.strip_prefix("iom-").unwrap_or(&service.name);
    let count = service.replicas.count;
    let number = match (&service.autoscaling, service.scope) {
        (Some(scale), _) if scale.enabled => format!("{}–{} pods", scale.min, scale.max),
        (_, Scope::PerNamespace | Scope::ControlPlaneAndNamespaces) if count == 1 => "1 per namespace".to_string(),
        (_, Scope::PerNamespace | Scope::ControlPlaneAndNamespaces) => format!("{count} per namespace"),
        (_, Scope::ControlPlane) if count == 1 => "1 pod".to_string(),
        (_, Scope::ControlPlane) => format!("{count} pods"),
    };
    if flag.deploys.len() == 1 { number } else { format!("{name} {number}") }
}

/// Flags that must be on as well, and the flags that those need, which `values` do not switch on.
pub fn missing(flag: &Flag, values: &Value) -> Vec<&'static Flag> {
    let mut found: Vec<&'static Flag> = Vec::new();
    let mut open: Vec<&Flag> = vec![flag];
    while let Some(flag) = open.pop() {
        for needed in needs(flag) {
            if !is_on(needed, values) && !found.iter().any(|known| known.key() == needed.key()) {
                found.push(needed);
                open.push(needed);
            }
        }
    }
    found.sort_by_key(|flag| catalogue().flags.iter().position(|known| known.key() == flag.key()));
    found
}

/// Flags that `flag` cannot be on without.
pub fn needs(flag: &Flag) -> impl Iterator<Item = &'static Flag> {
    let binding = |how: &RequirementKind| matches!(how, RequirementKind::Together | RequirementKind::Before);
    let names: Vec<&str> = flag.requires.iter().filter(|r| binding(&r.how)).map(|r| r.flag.as_str()).collect();
    catalogue().flags.iter().filter(move |other| names.iter().any(|name| other.is_named(name)))
}

/// Flags that are on in `values` and cannot be without `flag`, and those that cannot be without them.
pub fn dependents(flag: &Flag, values: &Value) -> Vec<&'static Flag> {
    let mut found: Vec<&'static Flag> = Vec::new();
    let mut open = vec![flag.key().to_string()];
    while let Some(key) = open.pop() {
        for other in catalogue().flags.iter().filter(|other| is_on(other, values)) {
            let leans = needs(other).any(|needed| needed.key() == key);
            if leans && !found.iter().any(|known| known.key() == other.key()) {
                found.push(other);
                open.push(other.key().to_string());
            }
        }
    }
    found
}

/// Whether a flag is on in chart values; one that is not written has its default.
pub fn is_on(flag: &Flag, values: &Value) -> bool {
    rules::look(values, &flag.path) == Some(&Value::Bool(true))
}

/// `values` with a flag switched, to ask what would be said about it.
pub fn switched(values: &Value, flag: &Flag, on: bool) -> Value {
    let mut values = values.clone();
    path::set(&mut values, &flag.path, json!(on));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(name: &str) -> &'static Flag {
        catalogue().flag(name).unwrap()
    }

    fn keys(flags: &[&'static Flag]) -> Vec<&'static str> {
        flags.iter().map(|flag| flag.key()).collect()
    }

    #[test]
    fn what_is_added_is_counted() {
        assert_eq!(adds(flag("nats")), "3 pods");
        assert_eq!(adds(flag("secretsV2")), "");
        let orchestrator = adds(flag("jobOrchestrator"));
        assert!(orchestrator.starts_with("prefect-server 1 pod, prefect-worker "), "{orchestrator}");
    }

    #[test]
    fn what_is_missing_and_who_leans_on_it() {
        let nothing = json!({});
        assert_eq!(keys(&missing(flag("scheduling"), &nothing)), ["jobOrchestrator"]);
        assert_eq!(missing(flag("domainLevelBundleAuthorization"), &nothing).len(), 4);
        assert!(missing(flag("dataAccessAudit"), &nothing).is_empty(), "it does nothing without, but may be on");
        let both = switched(&switched(&nothing, flag("scheduling"), true), flag("jobOrchestrator"), true);
        assert!(missing(flag("scheduling"), &both).is_empty());
        assert_eq!(keys(&dependents(flag("jobOrchestrator"), &both)), ["scheduling"]);
        assert!(dependents(flag("jobOrchestrator"), &nothing).is_empty());
    }
}
