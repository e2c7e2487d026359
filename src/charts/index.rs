//! Repositories over HTTP: `index.yaml` says which charts and versions there are, where, and with which digest.

use std::cmp::Reverse;

use reqwest::Url;

use super::cache::{Cache, digest_of};
use super::{Fetched, MOST_BYTES, Origin, Progress, Wanted, http, reference, wording};
use crate::helm::data::Data;
use crate::helm::semver::{Constraint, Version};
use crate::helm::yaml;
use crate::problem::Problem;

/// The largest index that is taken; those of the largest public repositories have half of it.
const MOST_INDEX: u64 = 48 << 20;

/// Versions and names that a problem lists.
const LISTED: usize = 10;

/// A version of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Version.
    pub version: String,
    /// Where it is, as the index says it.
    pub url: String,
    /// Digest of the archive; empty if the index does not say.
    pub digest: String,
}

/// The archive of a chart in a repository.
pub async fn archive(
    address: &Url,
    name: &str,
    wanted: &Wanted,
    cache: &Cache,
    progress: Progress<'_>,
) -> Result<Fetched, Problem> {
    let access = wanted.access.for_repository(address);
    let entries = entries(address, name, wanted, progress).await?;
    let entry = choose(&entries, wanted.version.as_deref(), name, &reference::plain(address))?;
    let url = resolve(address, &entry.url)?;
    let said = if entry.digest.is_empty() { None } else { Some(reference::digest(&entry.digest)?) };
    let access = access.for_other(address, &url);
    let kept = said.as_ref().and_then(|digest| cache.archive(digest));
    let archive = match kept {
        Some(kept) => kept,
        None => http::get(&url, &access, "the chart", MOST_BYTES, progress).await?,
    };
    let digest = digest_of(&archive);
    if let Some(said) = said.filter(|said| *said != digest) {
        return Err(wording::wrong_digest(&reference::plain(&url), &said, &digest, "the index says"));
    }
    let provenance = if wanted.provenance { http::signature(&url, &access, progress).await } else { None };
    let origin = Origin { place: reference::plain(&url), digest, manifest: None, kept_since: None };
    Ok(Fetched { archive: Some(archive), folder: None, origin: Some(origin), provenance })
}

/// The versions of a chart that a repository has, newest first.
pub async fn entries(
    address: &Url,
    name: &str,
    wanted: &Wanted,
    progress: Progress<'_>,
) -> Result<Vec<Entry>, Problem> {
    let access = wanted.access.for_repository(address);
    let index = resolve(address, "index.yaml")?;
    let text = http::get(&index, &access, "the index of the repository", MOST_INDEX, progress).await?;
    read(&text, name, &reference::plain(&index))
}

/// An address in an index: absolute, or relative to the repository. The query of the repository is kept.
///
/// # Errors
/// It is no address of HTTP.
pub fn resolve(address: &Url, url: &str) -> Result<Url, Problem> {
    let mut base = address.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", address.path()));
    }
    let absolute = Url::parse(url).is_ok();
    let found = base.join(url).ok().filter(|found| matches!(found.scheme(), "http" | "https"));
    let mut found = found.ok_or_else(|| {
        Problem::bad_input("chart.index", format!("the index has an address that cannot be used: `{url}`"))
            .at(reference::plain(address))
            .next("tell whoever runs the repository")
    })?;
    if !absolute {
        found.set_query(address.query());
        let _ = found.set_username(address.username());
        let _ = found.set_password(address.password());
    }
    Ok(found)
}

/// Reads the versions of one chart out of an index; `place` is what a problem is told at.
///
/// # Errors
/// It is no index, or does not have the chart.
pub fn read(text: &[u8], name: &str, place: &str) -> Result<Vec<Entry>, Problem> {
    let broken = |what: &str| {
        Problem::bad_input("chart.index", format!("the index of the repository {what}"))
            .because("the address is not that of a repository, or its index was written badly")
            .next("check the address: `URL/index.yaml` must be the index")
    };
    let data = yaml::parse_keeping_integers(text).map_err(|e| {
        let at = match e.place() {
            Some((line, Some(column))) => format!("{place}, line {line}, column {column}"),
            Some((line, None)) => format!("{place}, line {line}"),
            None => place.to_string(),
        };
        broken("is not YAML").at(at).evidence(e.to_string())
    })?;
    let charts = data.as_table().and_then(|table| table.get("entries")).and_then(Data::as_table);
    let Some(charts) = charts else { return Err(broken("has no entries").at(place)) };
    let Some(versions) = charts.get(name) else {
        return Err(no_chart(name, charts.keys().map(String::as_str), place));
    };
    let Data::List(versions) = versions else {
        return Err(broken(&format!("has no list of versions of `{name}`")).at(place));
    };
    let mut entries: Vec<(Version, Entry)> = versions.iter().filter_map(entry).collect();
    entries.sort_by(|(a, _), (b, _)| b.compare(a));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// What is not a version with an address is passed over, as helm does.
fn entry(data: &Data) -> Option<(Version, Entry)> {
    let table = data.as_table()?;
    let text = |key: &str| table.get(key).and_then(Data::as_str).unwrap_or_default().to_string();
    let version = text("version");
    let url = match table.get("urls")? {
        Data::List(urls) => urls.first()?.as_str()?.to_string(),
        _ => return None,
    };
    Some((Version::parse(&version).ok()?, Entry { version, url, digest: text("digest") }))
}

fn no_chart<'n>(name: &str, known: impl Iterator<Item = &'n str>, place: &str) -> Problem {
    let mut known: Vec<&str> = known.collect();
    let count = known.len();
    known.sort_by_cached_key(|other| (Reverse((strsim::jaro_winkler(name, other) * 1000.0) as i64), other.to_string()));
    known.truncate(LISTED);
    let problem =
        Problem::bad_input("chart.unknown", format!("the repository has no chart `{name}`")).at(place.to_string());
    match count {
        0 => problem.next("it is empty: check the address"),
        _ => problem.next(format!("it has {count}, among them: {}", known.join(", "))),
    }
}

/// The version that is meant: that very one, or the newest in the range, or the newest stable one.
///
/// # Errors
/// There is none, or what is wanted is neither a version nor a range.
pub fn choose<'e>(entries: &'e [Entry], version: Option<&str>, name: &str, place: &str) -> Result<&'e Entry, Problem> {
    let versions: Vec<&str> = entries.iter().map(|entry| entry.version.as_str()).collect();
    chosen(&versions, version, name, place).map(|at| &entries[at])
}

/// The place of the version that is meant in a list that begins with the newest.
pub fn chosen(versions: &[&str], version: Option<&str>, name: &str, place: &str) -> Result<usize, Problem> {
    let wanted = version.filter(|version| !version.is_empty());
    if let Some(at) = versions.iter().position(|known| Some(*known) == wanted) {
        return Ok(at);
    }
    let range = Constraint::parse(wanted.unwrap_or("*")).map_err(|why| {
        Problem::bad_input(
            "chart.version",
            format!("`{}` is neither a version nor a range", wanted.unwrap_or_default()),
        )
        .because(why)
        .next("write 1.2.3, or a range such as ^1.2 or '>=1.2 <2'")
    })?;
    let fits = |known: &&str| Version::parse(known).is_ok_and(|known| range.allows(&known));
    if let Some(at) = versions.iter().position(fits) {
        return Ok(at);
    }
    let what = match wanted {
        Some(wanted) => format!("there is no version {wanted} of `{name}`"),
        None => format!("there is no stable version of `{name}`"),
    };
    let more =
        if versions.len() > LISTED { format!(" and {} older ones", versions.len() - LISTED) } else { String::new() };
    let listed = versions.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    let problem = Problem::bad_input("chart.no-version", what).at(place.to_string());
    Err(match listed.as_str() {
        "" => problem.next("there are none at all: check the name"),
        listed => problem.next(format!("there are: {listed}{more}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "apiVersion: v1\nentries:\n  web:\n  - {version: 1.0.0, urls: [charts/web-1.0.0.tgz], digest: aa}\n  \
        - {version: 1.10.0, urls: [web-1.10.0.tgz]}\n  - {version: 2.0.0-rc.1, urls: [x]}\n  - {version: x, urls: [x]}\n  \
        - {version: 1.2.0, urls: []}\n";

    #[test]
    fn the_newest_stable_version_is_meant_unless_another_is_named() {
        let entries = read(INDEX.as_bytes(), "web", "p").unwrap();
        let version = |wanted| choose(&entries, wanted, "web", "p").map(|entry| entry.version.clone());
        assert_eq!(version(None).unwrap(), "1.10.0");
        assert_eq!(version(Some("2.0.0-rc.1")).unwrap(), "2.0.0-rc.1");
        assert_eq!(version(Some("~1.0")).unwrap(), "1.0.0");
        let none = version(Some("3.x")).unwrap_err().to_string();
        assert!(none.contains("there are: 2.0.0-rc.1, 1.10.0, 1.0.0"), "{none}");
        assert!(version(Some("!")).unwrap_err().to_string().contains("neither a version nor a range"));
    }

    #[test]
    fn what_is_no_index_is_located() {
        let said = |text: &str, name: &str| read(text.as_bytes(), name, "u").unwrap_err().to_string();
        assert!(said("a: 1\nb: [\n", "web").contains("u, line"), "{}", said("a: 1\nb: [\n", "web"));
        assert!(said("<html></html>", "web").contains("has no entries"));
        assert!(said(INDEX, "wab").contains("it has 1, among them: web"));
    }

    #[test]
    fn addresses_are_relative_to_the_repository() {
        let resolved = |base: &str, url: &str| resolve(&Url::parse(base).unwrap(), url).map(|url| url.to_string());
        assert_eq!(resolved("https://h/a", "charts/x.tgz").unwrap(), "https://h/a/charts/x.tgz");
        assert_eq!(resolved("https://h/a/?t=1", "x.tgz").unwrap(), "https://h/a/x.tgz?t=1");
        assert_eq!(resolved("https://h/a", "https://o/x.tgz").unwrap(), "https://o/x.tgz");
        assert!(resolved("https://h/a", "file:///etc/passwd").is_err());
    }
}
