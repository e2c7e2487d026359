//! Cuts template text into tokens by the rules of Go 1.26 `text/template`, trim markers included.
//!
//! Trimming happens here and only here: the parser never sees the spaces that `{{-` and `-}}` swallow.

use std::ops::Range;

use crate::helm::rune;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Error,
    Bool,
    /// Printable ASCII without a meaning of its own, such as the comma between two variables.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    Str,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    fn keyword(word: &[u8]) -> Option<Kind> {
        // Most words are none of them.
        if !(2..=8).contains(&word.len()) || !matches!(word[0], b'b'..=b'e' | b'i' | b'n' | b'r' | b't' | b'w') {
            return None;
        }
        Some(match word {
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"nil" => Kind::Nil,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            _ => return None,
        })
    }

    /// Whether Go prints it as `<word>` in messages.
    pub fn is_keyword(self) -> bool {
        use Kind::*;
        matches!(self, Block | Break | Continue | Dot | Define | Else | End | If | Nil | Range | Template | With)
    }
}

/// A token: a stretch of the source, or an error at a place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

impl Token {
    /// The line of `source` that it starts on, from 1. Only messages ask for it.
    pub fn line(self, source: &[u8]) -> usize {
        1 + memchr::memchr_iter(b'\n', &source[..self.start as usize]).count()
    }
}

/// What Go calls a space.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The bytes of which nearly all words are made.
const PLAIN_WORD: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    plain
};

/// The lexer over one source text.
pub struct Lexer<'s> {
    source: &'s [u8],
    /// Start of the token being read.
    start: usize,
    pos: usize,
    inside: bool,
    parens: usize,
    /// The message of the error token, once there is one; the lexer is at its end then.
    pub error: String,
}

impl<'s> Lexer<'s> {
    pub fn new(source: &'s [u8]) -> Self {
        Lexer { source, start: 0, pos: 0, inside: false, parens: 0, error: String::new() }
    }

    /// The next token; `Eof` or `Error` for ever once it was reached.
    #[inline(never)]
    pub fn next(&mut self) -> Token {
        if !self.error.is_empty() {
            return self.token(Kind::Error);
        }
        if self.inside { self.inside_action() } else { self.text() }
    }

    /// Where the text of the action that begins here starts and ends, if its first `}}` is its end. Nothing of it has
    /// been read.
    pub fn action(&self) -> Option<Range<usize>> {
        let length = find(self.rest(), *b"}}")?;
        Some(self.pos..self.pos + length)
    }

    /// Goes behind an action of which is known that it ends at `end`.
    pub fn pass(&mut self, end: usize) {
        self.pos = end;
        let trim = end >= 2 && self.right_trim(end - 2);
        self.right_delim_at(trim);
    }

    /// Whether the action that begins here may be a `define`.
    pub fn defines(&self) -> bool {
        let rest = self.rest();
        rest[leading_spaces(rest)..].starts_with(b"define")
    }

    #[inline]
    fn rest(&self) -> &'s [u8] {
        &self.source[self.pos..]
    }

    #[inline]
    fn starts(&self, at: usize, prefix: &[u8]) -> bool {
        self.source.get(at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    #[inline]
    fn token(&mut self, kind: Kind) -> Token {
        let token = Token { kind, start: self.start as u32, end: self.pos as u32 };
        self.start = self.pos;
        token
    }

    fn fail(&mut self, message: impl Into<String>) -> Token {
        self.error = message.into();
        let start = self.start;
        let token = self.token(Kind::Error);
        self.start = start;
        token
    }

    fn ignore(&mut self) {
        self.start = self.pos;
    }

    fn text(&mut self) -> Token {
        loop {
            let Some(offset) = find(self.rest(), *b"{{") else {
                self.pos = self.source.len();
                let kind = if self.pos > self.start { Kind::Text } else { Kind::Eof };
                return self.token(kind);
            };
            let delimiter = self.pos + offset;
            if offset > 0 {
                let text = &self.source[self.start..delimiter];
                let kept = if self.left_trim(delimiter + 2) { text.trim_ascii_end_go() } else { text.len() };
                self.pos = self.start + kept;
                let token = self.token(Kind::Text);
                self.pos = delimiter;
                self.ignore();
                if kept > 0 {
                    return token;
                }
            }
            let after = delimiter + 2 + if self.left_trim(delimiter + 2) { 2 } else { 0 };
            if self.starts(after, b"/*") {
                self.pos = after;
                self.ignore();
                if let Err(message) = self.comment() {
                    return self.fail(message);
                }
                continue;
            }
            self.pos = delimiter + 2;
            let token = self.token(Kind::LeftDelim);
            self.pos = after;
            self.ignore();
            self.inside = true;
            self.parens = 0;
            return token;
        }
    }

    fn comment(&mut self) -> Result<(), &'static str> {
        let body = self.pos + 2;
        let length = find(&self.source[body..], *b"*/").ok_or("unclosed comment")?;
        let end = body + length + 2;
        self.pos = if self.starts(end, b"}}") {
            end + 2
        } else if self.right_trim(end) && self.starts(end + 2, b"}}") {
            let after = end + 4;
            after + leading_spaces(&self.source[after..])
        } else {
            return Err("comment ends before closing delimiter");
        };
        self.ignore();
        Ok(())
    }

    /// `- ` at `at`.
    fn left_trim(&self, at: usize) -> bool {
        matches!(self.source.get(at..at + 2), Some([b'-', space]) if is_space(*space))
    }

    /// ` -` at `at`.
    #[inline]
    fn right_trim(&self, at: usize) -> bool {
        matches!(self.source.get(at..at + 2), Some([space, b'-']) if is_space(*space))
    }

    fn right_delim(&mut self, trim: bool) -> Token {
        if trim {
            self.pos += 2;
            self.ignore();
        }
        self.right_delim_at(trim)
    }

    /// The `}}` here, and the space behind it that a trim marker before it swallows.
    fn right_delim_at(&mut self, trim: bool) -> Token {
        self.pos += 2;
        let token = self.token(Kind::RightDelim);
        if trim {
            self.pos += leading_spaces(self.rest());
            self.ignore();
        }
        self.inside = false;
        token
    }

    fn inside_action(&mut self) -> Token {
        let Some(byte) = self.source.get(self.pos).copied() else { return self.fail("unclosed action") };
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                if self.right_trim(self.pos) && self.starts(self.pos + 2, b"}}") {
                    return self.close(true);
                }
                return self.space();
            }
            b'}' if self.starts(self.pos, b"}}") => return self.close(false),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.word(Kind::Identifier),
            _ => {}
        }
        let (char, width) = rune::decode(self.rest()).unwrap_or((char::REPLACEMENT_CHARACTER, 1));
        self.pos += width;
        match char {
            '=' => self.token(Kind::Assign),
            ':' if self.starts(self.pos, b"=") => {
                self.pos += 1;
                self.token(Kind::Declare)
            }
            ':' => self.fail("expected :="),
            '|' => self.token(Kind::Pipe),
            '"' => self.quoted(b'"', Kind::Str, "unterminated quoted string"),
            '`' => match memchr::memchr(b'`', self.rest()) {
                Some(length) => {
                    self.pos += length + 1;
                    self.token(Kind::RawString)
                }
                None => self.fail("unterminated raw quoted string"),
            },
            '$' if self.at_terminator() => self.token(Kind::Variable),
            '$' => self.word(Kind::Variable),
            '\'' => self.quoted(b'\'', Kind::CharConstant, "unterminated character constant"),
            '.' if !self.rest().first().is_none_or(u8::is_ascii_digit) => {
                if self.at_terminator() {
                    self.token(Kind::Dot)
                } else {
                    self.word(Kind::Field)
                }
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.pos -= width;
                self.number()
            }
            char if is_alphanumeric(char) => self.word(Kind::Identifier),
            '(' => {
                self.parens += 1;
                self.token(Kind::LeftParen)
            }
            ')' if self.parens == 0 => self.fail("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.token(Kind::RightParen)
            }
            ' '..='~' => self.token(Kind::Char),
            char => self.fail(format!("unrecognized character in action: {}", rune::describe(char))),
        }
    }

    /// The end of the action is next.
    fn close(&mut self, trim: bool) -> Token {
        if self.parens == 0 { self.right_delim(trim) } else { self.fail("unclosed left paren") }
    }

    fn space(&mut self) -> Token {
        let count = leading_spaces(self.rest());
        let last = self.pos + count - 1;
        // A trimmed delimiter begins with the last space; with a single space it was recognised before.
        self.pos = if self.right_trim(last) && self.starts(last + 2, b"}}") { last } else { last + 1 };
        self.token(Kind::Space)
    }

    fn word(&mut self, kind: Kind) -> Token {
        let ascii = self.rest().iter().position(|byte| !PLAIN_WORD[usize::from(*byte)]);
        self.pos += ascii.unwrap_or(self.source.len() - self.pos);
        let bad = loop {
            match rune::decode(self.rest()) {
                None => break None,
                Some((char, width)) if is_alphanumeric(char) => self.pos += width,
                Some((char, _)) => break Some(char),
            }
        };
        if let Some(char) = bad.filter(|_| !self.at_terminator()) {
            return self.fail(format!("bad character {}", rune::describe(char)));
        }
        let kind = match (kind, &self.source[self.start..self.pos]) {
            (Kind::Identifier, b"true" | b"false") => Kind::Bool,
            (Kind::Identifier, word) => Kind::keyword(word).unwrap_or(Kind::Identifier),
            (kind, _) => kind,
        };
        self.token(kind)
    }

    #[inline]
    fn at_terminator(&self) -> bool {
        match self.rest().first() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(_) => self.starts(self.pos, b"}}"),
        }
    }

    fn quoted(&mut self, quote: u8, kind: Kind, unterminated: &str) -> Token {
        loop {
            let plain = self.rest().iter().position(|byte| *byte == quote || *byte == b'\\' || *byte == b'\n');
            self.pos += plain.unwrap_or(self.source.len() - self.pos);
            match self.rest() {
                [b'\\', b'\n', ..] | [b'\\'] | [b'\n', ..] | [] => return self.fail(unterminated),
                [b'\\', ..] => {
                    let escaped = rune::decode(&self.source[self.pos + 1..]).map_or(0, |(_, width)| width);
                    self.pos += 1 + escaped;
                }
                [..] => {
                    self.pos += 1;
                    return self.token(kind);
                }
            }
        }
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.rest().first(), Some(b'+' | b'-')) {
            if !self.scan_number() || self.source[self.pos - 1] != b'i' {
                return self.bad_number();
            }
            return self.token(Kind::Complex);
        }
        self.token(Kind::Number)
    }

    fn bad_number(&mut self) -> Token {
        let text = crate::helm::gofmt::quote(&self.source[self.start..self.pos]);
        self.fail(format!("bad number syntax: {text}"))
    }

    /// Not a perfect number: what is wrong here is found when the number is read.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        while self.accept(digits) {}
        if self.accept(b".") {
            while self.accept(digits) {}
        }
        let exponent: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(exponent) {
            self.accept(b"+-");
            while self.accept(b"0123456789_") {}
        }
        self.accept(b"i");
        match rune::decode(self.rest()) {
            Some((char, width)) if is_alphanumeric(char) => {
                self.pos += width;
                false
            }
            _ => true,
        }
    }

    fn accept(&mut self, valid: &[u8]) -> bool {
        let accepted = self.rest().first().is_some_and(|byte| valid.contains(byte));
        self.pos += usize::from(accepted);
        accepted
    }
}

fn is_alphanumeric(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_space(**byte)).count()
}

/// Where two characters stand one behind the other. To prepare a search for both would take longer than most searches.
fn find(text: &[u8], [first, second]: [u8; 2]) -> Option<usize> {
    memchr::memchr_iter(first, text).find(|at| text.get(at + 1) == Some(&second))
}

trait TrimGo {
    /// The length without trailing space, tab, carriage return and newline.
    fn trim_ascii_end_go(&self) -> usize;
}

impl TrimGo for [u8] {
    fn trim_ascii_end_go(&self) -> usize {
        self.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1)
    }
}
