//! The user's values over those of the chart and its subcharts, with Helm's rules for null and for globals.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::ValuesError;
use super::warnings::{At, Warnings};
use crate::helm::chart::Chart;
use crate::helm::data::{Data, Table};
use crate::helm::gofmt::sprintf;
use crate::helm::profile::Profile;

/// Key of the values that every subchart sees.
const GLOBAL: &str = "global";

/// What a null of the user does to the chart's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// It removes the key: the values that templates see.
    Remove,
    /// It removes the key, and nulls among the chart's defaults are as good as absent (Helm 4).
    RemoveAll,
    /// It stays null: an intermediate result, to be laid over other values again.
    Keep,
}

impl Nulls {
    /// What each Helm does for the values that templates see.
    pub fn of(profile: Profile) -> Nulls {
        match profile {
            Profile::Helm3 => Nulls::Remove,
            Profile::Helm4 => Nulls::RemoveAll,
        }
    }
}

/// Lays `values` over those of `chart` and its subcharts.
///
/// # Errors
/// The values of a subchart are not a mapping.
pub fn coalesce(chart: &Chart, values: &Table, nulls: Nulls, warnings: &mut Warnings) -> Result<Table, ValuesError> {
    let mut values = values.clone();
    scope(chart, &mut values, nulls, &At::root(chart.name()), warnings)?;
    Ok(values)
}

/// One chart with everything below it.
fn scope(
    chart: &Chart,
    values: &mut Table,
    nulls: Nulls,
    at: &At<'_>,
    warnings: &mut Warnings,
) -> Result<(), ValuesError> {
    defaults(chart, values, nulls, at, warnings);
    for child in &chart.dependencies {
        let name = child.name();
        let mut inner = match values.remove(name) {
            None => Table::new(),
            Some(Data::Table(inner)) => inner,
            Some(other) => {
                return Err(ValuesError::TypeMismatch {
                    during: "",
                    chart: name.to_string(),
                    found: as_bool_verb(&other),
                });
            }
        };
        globals_down(&mut inner, values, &at.key(name), warnings);
        scope(child, &mut inner, nulls, &at.key(name), warnings)?;
        globals_up(values, &inner);
        values.insert(name.to_string(), Data::Table(inner));
    }
    Ok(())
}

/// The chart's own values under those that are there.
fn defaults(chart: &Chart, values: &mut Table, nulls: Nulls, at: &At<'_>, warnings: &mut Warnings) {
    for (key, default) in chart.values.iter() {
        match (values.get_mut(key), default) {
            (None, Data::Null) if nulls == Nulls::RemoveAll => {}
            (None, _) => {
                values.insert(key.clone(), given(default, nulls).into_owned());
            }
            (Some(Data::Null), _) if nulls != Nulls::Keep => {
                values.remove(key);
            }
            (Some(Data::Table(over)), Data::Table(_)) => {
                // Nulls meant for a subchart's defaults must survive until the subchart itself is reached.
                let child = chart.dependencies.iter().any(|child| child.name() == key);
                let nulls = if child { Nulls::Keep } else { nulls };
                if let Data::Table(under) = &*given(default, nulls) {
                    tables(over, under, nulls, &at.key(key), warnings);
                }
            }
            (Some(Data::Table(_)), default) if *default != Data::Null => {
                warnings.tell(&at.key(key), "the chart's default is not a mapping and is skipped");
            }
            _ => {}
        }
    }
}

/// A default as it takes part: Helm 4 leaves out the nulls in it.
fn given(default: &Data, nulls: Nulls) -> Cow<'_, Data> {
    match default {
        Data::Table(table) if nulls == Nulls::RemoveAll => {
            let kept = table.iter().filter(|(_, value)| **value != Data::Null);
            Cow::Owned(Data::Table(kept.map(|(key, value)| (key.clone(), given(value, nulls).into_owned())).collect()))
        }
        default => Cow::Borrowed(default),
    }
}

/// Lays `over` on `under` and leaves the result in `over`.
///
/// A null in `over` removes a key that `under` gives a value; a null that only one side knows stays.
pub fn tables(over: &mut Table, under: &Table, nulls: Nulls, at: &At<'_>, warnings: &mut Warnings) {
    for (key, below) in under {
        match (over.get_mut(key), below) {
            (None, below) => {
                over.insert(key.clone(), below.clone());
            }
            (Some(Data::Null), below) if nulls != Nulls::Keep && *below != Data::Null => {
                over.remove(key);
            }
            (Some(Data::Null), _) => {}
            (Some(Data::Table(above)), Data::Table(below)) => {
                tables(above, below, nulls, &at.key(key), warnings);
            }
            (Some(_), Data::Table(_)) => {
                warnings.tell(&at.key(key), "cannot overwrite the chart's mapping with something that is none");
            }
            (Some(Data::Table(_)), below) if *below != Data::Null => {
                warnings.tell(&at.key(key), "a mapping is laid over a default that is none; the default is ignored");
            }
            _ => {}
        }
    }
}

/// Gives a subchart the globals of its parent, which win over those of its own scope.
fn globals_down(inner: &mut Table, outer: &Table, at: &At<'_>, warnings: &mut Warnings) {
    let at = at.key(GLOBAL);
    let none = Table::new();
    let source = match outer.get(GLOBAL) {
        None => &none,
        Some(Data::Table(source)) => source,
        Some(_) => return warnings.tell(&at, "the globals of the chart above are not a mapping and are skipped"),
    };
    let target = match inner.get_or_insert_with(GLOBAL.to_string(), || Data::Table(Table::new())) {
        Data::Table(target) => target,
        _ => return warnings.tell(&at, "the globals here are not a mapping; those of the chart above are skipped"),
    };
    for (key, value) in source {
        match (value, target.get_mut(key)) {
            (Data::Table(above), Some(Data::Table(below))) => {
                let mut merged = above.clone();
                tables(&mut merged, below, Nulls::Keep, &at.key(key), warnings);
                *below = merged;
            }
            (Data::Table(_), Some(_)) | (_, Some(Data::Table(_))) => {
                warnings
                    .tell(&at.key(key), "a mapping here, none in the chart above (or the other way round); skipped");
            }
            (value, _) => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Helm copies a global mapping one level deep and shares what is below, so that defaults of a subchart in there
/// become visible to its parent and to the subcharts after it.
fn globals_up(outer: &mut Table, inner: &Table) {
    let (Some(Data::Table(outer)), Some(Data::Table(inner))) = (outer.get_mut(GLOBAL), inner.get(GLOBAL)) else {
        return;
    };
    for (key, value) in outer.iter_mut() {
        let (Data::Table(above), Some(Data::Table(below))) = (value, inner.get(key)) else { continue };
        let shared: BTreeSet<String> =
            above.iter().filter(|(_, value)| value.as_table().is_some()).map(|(key, _)| key.clone()).collect();
        for key in shared {
            if let Some(Data::Table(table)) = below.get(&key) {
                above.insert(key, Data::Table(table.clone()));
            }
        }
    }
}

/// How Go prints a value with the verb `%t`, which Helm uses here.
fn as_bool_verb(data: &Data) -> String {
    let text = sprintf(b"%t", &[data.to_value()]);
    text.map_or_else(|error| error, |text| String::from_utf8_lossy(&text).into_owned())
}
