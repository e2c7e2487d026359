//! Differences as a person reads them.

use std::io::IsTerminal;

use super::Compared;
use crate::deploy::{Difference, Fate};

/// Whether the terminal is one that shows colours, and nobody said no.
pub fn has_colours() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    std::io::stdout().is_terminal() && !plain && !dumb
}

/// The objects one after the other, then the sum.
pub fn screen(compared: &Compared, colours: bool) -> String {
    let mut text = String::new();
    for difference in &compared.objects {
        text.push_str(&painted(&head(difference), "\x1b[1m", colours));
        text.push('\n');
        for line in difference.diff.lines() {
            let colour = match line.as_bytes().first() {
                Some(b'+') => "\x1b[32m",
                Some(b'-') => "\x1b[31m",
                Some(b'@') => "\x1b[36m",
                _ => "",
            };
            let line = format!("  {}", safe(line));
            text.push_str(painted(&line, colour, colours && !colour.is_empty()).trim_end());
            text.push('\n');
        }
        text.push('\n');
    }
    text + &sum(compared)
}

fn head(difference: &Difference) -> String {
    let sign = match difference.change {
        Fate::Created => "+",
        Fate::Changed => "~",
        Fate::Removed => "-",
    };
    let hook = if difference.hook { " (hook)" } else { "" };
    let source = if difference.source.is_empty() { String::new() } else { format!("  {}", difference.source) };
    format!("{sign} {}{hook}{source}", difference.object)
}

fn sum(compared: &Compared) -> String {
    let between = match (compared.from, compared.to) {
        (Some(from), Some(to)) => format!("revision {from} and revision {to}"),
        (Some(from), None) => format!("revision {from} as it stands, and what an upgrade would make of it"),
        (None, _) => "nothing is installed yet".into(),
    };
    let counts = format!(
        "{} created, {} changed, {} removed, {} unchanged",
        compared.created, compared.changed, compared.removed, compared.unchanged
    );
    let refused = match compared.problems.len() {
        0 => String::new(),
        refused => format!(", {refused} would be refused"),
    };
    format!("{} in {}: {between}\n{counts}{refused}\n", compared.release, compared.namespace)
}

fn painted(line: &str, colour: &str, colours: bool) -> String {
    if colours { format!("{colour}{line}\x1b[0m") } else { line.to_string() }
}

/// An object may hold anything; a terminal gets no control characters of it.
fn safe(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '·' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ObjectRef;

    #[test]
    fn each_object_has_its_lines_and_the_end_has_the_sum() {
        let difference = |change, name: &str, diff: &str, hook| Difference {
            change,
            object: ObjectRef { kind: "ConfigMap".into(), namespace: Some("ns".into()), name: name.into() },
            source: "c/templates/a.yaml".into(),
            hook,
            diff: diff.into(),
        };
        let compared = Compared {
            release: "data-plane".into(),
            namespace: "ns".into(),
            from: Some(3),
            to: None,
            created: 1,
            changed: 1,
            removed: 0,
            unchanged: 7,
            objects: vec![
                difference(Fate::Created, "new", "@@ -0,0 +1 @@\n+a: 1\n", false),
                difference(Fate::Changed, "old", "@@ -1 +1 @@\n-a: 1\x1b\n+a: 2\n", true),
            ],
            problems: Vec::new(),
        };
        insta::assert_snapshot!(screen(&compared, false), @"
        + ConfigMap new in ns  c/templates/a.yaml
          @@ -0,0 +1 @@
          +a: 1

        ~ ConfigMap old in ns (hook)  c/templates/a.yaml
          @@ -1 +1 @@
          -a: 1·
          +a: 2

        data-plane in ns: revision 3 as it stands, and what an upgrade would make of it
        1 created, 1 changed, 0 removed, 7 unchanged
        ");
        assert!(screen(&compared, true).contains("\x1b[32m  +a: 2\x1b[0m"));
    }
}
