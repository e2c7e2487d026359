//! Keys and what they do: one table ([`TABLE`]) gives dispatch, the footer, the help, the palette, the documentation
//! and the test that no key means two things.

mod action;
mod key;
mod table;

pub mod page;

pub use action::Action;
pub use key::{Code, Key};
pub use table::{Binding, Context, TABLE};

use super::view::Hint;

/// What a screen is given to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key of the table.
    Action(Action),
    /// Any other key: text, where text is typed; to be ignored elsewhere.
    Key(Key),
    /// Pasted text, as the terminal gave it (see [`super::typing::LineEdit`] for cleaning it).
    Paste(String),
}

/// What a key does where these contexts hold. Where text is typed, letters are text.
pub fn dispatch(contexts: &[Context], key: Key) -> Option<Action> {
    if let Code::Char(digit @ '1'..='9') = key.code
        && !key.ctrl
        && !key.alt
        && contexts.contains(&Context::Pages)
        && !typing(contexts)
    {
        return Some(Action::Page(digit as u8 - b'0'));
    }
    let typing = typing(contexts);
    let here = |binding: &&Binding| binding.contexts.iter().any(|context| contexts.contains(context));
    let meant = |binding: &&Binding| binding.keys.contains(&key) && (!typing || !key.is_text());
    TABLE.iter().filter(here).find(meant).map(|binding| binding.action)
}

/// Whether letters are text here.
pub fn typing(contexts: &[Context]) -> bool {
    contexts.iter().any(|context| matches!(context, Context::Line | Context::Editor))
}

/// The keys that matter here, for the line at the bottom: those of the most special context first.
pub fn hints(contexts: &[Context]) -> Vec<Hint> {
    let typing = typing(contexts);
    let mut hints: Vec<Hint> = Vec::new();
    for context in contexts {
        for binding in TABLE.iter().filter(|binding| binding.contexts.contains(context)) {
            let Some(word) = binding.footer(*context) else { continue };
            let Some(key) = binding.keys.iter().find(|key| !typing || !key.is_text()) else { continue };
            if !hints.iter().any(|hint| hint.word == word || hint.key == key.to_string()) {
                hints.push(Hint { key: key.to_string(), word });
            }
        }
    }
    hints
}

/// Every binding that works where these contexts hold, in the order of the table.
pub fn available(contexts: &[Context]) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| binding.contexts.iter().any(|context| contexts.contains(context)))
}

#[cfg(test)]
mod tests;
