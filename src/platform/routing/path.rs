//! The path of a request as nginx sees it before it looks for a location: decoded, without query and fragment,
//! slashes merged, `.` and `..` resolved.

use std::fmt;

/// A normalised request path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPath {
    segments: Vec<String>,
    slash_at_end: bool,
}

/// Why a text is not a path that the gateway would look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing was given.
    #[error("the path is empty")]
    Empty,
    /// A method stands before the path, as in an access log.
    #[error("`{method}` is a method, not part of the path")]
    Method {
        /// The method.
        method: String,
        /// What follows it.
        rest: String,
    },
    /// It does not begin with `/` and is no URL.
    #[error("`{0}` does not begin with a slash")]
    NoLeadingSlash(String),
    /// It holds a blank or a control character.
    #[error("`{0}` holds a blank or a control character, which no request line can carry")]
    Blank(String),
    /// `%` without two hexadecimal digits, or `%00`.
    #[error("`{0}` is no percent-encoded byte; the gateway answers 400")]
    BadEscape(String),
    /// `..` leads above the root.
    #[error("`{0}` leads above the root; the gateway answers 400")]
    AboveRoot(String),
}

impl RequestPath {
    /// Reads a path or a whole URL, whose scheme and host are left out.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if let Some((method, rest)) = text.split_once(' ')
            && !method.is_empty()
            && method.chars().all(|c| c.is_ascii_uppercase())
        {
            return Err(PathError::Method { method: method.to_string(), rest: rest.trim().to_string() });
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(PathError::Blank(text.to_string()));
        }
        let path = without_origin(text);
        let path = path.split(['?', '#']).next().unwrap_or(path);
        if !path.starts_with('/') {
            return Err(PathError::NoLeadingSlash(text.to_string()));
        }
        let decoded = decode(path)?;
        let mut segments: Vec<String> = Vec::new();
        for segment in decoded.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop().ok_or_else(|| PathError::AboveRoot(text.to_string()))?;
                }
                name => segments.push(name.to_string()),
            }
        }
        let slash_at_end = ["/", "/.", "/.."].iter().any(|end| decoded.ends_with(end)) && !segments.is_empty();
        Ok(RequestPath { segments, slash_at_end })
    }

    /// The parts between the slashes; none is empty.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl fmt::Display for RequestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{}", self.segments.join("/"), if self.slash_at_end { "/" } else { "" })
    }
}

/// `https://host/path` without scheme and host.
fn without_origin(text: &str) -> &str {
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') {
        return text;
    }
    rest.find('/').map_or("/", |slash| &rest[slash..])
}

fn decode(path: &str) -> Result<String, PathError> {
    for (at, _) in path.match_indices('%') {
        let digits = path.get(at + 1..at + 3).unwrap_or("");
        let hexadecimal = digits.len() == 2 && digits.chars().all(|c| c.is_ascii_hexdigit());
        if !hexadecimal || digits == "00" {
            return Err(PathError::BadEscape(path[at..].chars().take(3).collect()));
        }
    }
    Ok(percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        RequestPath::parse(text).unwrap().to_string()
    }

    #[test]
    fn sees_what_nginx_sees() {
        assert_eq!(seen("/"), "/");
        assert_eq!(seen("//api///v1/users/"), "/api/v1/users/");
        assert_eq!(seen("/api/v1/./domains/../users?page=2#top"), "/api/v1/users");
        assert_eq!(seen("/a%2Fb%20c"), "/a/b c");
        assert_eq!(seen("/a/.."), "/");
    }

    #[test]
    fn a_url_is_reduced_to_its_path() {
        assert_eq!(seen("https://iomete.example:8443/admin/users?x=1"), "/admin/users");
        assert_eq!(seen("https://iomete.example"), "/");
    }

    #[test]
    fn what_is_no_path_is_refused_in_words() {
        let refused = |text: &str| RequestPath::parse(text).unwrap_err().to_string();
        assert_eq!(refused(""), "the path is empty");
        assert_eq!(refused("api/v1"), "`api/v1` does not begin with a slash");
        assert_eq!(refused("GET /api/v1"), "`GET` is a method, not part of the path");
        assert_eq!(refused("/a b"), "`/a b` holds a blank or a control character, which no request line can carry");
        assert_eq!(refused("/a%zz"), "`%zz` is no percent-encoded byte; the gateway answers 400");
        assert_eq!(refused("/a%00"), "`%00` is no percent-encoded byte; the gateway answers 400");
        assert_eq!(refused("/a%é"), "`%é` is no percent-encoded byte; the gateway answers 400");
        assert_eq!(refused("/a/../.."), "`/a/../..` leads above the root; the gateway answers 400");
    }
}
