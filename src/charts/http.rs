//! One request after the other over HTTP, each with limits on time and size.

use std::time::Duration;

use reqwest::{Certificate, Client, Identity, RequestBuilder, Response, StatusCode, Url};
use secrecy::ExposeSecret;

use super::access::{Access, Login};
use super::cache::digest_of;
use super::{Fetched, MOST_BYTES, Origin, Progress, reference, wording};
use crate::problem::Problem;

/// Time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);

/// Time between two parts of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest provenance file.
const MOST_PROVENANCE: u64 = 1 << 20;

/// A client with the trust that the operator gives.
pub fn client(access: &Access) -> Result<Client, Problem> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("iomctl/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .read_timeout(PATIENCE)
        .tls_danger_accept_invalid_certs(access.insecure);
    if let Some(path) = &access.ca_file {
        let what = "the file of trusted certificates";
        let trusted = Certificate::from_pem_bundle(&wording::pem(path, what)?);
        let trusted = trusted.map_err(|e| wording::bad_file(path, what, e))?;
        if trusted.is_empty() {
            return Err(wording::bad_file(path, what, "there is no certificate in it"));
        }
        builder = builder.tls_certs_merge(trusted);
    }
    if let Some(path) = &access.cert_file {
        let what = "our own certificate";
        let mut pem = wording::pem(path, what)?;
        if let Some(key) = &access.key_file {
            pem.push(b'\n');
            pem.extend(wording::pem(key, "the key of our own certificate")?);
        }
        builder = builder.identity(Identity::from_pem(&pem).map_err(|e| wording::bad_file(path, what, e))?);
    }
    builder.build().map_err(|e| {
        Problem::failed("chart.client", "requests to the server of the chart cannot be made").because(e.to_string())
    })
}

/// A request with a login.
pub fn with_login(request: RequestBuilder, login: Option<&Login>) -> RequestBuilder {
    match login {
        Some(login) => request.basic_auth(&login.username, Some(login.password.expose_secret())),
        None => request,
    }
}

/// Sends a request; whatever the status is, it is an answer.
pub async fn send(url: &Url, request: RequestBuilder) -> Result<Response, Problem> {
    request.send().await.map_err(|e| wording::unanswered(url, &e, PATIENCE))
}

/// The body of an answer, up to a limit.
pub async fn body(mut answer: Response, what: &str, most: u64, progress: Progress<'_>) -> Result<Vec<u8>, Problem> {
    let url = answer.url().clone();
    let size = answer.content_length();
    if size.is_some_and(|size| size > most) {
        return Err(wording::too_large(reference::plain(&url), what, most));
    }
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|e| wording::unanswered(&url, &e, PATIENCE))? {
        if (bytes.len() + part.len()) as u64 > most {
            return Err(wording::too_large(reference::plain(&url), what, most));
        }
        bytes.extend_from_slice(&part);
        progress(what, bytes.len() as u64, size);
    }
    Ok(bytes)
}

/// What is at an address.
pub async fn get(
    url: &Url,
    access: &Access,
    what: &str,
    most: u64,
    progress: Progress<'_>,
) -> Result<Vec<u8>, Problem> {
    let client = client(access)?;
    progress(what, 0, None);
    let answer = send(url, with_login(client.get(url.clone()), access.login().as_ref())).await?;
    match answer.status() {
        StatusCode::OK => body(answer, what, most, progress).await,
        status => Err(wording::refused(url, status, what, None)),
    }
}

/// The archive at an address.
pub async fn archive(url: &Url, access: &Access, provenance: bool, progress: Progress<'_>) -> Result<Fetched, Problem> {
    let access = access.for_repository(&folder_of(url));
    let archive = get(url, &access, "the chart", MOST_BYTES, progress).await?;
    let provenance = if provenance { signature(url, &access, progress).await } else { None };
    let origin = Origin { place: reference::plain(url), digest: digest_of(&archive), manifest: None, kept_since: None };
    Ok(Fetched { archive: Some(archive), folder: None, origin: Some(origin), provenance })
}

/// The provenance file beside an archive; most have none.
pub async fn signature(url: &Url, access: &Access, progress: Progress<'_>) -> Option<Vec<u8>> {
    let mut beside = url.clone();
    beside.set_path(&format!("{}.prov", url.path()));
    get(&beside, access, "the provenance file", MOST_PROVENANCE, progress).await.ok()
}

/// The address without its last part: a repository, if helm knows it.
fn folder_of(url: &Url) -> Url {
    let mut folder = url.clone();
    if let Ok(mut parts) = folder.path_segments_mut() {
        parts.pop();
    }
    folder
}
