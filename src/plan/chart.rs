//! The chart that answers are for, unless another is named: it is inside of this program.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use include_dir::{Dir, include_dir};
use serde_json::Value;

use crate::helm::chart::{ChartError, Files};
use crate::helm::{Chart, Values};

static BUNDLED: Dir = include_dir!("$CARGO_MANIFEST_DIR/assets/chart");

/// The chart inside of this program.
///
/// # Errors
/// As for any chart; the tests render it.
pub fn bundled() -> Result<Chart, ChartError> {
    // Read once: the review renders it after every answer.
    static READ: OnceLock<Chart> = OnceLock::new();
    match READ.get() {
        Some(chart) => Ok(chart.clone()),
        None => Chart::from_files(bundled_files()).map(|chart| READ.get_or_init(|| chart).clone()),
    }
}

/// Its own values.
///
/// # Errors
/// As [`bundled`].
pub fn bundled_values() -> Result<Arc<Value>, ChartError> {
    static VALUES: OnceLock<Arc<Value>> = OnceLock::new();
    match VALUES.get() {
        Some(values) => Ok(Arc::clone(values)),
        None => {
            let values = Values((*bundled()?.values).clone()).to_json();
            Ok(Arc::clone(VALUES.get_or_init(|| Arc::new(values))))
        }
    }
}

/// The files of the bundled chart as they are.
pub fn bundled_files() -> Files {
    let mut files = Vec::new();
    collect(&BUNDLED, &mut files);
    files.sort_by(|a: &(String, Bytes), b| a.0.cmp(&b.0));
    files
}

fn collect(dir: &Dir<'static>, files: &mut Files) {
    for file in dir.files() {
        files.push((file.path().to_string_lossy().replace('\\', "/"), Bytes::from_static(file.contents())));
    }
    dir.dirs().for_each(|dir| collect(dir, files));
}
