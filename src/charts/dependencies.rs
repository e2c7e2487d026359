//! The charts that a chart depends on: listed, chosen and locked, and brought into its `charts/` folder.

mod package;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::lock::{self, Lock};
use super::reference::{Image, Reference};
use super::{Access, Cache, Progress, Wanted, fetch, index, oci, repositories};
use crate::helm::Chart;
use crate::helm::chart::Dependency;
use crate::helm::semver::compatible;
use crate::problem::{Problem, Problems};

/// How a dependency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its archive is in `charts/`.
    Ok,
    /// Its folder is in `charts/`.
    Unpacked,
    /// It is not in `charts/`.
    Missing,
    /// It is there in a version that is not asked for.
    WrongVersion,
}

/// A dependency and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependencies {
    /// Name of the chart.
    pub name: String,
    /// Version or range.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// How it stands.
    pub status: State,
}

/// Everything that a chart depends on.
pub fn list(chart: &Chart, folder: Option<&Path>) -> Vec<Dependencies> {
    let row = |wanted: &Dependency| {
        let found = chart.dependencies.iter().filter(|found| found.name() == wanted.name);
        let versions: Vec<&str> = found.map(|found| found.metadata.version.as_str()).collect();
        let fits = |version: &&str| **version == wanted.version || compatible(&wanted.version, version);
        let status = match versions.iter().find(|version| fits(version)) {
            _ if versions.is_empty() => State::Missing,
            None => State::WrongVersion,
            Some(version) => {
                let archive = folder.map(|folder| folder.join(format!("charts/{}-{version}.tgz", wanted.name)));
                if archive.is_some_and(|archive| archive.exists()) { State::Ok } else { State::Unpacked }
            }
        };
        Dependencies {
            name: wanted.name.clone(),
            version: wanted.version.clone(),
            repository: wanted.repository.clone(),
            status,
        }
    };
    chart.metadata.dependencies.iter().map(row).collect()
}

/// Brings what the lock file says into `charts/`; without one, what [`update`] chooses.
///
/// # Errors
/// The lock file does not answer to `Chart.yaml`, or a chart cannot be got. Nothing is changed then.
pub async fn build(
    folder: &Path,
    access: &Access,
    cache: &Cache,
    progress: Progress<'_>,
) -> Result<Vec<String>, Problems> {
    let chart = load(folder)?;
    let Some(lock) = Lock::read(&chart) else { return update(folder, access, cache, progress).await };
    let wanted = resolved(&chart)?;
    if !lock.is_of(&wanted) {
        let (file, name) = (
            lock::name_of(&chart),
            if chart.metadata.api_version == "v1" { "requirements.yaml" } else { "Chart.yaml" },
        );
        return Err(Problem::bad_input("chart.lock", format!("{file} is out of sync with {name}"))
            .at(folder.join(file).display().to_string())
            .because(format!("{name} was changed after the versions were chosen, or {file} was changed by hand"))
            .next("choose anew with `iomctl chart deps update`; nothing was changed")
            .into());
    }
    bring(folder, &lock.dependencies, access, cache, progress).await
}

/// Chooses the newest versions that fit, brings them into `charts/`, and writes the lock file.
///
/// # Errors
/// A chart cannot be got, or has no version that fits. Nothing is changed then.
pub async fn update(
    folder: &Path,
    access: &Access,
    cache: &Cache,
    progress: Progress<'_>,
) -> Result<Vec<String>, Problems> {
    let chart = load(folder)?;
    let wanted = resolved(&chart)?;
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    for dependency in &wanted {
        match choose(folder, dependency, access, progress).await {
            Ok(version) => chosen.push(Dependency {
                name: dependency.name.clone(),
                repository: dependency.repository.clone(),
                version,
                ..Dependency::default()
            }),
            Err(problem) => {
                problems.push(problem.evidence(format!("dependency {} {}", dependency.name, dependency.version)))
            }
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let brought = bring(folder, &chosen, access, cache, progress).await?;
    let new = Lock::of(&wanted, chosen);
    if !wanted.is_empty() && Lock::read(&chart).is_none_or(|old| old.digest != new.digest) {
        new.write(folder, lock::name_of(&chart))?;
    }
    Ok(brought)
}

fn load(folder: &Path) -> Result<Chart, Problem> {
    let place = folder.display().to_string();
    if !folder.is_dir() {
        return Err(Problem::bad_input("chart.no-folder", "dependencies are brought into a folder, and this is none")
            .at(place)
            .next("name the folder of a chart"));
    }
    Chart::load(folder)
        .map_err(|e| Problem::bad_input("chart.unusable", format!("the chart cannot be used: {e}")).at(place))
}

/// The dependencies with addresses in the place of names that were given to repositories.
fn resolved(chart: &Chart) -> Result<Vec<Dependency>, Problem> {
    let mut wanted = chart.metadata.dependencies.clone();
    for dependency in &mut wanted {
        let repository = &dependency.repository;
        let alias = repository.strip_prefix('@').or_else(|| repository.strip_prefix("alias:"));
        if let Some(alias) = alias {
            let entry = repositories::named(alias).ok_or_else(|| {
                Problem::bad_input("chart.repository", format!("there is no repository called `{alias}`"))
                    .at(format!("dependency {}", dependency.name))
                    .next("add it with `helm repo add`, or write its address into Chart.yaml")
            })?;
            dependency.repository = entry.url;
        }
    }
    Ok(wanted)
}

/// The version that a dependency is locked to.
async fn choose(
    folder: &Path,
    wanted: &Dependency,
    access: &Access,
    progress: Progress<'_>,
) -> Result<String, Problem> {
    if let Some(local) = local(folder, wanted) {
        let found = load(&local)?.metadata.version;
        if found != wanted.version && !compatible(&wanted.version, &found) {
            return Err(Problem::bad_input(
                "chart.no-version",
                format!("`{}` is there in version {found}", wanted.name),
            )
            .at(local.display().to_string())
            .because(format!("{} is asked for", wanted.version)));
        }
        return Ok(if wanted.repository.is_empty() { wanted.version.clone() } else { found });
    }
    let asked = of(wanted, access);
    match Reference::of(&asked)? {
        Reference::Repository { address, name } => {
            let entries = index::entries(&address, &name, &asked, progress).await?;
            let place = super::reference::plain(&address);
            Ok(index::choose(&entries, Some(&wanted.version), &name, &place)?.version.clone())
        }
        Reference::Registry(image) if oci::is_exact(&wanted.version) => {
            let _: Image = image;
            Ok(wanted.version.clone())
        }
        Reference::Registry(image) => oci::version_of(&image, &wanted.version, access, progress).await,
        other => Err(Problem::bad_input("chart.repository", format!("`{other}` is not a repository"))
            .next("write https://…, oci://…, file://… or leave `repository` empty")),
    }
}

/// The folder of a dependency that is on this machine.
fn local(folder: &Path, wanted: &Dependency) -> Option<PathBuf> {
    match wanted.repository.strip_prefix("file://") {
        Some(path) => Some(folder.join(path)),
        None if wanted.repository.is_empty() => Some(folder.join("charts").join(&wanted.name)),
        None => None,
    }
}

fn of(wanted: &Dependency, access: &Access) -> Wanted {
    Wanted {
        chart: wanted.name.clone(),
        version: Some(wanted.version.clone()),
        repository: Some(wanted.repository.clone()),
        access: access.clone(),
        ..Wanted::default()
    }
}

/// Gets all charts, and only then changes the folder. What was brought, one line each.
async fn bring(
    folder: &Path,
    chosen: &[Dependency],
    access: &Access,
    cache: &Cache,
    progress: Progress<'_>,
) -> Result<Vec<String>, Problems> {
    let (mut archives, mut told, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for dependency in chosen {
        if dependency.repository.is_empty() {
            told.push(format!("{} is in charts/", dependency.name));
            continue;
        }
        let got = match local(folder, dependency) {
            Some(local) => package::archive(&local).map(|archive| (archive, local.display().to_string())),
            None => fetch(&of(dependency, access), cache, progress).await.map(|fetched| {
                let place = fetched.origin.map(|origin| origin.place).unwrap_or_default();
                (fetched.archive.unwrap_or_default(), place)
            }),
        };
        match got.and_then(|(archive, place)| named(archive, &place, dependency).map(|named| (named, place))) {
            Ok(((name, archive), place)) => {
                told.push(format!("{name} from {place}"));
                archives.push((dependency.name.clone(), name, archive));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    package::place(&folder.join("charts"), &archives)?;
    Ok(told)
}

/// The archive with the name it gets in `charts/`.
fn named(archive: Vec<u8>, place: &str, wanted: &Dependency) -> Result<(String, Vec<u8>), Problem> {
    let unusable = |what: String| Problem::bad_input("chart.unusable", what).at(place.to_string());
    let chart = Chart::from_archive(&archive).map_err(|e| unusable(format!("the chart cannot be used: {e}")))?;
    if chart.name() != wanted.name {
        return Err(unusable(format!("the chart there is called `{}`, not `{}`", chart.name(), wanted.name)));
    }
    Ok((format!("{}-{}.tgz", chart.name(), chart.metadata.version), archive))
}
