//! From tokens to trees: definitions, actions and control structures. Pipelines are in [`super::pipeline`].

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::ParseError;
use super::ast::{Action, Block, Branch, Command, Node, Operand, Place, Tree, range};
use super::interned::{self, Interned};
use super::lex::{Kind, Lexer, Token};
use super::pipeline::MOST_VARIABLES;
use crate::helm::gofmt::{quote, sprintf, unquote};
use crate::helm::profile::Profile;
use crate::helm::value::{Str, Value};

/// How deep control structures and parentheses may nest together.
pub const DEEPEST: usize = 1000;

/// The parser of one source: a file or the text of a `tpl` call.
pub struct Parser<'s, 'i> {
    pub(super) source: &'s Bytes,
    pub(super) source_name: Arc<str>,
    pub(super) profile: Profile,
    lexer: Lexer<'s>,
    tokens: [Token; 3],
    peeked: usize,
    pub(super) variables: Vec<Str>,
    /// What began the action that is read now.
    action: Option<Token>,
    ranges: usize,
    pub(super) depth: usize,
    ids: u32,
    /// What the offsets of places are relative to.
    base: u32,
    trees: Vec<Tree>,
    interned: &'i mut Interned,
    /// How many variables were visible before the action that is read now, and which of them it uses.
    pub(super) outside: usize,
    pub(super) needs: Vec<Str>,
    /// Where the right delimiter of the last pipeline is.
    pub(super) ended: u32,
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

impl<'s, 'i> Parser<'s, 'i> {
    /// Parses a source into the trees that it defines; the source's own comes last.
    ///
    /// # Errors
    /// Go's message with file and line.
    pub fn parse(
        name: &Str,
        source_name: &Arc<str>,
        source: &'s Bytes,
        profile: Profile,
        interned: &'i mut Interned,
    ) -> Result<Vec<Tree>, ParseError> {
        let nothing = Token { kind: Kind::Eof, start: 0, end: 0 };
        let mut parser = Parser {
            source,
            source_name: Arc::clone(source_name),
            profile,
            lexer: Lexer::new(source),
            tokens: [nothing; 3],
            peeked: 0,
            variables: vec![dollar()],
            action: None,
            ranges: 0,
            depth: 0,
            ids: 0,
            base: 0,
            trees: Vec::new(),
            interned,
            outside: 0,
            needs: Vec::new(),
            ended: 0,
            nodes: Vec::new(),
            commands: Vec::new(),
            operands: Vec::new(),
        };
        let root = parser.top()?;
        parser.add(Arc::clone(name), root)?;
        Ok(parser.trees)
    }

    #[inline]
    pub(super) fn next(&mut self) -> Token {
        match self.peeked {
            0 => {
                self.tokens[0] = self.lexer.next();
                self.tokens[0]
            }
            peeked => {
                self.peeked = peeked - 1;
                self.tokens[peeked - 1]
            }
        }
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

    #[inline]
    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.backup();
        token
    }

    pub(super) fn next_solid(&mut self) -> Token {
        // A space is followed by something else.
        let token = self.next();
        if token.kind == Kind::Space { self.next() } else { token }
    }

    pub(super) fn peek_solid(&mut self) -> Token {
        let token = self.next_solid();
        self.backup();
        token
    }

    pub(super) fn text(&self, token: Token) -> &'s [u8] {
        &self.source[range(token.start, token.end)]
    }

    /// A name in the source, shared with all that are the same.
    pub(super) fn name(&mut self, text: &[u8]) -> Str {
        self.interned.name(text)
    }

    pub(super) fn place(&mut self, offset: u32) -> Place {
        self.ids += 1;
        Place { id: self.ids, offset: offset - self.base }
    }

    pub(super) fn error<T>(&self, message: impl std::fmt::Display) -> Result<T, ParseError> {
        let line = self.tokens[0].line(self.source);
        Err(ParseError { message: format!("template: {}:{line}: {message}", self.source_name) })
    }

    pub(super) fn unexpected<T>(&self, token: Token, context: &str) -> Result<T, ParseError> {
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {} in {context}", self.show(token)));
        }
        let mut extra = String::new();
        let line = token.line(self.source);
        if let Some(began) = self.action.map(|action| action.line(self.source)).filter(|began| *began != line) {
            extra = format!(" in action started at {}:{began}", self.source_name);
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
        let tree = Tree { name, source_name: Arc::clone(&self.source_name), source: self.source.clone(), root };
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
            if self.peek().kind == Kind::LeftDelim && self.lexer.defines() {
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
        let (ranges, action) = (std::mem::take(&mut self.ranges), self.action.take());
        let (block, ending) = self.block()?;
        if let Ending::Else(_) = ending {
            return self.error(format!("unexpected {{{{else}}}} in {context}"));
        }
        self.add(name, block)?;
        (self.variables, self.ranges, self.action) = (variables, ranges, action);
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
            Kind::Text => {
                Ok(Item::Node(Node::Text { place: self.place(token.start), start: token.start, end: token.end }))
            }
            Kind::LeftDelim => {
                self.action = Some(token);
                let item = self.action()?;
                self.action = None;
                Ok(item)
            }
            _ => self.unexpected(token, "input"),
        }
    }

    fn action(&mut self) -> Result<Item, ParseError> {
        let text = self.lexer.action().filter(|_| self.peeked == 0);
        if let Some(text) = &text
            && let Some(node) = self.known(text)?
        {
            return Ok(Item::Node(node));
        }
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
            Kind::If | Kind::With | Kind::Range => self.control(token.kind, text)?,
            Kind::Template => self.template_control()?,
            _ => {
                self.backup();
                let start = self.peek().start;
                let place = self.place(start);
                Node::Action { place, action: self.pipeline_here("command", Kind::Dot, text)? }
            }
        };
        Ok(Item::Node(node))
    }

    /// An action that stood elsewhere with the same text.
    fn known(&mut self, text: &Range<usize>) -> Result<Option<Node>, ParseError> {
        let Some(known) = self.interned.action(&self.source[text.clone()]) else { return Ok(None) };
        let visible = |name: &Str| self.variables.contains(name);
        let fits = known.needs.iter().all(visible)
            && self.variables.len() + known.gives.len() <= MOST_VARIABLES
            // As many parentheses as there is room for.
            && self.depth + text.len() / 2 < DEEPEST;
        if !fits {
            return Ok(None);
        }
        let (word, gives) = (known.word, Arc::clone(&known.gives));
        let action = Action { start: text.start as u32, pipe: Arc::clone(&known.pipe) };
        self.lexer.pass(text.end);
        let before = self.variables.len();
        self.variables.extend(gives.iter().cloned());
        match word {
            Kind::If | Kind::With | Kind::Range => {
                let branch = self.branch(word, action);
                self.variables.truncate(before);
                Ok(Some(node_of(word, branch?)))
            }
            _ => {
                let place = self.place(action.start + action.pipe.place.offset);
                Ok(Some(Node::Action { place, action }))
            }
        }
    }

    /// A pipeline with all that belongs to it. If the action with the given text begins with it or with `word` before
    /// it, it is kept for others like it.
    fn pipeline_here(&mut self, context: &str, word: Kind, text: Option<Range<usize>>) -> Result<Action, ParseError> {
        let start = match &text {
            Some(text) => text.start as u32,
            None => self.peek_solid().start,
        };
        let ids = std::mem::take(&mut self.ids);
        (self.base, self.outside) = (start, self.variables.len());
        self.needs.clear();
        let pipe = Arc::new(self.pipeline(context, Kind::RightDelim)?);
        (self.base, self.ids) = (0, ids);
        if let Some(text) = text.filter(|text| text.end == self.ended as usize) {
            let needs = self.needs.drain(..).collect();
            let gives = self.variables[self.outside..].into();
            let known = interned::Action { word, pipe: Arc::clone(&pipe), needs, gives };
            self.interned.keep(self.source.slice(text), known);
        }
        Ok(Action { start, pipe })
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

    fn control(&mut self, word: Kind, text: Option<Range<usize>>) -> Result<Node, ParseError> {
        let known = self.variables.len();
        let context = match word {
            Kind::If => "if",
            Kind::With => "with",
            _ => "range",
        };
        let branch = self.pipeline_here(context, word, text).and_then(|action| self.branch(word, action));
        self.variables.truncate(known);
        Ok(node_of(word, branch?))
    }

    /// What belongs to a control structure behind its first action.
    fn branch(&mut self, word: Kind, action: Action) -> Result<Branch, ParseError> {
        let range = usize::from(word == Kind::Range);
        self.ranges += range;
        let (list, ending) = self.block()?;
        self.ranges -= range;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else(place) => {
                let continued = matches!((word, self.peek().kind), (Kind::If, Kind::If) | (Kind::With, Kind::With));
                if continued {
                    self.next();
                    self.deeper()?;
                    let node = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.control(word, None))?;
                    self.depth -= 1;
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
        let place = self.place(action.start + action.pipe.place.offset);
        Ok(Branch { place, action, list, otherwise })
    }

    fn block_control(&mut self) -> Result<Node, ParseError> {
        const CONTEXT: &str = "block clause";
        let token = self.next_solid();
        let name = self.template_name(token, CONTEXT)?;
        let action = self.pipeline_here(CONTEXT, Kind::Block, None)?;
        self.separate_tree(Arc::clone(&name), CONTEXT)?;
        Ok(Node::Template { place: self.place(token.start), name, action: Some(action) })
    }

    fn template_control(&mut self) -> Result<Node, ParseError> {
        const CONTEXT: &str = "template clause";
        let token = self.next_solid();
        let name = self.template_name(token, CONTEXT)?;
        let action = if self.next_solid().kind == Kind::RightDelim {
            None
        } else {
            self.backup();
            Some(self.pipeline_here(CONTEXT, Kind::Template, None)?)
        };
        Ok(Node::Template { place: self.place(token.start), name, action })
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

fn node_of(word: Kind, branch: Branch) -> Node {
    let branch = Box::new(branch);
    match word {
        Kind::If => Node::If(branch),
        Kind::With => Node::With(branch),
        _ => Node::Range(branch),
    }
}

fn dollar() -> Str {
    b"$".as_slice().into()
}
