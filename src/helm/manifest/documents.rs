//! Where the documents of a rendered file begin and end.

use crate::helm::profile::Profile;

/// The documents of a file as either Helm cuts it.
pub fn cut(text: &str, profile: Profile) -> Vec<&str> {
    match profile {
        Profile::Helm3 => split(text),
        Profile::Helm4 => split_keeping_ends(text),
    }
}

/// The documents of a file as Helm 4 cuts it, at `(?m)^---[ \t]*`: the line breaks at their ends belong to them.
fn split_keeping_ends(text: &str) -> Vec<&str> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let (mut start, mut line) = (0, 0);
    loop {
        if text[line..].starts_with("---") {
            documents.push(&text[start..line]);
            start = text.len() - text[line + 3..].trim_start_matches([' ', '\t']).len();
            line = start;
        }
        match text[line..].find('\n') {
            Some(at) => line += at + 1,
            None => break,
        }
    }
    documents.push(&text[start..]);
    documents.into_iter().map(str::trim_start).filter(|document| !document.is_empty()).collect()
}

/// The documents of a file: separated wherever a line begins with `---`, trimmed.
///
/// Helm cuts at `(?:^|\s*\n)---\s*`, so that what follows the dashes on the same line begins the next document, and a
/// second marker right after one stays in the text.
pub fn split(text: &str) -> Vec<&str> {
    let text = text.trim();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(at) = marker(text, from) {
        documents.push(&text[start..at]);
        let after = &text[at..].trim_start()[3..];
        start = text.len() - after.trim_start_matches(regex_space).len();
        from = start;
    }
    documents.push(&text[start..]);
    documents.into_iter().filter(|document| !document.is_empty()).map(str::trim).collect()
}

/// Where the next separator begins, with the white space before it.
fn marker(text: &str, from: usize) -> Option<usize> {
    if from == 0 && text.starts_with("---") {
        return Some(0);
    }
    let at = from + text[from..].find("\n---")?;
    Some(from + text[from..at].trim_end_matches(regex_space).len())
}

/// `\s` of Go's regular expressions.
fn regex_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_where_a_line_begins_with_dashes() {
        assert_eq!(split("a\n---\n---\nb"), ["a", "---\nb"]);
        assert_eq!(split("kind: A\n---apiVersion: v1\n"), ["kind: A", "apiVersion: v1"]);
        assert_eq!(split("x: |\n  a\n-----BEGIN"), ["x: |\n  a", "--BEGIN"]);
        assert_eq!(split("---\n\n a: 1\n  \n---\n"), ["a: 1"]);
        assert_eq!(split("# only a comment"), ["# only a comment"]);
    }
}
