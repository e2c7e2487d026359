//! Long files of a folder that are left where they are until a template asks for them.
//!
//! Definitions and documents are half of many charts, and hardly any rendering looks into them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// Shorter files are read at once: that costs no more than looking whether they may be read.
pub const SHORTEST: u64 = 16 * 1024;

/// A file of a chart that is read when it is asked for.
#[derive(Debug, Clone)]
pub struct LeftFile {
    /// Path inside the chart, with forward slashes.
    pub name: String,
    /// Its bytes, before it is read.
    pub size: u64,
    path: PathBuf,
    content: Arc<OnceLock<Result<Bytes, String>>>,
}

impl LeftFile {
    /// Leaves a file where it is.
    pub fn new(name: String, path: &Path, size: u64) -> LeftFile {
        LeftFile { name, size, path: path.to_path_buf(), content: Arc::default() }
    }

    /// The same file by its path in a subchart.
    pub fn named(self, name: String) -> LeftFile {
        LeftFile { name, ..self }
    }

    /// Its content, without a byte order mark; nothing if it cannot be read any more, which [`LeftFile::failure`] tells.
    pub fn content(&self) -> &[u8] {
        self.read().as_deref().unwrap_or_default()
    }

    /// The same, shared.
    pub fn bytes(&self) -> Bytes {
        self.read().as_ref().cloned().unwrap_or_default()
    }

    /// Why it could not be read, once it was asked for.
    pub fn failure(&self) -> Option<&str> {
        self.content.get()?.as_ref().err().map(String::as_str)
    }

    fn read(&self) -> &Result<Bytes, String> {
        self.content.get_or_init(|| {
            let data = std::fs::read(&self.path).map_err(|error| format!("{}: {error}", self.path.display()))?;
            Ok(super::without_mark(data))
        })
    }
}

impl PartialEq for LeftFile {
    fn eq(&self, other: &LeftFile) -> bool {
        self.name == other.name && self.path == other.path
    }
}

/// Whether a chart can be made without this file, given its path in the folder: it is neither a template nor what
/// describes the chart or a subchart.
pub fn may_wait(path: &str) -> bool {
    match path.strip_prefix("charts/") {
        // An archive, or what stands beside it.
        Some(inside) if path.ends_with(".prov") || !inside.contains('/') => false,
        Some(inside) => inside.split_once('/').is_some_and(|(_, path)| may_wait(path)),
        None => !path.starts_with("templates/") && !DESCRIBING.contains(&path),
    }
}

const DESCRIBING: [&str; 7] = [
    ".helmignore",
    "Chart.yaml",
    "Chart.lock",
    "values.yaml",
    "values.schema.json",
    "requirements.yaml",
    "requirements.lock",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_chart_does_not_wait() {
        let waits = ["README.md", "crds/a.yaml", "charts/a/crds/x.yaml", "charts/a/charts/b/files/values.yaml"];
        assert!(waits.iter().all(|path| may_wait(path)));
        let needed = ["values.yaml", "templates/a.yaml", "charts/a-1.tgz", "charts/a/values.yaml"];
        assert!(!needed.iter().any(|path| may_wait(path)));
        assert!(!["charts/a/templates/x", "charts/a/charts/b.tgz", "charts/a/b.prov"].iter().any(|p| may_wait(p)));
    }

    #[test]
    fn a_file_that_is_gone_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "\u{feff}night").unwrap();
        let kept = LeftFile::new("notes.txt".into(), &path, 8);
        assert_eq!((kept.failure(), kept.content(), kept.failure()), (None, b"night".as_slice(), None));
        std::fs::remove_file(&path).unwrap();
        let gone = LeftFile::new("notes.txt".into(), &path, 8);
        assert_eq!((gone.failure(), gone.content()), (None, b"".as_slice()));
        assert!(gone.failure().unwrap().contains("No such file"));
    }
}
