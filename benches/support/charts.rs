//! Charts of our own that are written for a measurement.

use std::path::Path;

/// A file below `folder`; what leads to it is made.
pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// The `Chart.yaml` of a chart with these subcharts.
pub fn description(name: &str, subcharts: &[String]) -> String {
    let mut text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: 1.2.3\n");
    if !subcharts.is_empty() {
        text.push_str("dependencies:\n");
    }
    for name in subcharts {
        text.push_str(&format!("  - {{ name: {name}, version: 1.x.x, condition: {name}.enabled }}\n"));
    }
    text
}
