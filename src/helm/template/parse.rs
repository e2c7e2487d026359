//! From tokens to trees: definitions, actions and control structures. Pipelines are in [`super::pipeline`].

use std::rc::Rc;

use bytes::Bytes;
use foldhash::{HashMap, HashMapExt};

use super::ParseError;
use super::ast::{Block, Branch, Command, Node, Operand, Pipe, Place, Tree};
use super::lex::{Kind, Lexer, Token};
use crate::helm::gofmt::{quote, sprintf, unquote};
use crate::helm::profile::Profile;
use crate::helm::value::{Str, Value};

/// How deep control structures and parentheses may nest together.
pub const DEEPEST: usize = 1000;

/// The parser of one source: a file or the text of a `tpl` call.
pub struct Parser<'s> {
    pub(super) source: &'s Bytes,
    pub(super) source_name: Rc<str>,
    pub(super) profile: Profile,
    lexer: Lexer<'s>,
    tokens: [Token; 3],
    peeked: usize,
    pub(super) variables: Vec<Str>,
    action_line: usize,
    ranges: usize,
    pub(super) depth: usize,
    ids: u32,
    trees: Vec<Tree>,
    /// Names of fields and variables, each once.
    names: HashMap<&'s [u8], Str>,
    /// What belongs to the lists that are being read, the innermost last, so that each list is made in its size.
    nodes: Vec<Node>,
    pub(super) commands: Vec<Command>,
    pub(super) operands: Vec<Operand>,
}

/// What ends a block.
enum Ending {
    End,
    Else(Place),
}

/// What an action turns out to be.
enum Item {
    Node(Node),
    Ending(Ending),
}

impl<'s> Parser<'s> {
    /// Parses a source into the trees that it defines; the source's own comes last.
    ///
    /// # Errors
    /// Go's message with file and line.
    pub fn parse(
        name: &Str,
        source_name: &Rc<str>,
        source: &'s Bytes,
        profile: Profile,
    ) -> Result<Vec<Tree>, ParseError> {
        let nothing = Token { kind: Kind::Eof, start: 0, end: 0, line: 0 };
        let mut parser = Parser {
            source,
            source_name: Rc::clone(source_name),
            profile,
            lexer: Lexer::new(source),
            tokens: [nothing; 3],
            peeked: 0,
            variables: vec![dollar()],
            action_line: 0,
            ranges: 0,
            depth: 0,
            ids: 0,
            trees: Vec::new(),
            names: HashMap::new(),
            nodes: Vec::new(),
            commands: Vec::new(),
            operands: Vec::new(),
        };
        let root = parser.top()?;
        parser.add(Rc::clone(name), root)?;
        Ok(parser.trees)
    }

    pub(super) fn next(&mut self) -> Token {
        if self.peeked > 0 {
            self.peeked -= 1;
        } else {
            self.tokens[0] = self.lexer.next();
        }
        self.tokens[self.peeked]
    }

    pub(super) fn backup(&mut self) {
        self.peeked += 1;
    }

    pub(super) fn backup2(&mut self, first: Token) {
        self.tokens[1] = first;
        self.peeked = 2;
    }

    pub(super) fn backup3(&mut self, first: Token, second: Token) {
        self.tokens[1] = second;
        self.tokens[2] = first;
        self.peeked = 3;
    }

    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.backup();
        token
    }

    pub(super) fn next_solid(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    pub(super) fn peek_solid(&mut self) -> Token {
        let token = self.next_solid();
        self.backup();
        token
    }

    pub(super) fn text(&self, token: Token) -> &'s [u8] {
        &self.source[token.start..token.end]
    }

    /// A name in the source, shared with all that are the same.
    pub(super) fn name(&mut self, text: &'s [u8]) -> Str {
        Rc::clone(self.names.entry(text).or_insert_with(|| text.into()))
    }

    pub(super) fn place(&mut self, offset: usize) -> Place {
        self.ids += 1;
        Place { id: self.ids, offset: offset as u32 }
    }

    pub(super) fn error<T>(&self, message: impl std::fmt::Display) -> Result<T, ParseError> {
        Err(ParseError { message: format!("template: {}:{}: {message}", self.source_name, self.tokens[0].line) })
    }

    pub(super) fn unexpected<T>(&self, token: Token, context: &str) -> Result<T, ParseError> {
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {} in {context}", self.show(token)));
        }
        let mut extra = String::new();
        if self.action_line != 0 && self.action_line != token.line {
            extra = format!(" in action started at {}:{}", self.source_name, self.action_line);
            if self.lexer.error.ends_with(" action") {
                extra = extra[" in action".len()..].to_string();
            }
        }
        self.error(format!("{}{extra}", self.lexer.error))
    }

    fn show(&self, token: Token) -> String {
        let text = self.text(token);
        match token.kind {
            Kind::Eof => "EOF".into(),
            Kind::Error => self.lexer.error.clone(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                let short = sprintf(b"%.10q...", &[Value::bytes(text)]).unwrap_or_default();
                String::from_utf8_lossy(&short).into_owned()
            }
            _ => quote(text),
        }
    }

    pub(super) fn expect(&mut self, kind: Kind, context: &str) -> Result<Token, ParseError> {
        let token = self.next_solid();
        if token.kind == kind { Ok(token) } else { self.unexpected(token, context) }
    }

    pub(super) fn deeper(&mut self) -> Result<(), ParseError> {
        if self.depth >= DEEPEST {
            return self.error("max expression depth exceeded");
        }
        self.depth += 1;
        Ok(())
    }

    /// Installs a tree; one source may define a name only once, empty definitions aside.
    fn add(&mut self, name: Str, root: Block) -> Result<(), ParseError> {
        let empty = root.is_empty(self.source);
        let tree = Tree { name, source_name: Rc::clone(&self.source_name), source: self.source.clone(), root };
        match self.trees.iter_mut().find(|known| known.name == tree.name) {
            None => self.trees.push(tree),
            Some(known) if known.root.is_empty(&known.source) => *known = tree,
            Some(_) if empty => {}
            Some(_) => return self.error(format!("template: multiple definition of template {}", quote(&tree.name))),
        }
        Ok(())
    }

    fn top(&mut self) -> Result<Block, ParseError> {
        let start = self.peek().start;
        let place = self.place(start);
        while self.peek().kind != Kind::Eof {
            if self.peek().kind == Kind::LeftDelim {
                let delimiter = self.next();
                if self.next_solid().kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.backup2(delimiter);
            }
            match self.item()? {
                Item::Node(node) => self.nodes.push(node),
                Item::Ending(Ending::End) => return self.error("unexpected {{end}}"),
                Item::Ending(Ending::Else(_)) => return self.error("unexpected {{else}}"),
            }
        }
        Ok(Block { place, nodes: self.nodes.drain(..).collect() })
    }

    fn definition(&mut self) -> Result<(), ParseError> {
        const CONTEXT: &str = "define clause";
        let token = self.next_solid();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        self.separate_tree(name, CONTEXT)
    }

    /// The body of a `define` or `block`, which sees no variables and no range from outside.
    fn separate_tree(&mut self, name: Str, context: &str) -> Result<(), ParseError> {
        let variables = std::mem::replace(&mut self.variables, vec![dollar()]);
        let (ranges, line) = (std::mem::take(&mut self.ranges), std::mem::take(&mut self.action_line));
        let (block, ending) = self.block()?;
        if let Ending::Else(_) = ending {
            return self.error(format!("unexpected {{{{else}}}} in {context}"));
        }
        self.add(name, block)?;
        (self.variables, self.ranges, self.action_line) = (variables, ranges, line);
        Ok(())
    }

    fn block(&mut self) -> Result<(Block, Ending), ParseError> {
        self.deeper()?;
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            let start = self.peek_solid().start;
            let place = self.place(start);
            let mark = self.nodes.len();
            while self.peek_solid().kind != Kind::Eof {
                match self.item()? {
                    Item::Node(node) => self.nodes.push(node),
                    Item::Ending(ending) => {
                        let nodes = self.nodes.drain(mark..).collect();
                        return Ok((Block { place, nodes }, ending));
                    }
                }
            }
            self.error("unexpected EOF")
        });
        self.depth -= 1;
        result
    }

    fn item(&mut self) -> Result<Item, ParseError> {
        let token = self.next_solid();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text {
                place: self.place(token.start),
                start: token.start as u32,
                end: token.end as u32,
            })),
            Kind::LeftDelim => {
                self.action_line = token.line;
                let item = self.action()?;
                self.action_line = 0;
                Ok(item)
            }
            _ => self.unexpected(token, "input"),
        }
    }

    fn action(&mut self) -> Result<Item, ParseError> {
        let token = self.next_solid();
        let node = match token.kind {
            Kind::Block => self.block_control()?,
            Kind::Break => Node::Break(self.loop_control(token, "{{break}}")?),
            Kind::Continue => Node::Continue(self.loop_control(token, "{{continue}}")?),
            Kind::Else => return Ok(Item::Ending(Ending::Else(self.else_control()?))),
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Kind::If => Node::If(Box::new(self.control("if")?)),
            Kind::Range => Node::Range(Box::new(self.control("range")?)),
            Kind::With => Node::With(Box::new(self.control("with")?)),
            Kind::Template => self.template_control()?,
            _ => {
                self.backup();
                let start = self.peek().start;
                let place = self.place(start);
                Node::Action { place, pipe: self.pipeline("command", Kind::RightDelim)? }
            }
        };
        Ok(Item::Node(node))
    }

    fn loop_control(&mut self, token: Token, word: &str) -> Result<Place, ParseError> {
        self.expect(Kind::RightDelim, word)?;
        if self.ranges == 0 {
            return self.error(format!("{word} outside {{{{range}}}}"));
        }
        Ok(self.place(token.start))
    }

    fn else_control(&mut self) -> Result<Place, ParseError> {
        let next = self.peek_solid();
        // `else if` and `else with` leave their second word for the control that sees them.
        let start = match next.kind {
            Kind::If | Kind::With => next.start,
            _ => self.expect(Kind::RightDelim, "else")?.start,
        };
        Ok(self.place(start))
    }

    fn control(&mut self, word: &'static str) -> Result<Branch, ParseError> {
        let known = self.variables.len();
        let branch = self.control_inside(word);
        self.variables.truncate(known);
        branch
    }

    fn control_inside(&mut self, word: &'static str) -> Result<Branch, ParseError> {
        let range = usize::from(word == "range");
        let pipe = self.pipeline(word, Kind::RightDelim)?;
        self.ranges += range;
        let (list, ending) = self.block()?;
        self.ranges -= range;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else(place) => {
                let continued = matches!((word, self.peek().kind), ("if", Kind::If) | ("with", Kind::With));
                if continued {
                    self.next();
                    self.deeper()?;
                    let branch = Box::new(stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.control(word))?);
                    self.depth -= 1;
                    let node = if word == "if" { Node::If(branch) } else { Node::With(branch) };
                    Some(Block { place, nodes: Box::new([node]) })
                } else {
                    let (block, ending) = self.block()?;
                    if let Ending::Else(_) = ending {
                        return self.error("expected end; found {{else}}");
                    }
                    Some(block)
                }
            }
        };
        let place = self.place(pipe.place.offset as usize);
        Ok(Branch { place, pipe, list, otherwise })
    }

    fn block_control(&mut self) -> Result<Node, ParseError> {
        const CONTEXT: &str = "block clause";
        let token = self.next_solid();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        self.separate_tree(Rc::clone(&name), CONTEXT)?;
        Ok(Node::Template { place: self.place(token.start), name, pipe: Some(Box::new(pipe)) })
    }

    fn template_control(&mut self) -> Result<Node, ParseError> {
        const CONTEXT: &str = "template clause";
        let token = self.next_solid();
        let name = self.template_name(token, CONTEXT)?;
        let pipe: Option<Box<Pipe>> = if self.next_solid().kind == Kind::RightDelim {
            None
        } else {
            self.backup();
            Some(Box::new(self.pipeline(CONTEXT, Kind::RightDelim)?))
        };
        Ok(Node::Template { place: self.place(token.start), name, pipe })
    }

    fn template_name(&mut self, token: Token, context: &str) -> Result<Str, ParseError> {
        match token.kind {
            Kind::Str | Kind::RawString => match unquote(self.text(token)) {
                Some(name) => Ok(name.into()),
                None => self.error("invalid syntax"),
            },
            _ => self.unexpected(token, context),
        }
    }
}

fn dollar() -> Str {
    b"$".as_slice().into()
}
