//! TOML as the BurntSushi library writes it: sub-tables indented by two spaces, plain values before tables.

use super::args::{text, utf8};
use super::{Function, Outcome};
use crate::helm::gofmt::{DEEPEST, TOO_DEEP, format_float};
use crate::helm::value::{Entries, Kind, Map, Str, Type, Value};

pub const TABLE: &[Function] = &[
    Function::pure("toToml", &[Type::Any], |a| {
        not_nil(a)?;
        Ok(encode(&a[0]).map_or_else(|error| Value::str(&error), Value::bytes)) as Outcome
    }),
    Function::pure("mustToToml", &[Type::Any], |a| {
        not_nil(a)?;
        encode(&a[0]).map(Value::bytes)
    })
    .only_helm4(),
    Function::pure("fromToml", &[Type::Str], |a| Ok(decode(&utf8(text(a, 0)))) as Outcome),
];

/// The library panics at a nil, which Go makes an error of.
fn not_nil(arguments: &[Value]) -> Result<(), String> {
    match arguments[0] {
        Value::Nil | Value::Missing => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        _ => Ok(()),
    }
}

fn encode(value: &Value) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    writer.encode(&[], value)?;
    Ok(writer.out)
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Missing => true,
        Value::List(list) => list.nil,
        Value::Map(map) => map.nil,
        _ => false,
    }
}

/// Whether it is written as a `[table]` or as `[[tables]]`.
fn is_table(value: &Value) -> Result<bool, String> {
    Ok(value.as_map().is_some() && !is_nil(value) || is_table_array(value)?)
}

fn is_table_array(value: &Value) -> Result<bool, String> {
    let Some(list) = value.as_list().filter(|list| !list.is_empty()) else { return Ok(false) };
    let items = list.items.borrow();
    if items.iter().any(is_nil) {
        return Err("toml: cannot encode array with nil element".into());
    }
    Ok(items.iter().all(|item| item.as_map().is_some()))
}

impl Writer {
    fn write(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    fn indent(&mut self, path: &[Str]) {
        self.write("  ".repeat(path.len().saturating_sub(1)));
    }

    fn encode(&mut self, path: &[Str], value: &Value) -> Result<(), String> {
        if path.len() > DEEPEST {
            return Err(TOO_DEEP.into());
        }
        if is_nil(value) {
            return Ok(());
        }
        if let Some(map) = value.as_map() {
            if path.len() == 1 {
                self.newline();
            }
            if !path.is_empty() {
                self.indent(path);
                self.header("[", path, "]");
            }
            return self.map(path, &map);
        }
        if is_table_array(value)? {
            if path.is_empty() {
                return Err("toml: top-level values must be Go maps or structs".into());
            }
            for item in value.as_list().map(|list| list.snapshot()).unwrap_or_default() {
                let Some(map) = item.as_map() else { continue };
                self.newline();
                self.indent(path);
                self.header("[[", path, "]]");
                self.map(path, &map)?;
            }
            return Ok(());
        }
        let Some(key) = path.last() else { return self.element(value, 0) };
        self.indent(path);
        self.key(key);
        self.write(" = ");
        self.element(value, 0)?;
        self.newline();
        Ok(())
    }

    fn header(&mut self, open: &str, path: &[Str], close: &str) {
        self.write(open);
        for (i, key) in path.iter().enumerate() {
            self.write(if i > 0 { "." } else { "" });
            self.key(key);
        }
        self.write(close);
        self.newline();
    }

    fn map(&mut self, path: &[Str], map: &Map) -> Result<(), String> {
        let entries = map.snapshot();
        let mut tables = Vec::new();
        for (key, value) in &entries {
            let here: Vec<Str> = path.iter().chain([key]).cloned().collect();
            if is_table(value)? { tables.push((here, value)) } else { self.encode(&here, value)? }
        }
        tables.into_iter().try_for_each(|(path, value)| self.encode(&path, value))
    }

    fn key(&mut self, key: &Str) {
        let bare = !key.is_empty() && key.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if bare { self.write(key) } else { self.quoted(key) }
    }

    fn quoted(&mut self, text: &[u8]) {
        self.write("\"");
        for byte in text {
            match byte {
                b'"' => self.write("\\\""),
                b'\\' => self.write("\\\\"),
                0x08 => self.write("\\b"),
                b'\t' => self.write("\\t"),
                b'\n' => self.write("\\n"),
                0x0c => self.write("\\f"),
                b'\r' => self.write("\\r"),
                0..=0x1f | 0x7f => self.write(format!("\\u{byte:04x}")),
                byte => self.out.push(*byte),
            }
        }
        self.write("\"");
    }

    fn element(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(TOO_DEEP.into());
        }
        match value {
            Value::Bool(b) => self.write(b.to_string()),
            Value::Int(i) | Value::Int64(i) => self.write(i.to_string()),
            Value::Byte(b) => self.write(b.to_string()),
            Value::Float(x) => self.write(float(*x)),
            Value::Str(text) => self.quoted(text),
            Value::Nil | Value::Missing => return Err("toml: cannot encode array with nil element".into()),
            value if value.as_list().is_some() => {
                self.write("[");
                for (i, item) in value.as_list().map(|list| list.snapshot()).unwrap_or_default().iter().enumerate() {
                    self.write(if i > 0 { ", " } else { "" });
                    self.element(item, depth + 1)?;
                }
                self.write("]");
            }
            value => match value.as_map() {
                Some(map) => self.inline(&map, depth)?,
                None => self.struct_element(value)?,
            },
        }
        Ok(())
    }

    fn struct_element(&mut self, value: &Value) -> Result<(), String> {
        let Value::Object(object) = value else { return Ok(()) };
        match object.plain() {
            // A time is written bare, every other text quoted.
            Value::Str(text) if object.type_name() == "time.Time" && object.kind() == Kind::Struct => self.write(text),
            plain => self.element(&plain, DEEPEST)?,
        }
        Ok(())
    }

    fn inline(&mut self, map: &Map, depth: usize) -> Result<(), String> {
        let mut plain = Vec::new();
        let mut tables = Vec::new();
        for (key, value) in map.snapshot() {
            if is_table(&value)? { tables.push((key, value)) } else { plain.push((key, value)) }
        }
        let trailing = !tables.is_empty();
        self.write("{");
        for (entries, comma_after) in [(plain, trailing), (tables, false)] {
            let count = entries.len();
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if is_nil(&value) {
                    continue;
                }
                self.key(&key);
                self.write(" = ");
                self.element(&value, depth + 1)?;
                self.write(if comma_after || i + 1 < count { ", " } else { "" });
            }
        }
        self.write("}");
        Ok(())
    }
}

fn float(x: f64) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format_float(x, 'g', None);
    if text.contains(['e', '.']) { text } else { text + ".0" }
}

fn decode(text: &str) -> Value {
    match text.parse::<toml::Table>() {
        Ok(table) => from_table(table),
        Err(error) => {
            let map = Map::default();
            map.insert("Error", Value::str(&format!("toml: {}", error.message())));
            Value::Map(map)
        }
    }
}

fn from_table(table: toml::Table) -> Value {
    let entries: Entries = table.into_iter().map(|(key, value)| (key.into_bytes().into(), from_toml(value))).collect();
    Value::Map(entries.into())
}

fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::str(&text),
        toml::Value::Integer(i) => Value::Int64(i),
        toml::Value::Float(x) => Value::Float(x),
        toml::Value::Boolean(b) => Value::Bool(b),
        toml::Value::Datetime(time) => Value::str(&time.to_string()),
        toml::Value::Array(items) => Value::list(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => from_table(table),
    }
}
