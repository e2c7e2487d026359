//! The ways in which a secret can be given. None of them puts it on disk.

use crate::plan::{Field, SecretRef};

/// A way to give a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Typed here and kept in memory; a Kubernetes Secret is made of it at installation.
    Typed,
    /// A Kubernetes Secret that exists.
    Existing,
    /// A variable of the environment.
    Env,
    /// A file.
    File,
    /// Made at random at installation.
    Random,
}

impl Way {
    /// The ways in which the secret of a question can be given.
    pub fn of(field: &Field) -> Vec<Way> {
        let random = field.secret.as_ref().is_some_and(|target| target.generated);
        let all = [Way::Typed, Way::Existing, Way::Env, Way::File, Way::Random];
        all.into_iter().filter(|way| *way != Way::Random || random).collect()
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Way::Typed => "Type it now",
            Way::Existing => "A Kubernetes Secret that exists",
            Way::Env => "A variable of the environment",
            Way::File => "A file",
            Way::Random => "Make it at random",
        }
    }

    /// What it means.
    pub fn note(self, field: &Field) -> String {
        let target =
            field.secret.as_ref().map_or(String::new(), |secret| format!("{} (key {})", secret.name, secret.key));
        match self {
            Way::Typed => format!("kept in memory; becomes the Secret {target} at installation"),
            Way::Existing => "in the release namespace, as NAME/KEY".into(),
            Way::Env => "of iomctl, read at installation".into(),
            Way::File => "on this machine, read at installation".into(),
            Way::Random => format!("at installation, kept in the Secret {target}"),
        }
    }

    /// What stands in front of the text in the answer.
    pub fn prefix(self) -> &'static str {
        match self {
            Way::Existing => "secret:",
            Way::Env => "env:",
            Way::File => "file:",
            Way::Typed | Way::Random => "",
        }
    }

    /// The way in which an answer gives it.
    pub fn taken(answer: &str) -> Option<Way> {
        Some(match answer.parse().ok()? {
            SecretRef::Prompt => Way::Typed,
            SecretRef::Existing { .. } => Way::Existing,
            SecretRef::Env(_) => Way::Env,
            SecretRef::File(_) => Way::File,
            SecretRef::Generate => Way::Random,
        })
    }

    /// What is wrong with the text, when it is no reference of this kind. The text is not repeated: it may be the
    /// secret itself.
    pub fn refuses(self, text: &str) -> Option<&'static str> {
        let fits = format!("{}{text}", self.prefix()).parse::<SecretRef>().is_ok();
        let what = match self {
            Way::Existing => "this is not NAME/KEY of a Secret, such as iomete-database/password",
            Way::Env => "this is not the name of a variable, such as DB_PASSWORD (without $)",
            Way::File => "this is not a path",
            Way::Typed | Way::Random => return None,
        };
        (!fits).then_some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;

    #[test]
    fn what_another_system_decides_cannot_be_made_at_random() {
        let field = |id| Spec::builtin().field(id).unwrap();
        assert!(Way::of(field("database.password")).contains(&Way::Random));
        assert!(!Way::of(field("storage.dellEcsSettings.secretKey")).contains(&Way::Random));
    }

    #[test]
    fn a_reference_is_checked_while_it_is_typed_and_never_repeated() {
        assert_eq!(Way::Existing.refuses("iomete-db/password"), None);
        assert_eq!(Way::Env.refuses("DB_PASSWORD"), None);
        for (way, text) in [(Way::Env, "hunter 2"), (Way::Existing, "hunter2"), (Way::File, "")] {
            assert!(way.refuses(text).is_some_and(|words| !words.contains("hunter")));
        }
    }
}
