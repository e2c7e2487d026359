//! The layout of schema violations: one line each, those of a branch or a reference below it.

use crate::helm::gofmt::quote;
use crate::helm::yaml::float_g;

/// A violation with those that caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// JSON pointer to the value.
    pub place: String,
    /// What is wrong.
    pub text: String,
    /// Why, where a branch of a schema failed.
    pub causes: Vec<Violation>,
    /// What holds the causes together.
    pub role: Role,
}

/// Whether a violation says something itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It does.
    Own,
    /// It gathers several violations of one schema.
    Group,
    /// It stands for what is behind a `$ref`, and is left out before a single cause.
    Reference,
}

/// What the validator says of an object with more than one violation.
pub const GROUP: &str = "validation failed";

impl Violation {
    /// A violation without causes.
    pub fn new(place: &str, text: impl Into<String>) -> Violation {
        Violation { place: place.to_string(), text: text.into(), causes: Vec::new(), role: Role::Own }
    }

    /// A violation that stands for others.
    pub fn over(place: &str, text: impl Into<String>, causes: Vec<Violation>) -> Violation {
        Violation { causes, ..Violation::new(place, text) }
    }

    /// The violations of one schema as one: one alone stands for itself.
    pub fn gathered(place: &str, mut violations: Vec<Violation>) -> Option<Violation> {
        match violations.len() {
            0 => None,
            1 => violations.pop(),
            _ => Some(Violation { role: Role::Group, ..Violation::over(place, GROUP, violations) }),
        }
    }

    /// The violations that a group holds together, or this one.
    pub fn into_causes(self) -> Vec<Violation> {
        if self.role == Role::Group { self.causes } else { vec![self] }
    }

    /// What was found behind a reference.
    pub fn behind(place: &str, found: Violation) -> Violation {
        Violation { role: Role::Reference, ..Violation::over(place, GROUP, found.into_causes()) }
    }

    fn print(&self, depth: usize, out: &mut Vec<String>) {
        let skipped = self.role == Role::Reference && self.causes.len() == 1;
        if !skipped {
            out.push(format!("{}- at {}: {}", "  ".repeat(depth), quoted(&self.place), self.text));
        }
        let below = if skipped { depth } else { depth + 1 };
        self.causes.iter().for_each(|cause| cause.print(below, out));
    }
}

/// The text of all violations; those of the whole document stand at the margin.
pub fn tree(violation: Violation) -> String {
    let mut lines = Vec::new();
    match violation.role {
        Role::Group => violation.causes.iter().for_each(|cause| cause.print(0, &mut lines)),
        _ => violation.print(0, &mut lines),
    }
    lines.join("\n")
}

/// Go's `%q` with single quotes.
pub fn quoted(text: &str) -> String {
    let whole = quote(text.as_bytes());
    let inner = whole[1..whole.len() - 1].replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}

/// Several of them, with commas between.
pub fn all_quoted(texts: &[&str]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// A number with thousands set off, or as a power of ten from a million up.
pub fn number(x: f64) -> String {
    let text = float_g(x);
    if let Some((mantissa, exponent)) = text.split_once('e') {
        let raised: String = exponent.trim_start_matches('+').chars().map(superscript).collect();
        return format!("{mantissa}×10{raised}");
    }
    grouped(&text)
}

/// A count with thousands set off.
pub fn count(number: usize) -> String {
    grouped(&number.to_string())
}

fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

fn superscript(c: char) -> char {
    match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁰' as u32 + c as u32 - '0' as u32).unwrap_or(c),
        _ => '⁻',
    }
}
