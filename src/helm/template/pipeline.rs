//! Parsing of pipelines, commands and operands.

use std::borrow::Cow;
use std::sync::Arc;

use smallvec::SmallVec;

use super::ParseError;
use super::ast::{Command, Operand, Pipe, Quoted, Variable};
use super::lex::{Kind, Token};
use super::number::Number;
use super::parse::Parser;
use crate::helm::funcs;
use crate::helm::gofmt::{quote, unquote};
use crate::helm::value::Str;

/// How many variables may be visible at once: each use looks through them.
pub const MOST_VARIABLES: usize = 1000;

impl<'s> Parser<'s, '_> {
    /// Declarations, then commands up to `end`, which is consumed.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, ParseError> {
        let start = self.peek_solid().start;
        let place = self.place(start);
        let mut declares = Vec::new();
        let assigns = self.declarations(&mut declares, context)?;
        let mark = self.commands.len();
        loop {
            let token = self.next_solid();
            match token.kind {
                kind if kind == end => {
                    self.ended = token.start;
                    break;
                }
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
                    self.commands.push(command);
                }
                _ => return self.unexpected(token, context),
            }
        }
        let commands: Box<[Command]> = self.commands.drain(mark..).collect();
        if commands.is_empty() {
            return self.error(format!("missing value for {context}"));
        }
        let constant = commands.iter().skip(1).position(|command| {
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
            None => Ok(Pipe { place, assigns, declares: declares.into(), commands }),
        }
    }

    /// Reads what a pipeline declares or assigns; whether it assigns.
    fn declarations(&mut self, declares: &mut Vec<Variable>, context: &str) -> Result<bool, ParseError> {
        loop {
            let variable = self.peek_solid();
            if variable.kind != Kind::Variable {
                return Ok(false);
            }
            self.next();
            // `$x foo` needs three tokens of look-ahead: only the third tells that `$x` is an argument.
            let adjacent = self.peek();
            let next = self.peek_solid();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next_solid();
                    self.declare(declares, variable)?;
                    return Ok(next.kind == Kind::Assign);
                }
                Kind::Char if self.text(next) == b"," => {
                    self.next_solid();
                    self.declare(declares, variable)?;
                    if context != "range" || declares.len() >= 2 {
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
            return Ok(false);
        }
    }

    fn declare(&mut self, declares: &mut Vec<Variable>, token: Token) -> Result<(), ParseError> {
        if self.variables.len() >= MOST_VARIABLES {
            return self.error(format!("more than {MOST_VARIABLES} variables in one place"));
        }
        let place = self.place(token.start);
        let name = self.name(self.text(token));
        self.variables.push(Arc::clone(&name));
        declares.push(Variable { place, name, fields: Box::default() });
        Ok(())
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        let start = self.peek_solid().start;
        let place = self.place(start);
        let mark = self.operands.len();
        loop {
            self.peek_solid();
            if let Some(operand) = self.operand()? {
                self.operands.push(operand);
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
        let operands: Box<[Operand]> = self.operands.drain(mark..).collect();
        if operands.is_empty() { self.error("empty command") } else { Ok(Command { place, operands }) }
    }

    fn operand(&mut self) -> Result<Option<Operand>, ParseError> {
        let Some(term) = self.term()? else { return Ok(None) };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut more: SmallVec<[Str; 8]> = SmallVec::new();
        if let Operand::Field { fields, .. } = &term {
            more.extend(fields.iter().cloned());
        }
        while self.peek().kind == Kind::Field {
            let token = self.next();
            more.push(self.name(&self.text(token)[1..]));
        }
        // Go places a chain at its second member.
        let place = self.place(first.start);
        Ok(Some(match term {
            Operand::Field { .. } => Operand::Field { place, fields: more.into_iter().collect() },
            // A name alone, so far.
            Operand::Variable(Variable { name, .. }) => {
                Operand::Variable(Variable { place, name, fields: more.into_iter().collect() })
            }
            Operand::Bool { .. }
            | Operand::Text { .. }
            | Operand::Number { .. }
            | Operand::Nil(_)
            | Operand::Dot(_) => {
                return self.error(format!("unexpected . after term {}", quote(term.show().as_bytes())));
            }
            term => Operand::Chain { place, node: Box::new(term), fields: more.into_iter().collect() },
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
                let Some(at) = self.variables.iter().rposition(|known| **known == *text) else {
                    return self.error(format!("undefined variable {}", quote(text)));
                };
                let name = self.name(text);
                // `$` is visible everywhere.
                if (1..self.outside).contains(&at) && !self.needs.contains(&name) {
                    self.needs.push(Arc::clone(&name));
                }
                Operand::Variable(Variable { place, name, fields: Box::default() })
            }
            Kind::Field => Operand::Field { place, fields: Box::new([self.name(&text[1..])]) },
            Kind::Bool => Operand::Bool { place, value: text == b"true" },
            Kind::CharConstant | Kind::Number | Kind::Complex => {
                let literal = String::from_utf8_lossy(text);
                let number = match token.kind {
                    Kind::CharConstant => Number::of_char(text),
                    Kind::Number => Number::of_literal(&literal),
                    _ => Err(format!("complex number {} is not supported", quote(text))),
                };
                match number {
                    Ok(number) => Operand::Number { place, number: Box::new(number), text: literal.into() },
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
                // Most are short words that come again and again, quoted as Go would quote them.
                Some(Cow::Borrowed(value)) if token.kind == Kind::Str => {
                    Operand::Text { place, quoted: Quoted::Double, text: self.name(value) }
                }
                Some(Cow::Borrowed(value)) => Operand::Text { place, quoted: Quoted::Back, text: value.into() },
                Some(value) => {
                    let quoted = Quoted::As(String::from_utf8_lossy(text).into());
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
