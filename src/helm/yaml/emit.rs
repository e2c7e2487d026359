//! The emitter: where go-yaml breaks lines, indents and quotes.
//!
//! Only what `toYaml` can produce is here: block collections, empty flow collections, scalars, no tags or anchors.

use super::analyse::{analyse, is_break, is_printable};

/// Whose output is reproduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// yaml.v2: compact sequences, lines folded after 80 columns.
    V2,
    /// yaml.v3 with two spaces: indented sequences, nothing folded.
    V3,
}

/// The style that the encoder asks for; the emitter may have to quote more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, with escapes.
    Double,
    /// A literal block.
    Literal,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// The document itself, or an item of a sequence.
    Item,
    /// The value of a key, or a key too long or too tall to stand before its colon.
    Mapping,
    /// A key before its colon.
    SimpleKey,
}

/// Nothing in it could need a quote or a fold, whatever stands around it; nearly all scalars are so.
pub fn is_word(text: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'/' | b'-');
    text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()) && text.bytes().all(plain)
}

/// Writes nodes one after the other.
pub struct Emitter {
    out: String,
    dialect: Dialect,
    /// Column of the next character, in characters.
    column: usize,
    /// -1 outside of everything.
    indent: i32,
    /// The last character was white space.
    whitespace: bool,
    /// Only indentation and indicators stand on this line.
    indention: bool,
}

impl Emitter {
    /// An empty document.
    pub fn new(dialect: Dialect) -> Emitter {
        Emitter { out: String::new(), dialect, column: 0, indent: -1, whitespace: true, indention: true }
    }

    /// Ends the document.
    pub fn finish(mut self) -> String {
        self.indent = -1;
        self.write_indent();
        self.out
    }

    /// The dialect that is written.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Goes one level in and returns the level to come back to.
    pub fn open(&mut self, sequence_in: Option<Context>) -> i32 {
        let compact = self.dialect == Dialect::V2 && sequence_in == Some(Context::Mapping) && !self.indention;
        let outer = self.indent;
        if self.indent < 0 {
            self.indent = 0;
        } else if !compact {
            self.indent += 2;
        }
        outer
    }

    /// Comes back to the level `outer`.
    pub fn close(&mut self, outer: i32) {
        self.indent = outer;
    }

    /// `{}` or `[]`.
    pub fn empty(&mut self, brackets: &str) {
        self.indicator(brackets, true, false, false);
    }

    /// The dash of the next item.
    pub fn item(&mut self) {
        self.write_indent();
        self.indicator("-", true, false, true);
    }

    /// A key with its colon.
    pub fn key(&mut self, text: &str, style: Style) {
        self.write_indent();
        if text.len() <= 128 && (is_word(text) || !analyse(text, self.dialect).multiline) {
            self.scalar(text, style, Context::SimpleKey);
            self.indicator(":", false, false, false);
        } else {
            self.indicator("?", true, false, true);
            self.scalar(text, style, Context::Mapping);
            self.write_indent();
            self.indicator(":", true, false, true);
        }
    }

    /// A scalar.
    pub fn scalar(&mut self, text: &str, wanted: Style, context: Context) {
        if wanted == Style::Plain && is_word(text) {
            return self.word(text);
        }
        let outer = self.indent;
        self.indent = if self.indent < 0 { 2 } else { self.indent + 2 };
        let key = context == Context::SimpleKey;
        match self.select(text, wanted, key) {
            Style::Plain => self.plain(text, !key),
            Style::Single => self.single(text, !key),
            Style::Double => self.double(text, !key),
            Style::Literal => self.literal(text),
        }
        self.indent = outer;
    }

    fn word(&mut self, text: &str) {
        if !self.whitespace {
            self.put(' ');
        }
        self.out.push_str(text);
        self.column += text.len();
        self.whitespace = false;
        self.indention = false;
    }

    fn select(&self, text: &str, wanted: Style, key: bool) -> Style {
        let allowed = analyse(text, self.dialect);
        let mut style = if key && allowed.multiline { Style::Double } else { wanted };
        if style == Style::Plain && (!allowed.plain || key && text.is_empty()) {
            style = Style::Single;
        }
        if style == Style::Single && !allowed.single {
            style = Style::Double;
        }
        if style == Style::Literal && (!allowed.block || key) {
            style = Style::Double;
        }
        style
    }

    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
        if self.dialect == Dialect::V3 {
            self.indention = true;
        }
    }

    /// A line break that belongs to the text.
    fn write_break(&mut self, c: char) {
        if c == '\n' {
            self.put_break();
        } else {
            self.out.push(c);
            self.column = 0;
        }
    }

    fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        if self.dialect == Dialect::V2 {
            self.indention = true;
        }
    }

    fn indicator(&mut self, text: &str, needs_space: bool, is_space: bool, is_indention: bool) {
        if needs_space && !self.whitespace {
            self.put(' ');
        }
        self.out.push_str(text);
        self.column += text.len();
        self.whitespace = is_space;
        self.indention &= is_indention;
    }

    fn may_fold(&self) -> bool {
        self.dialect == Dialect::V2 && self.column > 80
    }

    fn plain(&mut self, text: &str, fold: bool) {
        if !self.whitespace {
            self.put(' ');
        }
        self.folded(text, fold, |_, _| false);
        self.whitespace = false;
        self.indention = false;
    }

    fn single(&mut self, text: &str, fold: bool) {
        self.indicator("'", true, false, false);
        let last = text.len().saturating_sub(1);
        self.folded(text, fold, |at, c| match c {
            ' ' => at == 0 || at >= last,
            _ => c == '\'',
        });
        self.indicator("'", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes `text` broken at single spaces. `special` tells of a space that it must stay, and of any other
    /// character that it is doubled.
    fn folded(&mut self, text: &str, fold: bool, special: impl Fn(usize, char) -> bool) {
        let (mut spaces, mut breaks) = (false, false);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c == ' ' {
                let single = !spaces && chars.peek().is_none_or(|(_, next)| *next != ' ');
                if fold && single && self.may_fold() && !special(at, c) {
                    self.write_indent();
                } else {
                    self.put(c);
                }
                spaces = true;
            } else if is_break(c) {
                if !breaks && c == '\n' {
                    self.put_break();
                }
                self.write_break(c);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if special(at, c) {
                    self.put(c);
                }
                self.put(c);
                self.indention = false;
                (spaces, breaks) = (false, false);
            }
        }
    }

    fn double(&mut self, text: &str, fold: bool) {
        self.indicator("\"", true, false, false);
        // Go looks at the first character of the text, not at the current one.
        let all = text.starts_with('\u{feff}');
        let last = text.len().saturating_sub(1);
        let mut spaces = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if all || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                spaces = false;
            } else if c == ' ' {
                if fold && !spaces && self.may_fold() && at > 0 && at < last {
                    self.write_indent();
                    if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                spaces = true;
            } else {
                self.put(c);
                spaces = false;
            }
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0b' => 'v',
            '\x0c' => 'f',
            '\r' => 'r',
            '\x1b' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = c as u32;
                let text = match code {
                    0..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.out.push_str(&text);
                self.column += text.len();
                return;
            }
        };
        self.put('\\');
        self.put(short);
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, false);
        }
        let mut from_end = text.chars().rev();
        let chomp = match (from_end.next().map(is_break), from_end.next().map(is_break)) {
            (Some(true), None | Some(true)) => "+",
            (Some(true), Some(false)) => "",
            _ => "-",
        };
        if !chomp.is_empty() {
            self.indicator(chomp, false, false, false);
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for c in text.chars() {
            if is_break(c) {
                self.write_break(c);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.put(c);
                self.indention = false;
                breaks = false;
            }
        }
    }
}
