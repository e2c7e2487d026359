//! What a `printf` verb with its flags makes of a value.

use super::float::format_float;
use super::quote::{can_backquote, is_print, quote, quote_ascii, quote_rune};
use super::value::{DEEPEST, TOO_DEEP, append};
use crate::helm::rune;
use crate::helm::value::{Elem, Kind, List, Map, Value};

/// The flags, width and precision of a directive.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub sharp: bool,
    pub zero: bool,
    pub plus: bool,
    pub minus: bool,
    pub space: bool,
    /// `%#v`
    pub go_syntax: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

impl Flags {
    /// Takes a flag character; false when it is none.
    pub fn set(&mut self, byte: u8) -> bool {
        match byte {
            b'#' => self.sharp = true,
            b'0' => self.zero = true,
            b'+' => self.plus = true,
            b'-' => self.minus = true,
            b' ' => self.space = true,
            _ => return false,
        }
        true
    }

    /// `%v` reads `#` and `+` as Go syntax and field names.
    pub fn for_value(&mut self) {
        self.go_syntax = std::mem::take(&mut self.sharp);
        self.plus = false;
    }

    fn zero_pads(&self) -> bool {
        self.zero && !self.minus
    }
}

/// The text so far and the flags of the directive being printed.
#[derive(Default)]
pub struct Printer {
    pub out: Vec<u8>,
    pub flags: Flags,
}

impl Printer {
    /// Prints an operand.
    pub fn argument(&mut self, value: &Value, verb: char) -> Result<(), String> {
        match (value, verb) {
            (Value::Missing | Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (_, 'T') => {
                let name = value.type_name();
                let shown = self.truncated(name.as_bytes()).to_vec();
                self.pad(&shown);
            }
            // Only errors can be wrapped, and there are none in templates.
            (_, 'w') | (Value::Missing | Value::Nil, _) => self.bad_verb(value, verb)?,
            _ => self.value(value, verb, 0)?,
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(TOO_DEEP.into());
        }
        match value {
            Value::Missing | Value::Nil if self.flags.go_syntax => self.out.extend_from_slice(b"interface {}(nil)"),
            Value::Missing | Value::Nil => self.out.extend_from_slice(b"<nil>"),
            Value::Bool(b) if matches!(verb, 't' | 'v') => self.pad(if *b { b"true" } else { b"false" }),
            Value::Int(i) | Value::Int64(i) => self.integer(value, i.unsigned_abs(), *i < 0, verb)?,
            Value::Byte(b) => self.integer(value, u64::from(*b), false, verb)?,
            Value::Float(x) => self.float(value, *x, verb)?,
            Value::Str(text) => {
                if !self.text(text, verb) {
                    self.bad_verb(value, verb)?;
                }
            }
            Value::List(list) => self.list(list, verb, depth)?,
            Value::Map(map) => self.map(map, verb, depth)?,
            Value::Object(object) if matches!(object.kind(), Kind::Slice | Kind::Map) => {
                self.value(&object.plain(), verb, depth + 1)?;
            }
            Value::Object(object) => {
                let text = object.print();
                if !self.text(&text, verb) {
                    self.value(&object.plain(), verb, depth + 1)?;
                }
            }
            Value::Bool(_) => self.bad_verb(value, verb)?,
        }
        Ok(())
    }

    fn list(&mut self, list: &List, verb: char, depth: usize) -> Result<(), String> {
        if list.elem == Elem::Byte && matches!(verb, 's' | 'q' | 'x' | 'X') {
            self.text(&list.text(), verb);
            return Ok(());
        }
        let go = self.flags.go_syntax;
        if go {
            self.out.extend_from_slice(list.elem.slice_name().as_bytes());
            if list.nil {
                self.out.extend_from_slice(b"(nil)");
                return Ok(());
            }
        }
        self.out.push(if go { b'{' } else { b'[' });
        for (i, item) in list.items.borrow().iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(if go { b", " } else { b" " });
            }
            self.value(item, verb, depth + 1)?;
        }
        self.out.push(if go { b'}' } else { b']' });
        Ok(())
    }

    fn map(&mut self, map: &Map, verb: char, depth: usize) -> Result<(), String> {
        let go = self.flags.go_syntax;
        if go {
            self.out.extend_from_slice(map.kind.name().as_bytes());
            if map.nil {
                self.out.extend_from_slice(b"(nil)");
                return Ok(());
            }
            self.out.push(b'{');
        } else {
            self.out.extend_from_slice(b"map[");
        }
        for (i, (key, value)) in map.entries.borrow().iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(if go { b", " } else { b" " });
            }
            self.value(&Value::Str(key.clone()), verb, depth + 1)?;
            self.out.push(b':');
            self.value(value, verb, depth + 1)?;
        }
        self.out.push(if go { b'}' } else { b']' });
        Ok(())
    }

    /// Prints text; false when the verb is not one for text.
    fn text(&mut self, text: &[u8], verb: char) -> bool {
        match verb {
            'v' if self.flags.go_syntax => self.quoted(text),
            'v' | 's' => {
                let kept = self.truncated(text).len();
                self.pad(&text[..kept]);
            }
            'q' => self.quoted(text),
            'x' | 'X' => self.hexadecimal(text, verb),
            _ => return false,
        }
        true
    }

    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        match self.flags.precision.and_then(|count| rune::runes(text).nth(count)) {
            Some((offset, _, _)) => &text[..offset],
            None => text,
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        let quoted = if self.flags.sharp && can_backquote(text) {
            [b"`", text, b"`"].concat()
        } else if self.flags.plus {
            quote_ascii(text).into_bytes()
        } else {
            quote(text).into_bytes()
        };
        self.pad(&quoted);
    }

    fn hexadecimal(&mut self, text: &[u8], verb: char) {
        let text = &text[..text.len().min(self.flags.precision.unwrap_or(usize::MAX))];
        let prefix = if verb == 'X' { "0X" } else { "0x" };
        let mut hex = String::with_capacity(text.len() * 2 + 2);
        for (i, byte) in text.iter().enumerate() {
            if self.flags.space && i > 0 {
                hex.push(' ');
            }
            if self.flags.sharp && (i == 0 || self.flags.space) {
                hex.push_str(prefix);
            }
            hex.push_str(&if verb == 'X' { format!("{byte:02X}") } else { format!("{byte:02x}") });
        }
        self.pad(hex.as_bytes());
    }

    fn integer(&mut self, value: &Value, magnitude: u64, negative: bool, verb: char) -> Result<(), String> {
        let digits = match verb {
            'v' if self.flags.go_syntax && matches!(value, Value::Byte(_)) => {
                self.flags.sharp = true;
                let hex = self.signed(format!("{magnitude:x}"), false, "0x");
                self.flags.sharp = false;
                hex
            }
            'v' | 'd' => self.signed(magnitude.to_string(), negative, ""),
            'b' => self.signed(format!("{magnitude:b}"), negative, "0b"),
            'o' => self.signed(format!("{magnitude:o}"), negative, "0"),
            'O' => {
                let sharp = self.flags.sharp;
                self.flags.sharp = true;
                let octal = self.signed(format!("{magnitude:o}"), negative, if sharp { "0o0" } else { "0o" });
                self.flags.sharp = sharp;
                octal
            }
            'x' => self.signed(format!("{magnitude:x}"), negative, "0x"),
            'X' => self.signed(format!("{magnitude:X}"), negative, "0X"),
            'c' | 'q' => {
                let char = u32::try_from(magnitude).ok().filter(|_| !negative).and_then(char::from_u32);
                let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
                if verb == 'c' { char.to_string() } else { quote_rune(char, self.flags.plus) }
            }
            'U' => self.unicode(if negative { magnitude.wrapping_neg() } else { magnitude }),
            _ => return self.bad_verb(value, verb),
        };
        let zero = if matches!(verb, 'c' | 'q') { self.flags.zero } else { std::mem::take(&mut self.flags.zero) };
        self.pad(digits.as_bytes());
        self.flags.zero = zero;
        Ok(())
    }

    /// Digits with leading zeros, base prefix and sign as the flags ask.
    fn signed(&self, mut digits: String, negative: bool, prefix: &str) -> String {
        let least = match (self.flags.precision, self.flags.width) {
            (Some(0), _) if digits == "0" => return String::new(),
            (Some(precision), _) => precision,
            (None, Some(width)) if self.flags.zero_pads() => {
                width - usize::from((negative || self.flags.plus || self.flags.space) && width > 0)
            }
            _ => 0,
        };
        if digits.len() < least {
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        if self.flags.sharp && !(prefix == "0" && digits.starts_with('0')) {
            digits.insert_str(0, prefix);
        }
        if negative {
            digits.insert(0, '-');
        } else if self.flags.plus {
            digits.insert(0, '+');
        } else if self.flags.space {
            digits.insert(0, ' ');
        }
        digits
    }

    fn unicode(&self, code: u64) -> String {
        let least = self.flags.precision.unwrap_or(4).max(4);
        let mut text = format!("U+{code:0least$X}");
        let char = u32::try_from(code).ok().and_then(char::from_u32);
        if let Some(char) = char.filter(|char| self.flags.sharp && is_print(*char)) {
            text.push_str(&format!(" '{char}'"));
        }
        text
    }

    fn float(&mut self, value: &Value, x: f64, verb: char) -> Result<(), String> {
        let (form, default) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'F' => ('f', Some(6)),
            'e' | 'E' => (verb, Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        let precision = self.flags.precision.or(default);
        let mut text = format_float(x, form, precision);
        let signed = text.starts_with(['-', '+']);
        if !signed {
            text.insert(0, if self.flags.space && !self.flags.plus { ' ' } else { '+' });
        } else if self.flags.space && text.starts_with('+') && !self.flags.plus {
            text.replace_range(..1, " ");
        }
        if !x.is_finite() {
            let shown = if x.is_nan() && !self.flags.space && !self.flags.plus { &text[1..] } else { &text };
            let zero = std::mem::take(&mut self.flags.zero);
            self.pad(shown.as_bytes());
            self.flags.zero = zero;
            return Ok(());
        }
        if self.flags.sharp && form != 'b' {
            text = with_point(text, form, precision);
        }
        let shown = if self.flags.plus || !text.starts_with('+') { &text[..] } else { &text[1..] };
        match self.flags.width {
            Some(width) if self.flags.zero_pads() && shown.len() == text.len() && width > text.len() => {
                self.out.push(text.as_bytes()[0]);
                self.out.extend(std::iter::repeat_n(b'0', width - text.len()));
                self.out.extend_from_slice(&text.as_bytes()[1..]);
            }
            _ => self.pad(shown.as_bytes()),
        }
        Ok(())
    }

    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<(), String> {
        self.out.extend_from_slice(format!("%!{verb}(").as_bytes());
        self.out.extend_from_slice(value.type_name().as_bytes());
        if value.kind() != Kind::Invalid {
            self.out.push(b'=');
            if let Value::Object(_) = value {
                append(&mut self.out, value)?;
            } else {
                self.value(value, 'v', 0)?;
            }
        }
        self.out.push(b')');
        Ok(())
    }

    fn pad(&mut self, text: &[u8]) {
        let length = rune::runes(text).count();
        let Some(missing) = self.flags.width.and_then(|width| width.checked_sub(length)).filter(|m| *m > 0) else {
            self.out.extend_from_slice(text);
            return;
        };
        let filler = if self.flags.zero_pads() { b'0' } else { b' ' };
        if self.flags.minus {
            self.out.extend_from_slice(text);
            self.out.extend(std::iter::repeat_n(b' ', missing));
        } else {
            self.out.extend(std::iter::repeat_n(filler, missing));
            self.out.extend_from_slice(text);
        }
    }
}

/// `%#g` and friends: always a decimal point, trailing zeros kept.
fn with_point(text: String, form: char, precision: Option<usize>) -> String {
    let mut missing = match form {
        'g' | 'G' | 'x' => precision.unwrap_or(6) as i64,
        _ => 0,
    };
    let tail_at = match form {
        'x' | 'X' => text.find(['p', 'P']),
        _ => text.find(['e', 'E']),
    };
    let (number, tail) = text.split_at(tail_at.unwrap_or(text.len()));
    let mut number = number.to_string();
    let mut counting = false;
    for char in number[1..].chars().filter(|char| *char != '.') {
        counting |= char != '0';
        missing -= i64::from(counting);
    }
    if !number.contains('.') {
        missing -= i64::from(number.len() == 2 && number.ends_with('0'));
        number.push('.');
    }
    number.extend(std::iter::repeat_n('0', missing.max(0) as usize));
    number + tail
}
