//! How commands show facts of the catalogue: a sheet for one entry, a footnote on certainty, and a worded error for
//! a name that does not exist.

use unicode_width::UnicodeWidthStr;

use crate::platform::{Certainty, FieldSources, Source};
use crate::problem::Problem;

/// The width texts are wrapped at.
const WIDTH: usize = 100;

/// One entry, a line for each field, with the certainty of each where it differs from the entry's.
pub struct Sheet<'a> {
    title: String,
    source: &'a Source,
    sources: &'a FieldSources,
    lines: Vec<(&'static str, String)>,
}

impl<'a> Sheet<'a> {
    /// A sheet with the entry's name, its source and those of its fields.
    pub fn new(title: impl Into<String>, source: &'a Source, sources: &'a FieldSources) -> Self {
        Sheet { title: title.into(), source, sources, lines: Vec::new() }
    }

    /// Adds a line under `label`; `field` is the field it shows. Empty texts are left out.
    pub fn line(mut self, label: &'static str, field: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            let inside =
                |name: &str| name.strip_prefix(field).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
            let of_field = self.sources.get(field).map(ToString::to_string);
            let of_parts =
                self.sources.iter().filter_map(|(name, source)| Some(format!("{}: {source}", inside(name)?)));
            let marks: Vec<String> = of_field.into_iter().chain(of_parts).collect();
            let mark = if marks.is_empty() { String::new() } else { format!("  [{}]", marks.join("; ")) };
            self.lines.push((label, text + &mark));
        }
        self
    }

    /// The sheet as text.
    pub fn print(self) -> String {
        let label = self.lines.iter().map(|(label, _)| label.len()).max().unwrap_or(0).max("src".len());
        let mut text = self.title + "\n";
        let source = format!("{} ({})", self.source, self.source.certainty.words());
        for (name, line) in self.lines.into_iter().chain([("src", source)]) {
            text.push_str(&indented(&format!("  {name:label$}  "), &line));
        }
        text
    }
}

/// `text` wrapped after `head`; the following lines stand under its beginning.
pub fn indented(head: &str, text: &str) -> String {
    let margin = head.width();
    let mut out = head.to_string();
    let mut used = margin;
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 && used + 1 + word.width() > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(margin));
            used = margin;
        } else if i > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += word.width();
    }
    out + "\n"
}

/// A cell of a table: the text, and in parentheses the certainty of its field where it is less than the entry's.
pub fn cell(text: impl Into<String>, field: &str, source: &Source, sources: &FieldSources) -> String {
    let text = text.into();
    match sources.get(field).filter(|of_field| of_field.certainty > source.certainty) {
        Some(of_field) if !text.is_empty() && text != "-" => format!("{text} ({})", of_field.certainty.letter()),
        _ => text,
    }
}

/// Says what the letters of the `src` column and of the cells mean, for those that `text` holds.
pub fn footnote(text: &str) -> String {
    let all = [Certainty::Stated, Certainty::Documented, Certainty::Example, Certainty::Assumed];
    let occurs = |c: &Certainty| {
        let (mark, column) = (format!("({})", c.letter()), format!(" {}", c.letter()));
        text.contains(&mark) || text.lines().any(|line| line.ends_with(&column))
    };
    let words: Vec<String> =
        all.iter().filter(|c| occurs(c)).map(|c| format!("{} {}", c.letter(), c.words())).collect();
    format!("src and letters in parentheses: {}\n", words.join(", "))
}

/// A name that the catalogue does not know, with the nearest one that it does.
pub fn unknown<'a>(kind: &str, code: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let problem = Problem::bad_input(code, format!("there is no {kind} `{name}`"));
    let nearest = known
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((alike, candidate)) if alike > 0.8 => problem.next(format!("write `{candidate}`")),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_wrapped_under_their_beginning() {
        let text = indented("  needs  ", &"word ".repeat(25));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert!(lines[1].starts_with("         word"));
    }

    #[test]
    fn only_letters_that_occur_are_explained() {
        let words = footnote("iom-core  1 (A)  S\n");
        assert_eq!(words, "src and letters in parentheses: S stated by the specification, A assumed\n");
    }

    #[test]
    fn a_cell_says_when_it_is_less_sure_than_its_row() {
        let source = "D docs".parse().unwrap();
        let sources = FieldSources::from(["A", "S SPEC"].map(|s| (s[..1].to_string(), s.parse().unwrap())));
        assert_eq!(cell("80", "A", &source, &sources), "80 (A)");
        assert_eq!(cell("80", "S", &source, &sources), "80");
        assert_eq!(cell("-", "A", &source, &sources), "-");
    }

    #[test]
    fn a_sheet_marks_what_is_less_sure() {
        let (source, field): (Source, Source) = ("S SPEC".parse().unwrap(), "A".parse().unwrap());
        let sources = FieldSources::from(["ports", "pods.max"].map(|name| (name.to_string(), Source::clone(&field))));
        let sheet = Sheet::new("x", &source, &sources).line("ports", "ports", "80").line("note", "note", "");
        let text = sheet.line("pods", "pods", "1-3").print();
        assert_eq!(
            text,
            "x\n  ports  80  [A]\n  pods   1-3  [max: A]\n  src    S SPEC (stated by the specification)\n"
        );
    }
}
