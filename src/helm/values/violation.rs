//! The layout of schema violations: one line each, those of one object below it.

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
    /// It was found behind a `$ref`, which keeps a heading of its own.
    pub referenced: bool,
}

impl Violation {
    /// A violation without causes.
    pub fn new(place: String, text: String) -> Violation {
        Violation { place, text, causes: Vec::new(), referenced: false }
    }

    /// Several violations of one schema as the validator joins them: by the object that they are in.
    pub fn joined(violations: Vec<Violation>) -> Option<Violation> {
        let common = violations.iter().map(|v| v.place.clone()).reduce(|a, b| shared(&a, &b))?;
        Some(group(common, violations))
    }

    fn print(&self, depth: usize, out: &mut Vec<String>) {
        out.push(format!("{}- at {}: {}", "  ".repeat(depth), quoted(&self.place), self.text));
        self.causes.iter().for_each(|cause| cause.print(depth + 1, out));
    }
}

/// The text of all violations; those of the whole document stand at the margin.
pub fn tree(violations: Vec<Violation>) -> String {
    let root = group(String::new(), violations);
    let lifted = root.text == GROUP && (!root.referenced || root.place.is_empty());
    let top = if lifted { root.causes } else { vec![root] };
    let mut lines = Vec::new();
    top.iter().for_each(|violation| violation.print(0, &mut lines));
    lines.join("\n")
}

/// What the validator says of an object with more than one violation.
const GROUP: &str = "validation failed";

/// Violations at or below `place`: one alone stands for itself, more are gathered.
fn group(place: String, violations: Vec<Violation>) -> Violation {
    let mut items: Vec<Violation> = Vec::new();
    let mut below: Vec<(String, Vec<Violation>)> = Vec::new();
    for violation in violations {
        let rest = violation.place[place.len()..].strip_prefix('/');
        match rest.map(|rest| rest.split('/').next().unwrap_or(rest)) {
            None => items.push(violation),
            Some(name) => {
                let inner = format!("{place}/{name}");
                match below.iter_mut().find(|(known, _)| *known == inner) {
                    Some((_, found)) => found.push(violation),
                    None => below.push((inner, vec![violation])),
                }
            }
        }
    }
    items.extend(below.into_iter().map(|(inner, found)| group(inner, found)));
    if items.len() == 1 {
        return items.swap_remove(0);
    }
    let referenced = items.iter().any(|item| item.referenced);
    Violation { place, text: GROUP.into(), causes: items, referenced }
}

/// The longest pointer that both begin with.
fn shared(a: &str, b: &str) -> String {
    let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    same.collect::<Vec<_>>().join("/")
}

/// Go's `%q` with single quotes.
pub fn quoted(text: &str) -> String {
    let inner = format!("{text:?}");
    let inner = inner[1..inner.len() - 1].replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}

/// A number with thousands set off, or as a power of ten from a million up.
pub fn number(x: f64) -> String {
    let text = float_g(x);
    if let Some((mantissa, exponent)) = text.split_once('e') {
        let raised: String = exponent.trim_start_matches('+').chars().map(superscript).collect();
        return format!("{mantissa}×10{raised}");
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
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
