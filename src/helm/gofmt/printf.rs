//! `fmt.Sprintf`: reading the format. What a verb makes of an operand is in [`super::verb`].

use super::verb::{Flags, Printer};
use crate::helm::rune;
use crate::helm::value::{Kind, Value};

/// A text that is longer is of no use to anybody: every function that makes one is refused.
const LONGEST: usize = 64 * 1024 * 1024;

/// The greatest width or precision that Go accepts.
const LARGEST: i64 = 1_000_000;

/// `fmt.Sprintf`. Mistakes in the format appear in the text (`%!d(string=x)`), as in Go.
///
/// # Errors
/// [`super::TOO_DEEP`].
pub fn sprintf(format: &[u8], values: &[Value]) -> Result<Vec<u8>, String> {
    let mut reader = Reader { format, at: 0, values, next: 0, reordered: false, good: true };
    let mut printer = Printer::default();
    while let Some(offset) = memchr::memchr(b'%', &format[reader.at..]) {
        printer.out.extend_from_slice(&format[reader.at..reader.at + offset]);
        reader.at += offset + 1;
        reader.directive(&mut printer)?;
        if printer.out.len() > LONGEST {
            return Ok(printer.out);
        }
    }
    printer.out.extend_from_slice(&format[reader.at..]);
    if !reader.reordered && reader.next < values.len() {
        extra(&mut printer, &values[reader.next..])?;
    }
    Ok(printer.out)
}

fn extra(printer: &mut Printer, values: &[Value]) -> Result<(), String> {
    printer.flags = Flags::default();
    printer.out.extend_from_slice(b"%!(EXTRA ");
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            printer.out.extend_from_slice(b", ");
        }
        printer.out.extend_from_slice(value.type_name().as_bytes());
        if value.kind() != Kind::Invalid {
            printer.out.push(b'=');
            printer.argument(value, 'v')?;
        }
    }
    printer.out.push(b')');
    Ok(())
}

struct Reader<'f> {
    format: &'f [u8],
    at: usize,
    values: &'f [Value],
    /// The operand that the next verb takes.
    next: usize,
    /// An explicit index was used, so that unused operands are not told.
    reordered: bool,
    /// The index of this directive, if any, is in range.
    good: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// One directive; the percent sign is past.
    fn directive(&mut self, printer: &mut Printer) -> Result<(), String> {
        self.good = true;
        printer.flags = Flags::default();
        while let Some(byte) = self.peek() {
            if !printer.flags.set(byte) {
                break;
            }
            self.at += 1;
        }
        let mut after_index = self.index();
        after_index = self.width(printer, after_index);
        after_index = self.precision(printer, after_index);
        if !after_index {
            self.index();
        }
        let Some((verb, width)) = rune::decode(&self.format[self.at..]) else {
            printer.out.extend_from_slice(b"%!(NOVERB)");
            return Ok(());
        };
        self.at += width;
        let complaint = |printer: &mut Printer, what: &str| {
            printer.out.extend_from_slice(format!("%!{verb}{what}").as_bytes());
        };
        if verb == '%' {
            printer.out.push(b'%');
        } else if !self.good {
            complaint(printer, "(BADINDEX)");
        } else if let Some(value) = self.values.get(self.next) {
            self.next += 1;
            if verb == 'v' || verb == 'w' {
                printer.flags.for_value();
            }
            printer.argument(value, verb)?;
        } else {
            complaint(printer, "(MISSING)");
        }
        Ok(())
    }

    fn width(&mut self, printer: &mut Printer, after_index: bool) -> bool {
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.operand() {
                Some(width) => {
                    printer.flags.width = Some(width.unsigned_abs() as usize);
                    if width < 0 {
                        printer.flags.minus = true;
                        printer.flags.zero = false;
                    }
                }
                None => printer.out.extend_from_slice(b"%!(BADWIDTH)"),
            }
            return false;
        }
        printer.flags.width = self.number();
        if after_index && printer.flags.width.is_some() {
            self.good = false;
        }
        after_index
    }

    fn precision(&mut self, printer: &mut Printer, after_index: bool) -> bool {
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return after_index;
        }
        self.at += 1;
        if after_index {
            self.good = false;
        }
        let after_index = self.index();
        if self.peek() == Some(b'*') {
            self.at += 1;
            match self.operand().filter(|precision| *precision >= 0) {
                Some(precision) => printer.flags.precision = Some(precision as usize),
                None => printer.out.extend_from_slice(b"%!(BADPREC)"),
            }
            return false;
        }
        printer.flags.precision = Some(self.number().unwrap_or(0));
        after_index
    }

    /// An operand used as width or precision.
    fn operand(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Int(i) | Value::Int64(i) => *i,
            Value::Byte(b) => i64::from(*b),
            _ => return None,
        };
        (-LARGEST..=LARGEST).contains(&number).then_some(number)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let so_far: i64 = number.unwrap_or(0);
            if so_far > LARGEST {
                // Go gives up on the rest of the format when a number is too large.
                self.at = self.format.len();
                return None;
            }
            number = Some(so_far * 10 + i64::from(digit - b'0'));
            self.at += 1;
        }
        number.map(|number| number as usize)
    }

    /// `[3]`: chooses the next operand; whether there was a well-formed index.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let close = if rest.len() < 3 { None } else { rest.iter().position(|byte| *byte == b']') };
        let Some(close) = close else {
            self.good = false;
            self.at += 1;
            return false;
        };
        self.at += close + 1;
        let text = std::str::from_utf8(&rest[1..close]).unwrap_or("");
        let index = if text.bytes().all(|b| b.is_ascii_digit()) { text.parse::<usize>().ok() } else { None };
        match index {
            Some(index) if (1..=self.values.len()).contains(&index) => {
                self.next = index - 1;
                true
            }
            Some(index) => {
                self.good = false;
                index <= LARGEST as usize
            }
            None => {
                self.good = false;
                false
            }
        }
    }
}
