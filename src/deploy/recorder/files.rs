//! The files of a record.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Name of a log: the container's, with the restart if it is not the first run.
pub fn log_name(container: &str, restart: i32) -> String {
    match restart {
        0 => format!("{container}.log"),
        n => format!("{container}.restart-{n}.log"),
    }
}

/// Appends one line to a file.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{line}\n").as_bytes())
}

/// Replaces a file as a whole: a kill in between leaves the old one.
pub fn replace(path: &Path, value: &Value) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, format!("{value:#}\n"))?;
    fs::rename(partial, path)
}

/// What is not worth keeping of an object.
pub fn slim(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    object
}

/// The lines of all logs of an attempt, by container, each line with its time in front.
pub fn read_logs(attempt: &Path) -> io::Result<Vec<(String, Vec<String>)>> {
    let mut logs: Vec<PathBuf> = fs::read_dir(attempt)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    logs.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    logs.sort();
    logs.into_iter()
        .map(|path| {
            let lines = BufReader::new(File::open(&path)?).lines().collect::<io::Result<Vec<String>>>()?;
            let container = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok((container, lines))
        })
        .collect()
}

/// The events recorded in a folder; none when there is no such file.
pub fn read_events(folder: &Path) -> io::Result<Vec<Value>> {
    match fs::read_to_string(folder.join("events.ndjson")) {
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}
