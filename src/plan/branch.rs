//! The questions as the keys of an answers file: what is nested in what, in the order in which it is asked.

use super::field::{Field, Section};
use super::spec::Spec;

/// A key of the file with its question or with what stands below it.
pub(super) struct Branch<'s> {
    pub key: &'s str,
    pub leaf: Option<(&'s Section, &'s Field)>,
    pub children: Vec<Branch<'s>>,
}

impl<'s> Branch<'s> {
    /// All questions.
    pub fn of(spec: &'s Spec) -> Self {
        let mut root = Branch { key: "", leaf: None, children: Vec::new() };
        for section in &spec.sections {
            for field in &section.fields {
                let mut here = &mut root;
                for key in field.id.split('.') {
                    let at = here.children.iter().position(|child| child.key == key).unwrap_or_else(|| {
                        here.children.push(Branch { key, leaf: None, children: Vec::new() });
                        here.children.len() - 1
                    });
                    here = &mut here.children[at];
                }
                here.leaf = Some((section, field));
            }
        }
        root
    }

    /// The section of the first question.
    pub fn first_section(&self) -> Option<&'s Section> {
        self.leaf.map(|(section, _)| section).or_else(|| self.children.first()?.first_section())
    }

    /// Whether `wanted` holds for any question of the branch.
    pub fn has(&self, wanted: &dyn Fn(&Field) -> bool) -> bool {
        self.leaf.is_some_and(|(_, field)| wanted(field)) || self.children.iter().any(|child| child.has(wanted))
    }
}
