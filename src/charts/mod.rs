//! Where charts come from: folders, archives, addresses, repositories (`index.yaml`) and registries (OCI).
//!
//! What is fetched is known by the digest of its archive: it is compared with what the repository, the registry and the
//! operator say before anything reads it, and kept under it, so that the same chart is there when the network is not.
//! Every answer has a limit, because a server may be anything.

mod access;
mod cache;
mod dependencies;
mod docker;
mod http;
mod index;
mod lock;
mod oci;
mod provenance;
mod reference;
mod repositories;
mod wording;

use std::path::PathBuf;

use serde::Serialize;

use crate::helm::Chart;
use crate::helm::chart::{ChartError, Files, files_of_archive, files_of_folder};
use crate::problem::Problem;
pub use access::Access;
pub use cache::Cache;
pub use dependencies::{Dependencies, State as DependencyState, build, list, update};
pub use index::{Entry, choose, read as read_index, resolve};
pub use oci::replies;
pub use provenance::Provenance;
pub use reference::Reference;

/// The largest archive that is taken.
pub const MOST_BYTES: u64 = 100 * 1024 * 1024;

/// Tells how far a download has come: bytes so far, and of how many if the server says so.
pub type Progress<'p> = &'p (dyn Fn(&str, u64, Option<u64>) + Sync);

/// A chart somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Folder, archive, `https://…`, `oci://…`, or the name of a chart in a repository.
    pub chart: String,
    /// A version or a range of them; the newest stable one where none is given.
    pub version: Option<String>,
    /// Address of the repository that `chart` is a name in.
    pub repository: Option<String>,
    /// The digest that the archive (or the manifest in a registry) must have.
    pub digest: Option<String>,
    /// Look for a provenance file, too.
    pub provenance: bool,
    /// With which credentials and trust.
    pub access: Access,
}

/// Where an archive was got from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The address, without credentials.
    pub place: String,
    /// Digest of the archive: `sha256:…`.
    pub digest: String,
    /// Digest of the manifest in a registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// When it was downloaded, if it was not now: the network could not be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_since: Option<String>,
}

/// A chart that was got.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The archive; none for a folder.
    pub archive: Option<Vec<u8>>,
    /// The folder, if it is one.
    pub folder: Option<PathBuf>,
    /// Where it comes from; none for a folder.
    pub origin: Option<Origin>,
    /// Its provenance file, if it was asked for and there is one.
    pub provenance: Option<Vec<u8>>,
}

impl Fetched {
    /// The chart in it.
    ///
    /// # Errors
    /// It is no chart.
    pub fn chart(&self) -> Result<Chart, ChartError> {
        match (&self.archive, &self.folder) {
            (Some(archive), _) => Chart::from_archive(archive),
            (None, folder) => Chart::load(folder.as_deref().unwrap_or_else(|| std::path::Path::new("."))),
        }
    }

    /// Its files as they are.
    ///
    /// # Errors
    /// It is no archive, or the folder cannot be read.
    pub fn files(&self) -> Result<Files, ChartError> {
        match (&self.archive, &self.folder) {
            (Some(archive), _) => files_of_archive(archive),
            (None, folder) => files_of_folder(folder.as_deref().unwrap_or_else(|| std::path::Path::new("."))),
        }
    }
}

/// Gets a chart.
///
/// # Errors
/// It cannot be found, reached, trusted or read, or is not the one that was asked for; nothing is kept of it then.
pub async fn fetch(wanted: &Wanted, cache: &Cache, progress: Progress<'_>) -> Result<Fetched, Problem> {
    let pinned = wanted.digest.as_deref().map(reference::digest).transpose()?;
    let reference = Reference::of(wanted)?;
    if let (Reference::Archive(_) | Reference::Folder(_), None) = (&reference, &pinned) {
        return local(&reference, None);
    }
    // What is pinned and here needs nobody to be asked.
    if let Some(digest) = &pinned
        && reference.is_remote()
        && let Some(kept) = cache.by_digest(digest)
    {
        return Ok(kept.fetched());
    }
    let asked = cache::Asked { reference: reference.to_string(), version: wanted.version.clone() };
    let got = match &reference {
        Reference::Folder(_) | Reference::Archive(_) => return local(&reference, pinned.as_deref()),
        Reference::Address(address) => http::archive(address, &wanted.access, wanted.provenance, progress).await,
        Reference::Repository { address, name } => index::archive(address, name, wanted, cache, progress).await,
        Reference::Registry(image) => oci::archive(image, wanted, cache, progress).await,
    };
    let fetched = match got {
        Ok(fetched) => fetched,
        Err(problem) if wording::is_out_of_reach(&problem) => {
            return cache.kept(&asked, pinned.as_deref()).ok_or(problem);
        }
        Err(problem) => return Err(problem),
    };
    if let (Some(pinned), Some(origin)) = (&pinned, &fetched.origin)
        && origin.digest != *pinned
        && origin.manifest.as_ref() != Some(pinned)
    {
        return Err(wording::wrong_digest(&origin.place, pinned, &origin.digest, "was pinned"));
    }
    // What is no chart is not worth keeping.
    if fetched.chart().is_ok() {
        cache.keep(&asked, &fetched);
    }
    Ok(fetched)
}

fn local(reference: &Reference, pinned: Option<&str>) -> Result<Fetched, Problem> {
    match reference {
        Reference::Folder(folder) if pinned.is_none() => {
            Ok(Fetched { archive: None, folder: Some(folder.clone()), origin: None, provenance: None })
        }
        Reference::Folder(folder) => Err(Problem::bad_input("chart.digest", "a folder has no digest")
            .at(folder.display().to_string())
            .next("leave --digest away, or name an archive")),
        Reference::Archive(path) => {
            let place = path.display().to_string();
            let archive = wording::read_archive(path)?;
            let digest = cache::digest_of(&archive);
            if let Some(pinned) = pinned.filter(|pinned| *pinned != digest) {
                return Err(wording::wrong_digest(&place, pinned, &digest, "was pinned"));
            }
            let provenance = std::fs::read(format!("{place}.prov")).ok();
            let origin = Some(Origin { place, digest, manifest: None, kept_since: None });
            Ok(Fetched { archive: Some(archive), folder: None, origin, provenance })
        }
        Reference::Address(_) | Reference::Repository { .. } | Reference::Registry(_) => {
            Err(Problem::failed("chart.reference", format!("`{reference}` is not on this machine")))
        }
    }
}
