//! Inputs of several texts: `=== NAME` on a line of its own begins the next one.

/// The texts with their names; what stands before the first line of that kind has none.
pub fn sections(input: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = vec![(String::new(), Vec::new())];
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(b"=== "), found.last_mut()) {
            (Some(name), _) => found.push((String::from_utf8_lossy(name.trim_ascii()).into_owned(), Vec::new())),
            (None, Some((_, text))) => text.extend_from_slice(line),
            (None, None) => {}
        }
    }
    found
}
