//! What would be refused, found before anything is changed: rights, ownership, and the server's own validation.

mod needs;
mod ownership;
mod trial;
pub mod wording;

use std::collections::BTreeSet;

use super::operation::{Context, refused};
use crate::cluster::{Need, missing_rights};
use crate::problem::Problem;

pub use needs::{for_install, for_removal, for_test, for_uninstall};
pub use ownership::{Owner, owner};
pub use trial::{Approach, Leave, Trying};

/// Lines of evidence under one problem.
const LINES: usize = 12;

/// The problem of missing rights, all of them at once; none when nothing is missing.
pub async fn rights(context: &Context, needs: &BTreeSet<Need>) -> Result<Option<Problem>, Problem> {
    let missing = context.patiently("ask for the rights", || missing_rights(&context.session, needs)).await;
    let missing = missing.map_err(|failure| refused("rights.unknown", "the rights cannot be asked for", &failure))?;
    if missing.is_empty() {
        return Ok(None);
    }
    let lines = group(&missing);
    let problem = Problem::failed(
        "rights.missing",
        format!("{} of {} needed rights are missing", missing.len(), needs.len()),
    )
    .because("the user of this context has no role that grants them")
    .next("ask an administrator of the cluster for these rights, then run the same command again; nothing was changed");
    Ok(Some(with_lines(problem, lines)))
}

/// `create, patch deployments.apps in ns` instead of one line per verb.
fn group(missing: &[Need]) -> Vec<String> {
    let mut rest: Vec<&Need> = missing.iter().collect();
    rest.sort_by_key(|need| (need.namespace.clone(), need.group.clone(), need.resource.clone(), need.verb));
    let same = |a: &&Need, b: &&Need| a.namespace == b.namespace && a.group == b.group && a.resource == b.resource;
    rest.chunk_by(same)
        .map(|needs| {
            let verbs: Vec<&str> = needs.iter().map(|need| need.verb).collect();
            let first = needs[0].to_string();
            let after = first.split_once(' ').map_or("", |(_, after)| after);
            format!("{} {after}", verbs.join(", "))
        })
        .collect()
}

/// Adds lines of evidence, not more than can be read.
fn with_lines(mut problem: Problem, lines: Vec<String>) -> Problem {
    let more = lines.len().saturating_sub(LINES);
    for line in lines.into_iter().take(LINES) {
        problem = problem.evidence(line);
    }
    if more > 0 { problem.evidence(format!("… and {more} more")) } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_verbs_of_one_resource_are_one_line() {
        let need = |verb, resource: &str| Need {
            verb,
            group: "apps".into(),
            resource: resource.into(),
            namespace: Some("ns".into()),
        };
        let missing = [need("patch", "deployments"), need("create", "statefulsets"), need("create", "deployments")];
        assert_eq!(group(&missing), ["create, patch deployments.apps in ns", "create statefulsets.apps in ns"]);
    }
}
