//! Executing the templates of a chart and its subcharts, each on what it sees of the values.

use std::rc::Rc;

use foldhash::HashSet;

use super::{RenderError, RenderOptions};
use crate::helm::chart::{Chart, File};
use crate::helm::data::{self, Data, Table};
use crate::helm::objects::{self, Files};
use crate::helm::profile::Profile;
use crate::helm::template::{Budget, Env, Templates};
use crate::helm::value::{Map, Value};

/// A template file with what it is executed on.
struct Renderable {
    path: String,
    file: File,
    dot: Map,
    base: String,
}

/// Parses and executes all templates of the chart and its subcharts. Each file is printed with its path.
///
/// # Errors
/// The first mistake in a template, or the first that fails.
pub fn execute(
    chart: &Chart,
    values: &Table,
    options: &RenderOptions,
    print: &mut dyn FnMut(String, String),
) -> Result<(), RenderError> {
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
        print(one.path.clone(), text);
    }
    if options.last {
        std::mem::forget((templates, found, shared));
    }
    Ok(())
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
