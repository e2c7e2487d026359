//! From Go's regular expressions to the crate's: ASCII classes, `\Q…\E`, octal escapes, literal braces.
//!
//! What the crate would accept but Go refuses (look at `{1001}`, `\<`, flag `x`, `&&` in classes) is refused or
//! escaped, and the common mistakes are told in Go's words.

/// Rewrites an expression.
///
/// # Errors
/// Go's message without `error parsing regexp: `.
pub fn translate(pattern: &str) -> Result<String, String> {
    let mut translator =
        Translator { rest: pattern, whole: pattern, out: String::new(), open: 0, repeatable: false, flags_from: None };
    while !translator.rest.is_empty() {
        translator.element()?;
    }
    if translator.open > 0 {
        return Err(format!("missing closing ): `{pattern}`"));
    }
    Ok(translator.out)
}

struct Translator<'p> {
    rest: &'p str,
    whole: &'p str,
    out: String,
    open: usize,
    /// Whether a repetition may follow.
    repeatable: bool,
    /// Where the flags begin that stand behind the last element.
    flags_from: Option<usize>,
}

/// Stands before the names of groups, which may begin with a digit in Go.
pub const NAME_PREFIX: &str = "n_";

/// The names that `[[:name:]]` knows.
const POSIX: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The most repetitions that Go allows.
const MOST_REPEATS: u32 = 1000;

impl<'p> Translator<'p> {
    fn take(&mut self, length: usize) -> &'p str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn copy(&mut self, length: usize) {
        let taken = self.take(length);
        self.out.push_str(taken);
    }

    fn char(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    fn literal(&mut self, char: char) {
        self.out.push_str(&regex::escape(char.encode_utf8(&mut [0; 4])));
        self.repeatable = true;
    }

    fn element(&mut self) -> Result<(), String> {
        let Some(char) = self.rest.chars().next() else { return Ok(()) };
        if !matches!(char, '*' | '+' | '?' | '{') && !self.rest.starts_with("(?") {
            self.flags_from = None;
        }
        match char {
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => self.group()?,
            ')' => {
                if self.open == 0 {
                    return Err(format!("unexpected ): `{}`", self.whole));
                }
                self.open -= 1;
                self.copy(1);
                self.repeatable = true;
            }
            '|' => {
                self.copy(1);
                self.repeatable = false;
            }
            '^' | '$' | '.' => {
                self.copy(1);
                self.repeatable = true;
            }
            '*' | '+' | '?' => {
                let operator = self.take(1);
                self.repeat(operator)?;
            }
            '{' => match self.bounds() {
                Some((length, least, most)) => {
                    let operator = self.take(length);
                    if least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least) {
                        return Err(format!("invalid repeat count: `{operator}`"));
                    }
                    self.repeat(operator)?;
                }
                None => {
                    self.take(1);
                    self.literal('{');
                }
            },
            char => {
                self.take(char.len_utf8());
                self.literal(char);
            }
        }
        Ok(())
    }

    /// A repetition operator with its lazy mark; another one behind it is an error.
    fn repeat(&mut self, operator: &str) -> Result<(), String> {
        let mut whole = operator.to_string();
        if self.rest.starts_with('?') {
            whole.push_str(self.take(1));
        }
        if !self.repeatable {
            return Err(format!("missing argument to repetition operator: `{whole}`"));
        }
        // Flags may stand between an element and its repetition.
        let at = self.flags_from.unwrap_or(self.out.len());
        self.out.insert_str(at, &whole);
        self.flags_from = None;
        let next = match self.rest.chars().next() {
            Some('*' | '+' | '?') => 1,
            Some('{') => self.bounds().map_or(0, |(length, _, _)| length),
            _ => 0,
        };
        if next > 0 {
            if let Some((_, least, most)) = self.bounds().filter(|_| self.rest.starts_with('{'))
                && (least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least))
            {
                return Err(format!("invalid repeat count: `{}`", &self.rest[..next]));
            }
            let mut second = self.take(next).to_string();
            if self.rest.starts_with('?') {
                second.push('?');
            }
            return Err(format!("invalid nested repetition operator: `{whole}{second}`"));
        }
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,5}` with its length; anything else is literal text.
    fn bounds(&self) -> Option<(usize, u32, Option<u32>)> {
        let close = self.rest.find('}')?;
        let body = &self.rest[1..close];
        let number = |text: &str| {
            let padded = text.len() > 1 && text.starts_with('0');
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            (digits && !padded).then(|| text.parse::<u32>().unwrap_or(u32::MAX))
        };
        let (least, most) = match body.split_once(',') {
            None => (number(body)?, Some(number(body)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        Some((close + 1, least, most))
    }

    fn group(&mut self) -> Result<(), String> {
        self.open += 1;
        let repeatable = std::mem::replace(&mut self.repeatable, false);
        if !self.rest.starts_with("(?") {
            self.copy(1);
            return Ok(());
        }
        for prefix in ["(?P<", "(?<"] {
            if !self.rest.starts_with(prefix) {
                continue;
            }
            let Some(end) = self.rest.find('>') else {
                return Err(format!("invalid named capture: `{}`", self.rest));
            };
            let name = &self.rest[prefix.len()..end];
            let valid = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let capture = self.take(end + 1);
            if !valid {
                return Err(format!("invalid named capture: `{capture}`"));
            }
            self.out.push_str(&format!("(?P<{NAME_PREFIX}{name}>"));
            return Ok(());
        }
        let flags = self.rest[2..].bytes().take_while(|b| matches!(b, b'i' | b'm' | b's' | b'U' | b'-')).count();
        match self.rest[2 + flags..].chars().next() {
            Some(':') => self.copy(flags + 3),
            Some(')') if flags > 0 => {
                let from = self.flags_from.unwrap_or(self.out.len());
                self.copy(flags + 3);
                self.open -= 1;
                (self.repeatable, self.flags_from) = (repeatable, Some(from));
            }
            None if flags == 0 => return Err("invalid or unsupported Perl syntax: `(?`".into()),
            None => return Err(format!("missing closing ): `{}`", self.whole)),
            Some(other) => {
                let shown = &self.rest[..2 + flags + other.len_utf8()];
                return Err(format!("invalid or unsupported Perl syntax: `{shown}`"));
            }
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        if self.rest.starts_with("\\Q") {
            self.take(2);
            let end = self.rest.find("\\E").unwrap_or(self.rest.len());
            for char in self.take(end).chars() {
                self.literal(char);
            }
            self.take(self.rest.len().min(2));
            return Ok(());
        }
        let simple = match self.rest.as_bytes().get(1) {
            Some(b'A') => "\\A",
            Some(b'z') => "\\z",
            Some(b'b') => "(?-u:\\b)",
            Some(b'B') => "(?-u:\\B)",
            Some(b'd') => "[0-9]",
            Some(b'D') => "[^0-9]",
            Some(b's') => "[\\t\\n\\f\\r ]",
            Some(b'S') => "[^\\t\\n\\f\\r ]",
            Some(b'w') => "[0-9A-Za-z_]",
            Some(b'W') => "[^0-9A-Za-z_]",
            Some(b'p' | b'P') => {
                let property = self.property()?;
                self.out.push_str(property);
                self.repeatable = true;
                return Ok(());
            }
            Some(_) => {
                let char = self.escaped_char()?;
                self.literal(char);
                return Ok(());
            }
            None => return Err("trailing backslash at end of expression: ``".into()),
        };
        self.take(2);
        self.out.push_str(simple);
        self.repeatable = true;
        Ok(())
    }

    /// `\pL` or `\p{Greek}`.
    fn property(&mut self) -> Result<&'p str, String> {
        let length = match self.rest.chars().nth(2) {
            Some('{') => self.rest.find('}').map(|end| end + 1),
            Some(char) => Some(2 + char.len_utf8()),
            None => None,
        };
        match length {
            Some(length) => {
                let property = self.take(length);
                let known = regex::Regex::new(property).is_ok();
                if known { Ok(property) } else { Err(format!("invalid character class range: `{property}`")) }
            }
            None => Err(format!("invalid character class range: `{}`", self.rest)),
        }
    }

    /// A backslash and what it stands for.
    fn escaped_char(&mut self) -> Result<char, String> {
        let start = self.rest;
        self.take(1);
        let Some(char) = self.char() else {
            return Err("trailing backslash at end of expression: ``".into());
        };
        let shown = &start[..1 + char.len_utf8()];
        let invalid = || format!("invalid escape sequence: `{shown}`");
        let octal = |translator: &mut Self, first: u32| {
            let digits = translator.rest.bytes().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
            translator.take(digits).bytes().fold(first, |code, digit| code * 8 + u32::from(digit - b'0'))
        };
        let code = match char {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '0' => octal(self, 0),
            '1'..='7' if self.rest.starts_with(|c: char| ('0'..='7').contains(&c)) => {
                octal(self, char.to_digit(8).unwrap_or(0))
            }
            'x' => self.hexadecimal(start)?,
            char if char.is_ascii_alphanumeric() => return Err(invalid()),
            char if char.is_ascii() => return Ok(char),
            _ => return Err(invalid()),
        };
        char::from_u32(code).ok_or_else(invalid)
    }

    fn hexadecimal(&mut self, start: &str) -> Result<u32, String> {
        let digits = if self.rest.starts_with('{') {
            let end = self.rest.find('}').unwrap_or(self.rest.len());
            let digits = &self.rest[1..end];
            self.take(self.rest.len().min(end + 1));
            digits
        } else {
            let length = self.rest.bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
            let digits = self.take(length);
            if length == 2 { digits } else { "" }
        };
        let shown = &start[..start.len() - self.rest.len()];
        u32::from_str_radix(digits, 16).map_err(|_| format!("invalid escape sequence: `{shown}`"))
    }

    fn class(&mut self) -> Result<(), String> {
        let start = self.rest;
        self.copy(1);
        if self.rest.starts_with('^') {
            self.copy(1);
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            if self.rest.is_empty() {
                return Err(format!("missing closing ]: `{start}`"));
            }
            first = false;
            self.class_item()?;
        }
        self.copy(1);
        self.repeatable = true;
        Ok(())
    }

    fn class_item(&mut self) -> Result<(), String> {
        if self.rest.starts_with("[:")
            && let Some(end) = self.rest.find(":]")
        {
            let class = self.take(end + 2);
            let name = class[2..end].trim_start_matches('^');
            if !POSIX.contains(&name) {
                return Err(format!("invalid character class range: `{class}`"));
            }
            self.out.push_str(class);
            return Ok(());
        }
        let nested = match self.rest.as_bytes() {
            [b'\\', b'd', ..] => "0-9",
            [b'\\', b'D', ..] => "[^0-9]",
            [b'\\', b's', ..] => "\\t\\n\\f\\r ",
            [b'\\', b'S', ..] => "[^\\t\\n\\f\\r ]",
            [b'\\', b'w', ..] => "0-9A-Za-z_",
            [b'\\', b'W', ..] => "[^0-9A-Za-z_]",
            [b'\\', b'p' | b'P', ..] => {
                let property = self.property()?;
                self.out.push_str(property);
                return Ok(());
            }
            _ => "",
        };
        if !nested.is_empty() {
            self.take(2);
            self.out.push_str(nested);
            return Ok(());
        }
        let start = self.rest;
        let low = self.class_char()?;
        let mut high = low;
        if self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1 {
            self.take(1);
            high = self.class_char()?;
            if high < low {
                let shown = &start[..start.len() - self.rest.len()];
                return Err(format!("invalid character class range: `{shown}`"));
            }
        }
        self.out.push_str(&format!("\\x{{{:x}}}", u32::from(low)));
        if high != low {
            self.out.push_str(&format!("-\\x{{{:x}}}", u32::from(high)));
        }
        Ok(())
    }

    fn class_char(&mut self) -> Result<char, String> {
        if self.rest.starts_with('\\') {
            return self.escaped_char();
        }
        self.char().ok_or_else(|| format!("missing closing ]: `{}`", self.whole))
    }
}
