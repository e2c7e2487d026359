//! Versions and constraints as Helm compares them: lenient (`v1.2`), pre-releases only where a constraint names one.
//!
//! Cargo's SemVer means other things by `1.2`, `~`, `^` and by pre-releases, so it cannot stand in.

mod constraint;
mod version;

pub use constraint::Constraint;
pub use version::Version;

/// Whether `version` is one that `constraint` allows; no if either cannot be read.
pub fn compatible(constraint: &str, version: &str) -> bool {
    match (Version::parse(version), Constraint::parse(constraint)) {
        (Ok(version), Ok(constraint)) => constraint.allows(&version),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_allow_what_helm_allows() {
        for (constraint, version, wanted) in [
            (">=1.19", "v1.30.2-gke.1", false),
            (">=1.19-0", "v1.30.2-gke.1", true),
            (">1.2", "1.2.5", false),
            (">1.2", "1.3.0", true),
            ("^1.2", "1.9.9", true),
            ("^0.2", "0.3.0", false),
            ("^0.0.3", "0.0.4", false),
            ("~1.2.3", "1.2.9", true),
            ("~1.2.3", "1.3.0", false),
            ("1.2.x", "1.2.7", true),
            ("1", "1.7.0", true),
            ("*", "9.9.9", true),
            ("*", "9.9.9-rc1", false),
            ("1.0 - 2.0", "2.0.0", true),
            (">=1.0 <2 || 3.*", "3.1.4", true),
            (">=1.0, <2", "2.0.0", false),
            ("!=1.2", "1.2.9", false),
            ("!=1.2", "1.3.0", true),
            ("<=1.2", "1.2.9", true),
            ("=<1.2.3", "1.2.4", false),
            (">=1.0.0-rc.2", "1.0.0-rc.10", true),
            ("", "1.0.0", false),
            ("1.2.3.4", "1.2.3", false),
            ("latest", "1.2.3", false),
        ] {
            assert_eq!(compatible(constraint, version), wanted, "{constraint:?} {version}");
        }
    }

    #[test]
    fn versions_are_lenient_but_not_loose() {
        assert_eq!(Version::parse("v1.2").unwrap().to_string(), "1.2.0");
        assert_eq!(Version::parse("1.2.3-a.1+b").unwrap().to_string(), "1.2.3-a.1+b");
        for bad in ["", "1.", "1.2.3.4", "x", "1.2.3-01", "1.2.3-", "V1"] {
            assert!(Version::parse(bad).is_err(), "{bad:?}");
        }
    }
}
