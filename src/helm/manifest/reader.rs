//! Rendered files, taken apart and read while others are still being rendered.

use std::cell::RefCell;
use std::sync::Arc;

use foldhash::HashMap;

use super::documents;
use super::head::Head;
use super::{Sorted, rank_as};
use crate::helm::profile::Profile;

/// Heads by the text of their documents.
type Known = HashMap<String, Arc<Head>>;

/// Heads of the documents that were sorted last, to read only what changed since.
#[derive(Debug, Default)]
pub struct Heads {
    of: RefCell<Option<Arc<Known>>>,
}

impl Heads {
    /// Keeps what is sorted from now on.
    pub fn kept() -> Heads {
        Heads { of: RefCell::new(Some(Arc::default())) }
    }
}

/// Reads the files of one rendering, on any thread.
pub struct Reader {
    profile: Profile,
    known: Option<Arc<Known>>,
}

/// A file that was read: its documents with their heads, or what is wrong in it.
pub struct Parts {
    path: String,
    documents: Result<Vec<(Arc<Head>, String)>, String>,
}

impl Reader {
    /// Follows one of the Helms. What is known of documents is not read again.
    pub fn new(profile: Profile, heads: &Heads) -> Reader {
        Reader { profile, known: heads.of.borrow().clone() }
    }

    /// Takes a file apart.
    pub fn read(&self, (path, text): (String, String)) -> Parts {
        let hidden = path.rsplit('/').next().is_some_and(|base| base.starts_with('_'));
        let cut = if hidden { Vec::new() } else { documents::cut(&text, self.profile) };
        let head = |document: &str| match self.known.as_ref().and_then(|known| known.get(document)) {
            Some(head) => Ok(Arc::clone(head)),
            None => Head::read(document, self.profile).map(Arc::new),
        };
        let read = |document: &str| Ok((head(document)?, document.to_string()));
        let documents: Result<_, String> = cut.into_iter().map(read).collect();
        let documents = documents.map_err(|what| format!("YAML parse error on {path}: {what}"));
        Parts { path, documents }
    }

    /// Sorts what is in the files, and keeps their heads if `heads` are to be kept.
    ///
    /// # Errors
    /// What is wrong in the first file that something is wrong in, in Helm's words.
    pub fn sort(self, mut files: Vec<Parts>, heads: &Heads) -> Result<Sorted, String> {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut sorted = Sorted::default();
        let mut kept = self.known.is_some().then(Known::default);
        for file in files {
            for (head, document) in file.documents? {
                if let Some(kept) = &mut kept {
                    kept.insert(document.clone(), Arc::clone(&head));
                }
                head.file(&file.path, document, &mut sorted);
            }
        }
        *heads.of.borrow_mut() = kept.map(Arc::new);
        let place = |kind: &str| {
            let (rank, kind) = rank_as(kind, self.profile);
            (rank, kind.to_string())
        };
        sorted.manifests.sort_by_cached_key(|one| place(&one.kind));
        sorted.hooks.sort_by_cached_key(|hook| place(&hook.manifest.kind));
        Ok(sorted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::manifest::sort;

    #[test]
    fn what_is_known_of_a_document_is_what_is_read_of_it() {
        let files = |kind: &str| {
            let hook = "kind: Job\nmetadata:\n  name: j\n  annotations: {helm.sh/hook: pre-install}\n";
            vec![("c/templates/a.yaml".to_string(), format!("{hook}---\nkind: {kind}\nmetadata: {{name: n}}\n"))]
        };
        let heads = Heads::kept();
        for kind in ["Service", "Service", "Secret", "Service"] {
            let reader = Reader::new(Profile::Helm3, &heads);
            let parts = files(kind).into_iter().map(|file| reader.read(file)).collect();
            assert_eq!(reader.sort(parts, &heads).unwrap(), sort(files(kind)).unwrap());
            let kept = heads.of.borrow().as_ref().unwrap().len();
            assert_eq!(kept, 2, "nothing of earlier renderings is kept");
        }
    }
}
