//! Calling functions: the number and the types of arguments, by Go's rules.

use smallvec::SmallVec;

use super::ast::{Operand, Place};
use super::eval::Cell;
use super::machine::{Fault, LONGEST};
use super::walk::Run;
use crate::helm::funcs::{Body, Function};
use crate::helm::value::{Elem, List, Map, MapType, Type, Value};

/// Arguments of a call, which are seldom more than a few.
pub(super) type Arguments = SmallVec<[Value; 4]>;

impl<'t> Run<'_, '_, 't> {
    /// Calls a function. `place` is the node that an error of the function is told at.
    pub(super) fn function(
        &mut self,
        dot: &Cell,
        function: &'static Function,
        place: Place,
        arguments: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        if let Body::Lazy { stops_at } = function.body {
            return self.short_circuit(dot, function, stops_at, arguments, last);
        }
        let mut values = Arguments::new();
        self.arguments(dot, function.name, (function.parameters, function.rest), arguments, last, &mut values)?;
        let price = function.price.of(&values, self.machine.env.budget.left());
        self.pay(price)?;
        let result = match function.body {
            Body::Pure(body) => body(&values),
            Body::Env(body) => body(self.machine.env, &values),
            Body::Machine(body) => body(self.machine, &values),
            Body::Callee => Err(not_callable(&values[0], arguments)),
            Body::Lazy { .. } => Ok(Value::Missing),
        };
        match result {
            Ok(Value::Str(text)) if text.len() > LONGEST => {
                Err(self.call_fault(place, function.name, &format!("the text is longer than {LONGEST} bytes")))
            }
            Ok(value) => {
                self.pay(function.price.of_made(&value, self.machine.env.budget.left()))?;
                Ok(value)
            }
            Err(message) => Err(self.call_fault(place, function.name, &message)),
        }
    }

    pub(super) fn call_fault(&mut self, place: Place, name: &str, message: &str) -> Fault {
        self.at = place;
        self.fault(format!("error calling {name}: {message}"))
    }

    /// `and` and `or`: the first argument that decides, unevaluated ones left alone.
    fn short_circuit(
        &mut self,
        dot: &Cell,
        function: &'static Function,
        stops_at: bool,
        arguments: &'t [Operand],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        if arguments.is_empty() && last.is_none() {
            return Err(self.fault(format!("wrong number of args for {}: want at least 1 got 0", function.name)));
        }
        let mut value = Value::Missing;
        for argument in arguments {
            value = self.argument(dot, Type::Reflect, argument)?;
            if value.truth() == stops_at {
                return Ok(value);
            }
        }
        match last {
            Some(last) => self.typed(Type::Reflect, last),
            None => Ok(value),
        }
    }

    /// Evaluates arguments to the types that the parameters ask for; `last` comes from the pipeline. They are put into
    /// `values`, which is too large to be handed back.
    pub(super) fn arguments(
        &mut self,
        dot: &Cell,
        name: &str,
        (parameters, rest): (&'static [Type], Option<Type>),
        arguments: &'t [Operand],
        last: Option<Value>,
        values: &mut Arguments,
    ) -> Result<(), Fault> {
        let given = arguments.len() + usize::from(last.is_some());
        if rest.is_some() && given < parameters.len() {
            return Err(self.fault(format!(
                "wrong number of args for {name}: want at least {} got {}",
                parameters.len(),
                arguments.len()
            )));
        }
        if rest.is_none() && given != parameters.len() {
            return Err(self.fault(format!("wrong number of args for {name}: want {} got {given}", parameters.len())));
        }
        let mut wanted = parameters.iter().copied().chain(std::iter::repeat(rest.unwrap_or(Type::Any)));
        values.reserve(given);
        for (argument, wanted) in arguments.iter().zip(&mut wanted) {
            values.push(self.argument(dot, wanted, argument)?);
        }
        if let (Some(last), Some(&wanted)) = (last, parameters.get(values.len()).or(rest.as_ref())) {
            values.push(self.typed(wanted, last)?);
        }
        Ok(())
    }

    fn argument(&mut self, dot: &Cell, wanted: Type, node: &'t Operand) -> Result<Value, Fault> {
        self.at = node.place();
        let value = match node {
            Operand::Dot(_) => dot.value.clone(),
            Operand::Nil(_) => return self.nil(wanted),
            Operand::Field { place, fields } => self.chain(dot, dot.clone(), *place, fields, &[], None)?,
            Operand::Variable(variable) => self.variable(dot, variable, node, &[], None)?,
            Operand::Pipe(pipe) => self.pipe(dot, pipe)?,
            Operand::Function { place, function } => self.function(dot, function, *place, &[], None)?,
            Operand::Chain { place, node, fields } => {
                let receiver = self.chain_start(dot, *place, node)?;
                self.chain(dot, receiver, *place, fields, &[], None)?
            }
            literal => return self.literal(wanted, literal),
        };
        self.typed(wanted, value)
    }

    fn nil(&self, wanted: Type) -> Result<Value, Fault> {
        match wanted {
            Type::Any => Ok(Value::Nil),
            Type::Reflect => Ok(Value::Missing),
            Type::Map => Ok(Value::Map(Map::nil())),
            Type::List => Ok(Value::List(List::nil(Elem::Any))),
            other => Err(self.fault(format!("cannot assign nil to {}", other.name()))),
        }
    }

    fn literal(&mut self, wanted: Type, node: &Operand) -> Result<Value, Fault> {
        let expected = |what: &str| Err(self.fault(format!("expected {what}; found {}", node.show())));
        match (wanted, node) {
            (Type::Any | Type::Reflect, _) => self.constant(node),
            (Type::Bool, Operand::Bool { value, .. }) => Ok(Value::Bool(*value)),
            (Type::Bool, _) => expected("bool"),
            (Type::Str, Operand::Text { text, .. }) => Ok(Value::Str(text.clone())),
            (Type::Str, _) => expected("string"),
            (Type::Int, Operand::Number { number, .. }) if number.int.is_some() => {
                Ok(Value::Int(number.int.unwrap_or_default()))
            }
            (Type::Int, _) => expected("integer"),
            (Type::Uint32, Operand::Number { number, .. }) if number.uint.is_some() => {
                Ok(Value::Int(i64::from(number.uint.unwrap_or_default() as u32)))
            }
            (Type::Uint32, _) => expected("unsigned integer"),
            (Type::Float, Operand::Number { number, .. }) if number.float.is_some() => {
                Ok(Value::Float(number.float.unwrap_or_default()))
            }
            (Type::Float, _) => expected("float"),
            (Type::Map | Type::List | Type::Named(_), _) => {
                Err(self.fault(format!("can't handle {} for arg of type {}", node.show(), wanted.name())))
            }
        }
    }

    /// Checks that a value can be passed as a parameter, and makes it what the function receives.
    fn typed(&self, wanted: Type, value: Value) -> Result<Value, Fault> {
        match (wanted, value) {
            (Type::Any, Value::Missing) => Ok(Value::Nil),
            (Type::Any | Type::Reflect, value) => Ok(value),
            (Type::Map, Value::Missing) => Ok(Value::Map(Map::nil())),
            (Type::List, Value::Missing) => Ok(Value::List(List::nil(Elem::Any))),
            (wanted, Value::Missing) => Err(self.fault(format!("invalid value; expected {}", wanted.name()))),
            (Type::Bool, value @ Value::Bool(_))
            | (Type::Str, value @ Value::Str(_))
            | (Type::Int, value @ Value::Int(_))
            | (Type::Float, value @ Value::Float(_)) => Ok(value),
            (Type::Map, Value::Map(map)) if map.kind != MapType::Strings => Ok(Value::Map(map.typed(MapType::Plain))),
            (Type::List, Value::List(list)) if list.elem == Elem::Any => Ok(Value::List(list)),
            (Type::Named(name), Value::Object(object)) if object.type_name() == name => Ok(Value::Object(object)),
            (wanted, value) => {
                let got = if let Value::Nil = value { "interface {}".into() } else { value.type_name() };
                Err(self.fault(format!("wrong type for value; expected {}; got {got}", wanted.name())))
            }
        }
    }
}

/// No value of a chart is a function.
fn not_callable(callee: &Value, arguments: &[Operand]) -> String {
    if matches!(callee, Value::Missing | Value::Nil) {
        return "call of nil".into();
    }
    let name = match (arguments.first(), callee) {
        (Some(node), _) => node.show(),
        (None, Value::Str(text)) => String::from_utf8_lossy(text).into_owned(),
        (None, value) => format!("<{} Value>", value.type_name()),
    };
    format!("non-function {name} of type {}", callee.type_name())
}
