//! YAML as Helm reads and writes it, byte for byte.
//!
//! Helm goes through `sigs.k8s.io/yaml`: YAML 1.1 scalars (`on`, `0o17`, `1_000`), then JSON, whose numbers are
//! float64. No serde crate does that, nor does one choose the quotes and folds that `toYaml` must reproduce. The
//! scanner is libyaml's (as Go's is a port of it); resolution, merging, key order and emission are here.

mod analyse;
mod decode;
mod emit;
mod encode;
mod guard;
mod number;
mod order;
mod resolve;
mod simple;
mod timestamp;

use super::data::Data;
use super::value::Value;

pub use guard::install as keep_scanner_quiet;
pub use number::{float_g, float_g32, float_json};

/// Why a document cannot be read or written, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not YAML, or holds what go-yaml refuses.
    #[error("error converting YAML to JSON: yaml: {}{what}", at(.line))]
    Syntax {
        /// One-based line, where known.
        line: Option<u64>,
        /// One-based column, where known.
        column: Option<u64>,
        /// go-yaml's sentence.
        what: String,
    },
    /// It is YAML that JSON cannot hold.
    #[error("error converting YAML to JSON: {0}")]
    Json(String),
    /// It cannot be written.
    #[error("{0}")]
    Unwritable(String),
}

fn at(line: &Option<u64>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

impl Error {
    /// `line:column` (one-based) where the reader stopped, as far as it is known.
    pub fn place(&self) -> Option<(u64, Option<u64>)> {
        match self {
            Error::Syntax { line: Some(line), column, .. } => Some((*line, *column)),
            _ => None,
        }
    }
}

/// Reads the first document of `text` as `fromYaml` does: numbers are float64, later keys win.
pub fn decode(text: &[u8]) -> Result<Value, Error> {
    parse(text).map(|data| data.to_value())
}

/// Like [`decode`], but owned.
pub fn parse(text: &[u8]) -> Result<Data, Error> {
    read(text, decode::Numbers::Json)
}

/// Like [`parse`], but whole numbers stay integers; needed where a number is wanted as text (`appVersion: 10`).
pub fn parse_keeping_integers(text: &[u8]) -> Result<Data, Error> {
    read(text, decode::Numbers::Go)
}

/// Like [`parse_keeping_integers`], but of a mapping only the entries that are wanted need to have their values.
pub fn outline(text: &[u8], wanted: fn(&str) -> bool) -> Result<Data, Error> {
    simple::outline(text, wanted).map_or_else(|| decode::document(text, decode::Numbers::Go), Ok)
}

fn read(text: &[u8], numbers: decode::Numbers) -> Result<Data, Error> {
    simple::document(text, numbers).map_or_else(|| decode::document(text, numbers), Ok)
}

/// Writes `value` as `toYaml` does, with the trailing line break that `toYaml` cuts off.
///
/// # Errors
/// Infinities, and characters that YAML does not allow unescaped inside Go's JSON (DEL, C1 controls, U+FFFE).
pub fn encode(value: &Value) -> Result<Vec<u8>, Error> {
    encode::document(value, emit::Dialect::V2)
}

/// Writes `value` as `toYamlPretty` does (yaml.v3: indented sequences, no folding), with the trailing line break.
pub fn encode_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    encode::document(value, emit::Dialect::V3)
}

#[cfg(test)]
mod tests;
