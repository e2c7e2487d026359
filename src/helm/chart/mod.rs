//! Charts: what is in a directory or an archive, sorted into metadata, templates, values and other files.

mod archive;
mod directory;
mod ignore;
mod left;
mod metadata;
mod pattern;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::data::{Data, Table};
use super::values::are_several;
use super::yaml;

/// The files of a chart, by their path in it.
pub type Files = Vec<(String, Bytes)>;

pub use left::LeftFile;
pub use metadata::{Dependency, Maintainer, Metadata};
pub use pattern::matches as path_matches;

/// Most bytes that a chart may unpack to.
pub const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// Most bytes of one file of a chart.
pub const MOST_FILE_BYTES: u64 = 5 * 1024 * 1024;
/// Subcharts in subcharts: deeper nesting can only be an attack.
const DEEPEST: usize = 32;

/// The files of a gzipped archive as they are, byte order marks left away.
///
/// # Errors
/// As [`Chart::load`].
pub fn files_of_archive(bytes: &[u8]) -> Result<Files, ChartError> {
    archive::files(bytes)
}

/// The files of a folder that `.helmignore` leaves.
///
/// # Errors
/// As [`Chart::load`].
pub fn files_of_folder(path: &Path) -> Result<Files, ChartError> {
    Ok(directory::files(path, false)?.0)
}

/// A file of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path inside the chart, with forward slashes.
    pub name: String,
    /// Content, without a byte order mark; shared, because charts are copied and files may be long.
    pub data: Bytes,
}

/// A chart with its subcharts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// `Chart.yaml`
    pub metadata: Metadata,
    /// `Chart.lock` as JSON, which only release records keep.
    pub lock: Option<serde_json::Value>,
    /// Files under `templates/`.
    pub templates: Vec<File>,
    /// `values.yaml`; shared, because every rendering makes a chart of its own that differs in its subcharts.
    pub values: Arc<Table>,
    /// `values.yaml` as it is, when more documents follow the first one: Helm 4 reads them, too.
    pub documents: Option<Bytes>,
    /// `values.schema.json`
    pub schema: Option<Bytes>,
    /// Every other file, including those of `crds/`.
    pub files: Vec<File>,
    /// Those that [`Chart::open`] has not read.
    pub left: Vec<LeftFile>,
    /// Subcharts, by the name of their directory or archive.
    pub dependencies: Vec<Chart>,
    /// The name before an alias, if the paths below still have it, as in Helm 3.
    pub home: Option<String>,
}

/// Why a chart cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// A file cannot be read.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The archive is damaged or hostile.
    #[error("{0}")]
    Archive(String),
    /// A file of the chart is not what Helm wants.
    #[error("{0}")]
    Invalid(String),
    /// A subchart is not what Helm wants.
    #[error("error unpacking subchart {name} in {parent}: {source}")]
    Subchart {
        /// Name of its directory or archive under `charts/`.
        name: String,
        /// Name of the chart that holds it.
        parent: String,
        /// What is wrong.
        source: Box<ChartError>,
    },
}

impl ChartError {
    /// A file of the chart that is not YAML, with the place.
    pub fn yaml(file: &str, error: &yaml::Error) -> ChartError {
        let place = match error.place() {
            Some((line, Some(column))) => format!(" (line {line}, column {column})"),
            Some((line, None)) => format!(" (line {line})"),
            None => String::new(),
        };
        ChartError::Invalid(format!("cannot load {file}: {error}{place}"))
    }
}

impl Chart {
    /// Loads a directory or a `.tgz`.
    ///
    /// # Errors
    /// Unreadable files, hostile or truncated archives, and whatever Helm refuses in `Chart.yaml`.
    pub fn load(path: &Path) -> Result<Chart, ChartError> {
        Chart::from_path(path, false)
    }

    /// The same for a rendering that is printed and not recorded: of a directory, long files that are no templates stay
    /// where they are until a template asks for them. They are missing in [`Chart::files`] and [`Chart::crds`].
    ///
    /// # Errors
    /// As [`Chart::load`]; a file that vanishes afterwards fails the rendering that asks for it.
    pub fn open(path: &Path) -> Result<Chart, ChartError> {
        Chart::from_path(path, true)
    }

    fn from_path(path: &Path, leave: bool) -> Result<Chart, ChartError> {
        let io = |source| ChartError::Io { path: path.to_path_buf(), source };
        let meta = std::fs::metadata(path).map_err(io)?;
        if meta.is_dir() {
            let (files, left) = directory::files(path, leave)?;
            return Chart::nested(files, left, 0);
        }
        let bytes = std::fs::read(path).map_err(io)?;
        if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
            return Err(ChartError::Archive(no_archive(path, &bytes)));
        }
        Chart::from_archive(&bytes)
    }

    /// Loads a gzipped tar archive.
    ///
    /// # Errors
    /// As [`Chart::load`].
    pub fn from_archive(bytes: &[u8]) -> Result<Chart, ChartError> {
        Chart::nested(archive::files(bytes)?, Vec::new(), 0)
    }

    /// Makes a chart of the files of a directory, with paths relative to it; `.helmignore` counts.
    ///
    /// # Errors
    /// As [`Chart::load`].
    pub fn from_files<D: Into<Bytes>>(files: Vec<(String, D)>) -> Result<Chart, ChartError> {
        let mut files: Files = files.into_iter().map(|(name, data)| (name, data.into())).collect();
        let rules = files.iter().find(|(name, _)| name == ".helmignore").map(|(_, text)| &text[..]);
        let rules = ignore::Rules::parse(&String::from_utf8_lossy(rules.unwrap_or_default()))
            .map_err(|what| ChartError::Invalid(format!(".helmignore: {what}")))?
            .with_defaults();
        // Files of one directory stand together.
        let mut above = (String::new(), false);
        files.retain(|(name, _)| {
            let directory = name.rfind('/').map_or("", |at| &name[..at]);
            if above.0 != directory {
                let ignored = name.match_indices('/').any(|(at, _)| rules.ignore(&name[..at], true));
                above = (directory.to_string(), ignored);
            }
            !above.1 && !rules.ignore(name, false)
        });
        Chart::nested(files, Vec::new(), 0)
    }

    fn nested(files: Files, left: Vec<LeftFile>, depth: usize) -> Result<Chart, ChartError> {
        if depth > DEEPEST {
            return Err(ChartError::Archive(format!("subcharts are nested deeper than {DEEPEST} levels")));
        }
        let mut chart = Chart::default();
        let described = files.iter().find(|(name, _)| name == "Chart.yaml");
        if let Some((_, text)) = described {
            chart.metadata = Metadata::from_yaml(text)?;
        }
        let missing = described.is_none();
        let mut subcharts: Vec<Inside> = Vec::new();
        for (name, data) in files {
            match name.as_str() {
                "Chart.yaml" => {}
                "Chart.lock" => chart.lock = Some(lock("Chart.lock", &data)?),
                "values.yaml" => {
                    chart.values = Arc::new(table("values.yaml", &data)?);
                    chart.documents = are_several(&data).then_some(data);
                }
                "values.schema.json" => chart.schema = Some(data),
                "requirements.yaml" | "requirements.lock" => chart.requirements(name, data)?,
                _ if name.starts_with("templates/") => chart.templates.push(File { name, data }),
                _ => match name.strip_prefix("charts/") {
                    Some(inside) if !name.ends_with(".prov") => {
                        let subchart = Inside::of(&mut subcharts, inside);
                        subchart.files.push((inside.to_string(), data));
                    }
                    _ => chart.files.push(File { name, data }),
                },
            }
        }
        for file in left {
            match file.name.strip_prefix("charts/") {
                Some(inside) => {
                    let inside = inside.to_string();
                    let subchart = Inside::of(&mut subcharts, &inside);
                    subchart.left.push(file.named(inside));
                }
                None => chart.left.push(file),
            }
        }
        if missing {
            return Err(ChartError::Invalid("Chart.yaml file is missing".into()));
        }
        chart.metadata.validate()?;
        subcharts.sort_by(|a, b| a.name.cmp(&b.name));
        for inside in subcharts {
            if inside.name.starts_with(['_', '.']) {
                continue;
            }
            let (name, parent) = (inside.name.clone(), chart.metadata.name.clone());
            let subchart = inside.chart(depth).map_err(|source| ChartError::Subchart {
                name,
                parent,
                source: Box::new(source),
            })?;
            chart.dependencies.push(subchart);
        }
        Ok(chart)
    }

    /// The dependency files of charts of version 1, which stay visible to templates there.
    fn requirements(&mut self, name: String, data: Bytes) -> Result<(), ChartError> {
        if name == "requirements.yaml" {
            self.metadata.add_requirements(&data)?;
        } else {
            self.lock = Some(lock(&name, &data)?);
        }
        if self.metadata.api_version == "v1" {
            self.files.push(File { name, data });
        }
        Ok(())
    }

    /// Name of the chart.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Why a file of this chart or of a subchart could not be read when a template asked for it.
    pub fn unreadable(&self) -> Option<&str> {
        let own = self.left.iter().find_map(LeftFile::failure);
        own.or_else(|| self.dependencies.iter().find_map(Chart::unreadable))
    }

    /// The files of `crds/` of this chart and its subcharts with the paths that `helm template` prints.
    pub fn crds(&self) -> Vec<File> {
        let mut crds = Vec::new();
        self.collect_crds(self.name(), &mut crds);
        crds
    }

    /// The path that the paths of the subcharts begin with, for a chart at `path`.
    pub fn home_of(&self, path: &str) -> String {
        match (&self.home, path.rfind('/')) {
            (Some(home), Some(at)) => format!("{}/{home}", &path[..at]),
            _ => path.to_string(),
        }
    }

    fn collect_crds(&self, path: &str, crds: &mut Vec<File>) {
        let described = |name: &str| {
            let lower = name.to_ascii_lowercase();
            name.starts_with("crds/") && [".yaml", ".yml", ".json"].iter().any(|end| lower.ends_with(end))
        };
        for file in self.files.iter().filter(|file| described(&file.name)) {
            crds.push(File { name: format!("{path}/{}", file.name), data: file.data.clone() });
        }
        let below = self.home_of(path);
        for child in &self.dependencies {
            child.collect_crds(&format!("{below}/charts/{}", child.name()), crds);
        }
    }
}

/// What Helm says of a file that is no archive.
fn no_archive(path: &Path, bytes: &[u8]) -> String {
    let file = path.display();
    if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
        return format!("file '{file}' seems to be a YAML file, but expected a gzipped archive");
    }
    // Helm looks at 512 bytes, which are zeros where the file is shorter, so that only longer text is known as such.
    let plain = |byte: &u8| !matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31);
    let kind = match bytes {
        [b'P', b'K', 3, 4, ..] => "application/zip",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        bytes if bytes.len() >= 512 && bytes[..512].iter().all(plain) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    format!("file '{file}' does not appear to be a gzipped archive; got '{kind}'")
}

/// A directory or an archive under `charts/`; the paths begin with its name.
struct Inside {
    name: String,
    files: Files,
    left: Vec<LeftFile>,
}

impl Inside {
    /// The one that the file at `path` belongs to.
    fn of<'a>(known: &'a mut Vec<Inside>, path: &str) -> &'a mut Inside {
        let name = path.split('/').next().unwrap_or(path);
        let at = known.iter().position(|inside| inside.name == name).unwrap_or_else(|| {
            known.push(Inside { name: name.to_string(), files: Vec::new(), left: Vec::new() });
            known.len() - 1
        });
        &mut known[at]
    }

    fn chart(mut self, depth: usize) -> Result<Chart, ChartError> {
        if Path::new(&self.name).extension().is_some_and(|e| e == "tgz") {
            let found = self.files.iter().position(|(path, _)| *path == self.name);
            let Some(at) = found else {
                let path = self.files.first().map_or("", |(path, _)| path);
                return Err(ChartError::Archive(format!("expected {}, got {path}", self.name)));
            };
            return Chart::nested(archive::files(&self.files.swap_remove(at).1)?, Vec::new(), depth + 1);
        }
        let below = |path: String| Some(path.split_once('/')?.1.to_string());
        let files = self.files.into_iter().filter_map(|(path, data)| Some((below(path)?, data)));
        let left = self.left.into_iter().filter_map(|file| Some(file.clone().named(below(file.name)?)));
        Chart::nested(files.collect(), left.collect(), depth + 1)
    }
}

/// A file's content without a mark of byte order.
fn without_mark(data: Vec<u8>) -> Bytes {
    let data = Bytes::from(data);
    if data.starts_with(b"\xef\xbb\xbf") { data.slice(3..) } else { data }
}

/// A file that must hold a mapping, or nothing.
fn table(name: &str, text: &[u8]) -> Result<Table, ChartError> {
    match yaml::parse(text).map_err(|error| ChartError::yaml(name, &error))? {
        Data::Table(table) => Ok(table),
        Data::Null => Ok(Table::new()),
        other => Err(ChartError::Invalid(format!(
            "cannot load {name}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value \
             of type map[string]interface {{}}",
            other.json_kind()
        ))),
    }
}

/// A lock file: its date, digest and dependencies.
fn lock(name: &str, text: &[u8]) -> Result<serde_json::Value, ChartError> {
    let data = yaml::parse_keeping_integers(text).map_err(|error| ChartError::yaml(name, &error))?;
    let json = data.to_json();
    let field = |key: &str| json.get(key).cloned();
    Ok(serde_json::json!({
        "generated": field("generated").unwrap_or_else(|| "0001-01-01T00:00:00Z".into()),
        "digest": field("digest").unwrap_or_else(|| "".into()),
        "dependencies": field("dependencies"),
    }))
}

#[cfg(test)]
mod tests;
