//! From text to data: libyaml's events composed with YAML 1.1 scalars, aliases and merge keys.

use std::collections::HashMap;

use base64::Engine;
use libyaml_safer::{Encoding, ErrorKind, Event, EventData, Parser, ScalarStyle};

use super::guard::guarded;
use super::resolve::{Rules, Scalar, plain};
use super::{Error, number};
use crate::helm::data::{Data, Table};

/// What becomes of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// All float64, as after Go's JSON.
    Json,
    /// Integers stay integers where 64 bits hold them.
    Go,
}

/// Deeper nesting is refused.
const DEEPEST: usize = 250;
/// The most text that aliases may repeat, in bytes. Go has no such limit, because it does not copy.
const MOST_REPEATED: usize = 64 * 1024 * 1024;
/// Below this many nodes nearly all may come from aliases; above the second number a tenth.
const ALIAS_RANGE: (f64, f64) = (400_000.0, 4_000_000.0);

/// Reads the first document.
pub fn document(text: &[u8], numbers: Numbers) -> Result<Data, Error> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let unended = !text.ends_with(b"\n");
    let ended;
    let mut input = text;
    let mut cut_at = None;
    if unended {
        // The scanner cannot read a block scalar that ends without a line break: it gets one, which is taken back.
        ended = [text, b"\n"].concat();
        input = &ended;
        let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
        let blank = last.iter().all(|b| matches!(b, b' ' | b'\t'));
        cut_at = (!blank).then(|| String::from_utf8_lossy(text).chars().count() as u64);
    }
    let end = End::of(text);
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    // The scanner takes every letter that begins with this byte for the beginning of a mark.
    if text.starts_with(b"\xef") {
        parser.set_encoding(Encoding::Utf8);
    }
    let mut reader = Reader {
        parser,
        numbers,
        anchors: HashMap::new(),
        nodes: 0,
        aliased: 0,
        text: 0,
        line: 1,
        cut_at,
        end,
        bad: None,
        unjson: None,
    };
    reader.next()?;
    match reader.next()?.data {
        EventData::DocumentStart { .. } => {
            let event = reader.next()?;
            let data = reader.node(event, 0)?;
            reader.next()?;
            match reader.bad.or(reader.unjson) {
                Some(error) => Err(error),
                None if numbers == Numbers::Json => finite(&data).map(|()| data),
                None => Ok(data),
            }
        }
        _ => Ok(Data::Null),
    }
}

/// An anchored node; without data while it is still open.
type Anchor = Option<(Data, Size)>;

/// Nodes, and bytes of text in them.
type Size = (usize, usize);

struct Reader<'r, 'b> {
    parser: Parser<&'r mut &'b [u8]>,
    numbers: Numbers,
    anchors: HashMap<String, Anchor>,
    /// Nodes built so far, and how many of them came from aliases.
    nodes: usize,
    aliased: usize,
    /// Bytes of text so far, those of aliases included.
    text: usize,
    /// One-based line that the scanner has come to.
    line: u64,
    /// Index of the character after which the line break is not the text's own.
    cut_at: Option<u64>,
    end: End,
    /// The first mistake that go-yaml finds once the whole text is parsed.
    bad: Option<Error>,
    /// What JSON cannot hold, which is found last; a later key replaces an earlier one.
    unjson: Option<Error>,
}

/// Where the text ends, if the line break that is added is left out.
#[derive(Clone, Copy)]
struct End {
    /// Zero-based number of the last line.
    line: u64,
    /// A comment ends it.
    commented: bool,
}

impl End {
    fn of(text: &[u8]) -> End {
        let line = text.iter().filter(|b| **b == b'\n').count() as u64;
        let last = text.rsplit(|b| *b == b'\n').next().unwrap_or_default();
        let commented = last.first() == Some(&b'#') || last.windows(2).any(|pair| matches!(pair, b" #" | b"\t#"));
        End { line, commented }
    }

    /// The line that Go names for a mistake that the scanner saw at the end.
    ///
    /// The line break that was added is no line, except where libyaml itself begins one there: for a key that is still
    /// open when the last token was read.
    fn line_of(&self, error: &libyaml_safer::Error, seen: u64) -> u64 {
        let key_is_above = || error.context_mark().is_some_and(|mark| mark.line < self.line);
        match error.problem() {
            "found unexpected end of stream" => seen.min(self.line),
            "could not find expected ':'" if !self.commented && key_is_above() => seen.min(self.line),
            _ => seen,
        }
    }
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Result<Event, Error> {
        let (parser, end) = (&mut self.parser, self.end);
        let event = guarded(self.line, || parser.parse().map_err(|error| syntax(&error, end)))?;
        self.line = event.end_mark.line + 1;
        Ok(event)
    }

    fn node(&mut self, event: Event, depth: usize) -> Result<Data, Error> {
        if depth > DEEPEST {
            return Err(plain_error(format!("exceeded max depth of {DEEPEST}")));
        }
        let end = event.end_mark.index;
        let before = (self.nodes, self.text);
        self.nodes += 1;
        let (anchor, data) = match event.data {
            EventData::Alias { anchor } => return self.alias(&anchor),
            EventData::Scalar { anchor, tag, mut value, plain_implicit, style, .. } => {
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                if block && self.cut_at.is_some_and(|cut| end >= cut) && value.ends_with('\n') {
                    value.pop();
                }
                self.text += value.len();
                let scalar = self.scalar(tag.as_deref(), value, plain_implicit);
                (anchor, self.later(scalar))
            }
            EventData::SequenceStart { anchor, .. } => {
                self.open(anchor.as_ref());
                (anchor, self.sequence(depth)?)
            }
            EventData::MappingStart { anchor, .. } => {
                self.open(anchor.as_ref());
                (anchor, self.mapping(depth)?)
            }
            other => return Err(plain_error(format!("did not expect {other:?}"))),
        };
        if let Some(anchor) = anchor {
            let size = (self.nodes - before.0, self.text - before.1);
            self.anchors.insert(anchor, Some((data.clone(), size)));
        }
        Ok(data)
    }

    fn open(&mut self, anchor: Option<&String>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.clone(), None);
        }
    }

    /// Keeps a mistake for the end of the text.
    fn later(&mut self, result: Result<Data, Error>) -> Data {
        result.unwrap_or_else(|error| {
            self.bad.get_or_insert(error);
            Data::Null
        })
    }

    fn alias(&mut self, name: &str) -> Result<Data, Error> {
        let (data, size) = match self.anchors.get(name) {
            None => return Err(plain_error(format!("unknown anchor '{name}' referenced"))),
            Some(None) => {
                let error = plain_error(format!("anchor '{name}' value contains itself"));
                return Ok(self.later(Err(error)));
            }
            Some(Some((data, size))) => (data, *size),
        };
        self.nodes += size.0;
        self.aliased += size.0;
        self.text += size.1;
        if size.1 > 0 && self.text > MOST_REPEATED {
            return Err(plain_error(format!("document repeats more than {MOST_REPEATED} bytes of text by aliases")));
        }
        let (nodes, aliased) = (self.nodes as f64, self.aliased as f64);
        let grown = ((nodes - ALIAS_RANGE.0) / (ALIAS_RANGE.1 - ALIAS_RANGE.0)).clamp(0.0, 1.0);
        if aliased > 100.0 && nodes > 1000.0 && aliased / nodes > 0.99 - 0.89 * grown {
            return Err(plain_error("document contains excessive aliasing"));
        }
        Ok(data.clone())
    }

    fn sequence(&mut self, depth: usize) -> Result<Data, Error> {
        let mut items = Vec::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::SequenceEnd) {
                return Ok(Data::List(items));
            }
            items.push(self.node(event, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Data, Error> {
        let mut table = Table::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                return Ok(Data::Table(table));
            }
            if is_merge(&event.data) {
                self.nodes += 1;
                let value = self.next()?;
                let listed = matches!(value.data, EventData::SequenceStart { .. });
                let merged = merge(&mut table, self.node(value, depth + 1)?, listed);
                self.later(merged.map(|()| Data::Null));
                continue;
            }
            let key = self.key(event, depth)?;
            let value = self.next()?;
            let value = self.node(value, depth + 1)?;
            match key {
                Ok(key) => {
                    table.insert(key, value);
                }
                Err(kind) => {
                    let shown = if value == Data::Null { "<nil>".into() } else { go_syntax(&value) };
                    let what = format!("unsupported map key of type: {kind}, value: {shown}");
                    self.unjson = Some(Error::Json(what));
                }
            }
        }
    }

    /// A key as text: numbers and booleans in Go's spelling; or what JSON cannot have as a key.
    fn key(&mut self, event: Event, depth: usize) -> Result<Result<String, String>, Error> {
        let numbers = std::mem::replace(&mut self.numbers, Numbers::Go);
        let key = self.node(event, depth + 1);
        self.numbers = numbers;
        Ok(Ok(match key? {
            Data::Str(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Data::Int(i) => i.to_string(),
            Data::Bool(b) => b.to_string(),
            Data::Float(x) => match number::float_g32(x).as_str() {
                "+Inf" => ".inf".into(),
                "-Inf" => "-.inf".into(),
                "NaN" => ".nan".into(),
                text => text.into(),
            },
            Data::Null => return Ok(Err("%!s(<nil>), key: <nil>".into())),
            key @ (Data::List(_) | Data::Table(_)) => {
                self.later(Err(plain_error(format!("invalid map key: {}", go_syntax(&key)))));
                String::new()
            }
        }))
    }

    fn scalar(&self, tag: Option<&str>, text: String, implicit: bool) -> Result<Data, Error> {
        let short = tag.map(|tag| tag.strip_prefix("tag:yaml.org,2002:").unwrap_or(tag));
        match short {
            None if !implicit => Ok(Data::text(text)),
            None => self.typed(plain(&text, Rules::V2), text, None),
            Some("str") => Ok(Data::text(text)),
            Some("binary") => base64::engine::general_purpose::STANDARD
                .decode(text.replace(['\n', '\r'], ""))
                .map(|bytes| Data::text(String::from_utf8_lossy(&bytes)))
                .map_err(|_| plain_error("!!binary value contains invalid base64 data")),
            Some(wanted @ ("bool" | "int" | "float" | "null" | "timestamp")) => {
                self.typed(plain(&text, Rules::V2), text, Some(wanted))
            }
            Some(_) => Ok(Data::text(text)),
        }
    }

    fn typed(&self, scalar: Scalar, text: String, wanted: Option<&str>) -> Result<Data, Error> {
        let found = match scalar {
            Scalar::Null => "null",
            Scalar::Bool(_) => "bool",
            Scalar::Int(_) => "int",
            Scalar::Float(_) => "float",
            Scalar::Timestamp => "timestamp",
            Scalar::Text => "str",
        };
        match wanted {
            Some(wanted) if wanted != found && !(wanted == "float" && found == "int") => {
                return Err(plain_error(format!("cannot decode !!{found} `{text}` as a !!{wanted}")));
            }
            _ => {}
        }
        Ok(match scalar {
            Scalar::Null => Data::Null,
            Scalar::Bool(b) => Data::Bool(b),
            Scalar::Int(i) => match i64::try_from(i) {
                Ok(i) if self.numbers == Numbers::Go && wanted != Some("float") => Data::Int(i),
                _ => Data::Float(i as f64),
            },
            Scalar::Float(x) => Data::Float(x),
            Scalar::Timestamp | Scalar::Text => Data::text(text),
        })
    }
}

/// JSON has no infinities.
fn finite(data: &Data) -> Result<(), Error> {
    match data {
        Data::Float(x) if !x.is_finite() => {
            Err(Error::Json(format!("json: unsupported value: {}", number::float_g(*x))))
        }
        Data::List(items) => items.iter().try_for_each(finite),
        Data::Table(table) => table.values().try_for_each(finite),
        _ => Ok(()),
    }
}

/// The data as Go's `%#v` prints what yaml.v2 made of it.
fn go_syntax(data: &Data) -> String {
    match data {
        Data::Null => "interface {}(nil)".into(),
        Data::Bool(b) => b.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Float(x) => number::float_g(*x),
        Data::Str(text) => format!("{:?}", String::from_utf8_lossy(text)),
        Data::List(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Data::Table(table) => {
            let entries: Vec<String> = table.iter().map(|(k, v)| format!("{k:?}:{}", go_syntax(v))).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}

/// A plain `<<`.
fn is_merge(event: &EventData) -> bool {
    match event {
        EventData::Scalar { value, plain_implicit, tag, .. } if value == "<<" => {
            *plain_implicit || tag.as_deref() == Some("tag:yaml.org,2002:merge")
        }
        _ => false,
    }
}

/// yaml.v2 writes merged keys where the merge key stands: they replace keys before it, not keys after it.
fn merge(table: &mut Table, value: Data, listed: bool) -> Result<(), Error> {
    const WANTED: &str = "map merge requires map or sequence of maps as the value";
    match value {
        Data::Table(merged) => table.extend(merged),
        Data::List(items) if listed => {
            for item in items.into_iter().rev() {
                let Data::Table(merged) = item else { return Err(plain_error(WANTED)) };
                table.extend(merged);
            }
        }
        _ => return Err(plain_error(WANTED)),
    }
    Ok(())
}

fn plain_error(what: impl Into<String>) -> Error {
    Error::Syntax { line: None, column: None, what: what.into() }
}

/// go-yaml's sentence for a scanner's or parser's error, with the line that it names.
fn syntax(error: &libyaml_safer::Error, end: End) -> Error {
    let bump = u64::from(error.kind() == ErrorKind::Scanner);
    let problem = error.problem_mark().map(|mark| (end.line_of(error, mark.line), mark.column));
    let problem = problem.filter(|(line, _)| *line != 0).map(|(line, column)| (line + bump, column + 1));
    let place =
        problem.or_else(|| error.context_mark().filter(|mark| mark.line != 0).map(|mark| (mark.line, mark.column + 1)));
    let what = match error.kind() {
        ErrorKind::Io => "incomplete UTF-8 octet sequence",
        _ => error.problem(),
    };
    Error::Syntax { line: place.map(|p| p.0), column: place.map(|p| p.1), what: what.into() }
}
