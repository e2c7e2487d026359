//! What is made by chance (passwords, keys, certificates, times) is compared by its shape.
//!
//! What is by chance shows in a second run of Helm: the lines that differ between its two runs. Ours may differ from
//! the first run in those lines only, and there only inside of words.

/// The beginning of a PEM block in base64.
const PEM: &str = "LS0tLS1CRUdJTi";

/// Words shorter than this have the same length each time; longer ones (keys, certificates) vary a little.
const LONG: usize = 200;

/// The first difference that chance does not explain.
pub fn difference(theirs: &str, again: &str, ours: &str) -> Option<String> {
    let (theirs, again, ours) = (without_keys(theirs), without_keys(again), without_keys(ours));
    let (theirs, again, ours) = (lines(&theirs), lines(&again), lines(&ours));
    let settled = theirs.len() == again.len();
    for number in 0..theirs.len().max(ours.len()) {
        let (t, o) = (theirs.get(number), ours.get(number));
        let by_chance = settled && theirs.get(number) != again.get(number);
        let same = match (t, o) {
            (Some(t), Some(o)) => t == o || (by_chance && words(t) == words(o)),
            _ => false,
        };
        if !same {
            return Some(format!("line {}\n    helm   {}\n    iomctl {}", number + 1, shown(t), shown(o)));
        }
    }
    None
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

fn shown(line: Option<&&str>) -> String {
    match line {
        None => "(end)".into(),
        Some(line) => format!("{:?}", line.chars().take(200).collect::<String>()),
    }
}

/// PEM blocks, plain and in base64, without their content.
fn without_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if inside {
            inside = !line.contains("-----END ");
            continue;
        }
        if let Some(at) = line.find(PEM) {
            let end = line[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)));
            out.push_str(&line[..at]);
            out.push_str("(pem)");
            out.push_str(end.map_or("", |end| &line[at + end..]));
            continue;
        }
        inside = line.contains("-----BEGIN ") && !line.contains("-----END ");
        out.push_str(if line.contains("-----BEGIN ") { line.split("-----BEGIN ").next().unwrap_or("") } else { line });
        if line.contains("-----BEGIN ") {
            out.push_str("(pem)\n");
        }
    }
    out
}

/// The line with each word replaced by its length.
fn words(line: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !in_word(c)).unwrap_or(rest.len());
        let between = rest[end..].find(in_word).map_or(rest.len(), |at| end + at);
        let length = if end > LONG { LONG } else { end };
        all.push((length, rest[end..between].to_string()));
        rest = &rest[between..];
    }
    all
}

fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=_-!@#$%^&*.".contains(c)
}
