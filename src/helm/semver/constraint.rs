//! `>=1.2 <2 || ~3.1`: which versions are allowed.

use std::cmp::Ordering;

use super::version::{Version, compare_pre};

/// Longest constraint and most alternatives that are read.
const LONGEST: usize = 512;
const MOST_ALTERNATIVES: usize = 32;

/// Alternatives of conditions that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint(Vec<Vec<Condition>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Like,
    Not,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

const OPERATORS: [(&str, Operator); 12] = [
    ("", Operator::Like),
    ("=", Operator::Like),
    ("!=", Operator::Not),
    (">", Operator::Greater),
    ("<", Operator::Less),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("~", Operator::Tilde),
    ("~>", Operator::Tilde),
    ("^", Operator::Caret),
];

/// How many numbers of a condition's version were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Given {
    Nothing,
    Major,
    Minor,
    All,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    operator: Operator,
    version: Version,
    given: Given,
}

impl Constraint {
    /// Reads a constraint.
    ///
    /// # Errors
    /// The sentence of the library that Helm uses.
    pub fn parse(text: &str) -> Result<Constraint, String> {
        if text.len() > LONGEST {
            return Err(format!("constraint string is too long (max {LONGEST} bytes)"));
        }
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MOST_ALTERNATIVES {
            return Err(format!("too many constraint groups (max {MOST_ALTERNATIVES})"));
        }
        alternatives.into_iter().map(conditions).collect::<Result<_, _>>().map(Constraint)
    }

    /// Whether the version is allowed.
    pub fn allows(&self, version: &Version) -> bool {
        self.0.iter().any(|all| {
            let pre_named = all.iter().any(|condition| !condition.version.pre.is_empty());
            let considered = version.pre.is_empty() || pre_named;
            considered && all.iter().all(|condition| condition.allows(version))
        })
    }
}

/// The conditions of one alternative, separated by blanks or commas; `a - b` stands for two of them.
fn conditions(text: &str) -> Result<Vec<Condition>, String> {
    let improper = || format!("improper constraint: {text:?}");
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let operator_end = rest.find(|c| !matches!(c, '=' | '!' | '<' | '>' | '~' | '^')).unwrap_or(rest.len());
        let (operator, after) = rest.split_at(operator_end);
        let operator = OPERATORS.iter().find(|(name, _)| *name == operator).ok_or_else(improper)?.1;
        let (version, after) = version_text(after.trim_start()).ok_or_else(improper)?;
        let next = after.trim_start();
        let spaced = next.len() < after.len();
        match next.strip_prefix('-').filter(|end| spaced && end.starts_with(char::is_whitespace)) {
            Some(end) if operator == Operator::Like => {
                let (last, after) = version_text(end.trim_start()).ok_or_else(improper)?;
                found.push(Condition::read(Operator::AtLeast, version)?);
                found.push(Condition::read(Operator::AtMost, last)?);
                rest = after.trim_start();
                if rest.is_empty() {
                    return Ok(found);
                }
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            _ => {
                found.push(Condition::read(operator, version)?);
                if next.is_empty() {
                    return Ok(found);
                }
                rest = match next.strip_prefix(',') {
                    Some(rest) => rest.trim_start(),
                    None if spaced => next,
                    None => return Err(improper()),
                };
            }
        }
    }
}

/// Splits off the longest text that looks like a version with wildcards.
fn version_text(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let run = |from: usize, allowed: fn(u8) -> bool| {
        from + bytes[from.min(bytes.len())..].iter().take_while(|b| allowed(**b)).count()
    };
    let number: fn(u8) -> bool = |b| b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'*');
    let word: fn(u8) -> bool = |b| b.is_ascii_alphanumeric() || b == b'-';
    let start = usize::from(bytes.first() == Some(&b'v'));
    let mut end = run(start, number);
    if end == start {
        return None;
    }
    let extend = |end: usize, mark: u8, allowed: fn(u8) -> bool| match bytes.get(end) {
        Some(b) if *b == mark && run(end + 1, allowed) > end + 1 => Some(run(end + 1, allowed)),
        _ => None,
    };
    for _ in 0..2 {
        end = extend(end, b'.', number).unwrap_or(end);
    }
    for mark in [b'-', b'+'] {
        if let Some(mut next) = extend(end, mark, word) {
            while let Some(further) = extend(next, b'.', word) {
                next = further;
            }
            end = next;
        }
    }
    Some(text.split_at(end))
}

impl Condition {
    fn read(operator: Operator, text: &str) -> Result<Condition, String> {
        let (core, rest) = match text.find(['-', '+']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let pre = rest.split('+').next().unwrap_or_default();
        let mut numbers = core
            .strip_prefix('v')
            .unwrap_or(core)
            .split('.')
            .map(|part| if matches!(part, "x" | "X" | "*") { None } else { Some(part) });
        let (major, minor, patch) = (numbers.next().flatten(), numbers.next().flatten(), numbers.next().flatten());
        let (given, text) = match (major, minor, patch) {
            (None, _, _) => (Given::Nothing, format!("0.0.0{pre}")),
            (Some(major), None, _) => (Given::Major, format!("{major}.0.0{pre}")),
            (Some(major), Some(minor), None) => (Given::Minor, format!("{major}.{minor}.0{pre}")),
            _ => (Given::All, text.to_string()),
        };
        let version = Version::parse(&text).map_err(|_| "constraint parser error".to_string())?;
        Ok(Condition { operator, version, given })
    }

    fn allows(&self, version: &Version) -> bool {
        match self.operator {
            Operator::Like if self.given == Given::All => version.compare(&self.version) == Ordering::Equal,
            Operator::Like | Operator::Tilde => self.tilde(version),
            Operator::Not => self.differs(version),
            Operator::Greater => match self.given {
                Given::All => version.compare(&self.version) == Ordering::Greater,
                // A wildcard alone is a version 0.0.0 here, as in the library.
                Given::Nothing => {
                    version.major > self.version.major
                        || version.major == self.version.major && version.compare(&self.version) == Ordering::Greater
                }
                Given::Major => version.major > self.version.major,
                Given::Minor => version.numbers()[..2] > self.version.numbers()[..2],
            },
            Operator::Less => version.compare(&self.version) == Ordering::Less,
            Operator::AtLeast => version.compare(&self.version) != Ordering::Less,
            Operator::AtMost => match self.given {
                Given::All => version.compare(&self.version) != Ordering::Greater,
                Given::Major => version.major <= self.version.major,
                Given::Nothing | Given::Minor => version.numbers()[..2] <= self.version.numbers()[..2],
            },
            Operator::Caret => self.caret(version),
        }
    }

    fn tilde(&self, version: &Version) -> bool {
        if version.compare(&self.version) == Ordering::Less {
            return false;
        }
        let anything = self.version.numbers() == [0, 0, 0] && matches!(self.given, Given::Nothing | Given::All);
        anything
            || version.major == self.version.major
                && (self.given == Given::Major || version.minor == self.version.minor)
    }

    fn caret(&self, version: &Version) -> bool {
        if version.compare(&self.version) == Ordering::Less {
            return false;
        }
        if self.version.major > 0 || self.given == Given::Major {
            return version.major == self.version.major;
        }
        if version.major > 0 {
            return false;
        }
        if self.version.minor > 0 || self.given == Given::Minor {
            return version.minor == self.version.minor;
        }
        version.minor == 0 && version.patch == self.version.patch
    }

    fn differs(&self, version: &Version) -> bool {
        let own = &self.version;
        if self.given == Given::All {
            return version.compare(own) != Ordering::Equal;
        }
        if own.major != version.major {
            return true;
        }
        match self.given {
            Given::Major => false,
            Given::Minor | Given::Nothing if own.minor != version.minor => true,
            Given::Minor => {
                let pre = !version.pre.is_empty() || !own.pre.is_empty();
                pre && compare_pre(&version.pre, &own.pre) != Ordering::Equal
            }
            _ => own.patch != version.patch || version.compare(own) != Ordering::Equal,
        }
    }
}
