//! Shell patterns as Go's `filepath.Match` understands them: `*` and `?` stop at slashes, `[a-z]`, `[^a]`, `\x`.

/// Whether the whole of `name` matches `pattern`; a broken pattern matches nothing.
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches_chars(&pattern, &name)
}

/// Whether `pattern` is well formed.
///
/// # Errors
/// Go's sentence for a broken pattern.
pub fn check(pattern: &str) -> Result<(), String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut rest = chars.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            '[' => class(after, '\0').ok_or("syntax error in pattern")?.1,
            '\\' => after.get(1..).ok_or("syntax error in pattern")?,
            _ => after,
        };
    }
    Ok(())
}

/// Greedy matching that goes back to the last star only, so that it takes at most pattern × name steps.
pub fn matches_chars(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&'*') {
            star = Some((p + 1, n));
            p += 1;
            continue;
        }
        if n == name.len() && p == pattern.len() {
            return true;
        }
        if n < name.len()
            && let Some(next) = one(&pattern[p..], name[n])
        {
            p = pattern.len() - next.len();
            n += 1;
            continue;
        }
        match star {
            Some((after, at)) if at < name.len() && name[at] != '/' => {
                star = Some((after, at + 1));
                (p, n) = (after, at + 1);
            }
            _ => return false,
        }
    }
}

/// Matches one character against the head of `pattern` and returns the rest of it.
fn one(pattern: &[char], c: char) -> Option<&[char]> {
    let (first, rest) = pattern.split_first()?;
    match first {
        '?' => (c != '/').then_some(rest),
        '[' => class(rest, c).and_then(|(matched, rest)| matched.then_some(rest)),
        '\\' => rest.split_first().and_then(|(literal, rest)| (*literal == c).then_some(rest)),
        literal => (*literal == c).then_some(rest),
    }
}

/// A character class after its bracket: whether `c` is in it, and what follows it.
fn class(pattern: &[char], c: char) -> Option<(bool, &[char])> {
    let (negated, mut rest) = match pattern.split_first()? {
        ('^', rest) => (true, rest),
        _ => (false, pattern),
    };
    let mut found = false;
    let mut first = true;
    loop {
        if rest.first()? == &']' && !first {
            return Some((found != negated, &rest[1..]));
        }
        first = false;
        let low = member(&mut rest)?;
        let high = if rest.first()? == &'-' {
            rest = &rest[1..];
            member(&mut rest)?
        } else {
            low
        };
        found |= (low..=high).contains(&c);
    }
}

/// One character of a class.
fn member(rest: &mut &[char]) -> Option<char> {
    let (first, after) = rest.split_first()?;
    let (c, after) = match first {
        '-' | ']' => return None,
        '\\' => after.split_first()?,
        _ => (first, after),
    };
    *rest = after;
    Some(*c)
}
