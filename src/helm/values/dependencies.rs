//! Which subcharts take part: conditions, tags, aliases; and the values that they hand up to their parents.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::coalesce::{Nulls, coalesce, tables};
use super::warnings::{At, Warnings};
use super::{ValuesError, documents, table_at};
use crate::helm::chart::{Chart, Dependency};
use crate::helm::data::{Data, Table};
use crate::helm::profile::Profile;

/// The chart as it takes part in a release with these user values: disabled subcharts are gone, aliases applied,
/// imported values merged into the chart's own.
///
/// # Errors
/// The values of a subchart are not a mapping.
pub fn process(chart: &Chart, values: &Table, profile: Profile, warnings: &mut Warnings) -> Result<Chart, ValuesError> {
    let mut chart = chart.clone();
    if profile == Profile::Helm4 {
        read_all_documents(&mut chart)?;
    }
    enable(&mut chart, values, profile, "", warnings).and_then(|()| import(&mut chart, warnings)).map_err(|error| {
        match (profile, error) {
            (Profile::Helm4, ValuesError::TypeMismatch { chart, found, .. }) => {
                ValuesError::TypeMismatch { during: "chart dependencies processing failed: ", chart, found }
            }
            (_, error) => error,
        }
    })?;
    Ok(chart)
}

/// Makes the values of a chart and of those below it what Helm 4 reads.
fn read_all_documents(chart: &mut Chart) -> Result<(), ValuesError> {
    if let Some(text) = chart.documents.take() {
        let read = documents::merged(&String::from_utf8_lossy(&text))
            .map_err(|error| ValuesError::Document(format!("cannot load values.yaml: {error}")))?;
        chart.values = Arc::new(read);
    }
    chart.dependencies.iter_mut().try_for_each(read_all_documents)
}

/// Dependencies that `Chart.yaml` names and that `charts/` does not hold.
pub fn missing(chart: &Chart) -> Vec<String> {
    let held = |wanted: &&Dependency| !chart.dependencies.iter().any(|child| child.name() == wanted.name);
    chart.metadata.dependencies.iter().filter(held).map(|wanted| wanted.name.clone()).collect()
}

/// Whether the subchart is the one that the dependency asks for.
fn answers(child: &Chart, wanted: &Dependency) -> bool {
    child.name() == wanted.name && crate::helm::semver::compatible(&wanted.version, &child.metadata.version)
}

fn enable(
    chart: &mut Chart,
    values: &Table,
    profile: Profile,
    path: &str,
    warnings: &mut Warnings,
) -> Result<(), ValuesError> {
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let (children, mut sources) = aliased(chart, profile);
    chart.dependencies = children;
    for dependency in &mut chart.metadata.dependencies {
        if !dependency.alias.is_empty() {
            dependency.name.clone_from(&dependency.alias);
        }
        dependency.enabled = true;
    }
    let values = coalesce(chart, values, Nulls::of(profile), warnings)?;
    for dependency in &mut chart.metadata.dependencies {
        tags(dependency, &values);
        condition(dependency, &values, path, warnings);
    }
    let disabled: Vec<String> =
        chart.metadata.dependencies.iter().filter(|d| !d.enabled).map(|d| d.name.clone()).collect();
    let mut stays = chart.dependencies.iter().map(|child| !disabled.iter().any(|name| name == child.name()));
    sources.retain(|_| stays.next().unwrap_or(true));
    chart.dependencies.retain(|child| !disabled.iter().any(|name| name == child.name()));
    chart.metadata.dependencies.retain(|dependency| !disabled.contains(&dependency.name));
    for (number, child) in chart.dependencies.iter_mut().enumerate() {
        let source = sources.get(number).copied().flatten();
        if profile == Profile::Helm3 && source.is_some() && sources[..number].contains(&source) {
            worn(child);
        }
        let path = format!("{path}{}.", child.name());
        enable(child, &values, profile, &path, warnings)?;
    }
    Ok(())
}

/// In Helm 3 the copies of one chart under several aliases share what `Chart.yaml` says of their own subcharts: the
/// first copy has renamed them and taken over their values, which leaves the others without.
fn worn(copy: &mut Chart) {
    for dependency in &mut copy.metadata.dependencies {
        dependency.name = dependency.key().to_string();
        dependency.import_values.clear();
    }
    copy.dependencies.iter_mut().for_each(worn);
}

/// The subcharts under the names that `Chart.yaml` gives them: first those that it does not mention, then one copy
/// for each mention; and which subchart each copy is of.
fn aliased(chart: &Chart, profile: Profile) -> (Vec<Chart>, Vec<Option<usize>>) {
    let wanted = &chart.metadata.dependencies;
    let mentioned = |child: &&Chart| wanted.iter().any(|w| answers(child, w));
    let mut children: Vec<Chart> = chart.dependencies.iter().filter(|child| !mentioned(child)).cloned().collect();
    let mut sources = vec![None; children.len()];
    for wanted in wanted {
        let Some(source) = chart.dependencies.iter().position(|child| answers(child, wanted)) else { continue };
        let mut child = chart.dependencies[source].clone();
        // Subcharts that the copy does not mention itself still know the original as their parent.
        if profile == Profile::Helm3 && !wanted.alias.is_empty() && child.metadata.dependencies.is_empty() {
            child.home = Some(child.metadata.name.clone());
        }
        child.metadata.name = wanted.key().to_string();
        children.push(child);
        sources.push(Some(source));
    }
    (children, sources)
}

fn tags(dependency: &mut Dependency, values: &Table) {
    let Some(switches) = table_at(values, "tags") else { return };
    let set = |wanted: bool| dependency.tags.iter().any(|tag| switches.get(tag) == Some(&Data::Bool(wanted)));
    let enabled = set(true) || !set(false);
    dependency.enabled = enabled;
}

/// The first path that leads to a boolean decides.
fn condition(dependency: &mut Dependency, values: &Table, path: &str, warnings: &mut Warnings) {
    for condition in dependency.condition.trim().split(',').filter(|c| !c.is_empty()) {
        match scalar_at(values, &format!("{path}{condition}")) {
            Some(Data::Bool(enabled)) => {
                dependency.enabled = *enabled;
                return;
            }
            Some(_) => {
                let name = &dependency.name;
                warnings.say(format!("{condition}: decides on subchart {name} and is neither true nor false"));
            }
            None => {}
        }
    }
}

/// The value at a dotted path, unless it is a mapping.
fn scalar_at<'a>(values: &'a Table, path: &str) -> Option<&'a Data> {
    let (table, key) = match path.rsplit_once('.') {
        Some((table, key)) => (table_at(values, table)?, key),
        None => (values, path),
    };
    table.get(key).filter(|value| value.as_table().is_none())
}

/// Takes over what the subcharts export, from the innermost out.
fn import(chart: &mut Chart, warnings: &mut Warnings) -> Result<(), ValuesError> {
    for child in &mut chart.dependencies {
        import(child, warnings)?;
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let mut values = coalesce(chart, &Table::new(), Nulls::Keep, warnings)?;
    let name = chart.name().to_string();
    let at = At::root(&name);
    let mut imported = Table::new();
    for dependency in &mut chart.metadata.dependencies {
        for import in &mut dependency.import_values {
            let (child, parent) = match &*import {
                Json::Object(paths) => (printed(paths.get("child")), printed(paths.get("parent"))),
                Json::String(name) => (format!("exports.{name}"), ".".to_string()),
                _ => continue,
            };
            match table_at(&values, &format!("{}.{child}", dependency.name)) {
                Some(table) => {
                    tables(&mut imported, &under(&parent, table.clone()), Nulls::Keep, &at, warnings);
                }
                None => warnings.say(format!("{}: exports no mapping `{child}` to import", dependency.name)),
            }
            *import = json!({ "child": child, "parent": parent });
        }
    }
    tables(&mut values, &imported, Nulls::Keep, &at, warnings);
    chart.values = Arc::new(values);
    Ok(())
}

fn printed(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => "<nil>".into(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// `table` at a dotted path, or as it is for `.`.
fn under(path: &str, table: Table) -> Table {
    if path == "." {
        return table;
    }
    path.split('.').rev().fold(table, |inner, name| Table::from([(name.to_string(), Data::Table(inner))]))
}
