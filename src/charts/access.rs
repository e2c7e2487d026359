//! With which credentials and trust a server is asked.

use std::path::PathBuf;

use reqwest::Url;
use secrecy::SecretString;

use super::repositories;

/// What the operator says; what is missing is taken from the configuration of helm and docker.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// User.
    pub username: Option<String>,
    /// Their password.
    pub password: Option<SecretString>,
    /// Certificates of authorities that are trusted besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// Certificate that identifies us.
    pub cert_file: Option<PathBuf>,
    /// Its key.
    pub key_file: Option<PathBuf>,
    /// Whoever answers is believed.
    pub insecure: bool,
    /// Registries are asked without TLS.
    pub plain_http: bool,
    /// Credentials go to every server that a repository refers to.
    pub pass_credentials: bool,
}

/// A user and their password.
#[derive(Debug, Clone)]
pub struct Login {
    /// User; empty for a token.
    pub username: String,
    /// Password or token.
    pub password: SecretString,
}

impl Access {
    /// What the operator typed.
    pub fn login(&self) -> Option<Login> {
        let password = self.password.clone()?;
        Some(Login { username: self.username.clone().unwrap_or_default(), password })
    }

    /// With what helm's configuration says of a repository, where the operator says nothing.
    pub fn for_repository(&self, address: &Url) -> Access {
        let mut access = self.clone();
        let Some(entry) = repositories::at(address) else { return access };
        if access.password.is_none() && !entry.password.is_empty() {
            access.username = Some(entry.username);
            access.password = Some(SecretString::from(entry.password));
            access.pass_credentials |= entry.pass_credentials_all;
        }
        let path = |text: String| (!text.is_empty()).then(|| PathBuf::from(text));
        access.ca_file = access.ca_file.or_else(|| path(entry.ca_file));
        access.cert_file = access.cert_file.or_else(|| path(entry.cert_file));
        access.key_file = access.key_file.or_else(|| path(entry.key_file));
        access.insecure |= entry.insecure_skip_tls_verify;
        access
    }

    /// As far as it is meant for another server that a repository refers to.
    pub fn for_other(&self, from: &Url, to: &Url) -> Access {
        let same = from.scheme() == to.scheme()
            && from.host_str() == to.host_str()
            && from.port_or_known_default() == to.port_or_known_default();
        if same || self.pass_credentials {
            return self.clone();
        }
        Access { username: None, password: None, ..self.clone() }
    }
}
