//! Credentials of registries, where docker and `helm registry login` keep them: in a file, or with a helper program.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::access::Login;
use super::repositories::{MOST_BYTES, helm_folder};

/// Time that a helper may take; it may ask a person.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    auths: BTreeMap<String, Auth>,
    #[serde(rename = "credsStore")]
    store: String,
    #[serde(rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Auth {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The login of a registry, if there is one. What could not be asked is said in the second place.
pub async fn login(host: &str) -> (Option<Login>, Option<String>) {
    let mut trouble = None;
    for path in files() {
        let small = std::fs::metadata(&path).is_ok_and(|meta| meta.len() <= MOST_BYTES);
        let Some(text) = small.then(|| std::fs::read(&path).ok()).flatten() else { continue };
        let config: Config = match serde_json::from_slice(&text) {
            Ok(config) => config,
            Err(e) => {
                trouble = Some(format!("{} is not JSON (line {})", path.display(), e.line()));
                continue;
            }
        };
        let helper = config.helpers.get(host).cloned().or_else(|| Some(config.store.clone()).filter(|s| !s.is_empty()));
        if let Some(helper) = helper {
            match ask(&helper, host).await {
                Ok(Some(login)) => return (Some(login), None),
                Ok(None) => {}
                Err(why) => trouble = Some(format!("docker-credential-{helper}: {why}")),
            }
        }
        let stored =
            config.auths.iter().find(|(address, _)| server(address) == host).and_then(|(_, auth)| auth.login());
        if stored.is_some() {
            return (stored, None);
        }
    }
    (None, trouble)
}

/// `https://index.docker.io/v1/` and `index.docker.io` are the same.
fn server(address: &str) -> &str {
    let bare = address.trim_start_matches("https://").trim_start_matches("http://");
    bare.split('/').next().unwrap_or(bare)
}

impl Auth {
    fn login(&self) -> Option<Login> {
        if !self.identitytoken.is_empty() {
            let password = SecretString::from(self.identitytoken.clone());
            return Some(Login { username: String::new(), password });
        }
        if !self.password.is_empty() {
            let password = SecretString::from(self.password.clone());
            return Some(Login { username: self.username.clone(), password });
        }
        let plain = String::from_utf8(STANDARD.decode(self.auth.trim()).ok()?).ok()?;
        let (username, password) = plain.split_once(':')?;
        let password = SecretString::from(password.trim_end_matches('\0').to_string());
        Some(Login { username: username.into(), password })
    }
}

/// Helm's own file first, then docker's.
fn files() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let helm = variable("HELM_REGISTRY_CONFIG").or_else(|| Some(helm_folder()?.join("registry/config.json")));
    let docker = variable("DOCKER_CONFIG").or_else(|| Some(variable("HOME")?.join(".docker")));
    helm.into_iter().chain(docker.map(|folder| folder.join("config.json"))).collect()
}

/// Asks `docker-credential-NAME get`, which reads the server from its input.
async fn ask(helper: &str, host: &str) -> Result<Option<Login>, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !helper.bytes().all(plain) {
        return Err("its name has characters that no program's has".into());
    }
    let mut command = Command::new(format!("docker-credential-{helper}"));
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let asked = async {
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(host.as_bytes()).await?;
        }
        child.wait_with_output().await
    };
    match timeout(PATIENCE, asked).await {
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        Ok(Err(e)) => Err(e.to_string()),
        // It says so when it knows nothing of the server, too.
        Ok(Ok(output)) if !output.status.success() => Ok(None),
        Ok(Ok(output)) => {
            let answer: Answer =
                serde_json::from_slice(&output.stdout).map_err(|_| "it did not answer with JSON".to_string())?;
            let username = if answer.username == "<token>" { String::new() } else { answer.username };
            Ok(Some(Login { username, password: SecretString::from(answer.secret) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn stored_logins_are_read_in_all_their_forms() {
        let of = |json: &str| serde_json::from_str::<Auth>(json).unwrap().login();
        let login = of(r#"{"auth": "bWU6czpl"}"#).unwrap();
        assert_eq!((login.username.as_str(), login.password.expose_secret()), ("me", "s:e"));
        assert!(of(r#"{"auth": ""}"#).is_none());
        assert_eq!(of(r#"{"identitytoken": "t"}"#).unwrap().username, "");
        assert_eq!(server("https://index.docker.io/v1/"), "index.docker.io");
    }
}
