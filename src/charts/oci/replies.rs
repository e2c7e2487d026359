//! What a registry replies, and how much of it is taken: challenges, tokens, manifests, tags and pages of them.
//!
//! Apart from the conversation, because a registry may be anything: all of this is fed with garbage by the fuzzer.

use reqwest::Url;
use serde::Deserialize;

/// A manifest: which blobs make the artifact.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// Its configuration, whose type says what the artifact is.
    #[serde(default)]
    pub config: Descriptor,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

/// A blob.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// Its digest, as written.
    pub digest: String,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// It is not JSON, or of another shape.
    pub fn read(text: &[u8]) -> Result<Manifest, String> {
        serde_json::from_slice(text).map_err(|e| e.to_string())
    }

    /// The first layer of one of these types.
    pub fn layer(&self, types: &[&str]) -> Option<&Descriptor> {
        self.layers.iter().find(|layer| types.contains(&layer.media_type.as_str()))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    tags: Option<Vec<String>>,
}

/// The tags of one page; none if it is no list of them.
pub fn tags_in(text: &[u8]) -> Vec<String> {
    serde_json::from_slice::<Tags>(text).unwrap_or_default().tags.unwrap_or_default()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

/// The token in the answer of a login service.
///
/// # Errors
/// There is none.
pub fn token_in(text: &[u8]) -> Result<String, String> {
    let token: Token = serde_json::from_slice(text).map_err(|e| e.to_string())?;
    token.token.or(token.access_token).ok_or_else(|| "its answer has no token in it".into())
}

/// What a registry wants to see (`WWW-Authenticate`).
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A name and a password.
    Basic,
    /// A token.
    Bearer {
        /// Who gives it.
        realm: String,
        /// For whom.
        service: Option<String>,
        /// For what.
        scope: Option<String>,
    },
}

impl Challenge {
    /// Reads the header; none for a way of login that is not known here.
    pub fn parse(text: &str) -> Option<Challenge> {
        let (scheme, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let value = |key: &str| {
            let at = rest.find(&format!("{key}=\""))? + key.len() + 2;
            Some(rest[at..].split('"').next()?.to_string())
        };
        Some(Challenge::Bearer { realm: value("realm")?, service: value("service"), scope: value("scope") })
    }
}

/// `</v2/a/tags/list?last=x&n=100>; rel="next"`
pub fn next_page(link: &str, url: &Url) -> Option<Url> {
    let (address, relation) = link.split_once('>')?;
    let next = url.join(address.trim_start().strip_prefix('<')?).ok()?;
    let own = next.host_str() == url.host_str() && next.scheme() == url.scheme();
    (relation.contains("next") && own).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_and_pages_are_read() {
        let bearer = Challenge::parse("Bearer realm=\"https://a/t\",service=\"r\",scope=\"repository:x:pull,push\"");
        let expected = Challenge::Bearer {
            realm: "https://a/t".into(),
            service: Some("r".into()),
            scope: Some("repository:x:pull,push".into()),
        };
        assert_eq!(bearer, Some(expected));
        assert_eq!(Challenge::parse("Basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("Negotiate"), None);
        let url = Url::parse("https://h/v2/a/tags/list").unwrap();
        let next = next_page("</v2/a/tags/list?last=1&n=2>; rel=\"next\"", &url).unwrap();
        assert_eq!(next.as_str(), "https://h/v2/a/tags/list?last=1&n=2");
        assert_eq!(next_page("<https://evil/v2>; rel=\"next\"", &url), None);
    }
}
