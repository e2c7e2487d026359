//! Fields that others manage.

use crate::cluster::{MANAGER, ObjectRef};
use crate::problem::Problem;

/// The problem of a conflict, in the server's words; none when only Helm's own fields, written from the client's side,
/// stand in the way: an upgrade takes those over.
pub fn with_others(object: &ObjectRef, words: &str) -> Option<Problem> {
    let others = managers(words).filter(|manager| *manager != MANAGER);
    let mut others: Vec<&str> = others.collect();
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        return None;
    }
    Some(
        Problem::failed("diff.conflict", format!("{object} has fields that {} manages", others.join(" and ")))
            .because(words.lines().map(str::trim).collect::<Vec<_>>().join(" "))
            .next("give the fields up in the chart, or let the other manager give them up; as it is, they stay theirs"),
    )
}

/// `conflict with "kubectl" using v1: .data.a`, `conflicts with "kubectl" with subresource "scale" using apps/v1:`
fn managers(words: &str) -> impl Iterator<Item = &str> {
    let parts = words.split("conflict").filter_map(|part| part.trim_start_matches('s').strip_prefix(" with \""));
    parts.filter_map(|part| part.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helms_own_fields_are_no_conflict() {
        let object = ObjectRef { kind: "Deployment".into(), namespace: None, name: "web".into() };
        let own = "Apply failed with 1 conflict: conflict with \"helm\" using v1: .data.colour";
        assert_eq!(with_others(&object, own), None);
        let both = "Apply failed with 2 conflicts: conflicts with \"helm\" using apps/v1:\n- .spec.a\nconflicts with \
                    \"kubectl\" with subresource \"scale\" using apps/v1:\n- .spec.replicas";
        let said = with_others(&object, both).unwrap().to_string();
        assert!(said.starts_with("Deployment web has fields that kubectl manages"), "{said}");
    }
}
