//! A request, taken apart.

use hyper::Method;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;

/// A request without its body.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Method.
    pub method: Method,
    /// Path without query.
    pub path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
}

/// What a path is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// API group.
    pub group: String,
    /// Version.
    pub version: String,
    /// Namespace, if the path has one.
    pub namespace: Option<String>,
    /// Plural.
    pub resource: String,
    /// Name of an object.
    pub name: Option<String>,
    /// Subresource, empty for none.
    pub subresource: String,
}

/// In what form an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// Only metadata.
    Metadata,
    /// As rows to be printed.
    Table,
    /// Everything the server serves in one answer.
    Discovery,
}

impl Ask {
    /// Takes a request apart.
    pub fn new(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        Ask {
            method: parts.method.clone(),
            path: decoded(parts.uri.path()),
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(key, value)| (decoded(key), decoded(&value.replace('+', " "))))
                .collect(),
            headers: parts.headers.clone(),
        }
    }

    /// A parameter; empty when it is not there.
    pub fn get(&self, key: &str) -> &str {
        self.query.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    /// All values of a parameter.
    pub fn all(&self, key: &str) -> Vec<&str> {
        self.query.iter().filter(|(known, _)| known == key).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a parameter says yes.
    pub fn is(&self, key: &str) -> bool {
        ["true", "1"].contains(&self.get(key))
    }

    /// A parameter as a number.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.get(key).parse().ok()
    }

    /// The token of a client.
    pub fn token(&self) -> Option<&str> {
        self.header(AUTHORIZATION.as_str()).strip_prefix("Bearer ")
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The values of a header that may stand there several times, or be a list.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(',')).map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    /// Media type of the body.
    pub fn content_type(&self) -> &str {
        self.header(CONTENT_TYPE.as_str())
    }

    /// The first form that the client accepts and the server has.
    pub fn form(&self) -> Form {
        for wanted in self.header(ACCEPT.as_str()).split(',') {
            let mut parts = wanted.split(';').map(str::trim);
            if !["application/json", "*/*", "application/*"].contains(&parts.next().unwrap_or_default()) {
                continue;
            }
            match parts.find_map(|part| part.strip_prefix("as=")) {
                None => return Form::Plain,
                Some("Table") => return Form::Table,
                Some("PartialObjectMetadata" | "PartialObjectMetadataList") => return Form::Metadata,
                Some("APIGroupDiscoveryList") if wanted.contains("v=v2") && !wanted.contains("v2beta1") => {
                    return Form::Discovery;
                }
                Some(_) => {}
            }
        }
        Form::Plain
    }

    /// Who writes: the parameter, or the beginning of the client's name.
    pub fn manager(&self) -> String {
        match self.get("fieldManager") {
            "" => {
                let agent = self.header("user-agent").split('/').next().unwrap_or_default();
                if agent.is_empty() { "unknown".into() } else { agent.chars().take(128).collect() }
            }
            manager => manager.into(),
        }
    }

    /// What the path is about; none when it is not a path of the API.
    pub fn place(&self) -> Option<Place> {
        let mut segments = self.path.trim_matches('/').split('/').filter(|segment| !segment.is_empty());
        let (group, version) = match segments.next()? {
            "api" => (String::new(), segments.next()?.to_string()),
            "apis" => (segments.next()?.to_string(), segments.next()?.to_string()),
            _ => return None,
        };
        let mut place = Place { group, version, ..Place::default() };
        let rest: Vec<&str> = segments.collect();
        let rest = match rest.as_slice() {
            ["namespaces", namespace, resource, rest @ ..] if !["status", "finalize"].contains(resource) => {
                place.namespace = Some((*namespace).into());
                place.resource = (*resource).into();
                rest
            }
            [resource, rest @ ..] => {
                place.resource = (*resource).into();
                rest
            }
            [] => return Some(place),
        };
        place.name = rest.first().map(|name| (*name).into());
        place.subresource = rest.get(1..).unwrap_or_default().join("/");
        Some(place)
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        let (parts, ()) = hyper::Request::get(path).body(()).unwrap().into_parts();
        Ask::new(&parts).place().unwrap()
    }

    #[test]
    fn paths_are_taken_apart() {
        let log = place("/api/v1/namespaces/a/pods/b/log?follow=true");
        assert_eq!((log.resource.as_str(), log.name.as_deref(), log.subresource.as_str()), ("pods", Some("b"), "log"));
        assert_eq!(log.namespace.as_deref(), Some("a"));
        let namespace = place("/api/v1/namespaces/a/finalize");
        assert_eq!((namespace.resource.as_str(), namespace.name.as_deref()), ("namespaces", Some("a")));
        assert_eq!(place("/apis/apps/v1/deployments").resource, "deployments");
        assert_eq!(place("/apis/apps/v1").resource, "");
    }
}
