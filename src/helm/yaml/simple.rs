//! The YAML that templates print, read line by line: block mappings and sequences, scalars, literal blocks, collections
//! on one line.
//!
//! Nearly every rendered document is of this kind, and reading it through libyaml's events cost a third of a
//! rendering. Whatever is not certainly of this kind, and everything that may be wrong, is left to
//! [`super::decode`]: this reader answers with the same data or not at all.

mod flow;
mod scalar;

use super::decode::Numbers;
use super::resolve::{Rules, Scalar, plain};
use crate::helm::data::{Data, Table};

/// Deeper nesting is left to the other reader.
const DEEPEST: usize = 100;

/// Longer keys are left to the other reader: YAML limits them.
const LONGEST_KEY: usize = 200;

/// The data of `text`; `None` when the other reader must have a look.
pub fn document(text: &[u8], numbers: Numbers) -> Option<Data> {
    Reader::new(usual(text)?, numbers, None).all()
}

/// Like [`document`] with integers kept, but of a mapping only the entries that are wanted have their values: the others
/// are read, for their errors, and are null.
pub fn outline(text: &[u8], wanted: fn(&str) -> bool) -> Option<Data> {
    Reader::new(usual(text)?, Numbers::Go, Some(wanted)).all()
}

/// The text of one document, without the marker that begins it.
fn usual(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix("---\n").unwrap_or(text);
    usual_characters(text).then_some(text)
}

/// No tabs, other control characters, line breaks that only YAML knows, or marks of byte order.
fn usual_characters(text: &str) -> bool {
    let ascii = |b: u8| matches!(b, b'\n' | b' '..=b'~');
    let wide = |c: char| c >= '\u{a0}' && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffd}'..='\u{ffff}');
    // Whole blocks without an early end: the compiler makes vector instructions of that.
    let usual = |block: &[u8]| block.iter().fold(true, |usual, byte| usual & ascii(*byte));
    text.as_bytes().chunks(64).all(usual) || text.chars().all(|c| u8::try_from(c).is_ok_and(ascii) || wide(c))
}

/// A line with something on it.
#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    text: &'t str,
}

struct Reader<'t> {
    /// What has not been read, from the beginning of a line.
    rest: &'t str,
    /// The next line with something on it, which `rest` begins with, once it was looked for.
    next: Option<Line<'t>>,
    numbers: Numbers,
    /// Which entries of the outermost mapping are kept; all without it.
    wanted: Option<fn(&str) -> bool>,
    /// What is read now is not kept.
    unwanted: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, numbers: Numbers, wanted: Option<fn(&str) -> bool>) -> Self {
        Reader { rest: text, next: None, numbers, wanted, unwanted: false }
    }

    fn all(mut self) -> Option<Data> {
        let Some(first) = self.peek() else { return Some(Data::Null) };
        let data = match first.text {
            text @ ("{}" | "[]" | "null") => {
                self.take(first);
                self.flow(text, 0).map_or(Data::Null, |(data, _)| data)
            }
            _ => self.block(first.indent, 0)?,
        };
        self.peek().is_none().then_some(data)
    }

    /// The next line that is neither empty nor a comment, which stays next.
    fn peek(&mut self) -> Option<Line<'t>> {
        while self.next.is_none() && !self.rest.is_empty() {
            let line = self.line();
            let text = line.trim_ascii_start();
            if text.is_empty() || text.starts_with('#') {
                self.skip(line);
            } else {
                self.next = Some(Line { indent: line.len() - text.len(), text });
            }
        }
        self.next
    }

    /// The line that comes next, whatever is on it.
    fn line(&self) -> &'t str {
        let end = memchr::memchr(b'\n', self.rest.as_bytes());
        end.map_or(self.rest, |end| &self.rest[..end])
    }

    fn skip(&mut self, line: &str) {
        self.rest = self.rest.get(line.len() + 1..).unwrap_or_default();
        self.next = None;
    }

    /// Takes the line that was seen.
    fn take(&mut self, line: Line) {
        self.rest = self.rest.get(line.indent + line.text.len() + 1..).unwrap_or_default();
        self.next = None;
    }

    /// A text, if it is kept.
    fn text(&self, text: &str) -> Data {
        if self.unwanted { Data::Null } else { Data::text(text) }
    }

    /// What stands below the line of its key or dash.
    fn below(&mut self, line: Line<'t>, parent: usize, depth: usize) -> Option<Data> {
        if is_item(line.text) || key(line.text, line.indent).is_some() {
            return self.block(line.indent, depth + 1);
        }
        self.take(line);
        self.value(line.text, parent)
    }

    /// The mapping or sequence whose first line is next.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Data> {
        let line = self.peek().filter(|line| line.indent == indent && depth < DEEPEST)?;
        if is_item(line.text) {
            return self.sequence(indent, depth);
        }
        let mut table = Table::new();
        self.take(line);
        self.entry(line.text, indent, depth, &mut table)?;
        self.entries(indent, depth, &mut table)?;
        Some(Data::Table(table))
    }

    /// The entries of a mapping from the next line on.
    fn entries(&mut self, indent: usize, depth: usize, table: &mut Table) -> Option<()> {
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            if line.indent > indent || is_item(line.text) {
                return None;
            }
            self.take(line);
            self.entry(line.text, indent, depth, table)?;
        }
        Some(())
    }

    /// One entry of a mapping, the line of its key already taken.
    fn entry(&mut self, text: &'t str, indent: usize, depth: usize, table: &mut Table) -> Option<()> {
        let (key, rest) = key(text, indent)?;
        let outer = self.unwanted;
        self.unwanted = outer || (depth == 0 && self.wanted.is_some_and(|wanted| !wanted(key)));
        let value = match content(rest) {
            "" => match self.peek() {
                Some(line) if line.indent > indent => self.below(line, indent, depth)?,
                Some(line) if line.indent == indent && is_item(line.text) => self.sequence(indent, depth + 1)?,
                _ => Data::Null,
            },
            _ => self.value(rest, indent)?,
        };
        if !self.unwanted {
            table.insert(key.to_string(), value);
        }
        self.unwanted = outer;
        Some(())
    }

    /// The items of a sequence; a mapping may have them at its own indentation.
    fn sequence(&mut self, indent: usize, depth: usize) -> Option<Data> {
        let mut items = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent == indent && is_item(line.text)) {
            self.take(line);
            let inner = line.text[1..].trim_start_matches(' ');
            let column = indent + (line.text.len() - inner.len());
            let item = match content(inner) {
                "" => match self.peek() {
                    Some(line) if line.indent > indent => self.below(line, indent, depth)?,
                    _ => Data::Null,
                },
                text if is_item(text) || text.starts_with("? ") => return None,
                text if key(text, column).is_some() => {
                    let mut table = Table::new();
                    self.entry(inner, column, depth + 1, &mut table)?;
                    self.entries(column, depth + 1, &mut table)?;
                    Data::Table(table)
                }
                _ => self.value(inner, indent)?,
            };
            if !self.unwanted {
                items.push(item);
            }
        }
        // A line that is deeper, or less deep and yet inside, is somebody else's to understand.
        match self.peek() {
            Some(line) if line.indent > indent || depth >= DEEPEST => None,
            _ => Some(Data::List(items)),
        }
    }

    /// A scalar or a collection on one line, which stands in the rest of a line.
    fn value(&mut self, rest: &'t str, indent: usize) -> Option<Data> {
        let text = content(rest);
        let data = match text.as_bytes()[0] {
            b'|' => return self.literal(&text[1..], indent),
            quote @ (b'"' | b'\'') => self.quoted(&text[1..], quote, indent)?,
            b'{' | b'[' => match self.flow(text, 0)? {
                (data, "") => data,
                _ => return None,
            },
            // A comment ends a scalar.
            _ if text.len() < rest.trim_matches(' ').len() => self.plain(text)?,
            _ => self.plain_over_lines(text, indent)?,
        };
        // A deeper line would go on with the scalar.
        match self.peek() {
            Some(line) if line.indent > indent => None,
            _ => Some(data),
        }
    }
}

/// `- …` or `-`.
fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// A key and what follows its colon, which is a space or nothing.
fn key(text: &str, column: usize) -> Option<(&str, &str)> {
    let (key, rest) = key_and_rest(text, column)?;
    (rest.is_empty() || rest.starts_with(' ')).then_some((key, rest))
}

/// A key and what follows its colon.
fn key_and_rest(text: &str, column: usize) -> Option<(&str, &str)> {
    let (key, rest) = match text.bytes().next()? {
        quote @ (b'"' | b'\'') => {
            let (key, rest) = text[1..].split_once(quote as char)?;
            if key.contains('\\') || rest.starts_with(quote as char) {
                return None;
            }
            (key, rest.strip_prefix(':')?)
        }
        b'-' | b'<' => return None,
        _ => {
            let usual = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'/' | b'-');
            let end = text.bytes().position(|c| !usual(c))?;
            let (key, rest) = text.split_at(end);
            if key.is_empty() || plain(key, Rules::V2) != Scalar::Text || (column == 0 && key.starts_with("...")) {
                return None;
            }
            (key, rest.strip_prefix(':')?)
        }
    };
    (key.len() <= LONGEST_KEY).then_some((key, rest))
}

/// What stands in a line, without the spaces around it and a comment behind it.
fn content(text: &str) -> &str {
    let text = text.trim_matches(' ');
    if text.starts_with('#') {
        return "";
    }
    match pair(text, b' ', b'#') {
        Some(at) if !text.starts_with(['"', '\'']) => text[..at].trim_end_matches(' '),
        _ => text,
    }
}

/// Where two characters stand one behind the other. Lines are short: preparing a search costs more than searching.
fn pair(text: &str, first: u8, second: u8) -> Option<usize> {
    text.as_bytes().windows(2).position(|pair| pair == [first, second])
}

#[cfg(test)]
mod tests;
