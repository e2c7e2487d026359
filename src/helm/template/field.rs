//! Fields, map keys and methods: `.a.b.c`.

use std::borrow::Cow;

use super::ast::{Operand, Place};
use super::call::Arguments;
use super::eval::Cell;
use super::machine::Fault;
use super::price;
use super::walk::Run;
use crate::helm::gofmt::quote;
use crate::helm::value::{Kind, Map, MapType, Str, Type, Value};

impl<'t> Run<'_, '_, 't> {
    /// `.X.Y.Z` from `receiver`, the last with arguments if it is a method.
    pub(super) fn chain(
        &mut self,
        dot: &Cell,
        receiver: Cell,
        place: Place,
        fields: &'t [Str],
        arguments: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let Some((final_field, path)) = fields.split_last() else { return Ok(receiver.value) };
        let mut receiver = receiver;
        for field in path {
            receiver = self.field(dot, receiver, place, field, &[], None)?;
        }
        Ok(self.field(dot, receiver, place, final_field, arguments, last)?.value)
    }

    fn field(
        &mut self,
        dot: &Cell,
        receiver: Cell,
        place: Place,
        name: &Str,
        arguments: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Cell, Fault> {
        let with_arguments = !arguments.is_empty() || last.is_some();
        match &receiver.value {
            Value::Missing if self.machine.env.strict => {
                Err(self.fault(format!("nil data; no entry for key {}", quote(name))))
            }
            Value::Missing => Ok(Cell::bare(Value::Missing)),
            Value::Nil => Err(self.fault(format!("nil pointer evaluating interface {{}}.{}", lossy(name)))),
            Value::Map(map) => {
                if let Some(parameters) = values_method(map.kind, name) {
                    let mut values = Arguments::new();
                    self.arguments(dot, &lossy(name), (parameters, None), arguments, last, &mut values)?;
                    return match call_values_method(map, name, &values) {
                        Ok(value) => Ok(Cell::bare(value)),
                        Err(message) => Err(self.call_fault(place, &lossy(name), &message)),
                    };
                }
                if with_arguments {
                    return Err(self.fault(format!("{} is not a method but has arguments", lossy(name))));
                }
                self.entry(map, name)
            }
            Value::Object(object) => {
                let text = lossy(name);
                if let Some(parameters) = object.method(&text) {
                    let mut values = Arguments::new();
                    self.arguments(dot, &text, (parameters, None), arguments, last, &mut values)?;
                    self.pay(object.weight_of(&text))?;
                    return match object.call(&text, &values) {
                        Ok(value) => {
                            self.pay(price::of_made(&value))?;
                            Ok(Cell::bare(value))
                        }
                        Err(message) => Err(self.call_fault(place, &text, &message)),
                    };
                }
                match object.field(&text) {
                    Some(_) if with_arguments && object.kind() == Kind::Map => {
                        Err(self.fault(format!("{text} is not a method but has arguments")))
                    }
                    Some(_) if with_arguments => {
                        Err(self.fault(format!("{text} has arguments but cannot be invoked as function")))
                    }
                    Some(value) => Ok(Cell::bare(value)),
                    None => Err(self.no_field(&receiver, name)),
                }
            }
            _ => Err(self.no_field(&receiver, name)),
        }
    }

    fn entry(&self, map: &Map, name: &Str) -> Result<Cell, Fault> {
        let iface = map.kind != MapType::Strings;
        match map.at(name) {
            Some(value) => Ok(Cell { value, iface }),
            None if self.machine.env.strict => Err(self.fault(format!("map has no entry for key {}", quote(name)))),
            None if iface => Ok(Cell { value: Value::Nil, iface }),
            None => Ok(Cell::bare(Value::str(""))),
        }
    }

    fn no_field(&self, receiver: &Cell, name: &[u8]) -> Fault {
        let known = if receiver.iface { Cow::Borrowed("interface {}") } else { receiver.value.type_name() };
        self.fault(format!("can't evaluate field {} in type {known}", lossy(name)))
    }
}

fn lossy(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

/// The parameters of a method of `.Values`, which hides an entry of the same name.
fn values_method(kind: MapType, name: &[u8]) -> Option<&'static [Type]> {
    if !matches!(kind, MapType::Values | MapType::CommonValues) {
        return None;
    }
    match name {
        b"AsMap" | b"YAML" => Some(&[]),
        b"Table" | b"PathValue" => Some(&[Type::Str]),
        b"Encode" => Some(&[Type::Named("io.Writer")]),
        _ => None,
    }
}

fn call_values_method(map: &Map, name: &[u8], arguments: &[Value]) -> Result<Value, String> {
    let path = || arguments.first().and_then(Value::as_bytes).unwrap_or_default();
    match name {
        b"AsMap" => Ok(Value::Map(map.typed(MapType::Plain))),
        b"YAML" => crate::helm::funcs::values_yaml(map),
        b"Table" => table(map, path()).map(Value::Map),
        b"PathValue" => path_value(map, path()),
        _ => Err("there is nothing to write to in a template".into()),
    }
}

fn table(map: &Map, path: &[u8]) -> Result<Map, String> {
    let mut table = map.typed(map.kind);
    for part in path.split(|byte| *byte == b'.') {
        table = match table.at(part) {
            Some(Value::Map(next)) if next.kind != MapType::Strings => next.typed(map.kind),
            _ => return Err(format!("{} is not a table", quote(part))),
        };
    }
    Ok(table)
}

fn path_value(map: &Map, path: &[u8]) -> Result<Value, String> {
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let (parent, key) = match path.iter().rposition(|byte| *byte == b'.') {
        Some(dot) => (table(map, &path[..dot]).ok(), &path[dot + 1..]),
        None => (Some(map.clone()), path),
    };
    match parent.and_then(|parent| parent.at(key)) {
        Some(value) if value.as_map().is_none() => Ok(value),
        _ => Err(format!("{} is not a value", quote(key))),
    }
}
