//! The repositories that were added with `helm repo add`: `repositories.yaml`.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;

/// The largest configuration file that is read.
pub(super) const MOST_BYTES: u64 = 4 << 20;

/// A repository.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    pub name: String,
    pub url: String,
    pub username: String,
    pub password: String,
    #[serde(rename = "certFile")]
    pub cert_file: String,
    #[serde(rename = "keyFile")]
    pub key_file: String,
    #[serde(rename = "caFile")]
    pub ca_file: String,
    pub insecure_skip_tls_verify: bool,
    pub pass_credentials_all: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    repositories: Vec<Entry>,
}

/// The repository of this name.
pub fn named(name: &str) -> Option<Entry> {
    all().into_iter().find(|entry| entry.name == name)
}

/// The repository at this address.
pub fn at(address: &Url) -> Option<Entry> {
    let same = |url: &str| Url::parse(url).is_ok_and(|url| bare(&url) == bare(address));
    all().into_iter().find(|entry| same(&entry.url))
}

fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_ascii_lowercase()
}

fn all() -> Vec<Entry> {
    let Some(path) = file() else { return Vec::new() };
    let small = std::fs::metadata(&path).is_ok_and(|meta| meta.len() <= MOST_BYTES);
    let text = if small { std::fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
    serde_yaml::from_str::<File>(&text).unwrap_or_default().repositories
}

fn file() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("HELM_REPOSITORY_CONFIG").filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    Some(helm_folder()?.join("repositories.yaml"))
}

/// The folder of helm's configuration.
pub(super) fn helm_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || Some(variable("HOME")?.join(".config"));
    variable("HELM_CONFIG_HOME").or_else(|| Some(variable("XDG_CONFIG_HOME").or_else(home)?.join("helm")))
}
