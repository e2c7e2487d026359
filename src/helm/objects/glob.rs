//! The patterns of `.Files.Glob`: `*` within a directory, `**` across, `?`, `[a-z]`, `[!a]`, `{a,b}`, `\` to escape.

/// A parsed pattern.
pub struct Glob(Vec<Part>);

enum Part {
    Literal(char),
    /// One character that is not a slash.
    Any,
    /// Characters that are not slashes.
    Star,
    /// Any characters.
    Super,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    Either(Vec<Glob>),
}

/// Nested braces make alternatives of alternatives: deeper ones are taken for broken.
const DEEPEST: usize = 8;

impl Glob {
    /// Reads a pattern; a broken one matches everything, as with Helm.
    pub fn parse(pattern: &str) -> Glob {
        let chars: Vec<char> = pattern.chars().collect();
        let mut rest = chars.as_slice();
        match parts(&mut rest, 0) {
            Some(parts) if rest.is_empty() => Glob(parts),
            _ => Glob(vec![Part::Super]),
        }
    }

    /// Whether the whole of `name` matches.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let ends = self.ends(&name, vec![true; 1].into_iter().chain(vec![false; name.len()]).collect());
        ends[name.len()]
    }

    /// From the positions of `name` that are reached to those reached after this pattern. Every part looks at every
    /// position once, so that no pattern takes more than its length times that of the name.
    fn ends(&self, name: &[char], mut reached: Vec<bool>) -> Vec<bool> {
        for part in &self.0 {
            reached = part.step(name, &reached);
        }
        reached
    }
}

impl Part {
    fn step(&self, name: &[char], reached: &[bool]) -> Vec<bool> {
        let mut after = vec![false; name.len() + 1];
        let mut one = |fits: &dyn Fn(char) -> bool| {
            for (at, c) in name.iter().enumerate() {
                after[at + 1] = reached[at] && fits(*c);
            }
        };
        match self {
            Part::Literal(literal) => one(&|c| c == *literal),
            Part::Any => one(&|c| c != '/'),
            Part::Class { negated, ranges } => {
                one(&|c| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated);
            }
            Part::Star | Part::Super => {
                let mut open = false;
                for at in 0..=name.len() {
                    let crosses = at == 0 || name[at - 1] != '/' || matches!(self, Part::Super);
                    open = reached[at] || (open && crosses);
                    after[at] = open;
                }
            }
            Part::Either(alternatives) => {
                for alternative in alternatives {
                    for (at, end) in alternative.ends(name, reached.to_vec()).into_iter().enumerate() {
                        after[at] |= end;
                    }
                }
            }
        }
        after
    }
}

/// Reads up to the end, or inside of braces up to a comma or the closing brace.
fn parts(rest: &mut &[char], depth: usize) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        if depth > 0 && matches!(first, ',' | '}') {
            break;
        }
        *rest = after;
        parts.push(match first {
            '\\' => {
                let (literal, after) = rest.split_first()?;
                *rest = after;
                Part::Literal(*literal)
            }
            '?' => Part::Any,
            '*' if rest.first() == Some(&'*') => {
                *rest = &rest[1..];
                Part::Super
            }
            '*' => Part::Star,
            '[' => class(rest)?,
            '{' => either(rest, depth + 1)?,
            literal => Part::Literal(*literal),
        });
    }
    Some(parts)
}

fn either(rest: &mut &[char], depth: usize) -> Option<Part> {
    if depth > DEEPEST {
        return None;
    }
    let mut alternatives = Vec::new();
    loop {
        alternatives.push(Glob(parts(rest, depth)?));
        let (end, after) = rest.split_first()?;
        *rest = after;
        if *end == '}' {
            return Some(Part::Either(alternatives));
        }
    }
}

fn class(rest: &mut &[char]) -> Option<Part> {
    let negated = rest.first() == Some(&'!');
    if negated {
        *rest = &rest[1..];
    }
    let end = rest.iter().position(|c| *c == ']').filter(|end| *end > 0)?;
    let (members, after) = rest.split_at(end);
    *rest = &after[1..];
    let ranges = match members {
        [low, '-', high] => vec![(*low, *high)],
        members => members.iter().map(|c| (*c, *c)).collect(),
    };
    Some(Part::Class { negated, ranges })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stop_at_slashes_and_two_do_not() {
        for (pattern, name, wanted) in [
            ("files/*", "files/a", true),
            ("files/*", "files/a/b", false),
            ("files/**", "files/a/b", true),
            ("**.yaml", "a/b.yaml", true),
            ("*.{yaml,yml}", "a.yml", true),
            ("?[a-c][!x]", "zby", true),
            ("?[a-c][!x]", "zbx", false),
            ("a\\*", "a*", true),
            ("[", "anything/at/all", true),
        ] {
            assert_eq!(Glob::parse(pattern).matches(name), wanted, "{pattern} {name}");
        }
    }
}
