//! Charts in registries, as much of the OCI distribution protocol as getting one takes: tags, a manifest, its blobs, and
//! the token that a registry wants for them.

pub mod replies;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LINK, WWW_AUTHENTICATE};
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use self::replies::{Challenge, Manifest, next_page, tags_in, token_in};
use super::access::{Access, Login};
use super::cache::{Cache, digest_of};
use super::reference::Image;
use super::{Fetched, MOST_BYTES, Origin, Progress, Wanted, docker, http, index, reference, wording};
use crate::helm::semver::Version;
use crate::problem::Problem;

const MANIFESTS: &str =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const CHARTS: [&str; 2] = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// The largest manifest, list of tags or answer with a token.
const MOST_ANSWER: u64 = 4 << 20;

/// Pages of tags that are asked for.
const MOST_PAGES: usize = 100;

/// The archive of a chart in a registry.
pub async fn archive(
    image: &Image,
    wanted: &Wanted,
    cache: &Cache,
    progress: Progress<'_>,
) -> Result<Fetched, Problem> {
    let mut registry = Registry::new(image, &wanted.access).await?;
    let target = match (&image.digest, &image.tag) {
        (Some(digest), _) => digest.clone(),
        (None, Some(tag)) => tag.clone(),
        (None, None) => registry.tag_of(wanted.version.as_deref(), progress).await?,
    };
    let place = match &image.digest {
        Some(_) => image.to_string(),
        None => Image { tag: Some(target.clone()), ..image.clone() }.to_string(),
    };
    let text = registry.manifest(&target, &place, progress).await?;
    let manifest_digest = digest_of(&text);
    if let Some(digest) = image.digest.as_ref().filter(|digest| **digest != manifest_digest) {
        return Err(wording::wrong_digest(&place, digest, &manifest_digest, "the reference says"));
    }
    let manifest = Manifest::read(&text).map_err(|why| {
        Problem::bad_input("chart.manifest", "the registry's manifest cannot be read").at(&place).because(why)
    })?;
    let Some(content) = manifest.layer(&CHARTS).filter(|_| manifest.config.media_type == CONFIG) else {
        return Err(Problem::bad_input("chart.manifest", "what is at this address is not a chart")
            .at(&place)
            .because(format!("its configuration is `{}`", manifest.config.media_type))
            .next("an image of a container is not a chart; check the path"));
    };
    let digest = reference::digest(&content.digest)?;
    let archive = match cache.archive(&digest) {
        Some(kept) => kept,
        None => registry.blob(&digest, "the chart", MOST_BYTES, progress).await?,
    };
    let provenance = match manifest.layer(&[PROVENANCE]).filter(|_| wanted.provenance) {
        Some(layer) => {
            let digest = reference::digest(&layer.digest)?;
            Some(registry.blob(&digest, "the provenance file", MOST_ANSWER, progress).await?)
        }
        None => None,
    };
    let origin = Origin { place, digest, manifest: Some(manifest_digest), kept_since: None };
    Ok(Fetched { archive: Some(archive), folder: None, origin: Some(origin), provenance })
}

/// The version among the tags that is meant.
pub async fn version_of(
    image: &Image,
    version: &str,
    access: &Access,
    progress: Progress<'_>,
) -> Result<String, Problem> {
    let tag = Registry::new(image, access).await?.tag_of(Some(version), progress).await?;
    Ok(tag.replace('_', "+"))
}

/// A registry, as far as one chart in it is concerned.
struct Registry<'r> {
    client: Client,
    image: &'r Image,
    base: Url,
    login: Option<Login>,
    /// Why no login was found although there may be one.
    trouble: Option<String>,
    authorization: Option<SecretString>,
}

impl<'r> Registry<'r> {
    async fn new(image: &'r Image, access: &Access) -> Result<Registry<'r>, Problem> {
        let scheme = if access.plain_http { "http" } else { "https" };
        // Docker's own registry answers under another name than the one that is written.
        let host = if image.host == "docker.io" { "registry-1.docker.io" } else { &image.host };
        let base = Url::parse(&format!("{scheme}://{host}/v2/{}/", image.path)).map_err(|e| {
            Problem::bad_input("chart.address", "this is not the address of a registry")
                .at(image.to_string())
                .because(e.to_string())
        })?;
        let (login, trouble) = match access.login() {
            Some(login) => (Some(login), None),
            None => docker::login(&image.host).await,
        };
        Ok(Registry { client: http::client(access)?, image, base, login, trouble, authorization: None })
    }

    /// The tag of a version, of the newest one in a range, or of the newest stable one.
    async fn tag_of(&mut self, version: Option<&str>, progress: Progress<'_>) -> Result<String, Problem> {
        // An exact version needs no list, which not everybody may read.
        if let Some(version) = version.filter(|version| is_exact(version)) {
            return Ok(version.replace('+', "_"));
        }
        let tags = self.tags(progress).await?;
        let mut versions: Vec<(Version, String)> = tags
            .into_iter()
            .map(|tag| tag.replace('_', "+"))
            .filter_map(|tag| Some((Version::parse(&tag).ok()?, tag)))
            .collect();
        versions.sort_by(|(a, _), (b, _)| b.compare(a));
        let listed: Vec<&str> = versions.iter().map(|(_, tag)| tag.as_str()).collect();
        let at = index::chosen(&listed, version, self.image.name(), &self.image.to_string())?;
        Ok(listed[at].replace('+', "_"))
    }

    async fn tags(&mut self, progress: Progress<'_>) -> Result<Vec<String>, Problem> {
        let what = "the list of versions";
        let mut url = self.url("tags/list")?;
        let mut tags = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.ask(&url, "application/json", what).await?;
            match answer.status() {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND => return Err(no_chart(&self.image.to_string())),
                status => return Err(self.refused(&url, status, what)),
            }
            let next = answer.headers().get(LINK).and_then(|link| next_page(link.to_str().ok()?, &url));
            let body = http::body(answer, what, MOST_ANSWER, progress).await?;
            tags.extend(tags_in(&body));
            match next {
                Some(next) => url = next,
                None => break,
            }
        }
        Ok(tags)
    }

    async fn manifest(&mut self, target: &str, place: &str, progress: Progress<'_>) -> Result<Vec<u8>, Problem> {
        let what = "the chart";
        let url = self.url(&format!("manifests/{target}"))?;
        let answer = self.ask(&url, MANIFESTS, what).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(self.not_found(place, target, progress).await),
            status => return Err(self.refused(&url, status, what)),
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.contains("text/html") {
            return Err(Problem::bad_input("chart.manifest", "the server answers with a web page: it is no registry")
                .at(place)
                .next("check the host"));
        }
        http::body(answer, "the manifest", MOST_ANSWER, progress).await
    }

    async fn blob(&mut self, digest: &str, what: &str, most: u64, progress: Progress<'_>) -> Result<Vec<u8>, Problem> {
        let url = self.url(&format!("blobs/{digest}"))?;
        let answer = self.ask(&url, "*/*", what).await?;
        if answer.status() != StatusCode::OK {
            return Err(self.refused(&url, answer.status(), what));
        }
        let bytes = http::body(answer, what, most, progress).await?;
        match digest_of(&bytes) {
            found if found == digest => Ok(bytes),
            found => Err(wording::wrong_digest(&reference::plain(&url), digest, &found, "the manifest says")),
        }
    }

    /// A tag that is not there: say which are.
    async fn not_found(&mut self, place: &str, target: &str, progress: Progress<'_>) -> Problem {
        match self.tags(progress).await {
            Ok(tags) if !tags.is_empty() => {
                let mut tags: Vec<String> = tags.into_iter().map(|tag| tag.replace('_', "+")).collect();
                tags.sort_by(|a, b| match (Version::parse(b), Version::parse(a)) {
                    (Ok(b), Ok(a)) => b.compare(&a),
                    (b, a) => b.is_ok().cmp(&a.is_ok()),
                });
                let listed: Vec<&str> = tags.iter().map(String::as_str).collect();
                match index::chosen(&listed, Some(&target.replace('_', "+")), self.image.name(), place) {
                    Err(problem) => problem,
                    Ok(_) => {
                        let what = "the registry lists this version and does not have it";
                        Problem::bad_input("chart.not-found", what).at(place.to_string())
                    }
                }
            }
            Err(problem) if problem.code == "chart.unauthorized" || problem.code == "chart.forbidden" => problem,
            _ => no_chart(place),
        }
    }

    fn url(&self, path: &str) -> Result<Url, Problem> {
        self.base.join(path).map_err(|e| {
            Problem::bad_input("chart.address", "this is not the address of a registry")
                .at(self.image.to_string())
                .because(e.to_string())
        })
    }

    fn refused(&self, url: &Url, status: StatusCode, what: &str) -> Problem {
        wording::refused(url, status, what, self.trouble.clone()).at(self.image.to_string())
    }

    /// Asks, and asks again with what the registry wants to see.
    async fn ask(&mut self, url: &Url, accept: &str, what: &str) -> Result<Response, Problem> {
        let answer = self.ask_once(url, accept).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let wanted = answer.headers().get(WWW_AUTHENTICATE).and_then(|wanted| wanted.to_str().ok()).unwrap_or_default();
        let wanted = Challenge::parse(wanted);
        match wanted {
            Some(Challenge::Basic) if self.login.is_some() => {
                let login = self.login.as_ref();
                let request = http::with_login(self.client.get(url.clone()).header(ACCEPT, accept), login);
                self.authorization = request.try_clone().and_then(|request| request.build().ok()).and_then(|request| {
                    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?.to_string();
                    Some(SecretString::from(value))
                });
            }
            Some(Challenge::Bearer { realm, service, scope }) => {
                let token = self.token(&realm, service.as_deref(), scope.as_deref(), what).await?;
                self.authorization = Some(SecretString::from(format!("Bearer {token}")));
            }
            _ => return Ok(answer),
        }
        self.ask_once(url, accept).await
    }

    async fn ask_once(&self, url: &Url, accept: &str) -> Result<Response, Problem> {
        let request = self.client.get(url.clone()).header(ACCEPT, accept);
        let own = url.host_str() == self.base.host_str();
        let request = match self.authorization.as_ref().filter(|_| own) {
            Some(value) => request.header(AUTHORIZATION, value.expose_secret()),
            None => request,
        };
        http::send(url, request).await
    }

    async fn token(
        &self,
        realm: &str,
        service: Option<&str>,
        scope: Option<&str>,
        what: &str,
    ) -> Result<String, Problem> {
        let broken = |why: String| {
            Problem::failed("chart.token", "the registry's login service cannot be used")
                .at(self.image.to_string())
                .because(why)
                .next("check the address of the registry")
        };
        let mut url = Url::parse(realm).map_err(|e| broken(e.to_string()))?;
        if url.scheme() != "https" && self.base.scheme() == "https" {
            return Err(broken(format!(
                "it is at {}, where a password could be read by everybody",
                reference::plain(&url)
            )));
        }
        let scope = scope.map_or_else(|| format!("repository:{}:pull", self.image.path), str::to_string);
        url.query_pairs_mut().extend_pairs(service.map(|service| ("service", service))).append_pair("scope", &scope);
        let answer = http::send(&url, http::with_login(self.client.get(url.clone()), self.login.as_ref())).await?;
        if answer.status() != StatusCode::OK {
            return Err(self.refused(&url, answer.status(), what));
        }
        let body = http::body(answer, "the token", MOST_ANSWER, &|_, _, _| {}).await?;
        token_in(&body).map_err(broken)
    }
}

fn no_chart(place: &str) -> Problem {
    Problem::bad_input("chart.not-found", "the registry has no such chart (404)")
        .at(place.to_string())
        .because("the path is another one there, or the user may not know that it exists")
        .next("check the path")
}

/// Whether a version has all its numbers, so that it is not a range.
pub fn is_exact(version: &str) -> bool {
    let core = version.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && Version::parse(version).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_no_exact_version() {
        assert!(is_exact("1.2.3-rc.1+b") && !is_exact("1.2") && !is_exact("^1.2.3") && !is_exact("1.2.x"));
    }
}
