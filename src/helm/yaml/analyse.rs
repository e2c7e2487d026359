//! Which styles a scalar may be written in, by libyaml's analysis of its characters.

use super::emit::Dialect;

/// What the analysis of a scalar allows, outside of flow collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// It holds a line break of any kind.
    pub multiline: bool,
    /// Without quotes.
    pub plain: bool,
    /// In single quotes.
    pub single: bool,
    /// As a literal block.
    pub block: bool,
}

/// Analyses `text`.
pub fn analyse(text: &str, dialect: Dialect) -> Allowed {
    let Some(first) = text.chars().next() else {
        return Allowed { multiline: false, plain: true, single: true, block: false };
    };
    let mut found = Found { indicator: text.starts_with("---") || text.starts_with("..."), ..Found::default() };
    found.leading = is_break(first) || first == ' ';
    let mut before = Before::Start;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let blank_follows = chars.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        found.indicator |= is_indicator(c, before, blank_follows);
        match c {
            '\t' if dialect == Dialect::V3 => found.tab = true,
            c if !is_printable(c) => found.special = true,
            _ => {}
        }
        before = if c == ' ' {
            found.break_space |= before == Before::Break;
            found.trailing_space = chars.peek().is_none();
            Before::Space
        } else if is_break(c) {
            found.breaks = true;
            found.space_break |= before == Before::Space;
            found.trailing_break = chars.peek().is_none();
            Before::Break
        } else if matches!(c, '\t' | '\0') {
            Before::Tab
        } else {
            Before::Other
        };
    }
    found.allowed()
}

/// What stands before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Space,
    Tab,
    Break,
    Other,
}

#[derive(Debug, Default)]
struct Found {
    indicator: bool,
    special: bool,
    tab: bool,
    breaks: bool,
    leading: bool,
    trailing_space: bool,
    trailing_break: bool,
    break_space: bool,
    space_break: bool,
}

impl Found {
    fn allowed(&self) -> Allowed {
        let unquotable = self.space_break || self.special || self.tab;
        let edge = self.leading || self.trailing_space || self.trailing_break;
        Allowed {
            multiline: self.breaks,
            plain: !(edge || self.break_space || unquotable || self.breaks || self.indicator),
            single: !(self.break_space || unquotable),
            block: !(self.trailing_space || self.space_break || self.special),
        }
    }
}

/// Characters that mean something at this place of a plain scalar in block context.
fn is_indicator(c: char, before: Before, blank_follows: bool) -> bool {
    match c {
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            before == Before::Start
        }
        '?' | '-' => before == Before::Start && blank_follows,
        ':' => blank_follows,
        '#' => before != Before::Other,
        _ => false,
    }
}

/// Line breaks of YAML 1.1.
pub fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What go-yaml writes unescaped: nothing above the basic plane, no tab, no NEL.
pub fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}
