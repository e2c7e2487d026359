//! Drafts of the wizard: one file for each context and namespace, beside the journal.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::app::Place;
use crate::cli::replace;
use crate::deploy::private_folder;
use crate::problem::Problem;

/// The draft of a place, if there is one.
///
/// # Errors
/// It is there and cannot be read.
pub fn read(folder: Option<&Path>, place: &Place) -> Result<Option<String>, Problem> {
    let Some(path) = folder.map(|folder| path(folder, place)) else { return Ok(None) };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unusable(&path, &e)),
    }
}

/// Keeps the draft of a place; an empty text removes it.
///
/// # Errors
/// It cannot be written.
pub fn keep(folder: Option<&Path>, place: &Place, text: &str) -> Result<(), Problem> {
    let folder = folder.ok_or_else(|| {
        Problem::bad_input("draft.nowhere", "there is no place for drafts")
            .because("neither XDG_STATE_HOME nor a home directory is set")
            .next("name a folder with --state-dir")
    })?;
    let path = path(folder, place);
    let kept = if text.is_empty() {
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    } else {
        let parent = path.parent().unwrap_or(folder);
        private_folder(folder).and_then(|()| private_folder(parent)).and_then(|()| replace::file(&path, text))
    };
    kept.map_err(|e| unusable(&path, &e))
}

/// Keeps the draft of a place as it is under another name.
///
/// # Errors
/// It cannot be renamed.
pub fn set_aside(folder: Option<&Path>, place: &Place) -> Result<(), Problem> {
    let Some(path) = folder.map(|folder| path(folder, place)) else { return Ok(()) };
    match fs::rename(&path, path.with_extension("yaml.aside")) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(unusable(&path, &e)),
        _ => Ok(()),
    }
}

/// Names of contexts may hold anything (`arn:aws:eks:…`, slashes): what a person reads, and a digest that tells
/// two places apart.
fn path(folder: &Path, place: &Place) -> PathBuf {
    let readable = |text: &str| -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        text.chars().map(plain).take(60).collect()
    };
    let digest = Sha256::digest(format!("{}\0{}\0{}", place.context, place.namespace, place.release));
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    folder.join("drafts").join(format!("{}_{}_{short}.yaml", readable(&place.context), readable(&place.namespace)))
}

fn unusable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::failed("draft.unusable", "the draft cannot be kept")
        .at(path.display().to_string())
        .because(error.to_string())
        .next("make the folder writable, or name another one with --state-dir")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(context: &str) -> Place {
        Place { context: context.into(), namespace: "ns".into(), ..Place::default() }
    }

    #[test]
    fn every_place_has_its_own_draft_with_a_readable_name() {
        let folder = tempfile::tempdir().unwrap();
        let eks = place("arn:aws:eks:eu-central-1:1:cluster/../../x");
        keep(Some(folder.path()), &eks, "name: a\n").unwrap();
        keep(Some(folder.path()), &place("other"), "name: b\n").unwrap();
        assert_eq!(read(Some(folder.path()), &eks).unwrap().as_deref(), Some("name: a\n"));
        let names: Vec<String> = fs::read_dir(folder.path().join("drafts"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names.len(), 2);
        assert!(names.iter().any(|name| name.starts_with("other_ns_")), "{names:?}");
        set_aside(Some(folder.path()), &place("other")).unwrap();
        assert_eq!(read(Some(folder.path()), &place("other")).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path().join("drafts")).unwrap().count(), 2);
        keep(Some(folder.path()), &eks, "").unwrap();
        assert_eq!(read(Some(folder.path()), &eks).unwrap(), None);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let problem = keep(Some(&file), &place("a"), "x").unwrap_err();
        assert!(problem.place.is_some_and(|place| place.contains("drafts")));
        assert!(keep(None, &place("a"), "x").is_err());
    }
}
