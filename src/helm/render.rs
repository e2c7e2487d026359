//! The pipeline from chart and values to objects: dependencies, coalescing, schema, templates, splitting, sorting.

use std::rc::Rc;
use std::thread;

use foldhash::HashSet;

use super::capabilities::Capabilities;
use super::chart::{Chart, File};
use super::data::{self, Data, Table};
use super::hooks::Hook;
use super::manifest::{self, Heads, Manifest};
use super::objects::{self, Files};
use super::parsed::Parsed;
use super::profile::Profile;
use super::template::{Budget, Env, Limits, Lookup, Templates};
use super::value::{Map, Value};
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
    let executed = match (unfit(&chart, options), options.skip_schema) {
        (None, true) => execute(&chart, &coalesced, options),
        // What looks at a cluster looks with valid values only.
        (None, false) if options.last && options.lookup.is_none() => valid_and_executed(&chart, &coalesced, options),
        (unfit, skip) => {
            if !skip {
                let none = Schemas::default();
                let schemas = options.parsed.map_or(&none, |parsed| &parsed.schemas);
                values::validate(&chart, &coalesced, schemas).map_err(RenderError::Schema)?;
            }
            unfit.map_or_else(|| execute(&chart, &coalesced, options), Err)
        }
    };
    if let Some(why) = chart.unreadable() {
        return Err(RenderError::Unreadable(why.to_string()));
    }
    let mut files = executed?;
    let notes = take_notes(&chart, &mut files, options.sub_notes);
    let text = options.debug.then(|| as_rendered(&files));
    let none = Heads::default();
    let heads = options.parsed.map_or(&none, |parsed| &parsed.heads);
    let sorted =
        manifest::sort_as(files, options.profile, heads).map_err(|what| RenderError::Manifest { what, text })?;
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

/// Checks the values on a thread of its own while the templates are executed; violations come before whatever fails in
/// a template.
fn valid_and_executed(chart: &Chart, values: &Table, options: &RenderOptions) -> Executed {
    thread::scope(|scope| {
        let check = || values::validate(chart, values, &Schemas::default());
        let checking = thread::Builder::new().spawn_scoped(scope, check);
        let executed = execute(chart, values, options);
        let checked = match checking.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(checked)) => checked,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => check(),
        };
        checked.map_err(RenderError::Schema).and(executed)
    })
}

/// All files with something in them, unsorted and not taken apart.
fn as_rendered(files: &[(String, String)]) -> String {
    let files = files.iter().filter(|(_, text)| !text.trim().is_empty());
    files.map(|(path, text)| format!("---\n# Source: {path}\n{text}\n")).collect()
}

/// Takes the notes out of the rendered files; those of the chart itself are kept.
fn take_notes(chart: &Chart, files: &mut Vec<(String, String)>, sub_notes: bool) -> String {
    let own = format!("{}/templates/NOTES.txt", chart.name());
    let (found, rest) = std::mem::take(files).into_iter().partition(|(path, _)| path.ends_with("NOTES.txt"));
    *files = rest;
    let found: Vec<(String, String)> = found;
    let kept: Vec<&str> =
        found.iter().filter(|(path, _)| sub_notes || *path == own).map(|(_, text)| text.as_str()).collect();
    kept.join("\n")
}

/// What the templates printed, by their paths.
type Executed = Result<Vec<(String, String)>, RenderError>;

/// A template file with what it is executed on.
struct Renderable {
    path: String,
    file: File,
    dot: Map,
    base: String,
}

/// Parses and executes all templates of the chart and its subcharts.
fn execute(chart: &Chart, values: &Table, options: &RenderOptions) -> Executed {
    let release = &options.release;
    let shared = Shared {
        release: Data::Table(Table::from([
            ("Name".into(), Data::text(release.name.as_str())),
            ("Namespace".into(), Data::text(release.namespace.as_str())),
            ("IsInstall".into(), Data::Bool(release.is_install)),
            ("IsUpgrade".into(), Data::Bool(release.is_upgrade)),
            ("Service".into(), Data::text("Helm")),
        ]))
        .to_value(),
        capabilities: objects::capabilities(&options.capabilities, options.profile),
        profile: options.profile,
    };
    if let Value::Map(map) = &shared.release {
        map.insert("Revision", Value::Int(release.revision));
    }
    let mut found = Vec::new();
    shared.collect(chart, chart.name(), true, data::map_of(values), &mut found);
    // What comes later takes the path of what came before.
    let mut paths = HashSet::default();
    found.reverse();
    found.retain(|one| paths.insert(one.path.clone()));
    // Deepest first, then backwards: a parent's definitions replace those of its subcharts.
    found.sort_by(|a, b| {
        let depth = |path: &str| path.matches('/').count();
        depth(&b.path).cmp(&depth(&a.path)).then_with(|| b.path.cmp(&a.path))
    });
    let mut templates = Templates::new(options.profile);
    let files: Vec<_> = found.iter().map(|one| (one.path.as_str(), &one.file.data)).collect();
    templates.parse_files(&files, options.parsed.map(|parsed| &parsed.templates)).map_err(RenderError::Template)?;
    let env = Env { lookup: options.lookup, budget: Budget::new(options.limits), ..Env::default() };
    let mut rendered = Vec::with_capacity(found.len());
    for one in &found {
        if one.path.rsplit('/').next().is_some_and(|base| base.starts_with('_')) {
            continue;
        }
        let place = Map::default().typed(objects::values_type(options.profile));
        place.insert("Name", Value::str(&one.path));
        place.insert("BasePath", Value::str(&one.base));
        one.dot.insert("Template", Value::Map(place));
        let text = templates
            .execute(&one.path, Value::Map(one.dot.clone()), &env)
            .map_err(|error| RenderError::Template(error.helm_message(&one.path, options.profile)))?;
        let text = String::from_utf8(text).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        rendered.push((one.path.clone(), text));
    }
    if options.last {
        std::mem::forget((templates, found, shared));
    }
    Ok(rendered)
}

/// What all scopes of one rendering have in common.
struct Shared {
    release: Value,
    capabilities: Value,
    profile: Profile,
}

impl Shared {
    /// The templates of `chart` and of everything below it; returns the scope that its parent sees as a subchart.
    fn collect(&self, chart: &Chart, path: &str, root: bool, values: Map, found: &mut Vec<Renderable>) -> Value {
        let subcharts = Map::default();
        let scope = Map::default();
        scope.insert("Chart", objects::chart(&chart.metadata, root, self.profile));
        scope.insert("Files", Value::Object(Rc::new(Files::new(chart))));
        scope.insert("Release", self.release.clone());
        scope.insert("Capabilities", self.capabilities.clone());
        scope.insert("Values", Value::Map(values.typed(objects::values_type(self.profile))));
        scope.insert("Subcharts", Value::Map(subcharts.clone()));
        let home = chart.home_of(path);
        for child in &chart.dependencies {
            // Helm takes the name for a dotted path, so that a chart with a dot in its name has no values.
            let inner = child.name().split('.').try_fold(values.clone(), |map, key| match map.get(key) {
                Some(Value::Map(inner)) => Some(inner),
                _ => None,
            });
            let inner = inner.unwrap_or_default();
            let below = self.collect(child, &format!("{home}/charts/{}", child.name()), false, inner, found);
            subcharts.insert(child.name(), below);
        }
        let dot = scope.typed(objects::values_type(self.profile));
        for file in &chart.templates {
            let base = file.name.rsplit('/').next().unwrap_or(&file.name);
            if chart.metadata.is_library() && !base.starts_with('_') {
                continue;
            }
            found.push(Renderable {
                path: format!("{path}/{}", file.name),
                file: file.clone(),
                dot: dot.clone(),
                base: format!("{path}/templates"),
            });
        }
        Value::Map(scope)
    }
}

#[cfg(test)]
mod tests;
