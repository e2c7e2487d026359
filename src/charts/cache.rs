//! What was got is kept: archives under their digests, and which digest was behind a name when it was last asked for.
//! So nothing is downloaded twice, and the same chart is there without a network. What cannot be kept is no error.

use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Fetched, Origin};

/// The folder in which charts are kept.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

/// What somebody asked for.
#[derive(Debug)]
pub struct Asked {
    /// The reference.
    pub reference: String,
    /// The version or range.
    pub version: Option<String>,
}

/// What was behind a name.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    place: String,
    digest: String,
    manifest: Option<String>,
    when: String,
}

/// An archive that was kept.
pub struct Kept {
    archive: Vec<u8>,
    origin: Origin,
}

impl Kept {
    /// As if it had been got now.
    pub fn fetched(self) -> Fetched {
        Fetched { archive: Some(self.archive), folder: None, origin: Some(self.origin), provenance: None }
    }
}

/// `sha256:…` of an archive.
pub fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Cache {
    /// The user's: `$XDG_CACHE_HOME/iomctl/charts`, or the same below `~/.cache`.
    pub fn of_user() -> Cache {
        let variable = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let home = || Some(variable("HOME")?.join(".cache"));
        Cache { folder: variable("XDG_CACHE_HOME").or_else(home).map(|folder| folder.join("iomctl/charts")) }
    }

    /// The archive with this digest, if it is here and not damaged.
    pub fn archive(&self, digest: &str) -> Option<Vec<u8>> {
        let archive = std::fs::read(self.blob(digest)?).ok()?;
        (digest_of(&archive) == digest).then_some(archive)
    }

    /// What is pinned: by the digest of the archive, or by that of its manifest.
    pub fn by_digest(&self, digest: &str) -> Option<Kept> {
        if let Some(archive) = self.archive(digest) {
            let place = self.blob(digest)?.display().to_string();
            let origin = Origin { place, digest: digest.into(), manifest: None, kept_since: None };
            return Some(Kept { archive, origin });
        }
        let note = self.note(digest)?;
        let origin =
            Origin { place: note.place, digest: note.digest.clone(), manifest: note.manifest, kept_since: None };
        Some(Kept { archive: self.archive(&note.digest)?, origin })
    }

    /// What was behind a name when it was last asked for.
    pub fn kept(&self, asked: &Asked, pinned: Option<&str>) -> Option<Fetched> {
        let note = self.note(&asked.key())?;
        if pinned.is_some_and(|pinned| note.digest != pinned && note.manifest.as_deref() != Some(pinned)) {
            return None;
        }
        let archive = self.archive(&note.digest)?;
        let origin =
            Origin { place: note.place, digest: note.digest, manifest: note.manifest, kept_since: Some(note.when) };
        Some(Fetched { archive: Some(archive), folder: None, origin: Some(origin), provenance: None })
    }

    /// Keeps what was got.
    pub fn keep(&self, asked: &Asked, fetched: &Fetched) {
        let (Some(archive), Some(origin)) = (&fetched.archive, &fetched.origin) else { return };
        let when = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let note = Note {
            place: origin.place.clone(),
            digest: origin.digest.clone(),
            manifest: origin.manifest.clone(),
            when,
        };
        let Ok(note) = serde_json::to_vec(&note) else { return };
        let keys = std::iter::once(asked.key()).chain(origin.manifest.clone());
        let notes: Vec<PathBuf> = keys.filter_map(|key| self.note_path(&key)).collect();
        let Some(blob) = self.blob(&origin.digest) else { return };
        if blob.exists() && self.archive(&origin.digest).is_some() || write(&blob, archive).is_ok() {
            for path in notes {
                let _ = write(&path, &note);
            }
        }
    }

    fn note(&self, key: &str) -> Option<Note> {
        serde_json::from_slice(&std::fs::read(self.note_path(key)?).ok()?).ok()
    }

    fn note_path(&self, key: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join("names").join(format!("{}.json", hex(key.as_bytes()))))
    }

    fn blob(&self, digest: &str) -> Option<PathBuf> {
        let hex = digest.strip_prefix("sha256:").filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        Some(self.folder.as_ref()?.join("sha256").join(format!("{hex}.tgz")))
    }
}

impl Asked {
    fn key(&self) -> String {
        format!("{}\n{}", self.reference, self.version.as_deref().unwrap_or_default())
    }
}

/// Writes a file whole or not at all, for its owner only.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!(".{}.{}", std::process::id(), fastrand::u64(..)));
    let file = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&unfinished);
    let written = file.and_then(|mut file| file.write_all(bytes)).and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_name_and_digest_and_never_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache { folder: Some(folder.path().into()) };
        let asked = Asked { reference: "oci://h/a".into(), version: Some("1".into()) };
        let digest = digest_of(b"archive");
        let manifest = Some(digest_of(b"manifest"));
        let origin = Origin { place: "p".into(), digest: digest.clone(), manifest: manifest.clone(), kept_since: None };
        let fetched =
            Fetched { archive: Some(b"archive".to_vec()), folder: None, origin: Some(origin), provenance: None };
        cache.keep(&asked, &fetched);
        assert!(cache.kept(&asked, None).unwrap().origin.unwrap().kept_since.is_some());
        assert!(cache.kept(&Asked { version: None, ..asked }, None).is_none());
        for known in [&digest, manifest.as_ref().unwrap()] {
            assert_eq!(cache.by_digest(known).unwrap().fetched().archive.unwrap(), b"archive");
        }
        std::fs::write(cache.blob(&digest).unwrap(), b"other").unwrap();
        assert!(cache.by_digest(&digest).is_none());
    }
}
