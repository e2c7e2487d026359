//! The order in which go-yaml writes keys: digits by value, letters after everything else.
//!
//! The comparison is not transitive for odd mixes (`08`, `0o1`, `1/x`), where Go itself depends on the random order
//! of its maps. The standard sort may panic on such an order, so keys are merged by hand.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::emit::Dialect;

/// Sorts `keys` as `dialect` does.
pub fn sort<T>(keys: &mut Vec<(Cow<'_, str>, T)>, dialect: Dialect) {
    if keys.windows(2).all(|pair| !less(&pair[1].0, &pair[0].0, dialect)) {
        return;
    }
    let mut right = keys.split_off(keys.len() / 2);
    sort(keys, dialect);
    sort(&mut right, dialect);
    let mut merged = Vec::with_capacity(keys.len() + right.len());
    let (mut left, mut right) = (keys.drain(..).peekable(), right.into_iter().peekable());
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        let next = if less(&r.0, &l.0, dialect) { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    *keys = merged;
}

/// Whether `a` is written before `b`.
fn less(a: &str, b: &str, dialect: Dialect) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return compare(a.as_bytes(), b.as_bytes(), |c| char::from(*c), dialect);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    compare(&a, &b, |c| *c, dialect)
}

fn compare<T>(a: &[T], b: &[T], char: impl Fn(&T) -> char, dialect: Dialect) -> bool {
    let common = a.len().min(b.len());
    let Some(at) = (0..common).find(|i| char(&a[*i]) != char(&b[*i])) else { return a.len() < b.len() };
    let (x, y) = (char(&a[at]), char(&b[at]));
    let after_digit = dialect == Dialect::V3 && at > 0 && is_digit(char(&a[at - 1]));
    match (is_letter(x), is_letter(y)) {
        (true, true) => return x < y,
        (true, false) => return after_digit,
        (false, true) => return !after_digit,
        (false, false) => {}
    }
    let digits_before = || (0..at).rev().map(|i| char(&a[i])).take_while(|c| is_digit(*c));
    let significant = (x == '0' || y == '0') && digits_before().any(|c| c != '0');
    let start = i64::from(significant);
    let (x_value, x_end) = run(a, at, start, &char);
    let (y_value, y_end) = run(b, at, start, &char);
    x_value.cmp(&y_value).then(x_end.cmp(&y_end)).then(x.cmp(&y)) == Ordering::Less
}

/// The value of the digits from `at` on (wrapping, as Go's int64 does) and where they end.
fn run<T>(text: &[T], at: usize, start: i64, char: impl Fn(&T) -> char) -> (i64, usize) {
    let digits = text[at..].iter().map(char).take_while(|c| is_digit(*c));
    digits.fold((start, at), |(value, end), c| (value.wrapping_mul(10).wrapping_add(c as i64 - '0' as i64), end + 1))
}

/// Go's `unicode.IsDigit`.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && decimal(c))
}

/// Decimal digits come in runs of ten whose first member is a multiple of 10 above a block start; only the common
/// scripts matter for chart keys.
fn decimal(c: char) -> bool {
    const ZEROS: &[u32] = &[
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20,
        0x1040, 0x17E0, 0x1810, 0xFF10,
    ];
    ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&(c as u32)))
}

/// Go's `unicode.IsLetter` (categories L*); `is_alphabetic` adds marks and letter numbers.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !c.is_numeric()
}
