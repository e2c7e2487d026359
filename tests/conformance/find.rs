//! Charts in a folder, and the values files that lie beside their own.

use std::path::{Path, PathBuf};

/// All charts below `folder`, in order: directories with a `Chart.yaml` (not those inside of charts) and archives.
pub fn charts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    below(folder, &mut found);
    found.sort();
    found
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("Chart.yaml").is_file() {
        found.push(folder.to_path_buf());
        return;
    }
    for path in entries(folder) {
        if path.is_dir() && !path.is_symlink() {
            below(&path, found);
        } else if path.extension().is_some_and(|e| e == "tgz") {
            found.push(path);
        }
    }
}

/// `ci/*.yaml` and `values-*.yaml`, `*-values.yaml` and the like: what the chart's authors test it with.
pub fn values(chart: &Path) -> Vec<PathBuf> {
    let yaml = |path: &PathBuf| path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.contains("values") && name != "values.yaml"
    };
    let mut all: Vec<PathBuf> = entries(chart).into_iter().filter(|path| yaml(path) && named(path)).collect();
    for folder in ["ci", "tests/values", "examples", "test-values"] {
        all.extend(entries(&chart.join(folder)).into_iter().filter(yaml));
    }
    all.retain(|path| path.is_file());
    all
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).map(|all| all.flatten().map(|entry| entry.path()).collect());
    let mut all: Vec<PathBuf> = read.unwrap_or_default();
    all.sort();
    all
}
