//! Whether a record fits into the Secret that keeps it: better asked before an operation than in the middle of it, where
//! Helm meets the limit.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::helm::release::{self, File, Release};
use crate::problem::Problem;

/// What a record may still grow by: runs of hooks, a longer description.
const RESERVE: usize = 8 * 1024;

/// Files that are named.
const LARGEST: usize = 6;

/// Whether the record fits, with what it may still grow by. The API server counts the base64 text.
///
/// # Errors
/// It does not; with what is largest in it.
pub fn check(record: &Release) -> Result<(), Problem> {
    let size = encoded(record)?.len() + RESERVE;
    if size <= release::MOST_BYTES {
        return Ok(());
    }
    let problem = Problem::bad_input("record.too-large", "the release record is larger than the API server takes")
        .at(format!("revision {} of release {} in namespace {}", record.version, record.name, record.namespace))
        .because(format!(
            "{} of {}: chart, values and objects are stored together, compressed and as text",
            kilobytes(size),
            kilobytes(release::MOST_BYTES)
        ))
        .next(
            "take files out of the chart that no template reads (.helmignore), the largest first; nothing was changed",
        );
    let parts = parts(record).into_iter().take(LARGEST);
    Err(parts.fold(problem, |problem, (name, size)| problem.evidence(format!("{:>8}  {name}", kilobytes(size)))))
}

/// The bytes of a record.
///
/// # Errors
/// It cannot be written as JSON, which does not happen.
pub fn encoded(record: &Release) -> Result<Vec<u8>, Problem> {
    release::encode(record).map_err(|e| {
        Problem::failed("record.unwritable", "the release record cannot be written").because(e.to_string())
    })
}

/// What a record consists of, with what each part adds to it, the largest first.
fn parts(record: &Release) -> Vec<(String, usize)> {
    let mut parts = vec![
        ("the rendered objects".to_string(), packed(record.manifest.as_bytes())),
        ("the rendered hooks".to_string(), record.hooks.iter().map(|hook| packed(hook.manifest.as_bytes())).sum()),
        ("the values".to_string(), packed(serde_json::to_string(&record.config).unwrap_or_default().as_bytes())),
    ];
    if let Some(chart) = &record.chart {
        let defaults = serde_json::to_string(&chart.values).unwrap_or_default();
        parts.push(("values.yaml of the chart".into(), packed(defaults.as_bytes())));
        parts.push(("values.schema.json of the chart".into(), chart.schema.as_deref().map_or(0, from_base64)));
        let files = chart.templates.iter().chain(&chart.files).flatten();
        let size = |file: &File| file.data.as_deref().map_or(0, from_base64);
        parts.extend(files.map(|file| (format!("{} of the chart", file.name), size(file))));
    }
    parts.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    parts
}

/// Files stand in the record as base64, which compresses to about what they compress to themselves.
fn from_base64(text: &str) -> usize {
    packed(&STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec()))
}

/// Size when compressed and written as text.
fn packed(bytes: &[u8]) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let packed = gzip.write_all(bytes).and_then(|()| gzip.finish());
    packed.map_or(bytes.len(), |packed| packed.len()) * 4 / 3
}

fn kilobytes(bytes: usize) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::release::{Info, StoredChart};

    #[test]
    fn the_largest_files_are_named() {
        // Bytes that do not compress.
        let mut state = 1_u32;
        let mut noise = |length: usize| -> Vec<u8> {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            };
            (0..length).map(|_| next()).collect()
        };
        let mut file = |name: &str, length: usize| File {
            name: name.into(),
            data: Some(STANDARD.encode(noise(length))),
            other: Default::default(),
        };
        let files = vec![file("docs/picture.png", 500_000), file("docs/small.png", 300_000), file("README.md", 10)];
        let record = Release {
            name: "r".into(),
            info: Info::default(),
            chart: Some(StoredChart { files: Some(files), ..StoredChart::default() }),
            config: None,
            manifest: String::new(),
            hooks: Vec::new(),
            version: 1,
            namespace: "ns".into(),
            apply_method: None,
            labels: Default::default(),
            storage: None,
            other: Default::default(),
        };
        let problem = check(&record).unwrap_err();
        assert!(
            problem
                .cause
                .unwrap()
                .ends_with("of 1024 KiB: chart, values and objects are stored together, compressed and as text")
        );
        assert!(problem.evidence[0].ends_with("docs/picture.png of the chart"), "{:?}", problem.evidence);
        assert!(problem.evidence[1].ends_with("docs/small.png of the chart"), "{:?}", problem.evidence);
    }
}
