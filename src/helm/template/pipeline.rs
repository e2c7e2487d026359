//! Parsing of pipelines, commands and operands.

use std::rc::Rc;

use super::ParseError;
use super::ast::{Command, Operand, Pipe, Variable};
use super::lex::{Kind, Token};
use super::number::Number;
use super::parse::Parser;
use crate::helm::funcs;
use crate::helm::gofmt::{quote, unquote};
use crate::helm::value::Str;

impl Parser<'_> {
    /// Declarations, then commands up to `end`, which is consumed.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, ParseError> {
        let start = self.peek_solid().start;
        let place = self.place(start);
        let mut pipe = Pipe { place, assigns: false, declares: Vec::new(), commands: Vec::new() };
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_solid();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::Str
                | Kind::Variable
                | Kind::LeftParen => {
                    self.backup();
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(token, context),
            }
        }
        if pipe.commands.is_empty() {
            return self.error(format!("missing value for {context}"));
        }
        let constant = pipe.commands.iter().skip(1).position(|command| {
            matches!(
                command.operands[0],
                Operand::Bool { .. }
                    | Operand::Dot(_)
                    | Operand::Nil(_)
                    | Operand::Number { .. }
                    | Operand::Text { .. }
            )
        });
        match constant {
            Some(stage) => self.error(format!("non executable command in pipeline stage {}", stage + 2)),
            None => Ok(pipe),
        }
    }

    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<(), ParseError> {
        loop {
            let variable = self.peek_solid();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            self.next();
            // `$x foo` needs three tokens of look-ahead: only the third tells that `$x` is an argument.
            let adjacent = self.peek();
            let next = self.peek_solid();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    pipe.assigns = next.kind == Kind::Assign;
                    self.next_solid();
                    self.declare(pipe, variable);
                    return Ok(());
                }
                Kind::Char if self.text(next) == b"," => {
                    self.next_solid();
                    self.declare(pipe, variable);
                    if context != "range" || pipe.declares.len() >= 2 {
                        return self.error(format!("too many declarations in {context}"));
                    }
                    match self.peek_solid().kind {
                        Kind::Variable | Kind::RightDelim | Kind::RightParen => continue,
                        _ => return self.error("range can only initialize variables"),
                    }
                }
                _ if adjacent.kind == Kind::Space => self.backup3(variable, adjacent),
                _ => self.backup2(variable),
            }
            return Ok(());
        }
    }

    fn declare(&mut self, pipe: &mut Pipe, token: Token) {
        let variable = Variable { place: self.place(token.start), name: self.text(token).into(), fields: Vec::new() };
        self.variables.push(Rc::clone(&variable.name));
        pipe.declares.push(variable);
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        let start = self.peek_solid().start;
        let mut command = Command { place: self.place(start), operands: Vec::new() };
        loop {
            self.peek_solid();
            if let Some(operand) = self.operand()? {
                command.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.backup(),
                Kind::Pipe => {}
                _ => return self.unexpected(token, "operand"),
            }
            break;
        }
        if command.operands.is_empty() { self.error("empty command") } else { Ok(command) }
    }

    fn operand(&mut self) -> Result<Option<Operand>, ParseError> {
        let Some(term) = self.term()? else { return Ok(None) };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut more: Vec<Str> = Vec::new();
        while self.peek().kind == Kind::Field {
            let token = self.next();
            more.push(self.text(token)[1..].into());
        }
        // Go places a chain at its second member.
        let place = self.place(first.start);
        Ok(Some(match term {
            Operand::Field { mut fields, .. } => {
                fields.extend(more);
                Operand::Field { place, fields }
            }
            Operand::Variable(variable) => {
                let mut fields = variable.fields;
                fields.extend(more);
                Operand::Variable(Variable { place, name: variable.name, fields })
            }
            Operand::Bool { .. }
            | Operand::Text { .. }
            | Operand::Number { .. }
            | Operand::Nil(_)
            | Operand::Dot(_) => {
                return self.error(format!("unexpected . after term {}", quote(term.show().as_bytes())));
            }
            term => Operand::Chain { place, node: Box::new(term), fields: more },
        }))
    }

    fn term(&mut self) -> Result<Option<Operand>, ParseError> {
        let token = self.next_solid();
        let text = self.text(token);
        let place = self.place(token.start);
        Ok(Some(match token.kind {
            Kind::Identifier => match funcs::find(text, self.profile) {
                Some(function) => Operand::Function { place, function },
                None => return self.error(format!("function {} not defined", quote(text))),
            },
            Kind::Dot => Operand::Dot(place),
            Kind::Nil => Operand::Nil(place),
            Kind::Variable => {
                if !self.variables.iter().any(|known| **known == *text) {
                    return self.error(format!("undefined variable {}", quote(text)));
                }
                Operand::Variable(Variable { place, name: text.into(), fields: Vec::new() })
            }
            Kind::Field => Operand::Field { place, fields: vec![text[1..].into()] },
            Kind::Bool => Operand::Bool { place, value: text == b"true" },
            Kind::CharConstant | Kind::Number | Kind::Complex => {
                let literal = String::from_utf8_lossy(text);
                let number = match token.kind {
                    Kind::CharConstant => Number::of_char(text),
                    Kind::Number => Number::of_literal(&literal),
                    _ => Err(format!("complex number {} is not supported", quote(text))),
                };
                match number {
                    Ok(number) => Operand::Number { place, number, text: literal.into() },
                    Err(message) => return self.error(message),
                }
            }
            Kind::LeftParen => {
                self.deeper()?;
                let pipe = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    self.pipeline("parenthesized pipeline", Kind::RightParen)
                })?;
                self.depth -= 1;
                Operand::Pipe(Box::new(pipe))
            }
            Kind::Str | Kind::RawString => match unquote(text) {
                Some(value) => {
                    let quoted = String::from_utf8_lossy(text).into();
                    Operand::Text { place, quoted, text: value.into() }
                }
                None => return self.error("invalid syntax"),
            },
            _ => {
                self.backup();
                return Ok(None);
            }
        }))
    }
}
