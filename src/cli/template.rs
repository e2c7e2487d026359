//! `iomctl template`: what `helm template` prints.

mod accepted;
mod files;
mod live;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Global;
use super::chart::{SourceFlags, ValueFlags, release_and_chart};
use crate::deploy::{Input, Way};
use crate::helm::capabilities::KubeVersion;
use crate::helm::chart::path_matches;
use crate::helm::hooks::HookEvent;
use crate::helm::template::{Env, Templates};
use crate::helm::value::Value;
use crate::helm::values::ValuesError;
use crate::helm::{
    Capabilities, Hook, Manifest, Profile, ReleaseInfo, RenderError, RenderOptions, Rendered, manifest, release, render,
};
use crate::problem::{Outcome, Problem, Problems};

/// Name of the release where none is given, as with Helm.
const NAME: &str = "release-name";

/// Render a chart as `helm template` does
#[derive(Debug, Args)]
pub struct Template {
    /// Name of the release and chart; a single argument is the chart if there is such a path. Without a chart the
    /// bundled one is rendered
    #[arg(value_name = "[NAME] [CHART]", num_args = 0..=2)]
    names: Vec<String>,
    /// Version of the chart, or a range such as '^1.2'; without it the newest stable one
    #[arg(long, value_name = "VERSION")]
    chart_version: Option<String>,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    values: ValueFlags,
    /// Show only what these templates give (patterns such as templates/web/*.yaml)
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Include the files of crds/
    #[arg(long)]
    include_crds: bool,
    /// Leave out hooks
    #[arg(long)]
    no_hooks: bool,
    /// Leave out test hooks
    #[arg(long)]
    skip_tests: bool,
    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    is_upgrade: bool,
    /// Do not check the values against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,
    /// API versions that the cluster offers besides the usual ones
    #[arg(short, long, value_name = "VERSIONS", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Kubernetes version of the cluster
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Template of the release's name
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// Make up a name for the release from the chart's and the time
    #[arg(short, long, conflicts_with = "name_template")]
    generate_name: bool,
    /// Write each template's objects to a file below this folder, instead of printing them
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// With --output-dir: put the files below a folder of the release's name
    #[arg(long)]
    release_name: bool,
    /// Follow Helm 4 where it differs from Helm 3
    #[arg(long)]
    helm4: bool,
    /// Render for the versions that the cluster has, and have its API server try every object without effect
    #[arg(long)]
    validate: bool,
    /// With `server`: templates see the objects of the cluster
    #[arg(long, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "client",
          value_parser = ["client", "server", "none", "true", "false"])]
    dry_run: Option<String>,
    /// If a template prints something that is no YAML, print everything that was rendered
    #[arg(long)]
    debug: bool,
    #[command(flatten)]
    accepted: accepted::Accepted,
}

impl Template {
    /// Renders and prints.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let (name, path) = self.release_and_chart()?;
        let (path, version) = (path.as_deref(), self.chart_version.as_deref());
        let live = self.validate || self.looks();
        // Definitions are read from the files that would be left.
        let whole = self.include_crds || live;
        let chart = if whole { self.source.load(path, version) } else { self.source.open(path, version) }?;
        let name = if self.generate_name { generated(chart.name()) } else { name };
        let folder = self.output_dir.as_ref().map(|dir| if self.release_name { dir.join(&name) } else { dir.clone() });
        let values = self.values.read_as(self.profile())?;
        let (chart, values) = (Arc::new(chart), Arc::new(values));
        let input = Input { release: name, chart, values };
        let mut rendered = match live {
            true => live::render(global, &input, self.way()?, self.validate)?,
            false => self.rendered(global, &input)?,
        };
        rendered.include_crds = self.include_crds;
        for warning in &rendered.warnings {
            eprintln!("warning: values: {warning}");
        }
        let written = match &folder {
            Some(folder) => super::output::write(&files::write(folder, &rendered, self.hooks(&rendered))?),
            None if self.show_only.is_empty() && !self.include_crds => {
                super::output::write_pieces(self.pieces(&rendered))
            }
            None => super::output::write(&self.text(&rendered)?),
        };
        std::mem::forget((input, rendered));
        written
    }

    /// Whether templates see the objects of the cluster. With Helm, `--validate` alone does not show them.
    fn looks(&self) -> bool {
        self.dry_run.as_deref() == Some("server")
    }

    fn profile(&self) -> Profile {
        if self.helm4 { Profile::Helm4 } else { Profile::Helm3 }
    }

    /// What templates are told about the cluster, unless it is asked.
    fn capabilities(&self) -> Result<Capabilities, Problem> {
        let mut capabilities = Capabilities::default();
        if let Some(version) = &self.kube_version {
            capabilities.kube_version = KubeVersion::parse(version).map_err(|error| {
                Problem::bad_input("template.kube-version", format!("invalid kube version '{version}': {error}"))
            })?;
        }
        capabilities.api_versions.extend(self.api_versions.iter().cloned());
        Ok(capabilities)
    }

    /// How a rendering with a look at the cluster is done.
    fn way(&self) -> Result<Way, Problem> {
        let capabilities = if self.validate { None } else { Some(self.capabilities()?) };
        let (checks, debug) = (!self.skip_schema_validation, self.debug);
        Ok(Way {
            profile: self.profile(),
            looks: self.looks(),
            checks,
            capabilities,
            debug,
            ..Way::of(self.is_upgrade)
        })
    }

    /// Renders without a cluster.
    fn rendered(&self, global: &Global, input: &Input) -> Result<Rendered, Problem> {
        let namespace = global.namespace.clone().unwrap_or_else(|| "default".into());
        let info = ReleaseInfo {
            is_install: !self.is_upgrade,
            is_upgrade: self.is_upgrade,
            ..ReleaseInfo::install(&input.release, namespace)
        };
        let options = RenderOptions {
            capabilities: self.capabilities()?,
            profile: self.profile(),
            include_crds: self.include_crds,
            skip_schema: self.skip_schema_validation,
            last: true,
            debug: self.debug,
            ..RenderOptions::new(info)
        };
        render(&input.chart, &input.values, &options).map_err(failed)
    }

    /// Sorts the arguments into release and chart.
    fn release_and_chart(&self) -> Result<(String, Option<String>), Problem> {
        let (name, chart) = release_and_chart(&self.names, self.source.repository().is_some());
        let name = match (name, &self.name_template) {
            (Some(_), Some(_)) => {
                let what = "cannot set --name-template and also specify a name";
                return Err(Problem::bad_input("template.name", what));
            }
            (Some(_), None) if self.generate_name => {
                let what = "cannot set --generate-name and also specify a name";
                return Err(Problem::bad_input("template.name", what));
            }
            (Some(name), None) => name,
            (None, Some(template)) => name_of(template)?,
            (None, None) => NAME.to_string(),
        };
        if !release::valid_name(&name) {
            let pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
            let what = format!(
                "release name {name:?}: invalid release name, must match regex {pattern} and the length must not be \
                 longer than {}",
                release::LONGEST_NAME
            );
            return Err(Problem::bad_input("template.name", what).next("use lower-case letters, digits, `-` and `.`"));
        }
        Ok((name, chart))
    }

    /// The hooks that are asked for.
    fn hooks<'r>(&self, rendered: &'r Rendered) -> impl Iterator<Item = &'r Hook> {
        let (all, tests) = (!self.no_hooks, !self.skip_tests);
        rendered.hooks.iter().filter(move |hook| all && (tests || !hook.runs_at(HookEvent::Test)))
    }

    /// The manifests, then the hooks, as they are printed one behind the other: a large chart is not copied for it.
    fn pieces<'r>(&self, rendered: &'r Rendered) -> Vec<&'r str> {
        let mut pieces: Vec<&str> = rendered.manifests.iter().flat_map(Manifest::pieces).collect();
        // The text of all manifests ends with one line break.
        pieces.pop();
        pieces.last_mut().into_iter().for_each(|last| *last = last.trim_end());
        pieces.push("\n");
        pieces.extend(self.hooks(rendered).flat_map(|hook| hook.manifest.pieces()));
        pieces
    }

    /// The same as one text, with definitions if they are asked for; or only the documents of some templates.
    fn text(&self, rendered: &Rendered) -> Result<String, Problem> {
        let mut text = rendered.release_manifest();
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        text.push('\n');
        self.hooks(rendered).for_each(|hook| hook.manifest.print_to(&mut text));
        if self.show_only.is_empty() {
            return Ok(text);
        }
        let documents = manifest::split(&text);
        let mut shown = String::new();
        for wanted in &self.show_only {
            let mut found = false;
            for document in documents.iter().filter(|d| source(d).is_some_and(|source| path_matches(wanted, source))) {
                shown.push_str(&format!("---\n{document}\n"));
                found = true;
            }
            if !found {
                return Err(Problem::bad_input(
                    "template.show-only",
                    format!("could not find template {wanted} in chart"),
                )
                .because("the chart has no such template, or it prints nothing with these values")
                .next("write the path from the chart's root, for example templates/service.yaml"));
            }
        }
        Ok(shown)
    }
}

/// The path in the chart that a printed document comes from.
fn source(document: &str) -> Option<&str> {
    let line = document.lines().find_map(|line| line.split_once("# Source: "))?.1;
    Some(line.split_once('/')?.1)
}

/// The chart's name with the time behind it, as Helm makes it.
fn generated(chart: &str) -> String {
    format!("{chart}-{}", jiff::Timestamp::now().as_second())
}

/// Executes the template of a name; it has functions, but no data.
fn name_of(template: &str) -> Result<String, Problem> {
    let bad = |error: String| Problem::bad_input("template.name", error);
    let mut templates = Templates::new(Profile::default());
    templates.parse("name-template", template.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let text =
        templates.execute("name-template", Value::Missing, &Env::default()).map_err(|error| bad(error.to_string()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// As [`worded`], with what is no YAML printed if it was asked for.
fn failed(error: RenderError) -> Problem {
    if let RenderError::Manifest { text: Some(text), .. } = &error {
        // What is wrong with it is told all the same.
        let _ = super::output::write(&format!("{}\n", text.trim()));
    }
    worded(error)
}

/// A problem with Helm's text and what to do about it. Each violation of a schema is a line of its own.
fn worded(error: RenderError) -> Problem {
    let problem = |code, next: &str| Problem::new(Outcome::BadInput, code, error.to_string().trim_end()).next(next);
    match &error {
        RenderError::MissingDependencies { .. } => {
            problem("chart.dependencies", "bring the missing charts into charts/ with `iomctl chart deps build FOLDER`")
        }
        RenderError::Library => problem("chart.is-library", "name a chart that uses this library"),
        RenderError::KubeVersion { .. } => {
            problem("chart.kube-version", "use another version of the chart, or say the cluster's with --kube-version")
        }
        RenderError::Values(ValuesError::Document(_)) => {
            problem("values.yaml", "repair the chart's values.yaml: Helm 4 reads every document of it")
        }
        RenderError::Values(_) => problem("values.shape", "give the subchart a mapping"),
        RenderError::Schema(_) => problem("values.schema", "change the values that are named, all of them"),
        RenderError::Unreadable(_) => {
            problem("chart.unreadable", "render again when nobody changes the chart's folder")
        }
        RenderError::Template(text) if text.contains("gave up after") => {
            problem("chart.too-costly", "do not install this chart before whoever made it says why it needs so much")
        }
        RenderError::Template(_) => problem("chart.template", "give the value that the template asks for"),
        RenderError::Manifest { text: None, .. } => {
            problem("chart.manifest", "look at what the template prints with these values: --debug shows it")
        }
        RenderError::Manifest { .. } => problem("chart.manifest", "repair the template; what it printed is above"),
    }
}
