//! Patterns of the routing map. `v*` is `v` and digits, `*` exactly one segment, `name.*` a segment that begins with
//! `name.`, a final `...` nothing in particular. A pattern matches the path it describes and everything below it, on
//! a segment boundary: `/api/v*/auth` does not match `/api/v1/authz`.

use super::path::RequestPath;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Prefix(String),
    Version,
    Any,
}

/// A pattern that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern `{pattern}`: {why}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Pattern {
    /// Compiles a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let wrong = |why| PatternError { pattern: text.to_string(), why };
        let inner = text.strip_prefix('/').ok_or_else(|| wrong("it does not begin with a slash"))?;
        let inner = inner.strip_suffix("/...").unwrap_or(inner).trim_end_matches('/');
        let mut segments = Vec::new();
        for segment in inner.split('/').filter(|_| !inner.is_empty()) {
            segments.push(match segment {
                "" => return Err(wrong("two slashes stand together")),
                "*" => Segment::Any,
                "v*" => Segment::Version,
                "..." => return Err(wrong("`...` does not stand at the end")),
                name => match name.strip_suffix('*') {
                    Some(prefix) if !prefix.contains('*') => Segment::Prefix(prefix.to_string()),
                    None if !name.contains('*') => Segment::Literal(name.to_string()),
                    _ => return Err(wrong("`*` stands inside of a segment")),
                },
            });
        }
        Ok(Pattern { segments })
    }

    /// How many segments it fixes.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether it is `/`, which matches every path.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether it matches `path` or something above it.
    pub fn matches(&self, path: &RequestPath) -> bool {
        path.segments().len() >= self.segments.len()
            && self.segments.iter().zip(path.segments()).all(|(segment, name)| segment.matches(name))
    }

    /// What its `*` segments stand for in a path that it matches.
    pub fn captures(&self, path: &RequestPath) -> Vec<String> {
        let pairs = self.segments.iter().zip(path.segments());
        pairs.filter(|(segment, _)| **segment == Segment::Any).map(|(_, name)| name.clone()).collect()
    }

    /// How many `*` segments it has.
    pub fn captured(&self) -> usize {
        self.segments.iter().filter(|segment| **segment == Segment::Any).count()
    }

    /// Whether some path matches both.
    pub fn overlaps(&self, other: &Pattern) -> bool {
        self.segments.iter().zip(&other.segments).all(|(a, b)| a.overlaps(b))
    }
}

impl Segment {
    fn matches(&self, name: &str) -> bool {
        match self {
            Segment::Literal(literal) => literal == name,
            Segment::Prefix(prefix) => name.len() > prefix.len() && name.starts_with(prefix),
            Segment::Version => is_version(name),
            Segment::Any => true,
        }
    }

    fn overlaps(&self, other: &Segment) -> bool {
        match (self, other) {
            (Segment::Any, _) | (_, Segment::Any) | (Segment::Version, Segment::Version) => true,
            (Segment::Literal(name), segment) | (segment, Segment::Literal(name)) => segment.matches(name),
            (Segment::Prefix(a), Segment::Prefix(b)) => a.starts_with(b) || b.starts_with(a),
            (Segment::Version, Segment::Prefix(p)) | (Segment::Prefix(p), Segment::Version) => {
                p == "v" || is_version(p)
            }
        }
    }
}

/// `v` and at least one digit.
fn is_version(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(&RequestPath::parse(path).unwrap())
    }

    #[test]
    fn a_pattern_ends_on_a_segment_boundary() {
        assert!(matches("/api/v*/auth", "/api/v1/auth"));
        assert!(matches("/api/v*/auth", "/api/v1/auth/login"));
        assert!(!matches("/api/v*/auth", "/api/v1/authz"));
        assert!(!matches("/api/v*/auth", "/api/v1"));
    }

    #[test]
    fn a_version_is_v_and_digits() {
        assert!(matches("/api/v*/users", "/api/v12/users"));
        assert!(!matches("/api/v*/users", "/api/v/users"));
        assert!(!matches("/api/v*/users", "/api/vnext/users"));
    }

    #[test]
    fn a_star_at_the_end_needs_a_segment_and_dots_do_not() {
        assert!(!matches("/domains/*", "/domains"));
        assert!(matches("/domains/*", "/domains/a/b"));
        assert!(matches("/data-plane/*/jupyter/*/...", "/data-plane/ns/jupyter/nb"));
        assert!(!matches("/data-plane/*/jupyter/*/...", "/data-plane/ns/jupyter"));
    }

    #[test]
    fn a_prefix_needs_something_after_it() {
        assert!(matches("/spark.connect.*", "/spark.connect.SparkConnectService/ExecutePlan"));
        assert!(!matches("/spark.connect.*", "/spark.connect."));
        assert!(!matches("/spark.connect.*", "/spark.connect"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for pattern in ["api", "/a//b", "/.../a", "/a*b", "/*a*"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn overlap_means_that_a_path_can_match_both() {
        let overlap = |a: &str, b: &str| Pattern::parse(a).unwrap().overlaps(&Pattern::parse(b).unwrap());
        assert!(overlap("/", "/api"));
        assert!(overlap("/api/*", "/api/v*/users"));
        assert!(overlap("/a.*", "/a.b.*"));
        assert!(overlap("/v*", "/v1*"));
        assert!(!overlap("/v*", "/vx*"));
        assert!(!overlap("/api/v*/auth", "/api/v*/authz"));
    }
}
