//! The pipeline from chart and values to objects: dependencies, coalescing, schema, templates, splitting, sorting.

mod execute;

use self::execute::execute;
use super::capabilities::Capabilities;
use super::chart::{Chart, File};
use super::data::Table;
use super::halves;
use super::hooks::Hook;
use super::manifest::{Heads, Manifest, Reader};
use super::parsed::Parsed;
use super::profile::Profile;
use super::template::{Limits, Lookup};
use super::values::{self, Nulls, Schemas, Values, ValuesError, Warnings};

/// The release that is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseInfo {
    /// Name of the release.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Revision that this becomes, counted from 1.
    pub revision: i64,
    /// First revision.
    pub is_install: bool,
    /// Later revision.
    pub is_upgrade: bool,
}

impl ReleaseInfo {
    /// The first revision of a release.
    pub fn install(name: impl Into<String>, namespace: impl Into<String>) -> ReleaseInfo {
        let (name, namespace) = (name.into(), namespace.into());
        ReleaseInfo { name, namespace, revision: 1, is_install: true, is_upgrade: false }
    }

    /// A later revision of a release.
    pub fn upgrade(name: impl Into<String>, namespace: impl Into<String>, revision: i64) -> ReleaseInfo {
        let (name, namespace) = (name.into(), namespace.into());
        ReleaseInfo { name, namespace, revision, is_install: false, is_upgrade: true }
    }
}

/// Everything that a rendering depends on, apart from chart and values.
pub struct RenderOptions<'a> {
    /// The release.
    pub release: ReleaseInfo,
    /// The cluster.
    pub capabilities: Capabilities,
    /// Live objects for the `lookup` function; without it nothing is found.
    pub lookup: Option<&'a dyn Lookup>,
    /// What was parsed for earlier renderings.
    pub parsed: Option<&'a Parsed>,
    /// Whose behaviour is followed.
    pub profile: Profile,
    /// The manifest also holds the files of `crds/`.
    pub include_crds: bool,
    /// The values are not checked against `values.schema.json`.
    pub skip_schema: bool,
    /// The notes of subcharts are kept, too.
    pub sub_notes: bool,
    /// The process ends after this rendering, so that its thousands of trees and values are left to the end instead of
    /// being given back one by one, which takes a fifteenth of the time.
    pub last: bool,
    /// If a document is no YAML, everything that was rendered comes back with the error.
    pub debug: bool,
    /// What the templates may use up.
    pub limits: Limits,
}

impl RenderOptions<'_> {
    /// Helm 3 without a cluster.
    pub fn new(release: ReleaseInfo) -> Self {
        RenderOptions {
            release,
            capabilities: Capabilities::default(),
            lookup: None,
            parsed: None,
            profile: Profile::default(),
            include_crds: false,
            skip_schema: false,
            sub_notes: false,
            last: false,
            debug: false,
            limits: Limits::default(),
        }
    }
}

/// What a chart becomes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    /// Objects in the order in which they are installed.
    pub manifests: Vec<Manifest>,
    /// Hooks in the order of their kinds; [`super::hooks::in_order`] gives the order of running.
    pub hooks: Vec<Hook>,
    /// The notes for the user.
    pub notes: String,
    /// The files of `crds/`, raw.
    pub crds: Vec<File>,
    /// The files of `crds/` belong to the manifest.
    pub include_crds: bool,
    /// What does not fit together in the values: sentences with the path, without the values.
    pub warnings: Vec<String>,
    /// The chart without disabled subcharts and with imported values, as release records keep it.
    pub chart: Chart,
}

impl Rendered {
    /// The text that a release record stores as its manifest.
    pub fn release_manifest(&self) -> String {
        let size: usize = self.manifests.iter().map(|one| one.source.len() + one.text.len() + 32).sum();
        let mut text = String::with_capacity(size);
        if self.include_crds {
            for crd in &self.crds {
                text.push_str(&format!("---\n# Source: {}\n{}\n", crd.name, String::from_utf8_lossy(&crd.data)));
            }
        }
        self.manifests.iter().for_each(|one| one.print_to(&mut text));
        text
    }
}

/// Why a chart cannot be rendered. The texts are Helm's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Subcharts that `Chart.yaml` names are not in `charts/`.
    #[error("{}: {}", lacking(*.profile), .names.join(", "))]
    MissingDependencies {
        /// Their names.
        names: Vec<String>,
        /// Whose words tell it.
        profile: Profile,
    },
    /// A library chart gives definitions only.
    #[error("library charts are not installable")]
    Library,
    /// The cluster is too old or too new for the chart.
    #[error("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}")]
    KubeVersion {
        /// What `Chart.yaml` asks for.
        wanted: String,
        /// The cluster's version.
        found: String,
    },
    /// The values do not fit the chart.
    #[error("{0}")]
    Values(#[from] ValuesError),
    /// The values break the chart's schema; all violations at once.
    #[error("values don't meet the specifications of the schema(s) in the following chart(s):\n{0}")]
    Schema(String),
    /// A template cannot be parsed or fails.
    #[error("{0}")]
    Template(String),
    /// A file that a template asked for could be read when the chart was opened, and cannot any more.
    #[error("a file of the chart cannot be read: {0}")]
    Unreadable(String),
    /// What a template printed is not YAML.
    #[error("{what}")]
    Manifest {
        /// Which file, and why.
        what: String,
        /// Everything that was rendered, if it was asked for.
        text: Option<String>,
    },
}

/// What each Helm says before the names of missing subcharts.
fn lacking(profile: Profile) -> &'static str {
    match profile {
        Profile::Helm3 => {
            "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to \
             fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory"
        }
        Profile::Helm4 => {
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to \
             fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory"
        }
    }
}

/// Renders `chart` with the user's `values`.
///
/// # Errors
/// Everything that makes `helm template` fail, in its words.
pub fn render(chart: &Chart, values: &Values, options: &RenderOptions) -> Result<Rendered, RenderError> {
    if chart.metadata.is_library() {
        return Err(RenderError::Library);
    }
    let missing = values::missing(chart);
    if !missing.is_empty() {
        return Err(RenderError::MissingDependencies { names: missing, profile: options.profile });
    }
    let mut warnings = Warnings::default();
    let chart = values::process(chart, &values.0, options.profile, &mut warnings)?;
    let coalesced = values::coalesce(&chart, &values.0, Nulls::of(options.profile), &mut warnings)?;
    let none = Heads::default();
    let heads = options.parsed.map_or(&none, |parsed| &parsed.heads);
    let reader = Reader::new(options.profile, heads);
    let mut kept = Kept { text: options.debug.then(String::new), ..Kept::default() };
    let print = |give: &mut dyn FnMut((String, String))| {
        checked_and_executed(&chart, &coalesced, options, &mut |path, text| kept.file(path, text, give))
    };
    // What the first templates print is read while the others are executed.
    let read = halves::behind(print, |file| reader.read(file));
    if let Some(why) = chart.unreadable() {
        return Err(RenderError::Unreadable(why.to_string()));
    }
    let files = read?;
    let notes = kept.notes(&chart, options.sub_notes);
    let sorted = reader.sort(files, heads).map_err(|what| RenderError::Manifest { what, text: kept.text })?;
    let crds = chart.crds();
    let include_crds = options.include_crds;
    let warnings = warnings.into_sentences();
    Ok(Rendered { manifests: sorted.manifests, hooks: sorted.hooks, notes, crds, include_crds, warnings, chart })
}

/// Why the chart is not for this cluster.
fn unfit(chart: &Chart, options: &RenderOptions) -> Option<RenderError> {
    let (wanted, found) = (&chart.metadata.kube_version, &options.capabilities.kube_version.version);
    let fits = wanted.is_empty() || super::semver::compatible(wanted, found);
    (!fits).then(|| RenderError::KubeVersion { wanted: wanted.clone(), found: found.clone() })
}

/// Checks the values on a thread of its own while the templates are executed, which are printed one by one. Violations
/// come before whatever fails in a template.
fn checked_and_executed(
    chart: &Chart,
    values: &Table,
    options: &RenderOptions,
    print: &mut dyn FnMut(String, String),
) -> Result<(), RenderError> {
    let none = Schemas::default();
    let schemas = options.parsed.map_or(&none, |parsed| &parsed.schemas);
    let skip = options.skip_schema;
    let check = || match skip {
        true => Ok(()),
        false => values::validate(chart, values, schemas).map_err(RenderError::Schema),
    };
    let unfit = unfit(chart, options);
    // What looks at a cluster looks with valid values only.
    if unfit.is_some() || options.lookup.is_some() {
        check()?;
        return unfit.map_or_else(|| execute(chart, values, options, print), Err);
    }
    let (executed, checked) = halves::both(|| execute(chart, values, options, print), check);
    checked.and(executed)
}

/// What of the printed files is no manifest.
#[derive(Default)]
struct Kept {
    notes: Vec<(String, String)>,
    /// Everything but the notes as it was printed, if it is asked for.
    text: Option<String>,
}

impl Kept {
    /// Keeps the notes and gives away the others.
    fn file(&mut self, path: String, text: String, give: &mut dyn FnMut((String, String))) {
        if path.ends_with("NOTES.txt") {
            self.notes.push((path, text));
            return;
        }
        if let Some(all) = self.text.as_mut().filter(|_| !text.trim().is_empty()) {
            all.push_str(&format!("---\n# Source: {path}\n{text}\n"));
        }
        give((path, text));
    }

    /// The notes of the chart, or with those of its subcharts.
    fn notes(&self, chart: &Chart, sub_notes: bool) -> String {
        let own = format!("{}/templates/NOTES.txt", chart.name());
        let kept = self.notes.iter().filter(|(path, _)| sub_notes || *path == own);
        kept.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests;
