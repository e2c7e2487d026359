//! Values files of several documents: Helm 3 reads the first one only, Helm 4 lays each over those before it.

use super::{Values, ValuesError, overlay};
use crate::helm::data::Table;

/// What ends a document, at the beginning of a line.
const SEPARATOR: &str = "---";

/// Whether there may be more than the first document.
pub fn are_several(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"\n---").is_some()
}

/// All documents of a file, merged.
///
/// # Errors
/// In Helm 4's words: one of them is not YAML or no mapping, or something stands behind a separator.
pub fn merged(text: &str) -> Result<Table, ValuesError> {
    let mut all = Table::new();
    for document in cut(text)? {
        let read = Values::from_yaml(&document)
            .map_err(|error| ValuesError::Document(format!("cannot unmarshal yaml document: {error}")))?;
        overlay(&mut all, read.0);
    }
    Ok(all)
}

/// The documents. A separator that nothing stands before belongs to what follows.
fn cut(text: &str) -> Result<Vec<String>, ValuesError> {
    let mut documents = vec![String::new()];
    for line in text.lines() {
        if let Some(behind) = line.strip_prefix(SEPARATOR).map(str::trim) {
            if !behind.is_empty() && !behind.starts_with('#') {
                let what = format!("error reading yaml document: invalid Yaml document separator: {behind}");
                return Err(ValuesError::Document(what));
            }
            if documents.last().is_some_and(|document| !document.is_empty()) {
                documents.push(String::new());
                continue;
            }
        }
        if let Some(document) = documents.last_mut() {
            document.push_str(line);
            document.push('\n');
        }
    }
    documents.retain(|document| !document.is_empty());
    Ok(documents)
}
