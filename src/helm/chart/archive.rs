//! Chart archives, which come from anywhere: nothing outside of the chart, no links, no bombs.

use std::io::Read;

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use super::{ChartError, Files, MOST_BYTES, MOST_FILE_BYTES, without_mark};

/// Archives hold headers for every entry: more entries than this are an attack.
const MOST_ENTRIES: usize = 100_000;

/// The files of a gzipped tar, with paths relative to the chart.
pub fn files(bytes: &[u8]) -> Result<Files, ChartError> {
    // Metadata entries (long names, pax headers) count against the limit too, so the stream itself is limited.
    let limit = MOST_BYTES + 1024 * MOST_ENTRIES as u64;
    let mut archive = Archive::new(GzDecoder::new(bytes).take(limit));
    let mut files: Files = Vec::new();
    let mut left = MOST_BYTES;
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if count >= MOST_ENTRIES {
            return refuse(format!("the chart archive holds more than {MOST_ENTRIES} entries"));
        }
        let kind = entry.header().entry_type();
        let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match kind {
            EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => continue,
            EntryType::Symlink | EntryType::Link => {
                return refuse(format!("chart archive entry {raw:?} is a link, which could point out of the chart"));
            }
            EntryType::Regular | EntryType::Continuous => {}
            _ => return refuse(format!("chart archive entry {raw:?} is not a regular file")),
        }
        if raw.ends_with('/') {
            continue;
        }
        let name = inside(&raw)?;
        let size = entry.size();
        if size > left {
            return refuse(format!("decompressed chart is larger than the maximum file size {MOST_BYTES}"));
        }
        if size > MOST_FILE_BYTES {
            return refuse(format!(
                "decompressed chart file {raw:?} is larger than the maximum file size {MOST_FILE_BYTES}"
            ));
        }
        let mut data = Vec::new();
        entry.read_to_end(&mut data).map_err(broken)?;
        if (data.len() as u64) < size {
            return Err(broken(std::io::ErrorKind::UnexpectedEof.into()));
        }
        left -= size;
        files.push((name, without_mark(data)));
    }
    if files.is_empty() {
        return refuse("no files in chart archive".into());
    }
    Ok(files)
}

/// The path inside the chart: without the first component, cleaned, and never out of the chart.
fn inside(raw: &str) -> Result<String, ChartError> {
    let slashed = if raw.contains('\\') { raw.replace('\\', "/") } else { raw.to_string() };
    let (top, rest) = slashed.split_once('/').unwrap_or((&slashed, ""));
    if rest.starts_with('/') {
        return refuse(format!("chart illegally contains absolute paths: {raw:?}"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let name = parts.join("/");
    if top == "Chart.yaml" {
        return refuse("chart yaml not in base directory".into());
    }
    if name.is_empty() {
        return refuse(format!("chart illegally contains content outside the base directory: {raw:?}"));
    }
    if name.starts_with("..") {
        return refuse(format!("chart illegally references parent directory: {raw:?}"));
    }
    if matches!(name.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic()) {
        return refuse(format!("chart contains illegally named files: {raw:?}"));
    }
    Ok(name)
}

fn refuse<T>(what: String) -> Result<T, ChartError> {
    Err(ChartError::Archive(what))
}

fn broken(error: std::io::Error) -> ChartError {
    let what = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the chart archive is cut off (unexpected EOF)".to_string(),
        _ => format!("the chart archive cannot be unpacked: {error}"),
    };
    ChartError::Archive(what)
}
