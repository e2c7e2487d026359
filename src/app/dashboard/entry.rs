//! A row of a panel: what it shows, and what a key does to it.

use super::order::Subject;
use crate::app::view::{Line, Sign, Span, Tone};
use crate::observe::{Health, Name, Verdict};

/// A row of a panel with the lines that belong to it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// What it is, for ever: the cursor stays on it.
    pub key: String,
    /// Its cells.
    pub cells: Vec<Line<'static>>,
    /// Lines under it: the cause, first.
    pub notes: Vec<Line<'static>>,
    /// It needs a look.
    pub trouble: bool,
    /// A heading or a remark: the cursor does not stand on it.
    pub heading: bool,
    /// What Enter, logs and restart are about.
    pub target: Target,
    /// Words by which it is found beside those of its cells.
    pub words: String,
}

/// What a row is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// Nothing that can be opened.
    #[default]
    None,
    /// A workload or pod.
    Object(Subject),
    /// A service of the platform, which may have several objects: its place in the catalogue.
    Service(usize),
    /// A namespace.
    Space(Name),
    /// The rows that were left out.
    More,
    /// An attempt of the init job, by its place in the list.
    Attempt(usize),
}

impl Entry {
    /// A row.
    pub fn new(key: impl Into<String>, cells: Vec<Line<'static>>) -> Entry {
        Entry { key: key.into(), cells, ..Entry::default() }
    }

    /// A heading over all columns.
    pub fn heading(text: impl Into<String>) -> Entry {
        let text: String = text.into();
        let line = Line::from(Span::new(text.clone()).strong());
        Entry { key: format!("# {text}"), notes: vec![line], heading: true, ..Entry::default() }
    }

    /// A remark over all columns.
    pub fn remark(text: impl Into<String>) -> Entry {
        let text: String = text.into();
        let line = Line::toned(text.clone(), Tone::Dim);
        Entry { key: format!("- {text}"), notes: vec![line], heading: true, ..Entry::default() }
    }

    /// A row of one text over all columns.
    pub fn wide(key: impl Into<String>, line: Line<'static>) -> Entry {
        Entry { key: key.into(), notes: vec![line], ..Entry::default() }
    }

    /// What it is about.
    pub fn about(mut self, target: Target) -> Entry {
        self.target = target;
        self
    }

    /// Whether it holds every one of these words, in lower case.
    pub fn has(&self, words: &[String]) -> bool {
        if words.is_empty() {
            return true;
        }
        let mut text = self.words.to_lowercase();
        for line in self.cells.iter().chain(&self.notes) {
            text.push(' ');
            text.push_str(&line.text().to_lowercase());
        }
        words.iter().all(|word| text.contains(word))
    }

    /// Its words, for copying.
    pub fn text(&self) -> String {
        let cells = self.cells.iter().map(|cell| cell.text().trim().to_string());
        let notes = self.notes.iter().map(|note| note.text().trim().to_string());
        cells.chain(notes).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("  ")
    }
}

/// The sign of a health.
pub fn sign(health: Health) -> Sign {
    match health {
        Health::Off => Sign::Off,
        Health::Ready => Sign::Ready,
        Health::Starting => Sign::Busy,
        Health::Unknown => Sign::Unknown,
        Health::Degraded => Sign::Degraded,
        Health::Failed => Sign::Failed,
    }
}

/// Sign and word of a verdict.
pub fn state(verdict: &Verdict) -> Line<'static> {
    let tone = match verdict.health {
        Health::Failed => Tone::Bad,
        Health::Degraded => Tone::Warning,
        Health::Off | Health::Unknown => Tone::Dim,
        Health::Ready | Health::Starting => Tone::Normal,
    };
    Line::from(Span::sign(sign(verdict.health))).and(" ").and(Span::new(verdict.word).tone(tone))
}

/// The cause under a row.
pub fn cause(text: &str, tone: Tone) -> Line<'static> {
    Line::from(Span::new(format!("  {text}")).tone(tone))
}

/// Thousandths of a CPU as people read them: `21%` of one, `3.2` of several.
pub fn cpu(thousandths: u32) -> String {
    match thousandths {
        0..1000 => format!("{}%", thousandths.div_ceil(10)),
        _ => format!("{}.{}", thousandths / 1000, thousandths % 1000 / 100),
    }
}

/// MiB as people read them.
pub fn memory(mebibytes: u32) -> String {
    match mebibytes {
        0..1000 => format!("{mebibytes}M"),
        1000..102_400 => format!("{:.1}G", f64::from(mebibytes) / 1024.0),
        _ => format!("{}G", mebibytes / 1024),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!([cpu(0), cpu(4), cpu(210), cpu(3250)], ["0%", "1%", "21%", "3.2"]);
        assert_eq!([memory(64), memory(1126), memory(204_800)], ["64M", "1.1G", "200G"]);
    }

    #[test]
    fn a_row_is_found_by_its_cells_and_its_cause() {
        let mut entry = Entry::new("k", vec!["iom-core".into()]);
        entry.notes.push(cause("exit 1: no database", Tone::Normal));
        let has = |words: &[&str]| entry.has(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(has(&["core", "database"]) && has(&[]) && !has(&["iom-sql"]));
        assert_eq!(entry.text(), "iom-core  exit 1: no database");
    }
}
