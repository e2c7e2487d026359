//! `--output-dir`: each template's objects in a file of its own, as Helm writes them.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use crate::helm::{Hook, Rendered};
use crate::problem::Problem;

/// Writes the objects and these hooks below `folder`; the lines that Helm prints about it.
///
/// # Errors
/// A file cannot be written.
pub fn write<'r>(
    folder: &Path,
    rendered: &'r Rendered,
    hooks: impl Iterator<Item = &'r Hook>,
) -> Result<String, Problem> {
    let crds = rendered.crds.iter().filter(|_| rendered.include_crds);
    let crds = crds.map(|file| (file.name.as_str(), String::from_utf8_lossy(&file.data).into_owned()));
    let objects = rendered.manifests.iter().map(|manifest| (manifest.source.as_str(), manifest.text.clone()));
    let hooks = hooks.map(|hook| (hook.manifest.source.as_str(), hook.manifest.text.clone()));
    let mut begun = BTreeSet::new();
    let mut told = String::new();
    for (source, text) in crds.chain(objects).chain(hooks) {
        let path = place(folder, source)?;
        append(&path, source, &text, begun.insert(path.clone())).map_err(|error| {
            Problem::failed("template.output-dir", format!("a file cannot be written: {error}"))
                .at(path.display().to_string())
                .next("choose a folder that can be written")
        })?;
        told.push_str(&format!("wrote {}\n", path.display()));
    }
    told.push('\n');
    Ok(told)
}

/// A chart names its files; none of them may lead out of the folder.
fn place(folder: &Path, source: &str) -> Result<PathBuf, Problem> {
    let inside = Path::new(source).components().all(|part| matches!(part, Component::Normal(_)));
    if inside {
        return Ok(folder.join(source));
    }
    Err(Problem::bad_input("template.output-dir", "a template of the chart has a path that leads elsewhere").at(source))
}

fn append(path: &Path, source: &str, text: &str, first: bool) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    let mut file =
        if first { options.write(true).truncate(true) } else { options.append(true) }.create(true).open(path)?;
    write!(file, "---\n# Source: {source}\n{text}\n")
}
