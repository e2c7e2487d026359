//! Evaluating pipelines, commands and operands.

use std::sync::Arc;

use super::ast::{Command, Operand, Pipe, Place, Variable};
use super::machine::Fault;
use super::number::Number;
use super::walk::Run;
use crate::helm::value::{Str, Value};

/// A value and whether Go holds it in an interface, which only error messages tell.
#[derive(Clone)]
pub struct Cell {
    pub value: Value,
    pub iface: bool,
}

impl Cell {
    pub fn bare(value: Value) -> Cell {
        Cell { value, iface: false }
    }
}

impl<'t> Run<'_, '_, 't> {
    /// The value of a pipeline; nil becomes missing, as everywhere between two stages.
    pub(super) fn pipe(&mut self, dot: &Cell, pipe: &'t Pipe) -> Result<Value, Fault> {
        self.at = pipe.place;
        self.pay(1)?;
        let mut value = None;
        for command in &pipe.commands {
            value = Some(match self.command(dot, command, value)? {
                Value::Nil => Value::Missing,
                value => value,
            });
        }
        let value = value.unwrap_or(Value::Missing);
        for variable in &pipe.declares {
            if pipe.assigns {
                self.assign(&variable.name, Cell::bare(value.clone()))?;
            } else {
                self.variables.push((Arc::clone(&variable.name), Cell::bare(value.clone())));
            }
        }
        Ok(value)
    }

    pub(super) fn assign(&mut self, name: &Str, value: Cell) -> Result<(), Fault> {
        match self.position(name)? {
            Some(at) => {
                self.variables[at].1 = value;
                Ok(())
            }
            None => Err(self.undefined(name)),
        }
    }

    /// Where the innermost variable of a name is. Looking for it among many takes its time.
    fn position(&self, name: &Str) -> Result<Option<usize>, Fault> {
        let at = self.variables.iter().rposition(|(known, _)| known == name);
        let passed = self.variables.len() - at.unwrap_or_default();
        if passed > 16 {
            self.pay(passed as u64 / 16)?;
        }
        Ok(at)
    }

    fn undefined(&self, name: &[u8]) -> Fault {
        self.fault(format!("undefined variable: {}", String::from_utf8_lossy(name)))
    }

    fn command(&mut self, dot: &Cell, command: &'t Command, last: Option<Value>) -> Result<Value, Fault> {
        let (first, arguments) = command.operands.split_first().unwrap_or_else(|| unreachable!("parsed non-empty"));
        match first {
            Operand::Field { place, fields } => {
                self.at = *place;
                return self.chain(dot, dot.clone(), *place, fields, arguments, last);
            }
            Operand::Chain { place, node, fields } => {
                let receiver = self.chain_start(dot, *place, node)?;
                return self.chain(dot, receiver, *place, fields, arguments, last);
            }
            Operand::Function { place, function } => {
                self.at = *place;
                return self.function(dot, function, command.place, arguments, last);
            }
            Operand::Pipe(pipe) => {
                self.not_a_function(first, arguments, &last)?;
                return self.pipe(dot, pipe);
            }
            Operand::Variable(variable) => return self.variable(dot, variable, first, arguments, last),
            _ => {}
        }
        self.at = first.place();
        self.not_a_function(first, arguments, &last)?;
        match first {
            Operand::Dot(_) => Ok(dot.value.clone()),
            Operand::Nil(_) => Err(self.fault("nil is not a command")),
            constant => self.constant(constant),
        }
    }

    fn not_a_function(&self, node: &Operand, arguments: &[Operand], last: &Option<Value>) -> Result<(), Fault> {
        if arguments.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.fault(format!("can't give argument to non-function {}", node.show())))
    }

    /// The value of a literal where nothing asks for a type.
    pub(super) fn constant(&mut self, operand: &Operand) -> Result<Value, Fault> {
        match operand {
            Operand::Bool { value, .. } => Ok(Value::Bool(*value)),
            Operand::Text { text, .. } => Ok(Value::Str(Arc::clone(text))),
            Operand::Number { place, number, text } => {
                self.at = *place;
                self.ideal(number, text)
            }
            other => {
                Err(self
                    .fault(format!("can't evaluate command {}", crate::helm::gofmt::quote(other.show().as_bytes()))))
            }
        }
    }

    fn ideal(&self, number: &Number, text: &str) -> Result<Value, Fault> {
        match (number.float, number.int) {
            (Some(float), _) if number.reads_as_float => Ok(Value::Float(float)),
            (_, Some(int)) => Ok(Value::Int(int)),
            _ => Err(self.fault(format!("{text} overflows int"))),
        }
    }

    /// The value before the first dot of `(a).b`.
    pub(super) fn chain_start(&mut self, dot: &Cell, place: Place, node: &'t Operand) -> Result<Cell, Fault> {
        self.at = place;
        self.at = node.place();
        let value = match node {
            Operand::Pipe(pipe) => self.pipe(dot, pipe)?,
            Operand::Function { place, function } => {
                self.at = *place;
                self.function(dot, function, *place, &[], None)?
            }
            other => return Err(self.fault(format!("can't handle {} for arg of type <nil>", other.show()))),
        };
        // A function may return an interface, which is kept: only a pipeline unpacks it.
        let iface = matches!((node, &value), (Operand::Function { .. }, Value::Nil));
        Ok(Cell { value, iface })
    }

    pub(super) fn variable(
        &mut self,
        dot: &Cell,
        variable: &'t Variable,
        node: &Operand,
        arguments: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        self.at = variable.place;
        let Some(at) = self.position(&variable.name)? else { return Err(self.undefined(&variable.name)) };
        let cell = &self.variables[at].1;
        if variable.fields.is_empty() {
            let value = cell.value.clone();
            self.not_a_function(node, arguments, &last)?;
            return Ok(value);
        }
        let receiver = cell.clone();
        self.chain(dot, receiver, variable.place, &variable.fields, arguments, last)
    }
}
