//! `-o table|json|yaml`: one way for every command to print data.

use clap::ValueEnum;
use serde::Serialize;

use crate::problem::{Problem, Problems};

/// How a command prints its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
}

impl Format {
    /// Prints `data` as JSON or YAML; for a table calls `table` and prints what it returns.
    pub fn print<T: Serialize>(self, data: &T, table: impl FnOnce(&T) -> String) -> Result<(), Problems> {
        let failed = |e: String| Problem::failed("output", format!("the result cannot be written: {e}"));
        let text = match self {
            Format::Table => table(data),
            Format::Json => serde_json::to_string_pretty(data).map_err(|e| failed(e.to_string()))? + "\n",
            Format::Yaml => serde_yaml::to_string(data).map_err(|e| failed(e.to_string()))?,
        };
        write(&text)
    }
}

/// Writes a result to standard output. A reader that stops early (`| head`) is no error.
pub fn write(text: &str) -> Result<(), Problems> {
    write_pieces([text])
}

/// The same for a text in pieces, which are not put together before.
pub fn write_pieces<'t>(pieces: impl IntoIterator<Item = &'t str>) -> Result<(), Problems> {
    use std::io::{BufWriter, ErrorKind, Write};
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = pieces.into_iter().try_for_each(|piece| out.write_all(piece.as_bytes()));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Problem::failed("output", format!("the result cannot be written: {error}")).into())
        }
        _ => Ok(()),
    }
}

/// Aligns rows of cells under `head`, two spaces apart, without trailing blanks.
pub fn columns(head: &[&str], rows: &[Vec<String>]) -> String {
    use unicode_width::UnicodeWidthStr;
    let mut widths: Vec<usize> = head.iter().map(|h| h.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    let head: Vec<String> = head.iter().map(|h| h.to_string()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width + 2 - cell.width()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![vec!["iom-core".into(), "on".into()], vec!["nats".into(), "off".into()]];
        assert_eq!(columns(&["service", "state"], &rows), "service   state\niom-core  on\nnats      off\n");
    }
}
