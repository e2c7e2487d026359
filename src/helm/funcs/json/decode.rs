//! `json.Unmarshal` into an interface: numbers become float64, later keys win, and errors read as Go's.

use crate::helm::gofmt::quote_rune;
use crate::helm::rune;
use crate::helm::value::{Entries, Str, Value};

/// How deep Go reads.
const DEEPEST: usize = 10_000;

/// Reads one JSON text.
///
/// # Errors
/// Go's sentence, e.g. `invalid character '}' looking for beginning of value`.
pub fn decode(text: &[u8]) -> Result<Value, String> {
    match decode_partly(text)? {
        (value, None) => Ok(value),
        (_, Some(complaint)) => Err(complaint),
    }
}

/// Like [`decode`], but a number out of range becomes nil and is complained about beside the value.
///
/// # Errors
/// Only for broken syntax.
pub fn decode_partly(text: &[u8]) -> Result<(Value, Option<String>), String> {
    let mut reader = Reader { text, at: 0, depth: 0, out_of_range: None };
    let value = reader.value()?;
    reader.space();
    if let Some(byte) = reader.peek() {
        return Err(reader.invalid(byte, "after top-level value"));
    }
    let complaint = |number| format!("json: cannot unmarshal number {number} into Go value of type float64");
    Ok((value, reader.out_of_range.map(complaint)))
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: usize,
    /// Told only when the syntax is fine, because Go checks that first.
    out_of_range: Option<String>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn end(&self) -> String {
        "unexpected end of JSON input".into()
    }

    fn invalid(&self, byte: u8, context: &str) -> String {
        let shown = match byte {
            b'\'' => r"'\''".to_string(),
            b'"' => "'\"'".to_string(),
            byte => quote_rune(char::from(byte), false),
        };
        format!("invalid character {shown} {context}")
    }

    /// The next byte after space, which must be one of a kind.
    fn expect(&mut self, wanted: &[u8], context: &str) -> Result<u8, String> {
        self.space();
        match self.peek() {
            None => Err(self.end()),
            Some(byte) if wanted.contains(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            Some(byte) => Err(self.invalid(byte, context)),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        self.space();
        let Some(byte) = self.peek() else { return Err(self.end()) };
        match byte {
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err("exceeded max depth".into());
                }
                self.at += 1;
                let value = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    if byte == b'{' { self.object() } else { self.array() }
                });
                self.depth -= 1;
                value
            }
            b'"' => {
                self.at += 1;
                self.string().map(Value::Str)
            }
            b't' => self.literal(b"true", Value::Bool(true)),
            b'f' => self.literal(b"false", Value::Bool(false)),
            b'n' => self.literal(b"null", Value::Nil),
            b'-' | b'0'..=b'9' => self.number(),
            byte => Err(self.invalid(byte, "looking for beginning of value")),
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut entries = Entries::new();
        if self.expect(b"\"}", "looking for beginning of object key string")? == b'}' {
            return Ok(Value::Map(entries.into()));
        }
        loop {
            let key = self.string()?;
            self.expect(b":", "after object key")?;
            let value = self.value()?;
            entries.insert(key, value);
            if self.expect(b",}", "after object key:value pair")? == b'}' {
                return Ok(Value::Map(entries.into()));
            }
            self.expect(b"\"", "looking for beginning of object key string")?;
        }
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(items));
        }
        loop {
            items.push(self.value()?);
            if self.expect(b",]", "after array element")? == b']' {
                return Ok(Value::list(items));
            }
        }
    }

    fn literal(&mut self, word: &'static [u8], value: Value) -> Result<Value, String> {
        for (i, wanted) in word.iter().enumerate() {
            match self.text.get(self.at + i) {
                Some(byte) if byte == wanted => {}
                Some(byte) => {
                    let word = String::from_utf8_lossy(word);
                    let context = format!("in literal {word} (expecting {})", quote_rune(char::from(*wanted), false));
                    return Err(self.invalid(*byte, &context));
                }
                None => return Err(self.end()),
            }
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        self.digits("in numeric literal", false)?;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal", true)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal", true)?;
        }
        let text = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        let number: f64 = text.parse().map_err(|_| self.end())?;
        if number.is_infinite() {
            self.out_of_range.get_or_insert(text);
            return Ok(Value::Nil);
        }
        Ok(Value::Float(number))
    }

    /// At least one digit; a whole part that begins with 0 ends there.
    fn digits(&mut self, context: &str, leading_zeros: bool) -> Result<(), String> {
        match self.peek() {
            None => return Err(self.end()),
            Some(b'0') if !leading_zeros => {
                self.at += 1;
                return Ok(());
            }
            Some(byte) if !byte.is_ascii_digit() => return Err(self.invalid(byte, context)),
            _ => {}
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// The rest of a string; the opening quote is past.
    fn string(&mut self) -> Result<Str, String> {
        let rest = &self.text[self.at..];
        let simple = rest.iter().position(|byte| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\'));
        let (simple, _) = rest.split_at(simple.unwrap_or(rest.len()));
        self.at += simple.len();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(simple.into());
        }
        let mut out = simple.to_vec();
        loop {
            let rest = &self.text[self.at..];
            let Some((char, width)) = rune::decode(rest) else { return Err(self.end()) };
            match char {
                '"' => {
                    self.at += 1;
                    return Ok(out.into());
                }
                '\\' => self.escape(&mut out)?,
                char if char < ' ' => return Err(self.invalid(rest[0], "in string literal")),
                char => {
                    out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                    self.at += width;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        self.at += 1;
        let Some(byte) = self.peek() else { return Err(self.end()) };
        self.at += 1;
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let char = self.unicode()?;
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            byte => return Err(self.invalid(byte, "in string escape code")),
        };
        out.push(plain);
        Ok(())
    }

    /// The rune of `\u` and four digits, two of them for a surrogate pair; a lone surrogate is U+FFFD.
    fn unicode(&mut self) -> Result<char, String> {
        let high = self.four_digits()?;
        if let Some(char) = char::from_u32(high) {
            return Ok(char);
        }
        let back = self.at;
        if high < 0xdc00 && self.text[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let low = self.four_digits()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.at = back;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else { return Err(self.end()) };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.invalid(byte, "in \\u hexadecimal character escape"));
            };
            code = code << 4 | digit;
            self.at += 1;
        }
        Ok(code)
    }
}
