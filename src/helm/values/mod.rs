//! The user's values: files and `--set` forms merged in Helm's order, before the chart's own come into play.

mod coalesce;
mod dependencies;
mod documents;
mod schema;
mod strvals;
mod violation;
mod warnings;

use super::data::{Data, Table};
use super::profile::Profile;
use super::yaml;

pub use coalesce::{Nulls, coalesce};
pub use dependencies::{missing, process};
pub use documents::are_several;
pub use schema::{Schemas, validate};
pub use warnings::Warnings;

/// Values of a release: a mapping that keeps Go's kinds of numbers and may travel between threads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values(pub Table);

/// Why values cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValuesError {
    /// A file is not YAML.
    #[error("{error}")]
    Yaml {
        /// What is wrong.
        error: yaml::Error,
    },
    /// One of several documents of a file cannot be used, in Helm 4's words.
    #[error("{0}")]
    Document(String),
    /// A file holds something else than a mapping.
    #[error(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {0} into Go value of type \
         map[string]interface {{}}"
    )]
    NotAMapping(&'static str),
    /// A `--set` form cannot be read.
    #[error("failed parsing {form} data: {what}")]
    Set {
        /// The flag.
        form: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A subchart's values are no mapping.
    #[error("{during}type mismatch on {chart}: {found}")]
    TypeMismatch {
        /// What Helm 4 says before it when it looks which subcharts take part.
        during: &'static str,
        /// Name of the subchart.
        chart: String,
        /// What is there, as Go prints it.
        found: String,
    },
}

impl ValuesError {
    /// One-based line and column in the file, where known.
    pub fn place(&self) -> Option<(u64, Option<u64>)> {
        match self {
            ValuesError::Yaml { error } => error.place(),
            _ => None,
        }
    }
}

impl Values {
    /// Reads a values file; of several documents only the first counts.
    ///
    /// # Errors
    /// It is not YAML, or not a mapping.
    pub fn from_yaml(text: &str) -> Result<Values, ValuesError> {
        match yaml::parse(text.as_bytes()).map_err(|error| ValuesError::Yaml { error })? {
            Data::Table(table) => Ok(Values(table)),
            Data::Null => Ok(Values::default()),
            other => Err(ValuesError::NotAMapping(other.json_kind())),
        }
    }

    /// Reads a values file as either Helm does it.
    ///
    /// # Errors
    /// As [`Values::from_yaml`].
    pub fn from_yaml_as(text: &str, profile: Profile) -> Result<Values, ValuesError> {
        match profile {
            Profile::Helm3 => Values::from_yaml(text),
            Profile::Helm4 => documents::merged(text).map(Values),
        }
    }

    /// Takes JSON; numbers become float64, as in a file. Anything but an object is empty.
    pub fn from_json(json: serde_json::Value) -> Values {
        match Data::from_json(json) {
            Data::Table(table) => Values(table),
            _ => Values::default(),
        }
    }

    /// Lays `other` over these values, as a later `-f` does: mappings merge, everything else is replaced.
    #[must_use]
    pub fn merge(mut self, other: Values) -> Values {
        overlay(&mut self.0, other.0);
        self
    }

    /// Lays these values over `older` ones, as `--reuse-values` does: unlike [`Values::merge`], a null takes a key away.
    #[must_use]
    pub fn over(mut self, older: &Values) -> Values {
        let mut warnings = Warnings::default();
        coalesce::tables(&mut self.0, &older.0, Nulls::Remove, &warnings::At::root(""), &mut warnings);
        self
    }

    /// What templates of `chart` would have seen of these values: they become its defaults when a release is upgraded
    /// with `--reuse-values`.
    ///
    /// # Errors
    /// The values of a subchart are not a mapping.
    pub fn with_defaults(&self, chart: &super::Chart) -> Result<Table, ValuesError> {
        coalesce(chart, &self.0, Nulls::Remove, &mut Warnings::default())
    }

    /// `--set a.b[0]=c,d=e`: numbers, booleans and `null` are recognised.
    ///
    /// # Errors
    /// Helm's sentence for a form that it does not read.
    pub fn set(&mut self, form: &str) -> Result<(), ValuesError> {
        strvals::typed(form, &mut self.0).map_err(|what| ValuesError::Set { form: "--set", what })
    }

    /// `--set-string`: every value is text.
    ///
    /// # Errors
    /// As [`Values::set`].
    pub fn set_string(&mut self, form: &str) -> Result<(), ValuesError> {
        strvals::strings(form, &mut self.0).map_err(|what| ValuesError::Set { form: "--set-string", what })
    }

    /// `--set-json a={"b":1}`.
    ///
    /// # Errors
    /// As [`Values::set`].
    pub fn set_json(&mut self, form: &str) -> Result<(), ValuesError> {
        strvals::json(form, &mut self.0).map_err(|_| ValuesError::Set { form: "--set-json", what: form.to_string() })
    }

    /// `--set-literal a=b,c`: the rest of the form is the text.
    ///
    /// # Errors
    /// As [`Values::set`].
    pub fn set_literal(&mut self, form: &str) -> Result<(), ValuesError> {
        strvals::literal(form, &mut self.0).map_err(|what| ValuesError::Set { form: "--set-literal", what })
    }

    /// `--set-file a=path`: `read` gives the content of a path.
    ///
    /// # Errors
    /// As [`Values::set`], or what `read` says.
    pub fn set_file(&mut self, form: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Result<(), ValuesError> {
        strvals::files(form, &mut self.0, read).map_err(|what| ValuesError::Set { form: "--set-file", what })
    }

    /// The values as Helm prints them (`helm get values`).
    pub fn to_yaml(&self) -> String {
        let value = Data::Table(self.0.clone()).to_value();
        yaml::encode(&value).map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }

    /// The values as a release record keeps them.
    pub fn to_json(&self) -> serde_json::Value {
        Data::Table(self.0.clone()).to_json()
    }
}

/// Lays `over` on `base`.
fn overlay(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Data::Table(below)), Data::Table(above)) => overlay(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// The mapping at a dotted path.
pub(super) fn table_at<'a>(table: &'a Table, path: &str) -> Option<&'a Table> {
    path.split('.').try_fold(table, |table, name| table.get(name)?.as_table())
}

#[cfg(test)]
mod tests;
