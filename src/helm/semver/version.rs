//! A version and its order.

use std::cmp::Ordering;
use std::fmt;

/// A version with the parts that were left out as zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// First number.
    pub major: u64,
    /// Second number.
    pub minor: u64,
    /// Third number.
    pub patch: u64,
    /// What follows `-`.
    pub pre: String,
    /// What follows `+`.
    pub metadata: String,
    /// The text that was read.
    pub original: String,
}

/// Longest version that is read.
const LONGEST: usize = 256;

impl Version {
    /// Reads `[v]MAJOR[.MINOR[.PATCH]][-PRE][+METADATA]`.
    ///
    /// # Errors
    /// The sentence of the library that Helm uses.
    pub fn parse(text: &str) -> Result<Version, &'static str> {
        const INVALID: &str = "invalid semantic version";
        if text.len() > LONGEST {
            return Err("version string is too long (max 256 bytes)");
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = split(rest, '+');
        let (core, pre) = split(rest, '-');
        let words = |words: Option<&str>| words.is_none_or(|text| text.split('.').all(is_word));
        let mut numbers = core.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<u64>().map_err(|_| "error parsing version segment") } else { Err(INVALID) }
        });
        let major = numbers.next().unwrap_or(Err(INVALID))?;
        let minor = numbers.next().unwrap_or(Ok(0))?;
        let patch = numbers.next().unwrap_or(Ok(0))?;
        if numbers.next().is_some() || !words(pre) || !words(metadata) {
            return Err(INVALID);
        }
        let pre = pre.unwrap_or_default();
        if pre
            .split('.')
            .any(|part| part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err("version segment starts with 0");
        }
        let metadata = metadata.unwrap_or_default().to_string();
        Ok(Version { major, minor, patch, pre: pre.into(), metadata, original: text.into() })
    }

    /// The three numbers.
    pub fn numbers(&self) -> [u64; 3] {
        [self.major, self.minor, self.patch]
    }

    /// The order of versions; metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        self.numbers().cmp(&other.numbers()).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The order of pre-releases, part by part: a missing part is lowest, numbers come before words.
pub(super) fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => (x.unwrap_or_default(), y.unwrap_or_default()),
        };
        let order = match (x.parse::<u64>(), y.parse::<u64>()) {
            _ if x == y => Ordering::Equal,
            _ if x.is_empty() => Ordering::Less,
            _ if y.is_empty() => Ordering::Greater,
            (Ok(x), Ok(y)) => x.cmp(&y),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}
