//! `camelcase`, `snakecase` and `kebabcase`: identifiers from one convention to another.

use super::strings::chars;
use super::words::{lower, upper};
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const ONE: &[Type] = &[Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("camelcase", ONE, camel),
    Function::pure("snakecase", ONE, |a| Ok(Value::str(&separated(&chars(a, 0), '_')))),
    Function::pure("kebabcase", ONE, |a| Ok(Value::str(&separated(&chars(a, 0), '-')))),
];

fn is_connector(char: char) -> bool {
    char == '-' || char == '_' || char.is_whitespace()
}

fn is_punctuation(char: char) -> bool {
    match char {
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => false,
        char if char.is_ascii() => char.is_ascii_punctuation(),
        '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' => true,
        char => matches!(char, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}'
            | '\u{2053}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'),
    }
}

/// Letters other than CJK characters, which do not form words.
fn is_alphabet(char: char) -> bool {
    let cjk = matches!(char, '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}');
    char.is_alphabetic() && !cjk
}

fn camel(arguments: &[Value]) -> Outcome {
    let text = chars(arguments, 0);
    let mut out = String::new();
    let leading = text.iter().take_while(|char| is_connector(**char)).count();
    out.extend(&text[..leading]);
    let Some((first, rest)) = text[leading..].split_first() else {
        // Nothing but connectors: the library writes the last one twice.
        out.extend(text.last());
        return Ok(Value::str(&out));
    };
    let mut lowering = first.is_uppercase();
    let mut pending = upper(*first);
    for &char in rest {
        let before = std::mem::replace(&mut pending, char);
        if is_connector(char) && is_connector(before) {
            out.push(before);
        } else if is_connector(before) {
            lowering = char.is_uppercase();
            pending = upper(char);
        } else {
            if lowering && char.is_uppercase() {
                pending = lower(char);
            } else {
                lowering = false;
            }
            out.push(before);
        }
    }
    out.push(pending);
    Ok(Value::str(&out))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

/// The next word: what it is, itself, and the rest.
fn next_word(text: &[char]) -> (Kind, &[char], &[char]) {
    let Some(&first) = text.first() else { return (Kind::Nothing, text, text) };
    let run = |of: &dyn Fn(char) -> bool| 1 + text[1..].iter().take_while(|char| of(**char)).count();
    let small = |char: char| is_alphabet(char) && !char.is_uppercase();
    let (kind, length) = if is_connector(first) {
        (Kind::Connector, run(&is_connector))
    } else if is_punctuation(first) {
        (Kind::Punctuation, run(&is_punctuation))
    } else if first.is_uppercase() {
        let length = match text.get(1) {
            Some(second) if second.is_uppercase() => {
                let upper = run(&char::is_uppercase);
                // In `HTTPStatus` the S begins the next word.
                upper - usize::from(text.get(upper).is_some_and(|next| is_alphabet(*next)))
            }
            Some(second) if is_alphabet(*second) => run(&small),
            _ => 1,
        };
        (Kind::Upper, length)
    } else if is_alphabet(first) {
        (Kind::Alphabet, run(&small))
    } else if first.is_numeric() {
        (Kind::Number, run(&char::is_numeric))
    } else {
        let other = |c: char| !(is_connector(c) || is_alphabet(c) || c.is_numeric() || is_punctuation(c));
        (Kind::Other, run(&other))
    };
    (kind, &text[..length], &text[length..])
}

fn write(out: &mut String, kind: Kind, word: &[char], connector: char) {
    if kind != Kind::Upper && kind != Kind::Connector {
        out.extend(word);
        return;
    }
    out.extend(word.iter().map(|char| if is_connector(*char) { connector } else { lower(*char) }));
}

fn separated(text: &[char], connector: char) -> String {
    let mut out = String::new();
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Kind::Connector {
            write(&mut out, kind, word, connector);
        }
        let (before, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match before {
            Kind::Number => {
                while matches!(kind, Kind::Alphabet | Kind::Number) {
                    write(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if !matches!(kind, Kind::Nothing | Kind::Punctuation | Kind::Connector) {
                    out.push(connector);
                }
            }
            Kind::Connector => write(&mut out, before, last, connector),
            Kind::Punctuation => {}
            _ if kind != Kind::Number => {
                if !matches!(kind, Kind::Connector | Kind::Punctuation) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                // `Bld4Floor`: a number before a capital belongs to the word before; `HTTP2xx`: to the one behind.
                if kind != Kind::Alphabet {
                    write(&mut out, Kind::Number, number, connector);
                    if !matches!(kind, Kind::Connector | Kind::Punctuation) {
                        out.push(connector);
                    }
                    continue;
                }
                out.push(connector);
                write(&mut out, Kind::Number, number, connector);
                while matches!(kind, Kind::Alphabet | Kind::Number) {
                    write(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if !matches!(kind, Kind::Nothing | Kind::Connector | Kind::Punctuation) {
                    out.push(connector);
                }
            }
        }
    }
    write(&mut out, kind, word, connector);
    out
}
