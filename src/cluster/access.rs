//! What the user may do, asked in as few requests as possible and told all at once.
//!
//! An administrator costs one request (everything everywhere?). Others cost one rules review per namespace; the
//! rights it does not show (cluster-wide kinds, or an authorizer that cannot list its rules) are asked one by one.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, ResourceRule, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec, SelfSubjectRulesReview,
    SelfSubjectRulesReviewSpec,
};
use kube::Api;
use kube::api::PostParams;

use super::requests::answered;
use super::{Failure, Session};

/// Requests in flight while asking one by one.
const AT_ONCE: usize = 8;

/// One right that an operation needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// `create`, `patch`, …
    pub verb: &'static str,
    /// API group, empty for the core.
    pub group: String,
    /// Plural, with subresource if any: `pods/log`.
    pub resource: String,
    /// None for the whole cluster.
    pub namespace: Option<String>,
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.verb, self.resource)?;
        if !self.group.is_empty() {
            write!(f, ".{}", self.group)?;
        }
        match &self.namespace {
            Some(namespace) => write!(f, " in {namespace}"),
            None => write!(f, " in the whole cluster"),
        }
    }
}

/// The needs that are not met.
pub async fn missing_rights(session: &Session, needs: &BTreeSet<Need>) -> Result<Vec<Need>, Failure> {
    let everything = Need { verb: "*", group: "*".into(), resource: "*".into(), namespace: None };
    if needs.is_empty() || allowed(session, &everything).await? {
        return Ok(Vec::new());
    }
    let mut by_namespace: BTreeMap<&str, Vec<&Need>> = BTreeMap::new();
    let mut open: Vec<Need> = Vec::new();
    for need in needs {
        match &need.namespace {
            Some(namespace) => by_namespace.entry(namespace).or_default().push(need),
            None => open.push(need.clone()),
        }
    }
    for (namespace, needs) in by_namespace {
        let rules = rules(session, namespace).await?;
        open.extend(needs.into_iter().filter(|need| !rules.iter().any(|rule| grants(rule, need))).cloned());
    }
    let asked = stream::iter(open).map(|need| async move { Ok::<_, Failure>((allowed(session, &need).await?, need)) });
    let mut missing: Vec<Need> = asked
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|(allowed, need)| async move { Ok((!allowed).then_some(need)) })
        .try_collect()
        .await?;
    missing.sort();
    Ok(missing)
}

async fn allowed(session: &Session, need: &Need) -> Result<bool, Failure> {
    let (resource, subresource) = match need.resource.split_once('/') {
        Some((resource, subresource)) => (resource.to_string(), Some(subresource.to_string())),
        None => (need.resource.clone(), None),
    };
    let review = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                verb: Some(need.verb.into()),
                group: Some(need.group.clone()),
                resource: Some(resource),
                subresource,
                namespace: need.namespace.clone(),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let api: Api<SelfSubjectAccessReview> = Api::all(session.client.clone());
    let answer = answered(api.create(&PostParams::default(), &review)).await?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

async fn rules(session: &Session, namespace: &str) -> Result<Vec<ResourceRule>, Failure> {
    let review = SelfSubjectRulesReview {
        spec: SelfSubjectRulesReviewSpec { namespace: Some(namespace.into()) },
        ..SelfSubjectRulesReview::default()
    };
    let api: Api<SelfSubjectRulesReview> = Api::all(session.client.clone());
    let answer = answered(api.create(&PostParams::default(), &review)).await?;
    Ok(answer.status.map(|status| status.resource_rules).unwrap_or_default())
}

/// Whether a rule gives the right for every object of the resource.
fn grants(rule: &ResourceRule, need: &Need) -> bool {
    let says = |list: Option<&Vec<String>>, wanted: &str| {
        list.is_some_and(|list| list.iter().any(|entry| entry == "*" || entry == wanted))
    };
    let resource = says(rule.resources.as_ref(), &need.resource)
        || need.resource.split_once('/').is_some_and(|(_, sub)| {
            rule.resources.as_ref().is_some_and(|list| list.iter().any(|entry| *entry == format!("*/{sub}")))
        });
    rule.resource_names.as_ref().is_none_or(Vec::is_empty)
        && rule.verbs.iter().any(|verb| verb == "*" || verb == need.verb)
        && says(rule.api_groups.as_ref(), &need.group)
        && resource
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(groups: &[&str], resources: &[&str], verbs: &[&str], names: &[&str]) -> ResourceRule {
        let owned = |list: &[&str]| list.iter().map(|entry| entry.to_string()).collect::<Vec<_>>();
        ResourceRule {
            api_groups: Some(owned(groups)),
            resources: Some(owned(resources)),
            verbs: owned(verbs),
            resource_names: Some(owned(names)),
        }
    }

    fn need(verb: &'static str, group: &str, resource: &str) -> Need {
        Need { verb, group: group.into(), resource: resource.into(), namespace: Some("ns".into()) }
    }

    #[test]
    fn a_rule_for_single_names_gives_no_right_for_all() {
        let all = rule(&[""], &["secrets"], &["get"], &[]);
        assert!(grants(&all, &need("get", "", "secrets")));
        assert!(!grants(&all, &need("create", "", "secrets")));
        assert!(!grants(&all, &need("get", "apps", "secrets")));
        assert!(!grants(&rule(&[""], &["secrets"], &["get"], &["one"]), &need("get", "", "secrets")));
    }

    #[test]
    fn a_star_and_a_subresource_star_are_understood() {
        assert!(grants(&rule(&["*"], &["*"], &["*"], &[]), &need("get", "", "pods/log")));
        assert!(grants(&rule(&[""], &["*/log"], &["get"], &[]), &need("get", "", "pods/log")));
        assert!(!grants(&rule(&[""], &["pods"], &["get"], &[]), &need("get", "", "pods/log")));
    }

    #[test]
    fn a_need_reads_as_kubectl_would_say_it() {
        assert_eq!(need("create", "apps", "deployments").to_string(), "create deployments.apps in ns");
    }
}
