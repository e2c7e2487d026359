//! What a registry sends: a section each for the challenge, the link to the next page, manifest, tags and token, and the
//! address that somebody wrote.

use iomctl::charts::replies::{Challenge, Manifest, next_page, tags_in, token_in};
use iomctl::charts::{Provenance, Reference, Wanted};
use reqwest::Url;

use super::sections::sections;

pub fn run(input: &[u8]) {
    let place = Url::parse("https://registry.example.org/v2/a/b/tags/list").expect("an address");
    for (name, text) in sections(input) {
        let words = String::from_utf8_lossy(&text);
        match name.as_str() {
            "challenge" => drop(Challenge::parse(&words)),
            "link" => {
                if let Some(next) = next_page(&words, &place) {
                    assert_eq!((next.scheme(), next.host_str()), (place.scheme(), place.host_str()));
                }
            }
            "manifest" => {
                let _ = Manifest::read(&text).map(|manifest| manifest.layer(&["application/tar+gzip"]).is_some());
            }
            "tags" => drop(tags_in(&text)),
            "token" => drop(token_in(&text)),
            "provenance" => drop(Provenance::read(&text, "sha256:00").words()),
            // Only addresses of registries: everything else is looked for on this machine.
            _ => {
                let wanted = Wanted { chart: format!("oci://{words}"), ..Wanted::default() };
                let _ = Reference::of(&wanted).map(|reference| reference.to_string());
            }
        }
    }
}
