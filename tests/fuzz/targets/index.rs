//! The index of a repository: the name of the chart, the wanted version, then the index.

use iomctl::charts::{choose, read_index, resolve};
use reqwest::Url;

pub fn run(input: &[u8]) {
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (name, version) = (text(), text());
    let index = parts.next().unwrap_or_default();
    let place = "https://charts.example.org/index.yaml";
    let Ok(entries) = read_index(index, &name, place) else { return };
    for wanted in [None, Some(version.as_str())] {
        let _ = choose(&entries, wanted, &name, place).map_err(|problem| problem.to_string());
    }
    let home = Url::parse("https://user:word@charts.example.org/stable?key=1").expect("an address");
    for entry in &entries {
        match resolve(&home, &entry.url) {
            Ok(url) => assert!(matches!(url.scheme(), "http" | "https"), "{url}"),
            Err(problem) => assert!(!problem.to_string().contains("user:word"), "a password in a problem"),
        }
    }
}
