//! The words for what the server refuses, with the choices there are.

use super::with_lines;
use crate::cluster::{Failure, MANAGER, ObjectRef, conflicts};
use crate::deploy::operation::refused;
use crate::problem::Problem;

/// Signs of a field that cannot be changed once it is set, as the kinds of Kubernetes say it.
const IMMUTABLE: &[&str] = &[
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "is immutable after creation",
    "is immutable once set",
    "cannot change roleRef",
    "may not change once set",
    "may not be changed",
    "field can not be changed",
    "updates to parameters are forbidden",
    "updates to provisioner are forbidden",
    "updates to reclaimPolicy are forbidden",
    "may not be unset",
];

/// Kinds whose deletion loses what cannot be made again.
const PRECIOUS: &[&str] = &["PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"];

/// Whether the server speaks of a field that cannot be changed in place.
pub fn is_immutable(message: &str) -> bool {
    IMMUTABLE.iter().any(|sign| message.contains(sign))
}

/// Whether nothing is lost when the object is deleted and made anew.
pub fn may_be_recreated(object: &ObjectRef) -> bool {
    !PRECIOUS.contains(&object.kind.as_str())
}

/// The problem of a field that cannot be changed, with the choices.
pub fn immutable(object: &ObjectRef, message: &str) -> Problem {
    let recreate = match object.kind.as_str() {
        "StatefulSet" => "delete and create it with --recreate (its pods and volumes stay)",
        "Deployment" | "DaemonSet" | "ReplicaSet" => "delete and create it with --recreate (its pods stop meanwhile)",
        "Job" | "Pod" => "delete and create it with --recreate (it runs again)",
        "Service" => "delete and create it with --recreate (it may get another address)",
        _ => "delete and create it with --recreate",
    };
    let next = match may_be_recreated(object) {
        true => format!("put the old value back, or {recreate}, or give it another name; nothing was changed"),
        false => "put the old value back, or give it another name and move the data; it is never deleted for this. \
                  Nothing was changed"
            .to_string(),
    };
    let problem = Problem::bad_input("object.immutable", format!("{object} cannot be changed in place")).next(next);
    let problem = match fields_in(message).as_slice() {
        [] => problem,
        fields => problem.because(format!("Kubernetes does not let these fields change: {}", fields.join(", "))),
    };
    // After `Invalid value` the server prints what it was sent, which may hold anything.
    let first = message.lines().next().unwrap_or_default();
    if first.contains("Invalid value") { problem } else { problem.evidence(short(first)) }
}

/// The problem of fields that others have changed.
pub fn conflict(object: &ObjectRef, others: &[(String, String)]) -> Problem {
    let mut managers: Vec<&str> = others.iter().map(|(manager, _)| manager.as_str()).collect();
    managers.dedup();
    let problem = Problem::failed("object.conflict", format!("somebody else manages fields of {object}"))
        .because(format!("changed by {} since the release wrote them", managers.join(", ")))
        .next(
            "change the values to what stands there, let the other manager go of the fields, or take them over with \
             `iomctl upgrade --force-conflicts`; nothing was changed",
        );
    with_lines(problem, others.iter().map(|(manager, field)| format!("{field}  {manager}")).collect())
}

/// Whose fields are in the way. Our own, written from the client's side, are not.
pub fn others_in(message: &str, migrate: bool) -> Vec<(String, String)> {
    let all = conflicts(message);
    if all.is_empty() {
        return vec![(String::new(), message.to_string())];
    }
    all.into_iter().filter(|(manager, _)| !(migrate && manager == MANAGER)).collect()
}

/// The problem of an object that the server does not take.
pub fn refusal(object: &ObjectRef, failure: &Failure) -> Problem {
    let what = format!("the API server refuses {object}");
    refused("object.refused", what, failure).next("change the values (or the chart) it comes from; nothing was changed")
}

/// The paths that a message of the server names: what stands before `: Invalid value` and `: Forbidden`.
fn fields_in(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in [": Invalid value", ": Forbidden"] {
        for (at, _) in message.match_indices(mark) {
            let path = message[..at].rsplit([' ', '[', ',']).next().unwrap_or_default();
            if !path.is_empty() && !found.iter().any(|known| known == path) {
                found.push(path.to_string());
            }
        }
    }
    found
}

/// Not more than fits into a few lines.
fn short(message: &str) -> String {
    const MOST: usize = 240;
    match message.char_indices().nth(MOST) {
        Some((at, _)) => format!("{} …", &message[..at]),
        None => message.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_named_and_volumes_are_never_deleted() {
        let message = "Deployment.apps \"web\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{}}: field is immutable";
        assert!(is_immutable(message));
        let object = |kind: &str| ObjectRef { kind: kind.into(), namespace: Some("ns".into()), name: "web".into() };
        let problem = immutable(&object("Deployment"), message);
        assert!(problem.evidence.is_empty(), "what was sent is not repeated");
        assert!(problem.cause.unwrap().contains("change: spec.selector"));
        assert!(problem.next.unwrap().contains("--recreate (its pods stop meanwhile)"));
        assert!(!immutable(&object("PersistentVolumeClaim"), message).next.unwrap().contains("--recreate"));
    }
}
