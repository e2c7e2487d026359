//! What a chart is called by.

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;

use super::{Wanted, repositories};
use crate::problem::Problem;

/// Where a chart is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A folder with a `Chart.yaml`.
    Folder(PathBuf),
    /// A `.tgz` on this machine.
    Archive(PathBuf),
    /// A `.tgz` somewhere else.
    Address(Url),
    /// A chart in a repository.
    Repository {
        /// The repository's address.
        address: Url,
        /// The chart's name.
        name: String,
    },
    /// A chart in a registry.
    Registry(Image),
}

/// `oci://HOST/PATH[:TAG][@DIGEST]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Host, and port if there is one.
    pub host: String,
    /// Path of the chart in the registry.
    pub path: String,
    /// Tag.
    pub tag: Option<String>,
    /// Digest of the manifest.
    pub digest: Option<String>,
}

impl Reference {
    /// What is wanted.
    ///
    /// # Errors
    /// It cannot be read, or two of its parts contradict each other.
    pub fn of(wanted: &Wanted) -> Result<Reference, Problem> {
        let chart = wanted.chart.as_str();
        if let Some(repository) = &wanted.repository {
            if repository.starts_with("oci://") {
                let image = format!("{}/{chart}", repository.trim_end_matches('/'));
                return Image::parse(&image).map(Reference::Registry);
            }
            return Ok(Reference::Repository { address: address(repository)?, name: chart.into() });
        }
        if chart.starts_with("oci://") {
            return Image::parse(chart).map(Reference::Registry);
        }
        if chart.starts_with("https://") || chart.starts_with("http://") {
            return address(chart).map(Reference::Address);
        }
        let path = chart.strip_prefix("file://").unwrap_or(chart);
        let local = Path::new(path);
        match std::fs::metadata(local) {
            Ok(meta) if meta.is_dir() => Ok(Reference::Folder(local.into())),
            Ok(_) => Ok(Reference::Archive(local.into())),
            // As with helm, `NAME/CHART` is a chart in the repository that was added under that name.
            Err(error) => match chart.split_once('/').and_then(|(name, rest)| Some((repositories::named(name)?, rest)))
            {
                Some((entry, name)) => Ok(Reference::Repository { address: address(&entry.url)?, name: name.into() }),
                None => Err(unknown(chart, &error)),
            },
        }
    }

    /// Whether somebody else has to be asked for it.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Reference::Folder(_) | Reference::Archive(_))
    }
}

fn unknown(chart: &str, error: &std::io::Error) -> Problem {
    Problem::bad_input("chart.unknown", format!("there is no chart at `{chart}`"))
        .because(format!("as a path: {error}; no repository of helm's configuration has that name either"))
        .next("name a folder, a .tgz, https://…/x.tgz, oci://REGISTRY/PATH, or a chart's name with --repo URL")
}

/// An address of HTTP.
fn address(text: &str) -> Result<Url, Problem> {
    let unusable = |why: String| {
        let shown = text.rsplit('@').next().unwrap_or(text);
        Problem::bad_input("chart.address", format!("`{shown}` is not an address that a chart can be got from"))
            .because(why)
            .next("write https://HOST/PATH, or oci://REGISTRY/PATH")
    };
    let url = Url::parse(text).map_err(|e| unusable(e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(unusable(format!("the scheme `{}` is not known", url.scheme())));
    }
    Ok(url)
}

/// A digest as it is written everywhere: `sha256:` and 64 hexadecimal digits.
pub fn digest(text: &str) -> Result<String, Problem> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(format!("sha256:{hex}"));
    }
    Err(Problem::bad_input("chart.digest", format!("`{text}` is not a digest"))
        .next("write sha256: and 64 hexadecimal digits, as `iomctl chart pull` shows them"))
}

impl Image {
    /// Reads `oci://HOST/PATH[:TAG][@sha256:…]`.
    ///
    /// # Errors
    /// It has no path, or characters that no registry takes.
    pub fn parse(text: &str) -> Result<Image, Problem> {
        let unusable = |why: &str| {
            Problem::bad_input("chart.address", format!("`{text}` is not the address of a chart in a registry"))
                .because(why)
                .next("write oci://REGISTRY/PATH/CHART, the version behind --chart-version")
        };
        let rest = text.strip_prefix("oci://").unwrap_or(text);
        let (rest, pinned) = match rest.split_once('@') {
            Some((rest, pinned)) => (rest, Some(digest(pinned)?)),
            None => (rest, None),
        };
        let (host, path) = rest.split_once('/').ok_or_else(|| unusable("there is no path behind the host"))?;
        let (path, tag) = match path.rsplit_once(':') {
            Some((path, tag)) => (path, Some(tag.replace('+', "_"))),
            None => (path, None),
        };
        let in_path = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-/".contains(&byte);
        let in_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        let in_tag = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let path = path.trim_matches('/');
        if host.is_empty() || !host.bytes().all(in_host) {
            return Err(unusable("the host has characters that none has"));
        }
        if path.is_empty() || !path.bytes().all(in_path) || path.split('/').any(|part| part.is_empty() || part == "..")
        {
            return Err(unusable("a path has lower-case letters, digits and `.`, `_`, `-`, `/`"));
        }
        if tag.as_ref().is_some_and(|tag| tag.is_empty() || tag.len() > 128 || !tag.bytes().all(in_tag)) {
            return Err(unusable("a tag has letters, digits and `.`, `_`, `-`"));
        }
        Ok(Image { host: host.into(), path: path.into(), tag, digest: pinned })
    }

    /// Name of the chart, by convention the last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oci://{}/{}", self.host, self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Folder(path) | Reference::Archive(path) => write!(f, "{}", path.display()),
            Reference::Address(url) => f.write_str(&plain(url)),
            Reference::Repository { address, name } => write!(f, "{name} in {}", plain(address)),
            Reference::Registry(image) => image.fmt(f),
        }
    }
}

/// An address without the credentials and the query that may stand in it.
pub fn plain(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_read_and_written() {
        for text in ["oci://r.io/a/b", "oci://localhost:5000/a:1.2.3", "oci://r.io/a/b:1.0.0_build"] {
            assert_eq!(Image::parse(text).unwrap().to_string(), text);
        }
        let pinned = format!("oci://r.io/a:1@sha256:{}", "a".repeat(64));
        assert_eq!(Image::parse(&pinned).unwrap().to_string(), pinned);
        assert_eq!(Image::parse("oci://r.io/a:1.0.0+x").unwrap().tag.as_deref(), Some("1.0.0_x"));
        for bad in [
            "oci://r.io",
            "oci:///a",
            "oci://r.io/",
            "oci://r.io/A",
            "oci://r.io/../a",
            "oci://r.io/a:",
            "oci://r.io/a@sha256:1",
        ] {
            assert!(Image::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_credentials_are_shown() {
        let url = Url::parse("https://me:secret@h/x.tgz?token=secret").unwrap();
        assert_eq!(Reference::Address(url).to_string(), "https://h/x.tgz");
        let bad = address("ftp://me:secret@h/x").unwrap_err().to_string();
        assert!(!bad.contains("secret"), "{bad}");
    }
}
