//! From text to data: libyaml's events composed with YAML 1.1 scalars, aliases and merge keys.

use std::collections::HashMap;

use base64::Engine;
use libyaml_safer::{ErrorKind, Event, EventData, Parser, ScalarStyle};

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
/// Below this many nodes nearly all may come from aliases; above the second number a tenth.
const ALIAS_RANGE: (f64, f64) = (400_000.0, 4_000_000.0);

/// Reads the first document.
pub fn document(text: &[u8], numbers: Numbers) -> Result<Data, Error> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // The scanner panics on a block scalar that ends with the text instead of a line.
    let unended = text.last().is_some_and(|last| *last != b'\n');
    let ended = if unended { [text, b"\n"].concat() } else { Vec::new() };
    let mut input = if unended { ended.as_slice() } else { text };
    let unended = unended.then_some(text.len() as u64);
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    let mut reader = Reader { parser, numbers, unended, anchors: HashMap::new(), nodes: 0, aliased: 0 };
    reader.next()?;
    match reader.next()?.data {
        EventData::DocumentStart { .. } => {
            let event = reader.next()?;
            let data = reader.node(event, 0)?;
            reader.next()?;
            Ok(data)
        }
        _ => Ok(Data::Null),
    }
}

/// An anchored node; without data while it is still open.
type Anchor = Option<(Data, usize)>;

struct Reader<'r, 'b> {
    parser: Parser<&'r mut &'b [u8]>,
    numbers: Numbers,
    /// Where the text ends, when it ends without a line break: one was added, and is no part of a block scalar there.
    unended: Option<u64>,
    anchors: HashMap<String, Anchor>,
    /// Nodes built so far, and how many of them came from aliases.
    nodes: usize,
    aliased: usize,
}

impl Reader<'_, '_> {
    fn next(&mut self) -> Result<Event, Error> {
        self.parser.parse().map_err(|error| syntax(&error))
    }

    fn node(&mut self, event: Event, depth: usize) -> Result<Data, Error> {
        if depth > DEEPEST {
            return Err(plain_error(format!("exceeded max depth of {DEEPEST}")));
        }
        let before = self.nodes;
        self.nodes += 1;
        let (anchor, data) = match event.data {
            EventData::Alias { anchor } => return self.alias(&anchor),
            EventData::Scalar { anchor, tag, mut value, plain_implicit, style, .. } => {
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                if block && self.unended.is_some_and(|end| event.end_mark.index > end) {
                    value.truncate(value.trim_end_matches('\n').len());
                }
                (anchor, self.scalar(tag.as_deref(), value, plain_implicit)?)
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
            self.anchors.insert(anchor, Some((data.clone(), self.nodes - before)));
        }
        Ok(data)
    }

    fn open(&mut self, anchor: Option<&String>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.clone(), None);
        }
    }

    fn alias(&mut self, name: &str) -> Result<Data, Error> {
        let (data, size) = match self.anchors.get(name) {
            None => return Err(plain_error(format!("unknown anchor '{name}' referenced"))),
            Some(None) => return Err(plain_error(format!("anchor '{name}' value contains itself"))),
            Some(Some((data, size))) => (data, *size),
        };
        self.nodes += size;
        self.aliased += size;
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
                merge(&mut table, self.node(value, depth + 1)?, listed)?;
                continue;
            }
            let key = self.key(event, depth)?;
            let value = self.next()?;
            let value = self.node(value, depth + 1)?;
            table.insert(key, value);
        }
    }

    /// A key as text: numbers and booleans in Go's spelling.
    fn key(&mut self, event: Event, depth: usize) -> Result<String, Error> {
        let numbers = std::mem::replace(&mut self.numbers, Numbers::Go);
        let key = self.node(event, depth + 1);
        self.numbers = numbers;
        match key? {
            Data::Str(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Data::Int(i) => Ok(i.to_string()),
            Data::Bool(b) => Ok(b.to_string()),
            Data::Float(x) => Ok(match number::float_g32(x).as_str() {
                "+Inf" => ".inf".into(),
                "-Inf" => "-.inf".into(),
                "NaN" => ".nan".into(),
                text => text.into(),
            }),
            Data::Null => Err(Error::Json("unsupported map key of type: %!s(<nil>), key: <nil>".into())),
            Data::List(_) => Err(plain_error("invalid map key: a sequence")),
            Data::Table(_) => Err(plain_error("invalid map key: a mapping")),
        }
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
            Scalar::Float(x) if self.numbers == Numbers::Json && !x.is_finite() => {
                return Err(Error::Json(format!("json: unsupported value: {}", number::float_g(x))));
            }
            Scalar::Float(x) => Data::Float(x),
            Scalar::Timestamp | Scalar::Text => Data::text(text),
        })
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
fn syntax(error: &libyaml_safer::Error) -> Error {
    let bump = u64::from(error.kind() == ErrorKind::Scanner);
    let problem = error.problem_mark().filter(|mark| mark.line != 0).map(|mark| (mark.line + bump, mark.column + 1));
    let place =
        problem.or_else(|| error.context_mark().filter(|mark| mark.line != 0).map(|mark| (mark.line, mark.column + 1)));
    let what = match error.kind() {
        ErrorKind::Io => "incomplete UTF-8 octet sequence",
        _ => error.problem(),
    };
    Error::Syntax { line: place.map(|p| p.0), column: place.map(|p| p.1), what: what.into() }
}
