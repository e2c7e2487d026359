//! The little language of `--set`: `a.b[0].c=value,d={x,y}`, with `\` before a character that is meant literally.

use serde_json::Value as Json;

use crate::helm::data::{Data, Table};

/// Largest index of a list.
const LARGEST_INDEX: i64 = 65536;
/// Deepest path.
const DEEPEST: usize = 30;

/// `--set`
pub fn typed(form: &str, into: &mut Table) -> Result<(), String> {
    Parser::new(form, &Kind::Typed).parse(into)
}

/// `--set-string`
pub fn strings(form: &str, into: &mut Table) -> Result<(), String> {
    Parser::new(form, &Kind::Text).parse(into)
}

/// `--set-json`
pub fn json(form: &str, into: &mut Table) -> Result<(), String> {
    Parser::new(form, &Kind::Json).parse(into)
}

/// `--set-literal`
pub fn literal(form: &str, into: &mut Table) -> Result<(), String> {
    Parser::new(form, &Kind::Literal).parse(into)
}

/// `--set-file`
pub fn files(form: &str, into: &mut Table, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Result<(), String> {
    Parser::new(form, &Kind::File(read)).parse(into)
}

/// What a value means.
enum Kind<'a> {
    Typed,
    Text,
    Json,
    Literal,
    File(&'a dyn Fn(&str) -> Result<Vec<u8>, String>),
}

/// Whether there is more to read. The end of the text ends an assignment that has no value, and Helm then forgets
/// the outer part of some paths; that is why it is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    More,
    End,
}

struct Parser<'a> {
    text: &'a str,
    kind: &'a Kind<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, kind: &'a Kind<'a>) -> Parser<'a> {
        Parser { text, kind }
    }

    fn parse(mut self, into: &mut Table) -> Result<(), String> {
        while self.key(into, 0)? == Step::More {}
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let c = self.text.chars().next()?;
        self.text = &self.text[c.len_utf8()..];
        Some(c)
    }

    /// Reads up to one of `stops`, which is consumed and returned; `None` at the end of the text.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut read = String::new();
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (read, Some(c));
            }
            if c == '\\' && !matches!(self.kind, Kind::Literal) {
                match self.next() {
                    Some(escaped) => read.push(escaped),
                    None => break,
                }
            } else {
                read.push(c);
            }
        }
        (read, None)
    }

    fn key(&mut self, table: &mut Table, depth: usize) -> Result<Step, String> {
        let stops: &[char] = if matches!(self.kind, Kind::Literal) { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let (key, stop) = self.until(stops);
        match stop {
            None if key.is_empty() => Ok(Step::End),
            None => Err(format!("key {key:?} has no value")),
            Some('[') => {
                let index = self.index()?;
                let mut list = match table.get(&key) {
                    None => Vec::new(),
                    Some(Data::List(list)) => list.clone(),
                    Some(other) => return Err(conversion(other, "[]interface {}")),
                };
                let step = self.item(&mut list, index, depth)?;
                put(table, key, Data::List(list));
                Ok(step)
            }
            Some('=') => {
                let (value, step) = self.value()?;
                put(table, key, value);
                Ok(step)
            }
            Some(',') => Err(format!("key {key:?} has no value (cannot end with ,)")),
            Some(_) => {
                let depth = deeper(depth)?;
                let mut inner = match table.get(&key) {
                    None => Table::new(),
                    Some(Data::Table(inner)) => inner.clone(),
                    Some(other) => return Err(conversion(other, "map[string]interface {}")),
                };
                let step = self.key(&mut inner, depth)?;
                if step == Step::More && inner.is_empty() {
                    return Err(format!("key map {key:?} has no value"));
                }
                if !inner.is_empty() {
                    put(table, key, Data::Table(inner));
                }
                Ok(step)
            }
        }
    }

    /// What follows an index.
    fn item(&mut self, list: &mut Vec<Data>, index: i64, depth: usize) -> Result<Step, String> {
        if index < 0 {
            return Err(format!("negative {index} index not allowed"));
        }
        let (extra, stop) = self.until(&['[', '.', '=']);
        if !extra.is_empty() {
            let runes: Vec<String> = extra.chars().map(|c| format!("{c:?}")).collect();
            return Err(format!("unexpected data at end of array index: [{}]", runes.join(" ")));
        }
        let existing = list.get(index as usize).cloned();
        match stop {
            None => Ok(Step::End),
            Some('=') => {
                let (value, _) = self.value()?;
                place(list, index, value)?;
                Ok(Step::More)
            }
            Some('[') => {
                let inner_index = self.index()?;
                let mut inner = match existing {
                    None | Some(Data::Null) => Vec::new(),
                    Some(Data::List(inner)) => inner,
                    Some(other) => return Err(conversion(&other, "[]interface {}")),
                };
                let step = self.item(&mut inner, inner_index, depth)?;
                if step == Step::More {
                    place(list, index, Data::List(inner))?;
                }
                Ok(step)
            }
            Some(_) => {
                let held = existing.is_some();
                let mut inner = match existing {
                    Some(Data::Table(inner)) => inner,
                    _ => Table::new(),
                };
                let step = self.key(&mut inner, depth)?;
                if step == Step::More || held {
                    place(list, index, Data::Table(inner))?;
                }
                Ok(step)
            }
        }
    }

    fn index(&mut self) -> Result<i64, String> {
        let (digits, stop) = self.until(&[']']);
        if stop.is_none() {
            return Err("error parsing index: EOF".into());
        }
        digits.parse().map_err(|_| format!("error parsing index: strconv.Atoi: parsing {digits:?}: invalid syntax"))
    }

    fn value(&mut self) -> Result<(Data, Step), String> {
        match self.kind {
            Kind::Json => self.json_value(),
            Kind::Literal => Ok((Data::text(std::mem::take(&mut self.text)), Step::More)),
            _ if self.text.is_empty() => Ok((Data::text(""), Step::End)),
            _ if self.text.starts_with('{') => {
                self.next();
                self.list().map(|list| (list, Step::More))
            }
            _ => {
                let (text, _) = self.until(&[',']);
                self.read(&text).map(|value| (value, Step::More))
            }
        }
    }

    /// The rest of `{a,b}`.
    fn list(&mut self) -> Result<Data, String> {
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            match stop {
                None => return Err("list must terminate with '}'".into()),
                Some(stop) => {
                    if stop == '}' && self.text.starts_with(',') {
                        self.next();
                    }
                    items.push(self.read(&text)?);
                    if stop == '}' {
                        return Ok(Data::List(items));
                    }
                }
            }
        }
    }

    fn read(&self, text: &str) -> Result<Data, String> {
        match self.kind {
            Kind::File(read) => read(text).map(Data::Str),
            Kind::Typed => Ok(guess(text)),
            _ => Ok(Data::text(text)),
        }
    }

    fn json_value(&mut self) -> Result<(Data, Step), String> {
        if self.blank() {
            return Ok((Data::Null, Step::More));
        }
        let mut stream = serde_json::Deserializer::from_str(self.text).into_iter::<Json>();
        let value = match stream.next() {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err(error.to_string()),
            None => Json::Null,
        };
        self.text = &self.text[stream.byte_offset()..];
        self.blank();
        Ok((Data::from_json(value), Step::More))
    }

    /// Skips blanks and one comma; whether nothing but them stood before the comma or the end.
    fn blank(&mut self) -> bool {
        self.text = self.text.trim_start();
        match self.text.strip_prefix(',') {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => self.text.is_empty(),
        }
    }
}

fn put(table: &mut Table, key: String, value: Data) {
    if !key.is_empty() {
        table.insert(key, value);
    }
}

fn place(list: &mut Vec<Data>, index: i64, value: Data) -> Result<(), String> {
    if index > LARGEST_INDEX {
        return Err(format!("index of {index} is greater than maximum supported index of {LARGEST_INDEX}"));
    }
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, Data::Null);
    }
    list[index] = value;
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, String> {
    if depth >= DEEPEST {
        return Err(format!("value name nested level is greater than maximum supported nested level of {DEEPEST}"));
    }
    Ok(depth + 1)
}

/// `--set` takes integers without a leading zero, booleans and null in any letter case.
fn guess(text: &str) -> Data {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Data::Bool(true),
        _ if text.eq_ignore_ascii_case("false") => Data::Bool(false),
        _ if text.eq_ignore_ascii_case("null") => Data::Null,
        "0" => Data::Int(0),
        _ if text.starts_with('0') => Data::text(text),
        _ => text.parse().map_or_else(|_| Data::text(text), Data::Int),
    }
}

/// Go's panic when a path goes through something else.
fn conversion(found: &Data, wanted: &str) -> String {
    let found = match found {
        Data::Null => "nil".to_string(),
        Data::Bool(_) => "bool".into(),
        Data::Int(_) => "int64".into(),
        Data::Float(_) => "float64".into(),
        Data::Str(_) => "string".into(),
        Data::List(_) => "[]interface {}".into(),
        Data::Table(_) => "map[string]interface {}".into(),
    };
    format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")
}
