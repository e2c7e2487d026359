//! Opening a session: one plain message within seconds when that is not possible.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::apimachinery::pkg::version::Info;
use kube::{Client, Config};
use tokio::time::timeout;

use super::kinds::Kinds;
use super::kubeconfig::{self, Target};
use super::wording;
use super::{Driver, Failure};
use crate::problem::Problem;

/// How long a TCP and TLS handshake may take. An unreachable address should be known soon.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// How long the first questions (version and discovery) may take together.
const GREETING: Duration = Duration::from_secs(12);

/// Times the first questions are asked on a line that breaks.
const TRIES: u32 = 4;

/// Time before they are asked again; doubled each time.
const PAUSE: Duration = Duration::from_millis(250);

/// What the command line says about the cluster; what is missing follows kubectl's rules.
#[derive(Debug, Clone, Default)]
pub struct ConnectOptions {
    /// Kubeconfig file instead of `KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
    /// Context instead of the current one.
    pub context: Option<String>,
    /// Namespace instead of the context's.
    pub namespace: Option<String>,
}

/// An open connection to one API server, with what it serves.
#[derive(Clone)]
pub struct Session {
    pub(super) client: Client,
    /// For further connections.
    pub(super) config: Arc<Config>,
    /// Context of the kubeconfig; none inside a pod.
    pub context: Option<String>,
    /// The API server's address.
    pub server: String,
    /// Namespace of the release.
    pub namespace: String,
    /// Version of the API server, e.g. `v1.36.3`.
    pub version: String,
    /// What the server serves.
    pub kinds: Kinds,
    /// Where Helm was told to keep the records of releases.
    pub driver: Driver,
}

/// Address of the API server and namespace that the options mean, without connecting.
///
/// # Errors
/// As for [`Session::connect`], as far as the kubeconfig is concerned.
pub async fn address(options: &ConnectOptions) -> Result<(String, String), Problem> {
    let Target { config, namespace, .. } = kubeconfig::target(options).await?;
    Ok((server(&config), namespace))
}

fn server(config: &kube::Config) -> String {
    config.cluster_url.to_string().trim_end_matches('/').to_string()
}

/// The first questions. On a line that breaks now and then they are asked again, as all later ones are; a server that is
/// not there at all is told at once.
async fn greet(client: &Client) -> Result<(Info, Kinds), kube::Error> {
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match tokio::try_join!(client.apiserver_version(), Kinds::discover(client)) {
            Err(e) if is_passing(&e) => tokio::time::sleep(pause).await,
            decided => return decided,
        }
        pause *= 2;
    }
    tokio::try_join!(client.apiserver_version(), Kinds::discover(client))
}

/// Whether a first question may be answered when it is asked again: the server was there, and busy, or the line broke.
fn is_passing(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => Failure::from_status(status).is_passing(),
        kube::Error::HyperError(_) | kube::Error::Service(_) => !wording::chain(error).contains("(Connect)"),
        _ => false,
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("server", &self.server).field("namespace", &self.namespace).finish()
    }
}

impl Session {
    /// Connects, learns the server's version and everything it serves (three requests at once).
    ///
    /// # Errors
    /// A [`Problem`] with exit code 2 when the kubeconfig, the context or `HELM_DRIVER` cannot be used, 5 when the server cannot be
    /// reached, is not trusted, or does not accept the credentials.
    pub async fn connect(options: &ConnectOptions) -> Result<Session, Problem> {
        let driver = Driver::from_env()?;
        let Target { mut config, context, namespace } = kubeconfig::target(options).await?;
        config.connect_timeout = Some(CONNECT);
        // Busy answers are retried by whoever asked, visibly; the client's own retries would hide minutes.
        config.default_retry = false;
        let server = server(&config);
        let wording = wording::Connection::new(&server, context.as_deref(), &config.auth_info);
        let config = Arc::new(config);
        let client = Client::try_from((*config).clone()).map_err(|e| wording.problem(&e))?;
        let greeting = greet(&client);
        let (version, kinds) = match timeout(GREETING, greeting).await {
            Err(_) => return Err(wording.silent(GREETING)),
            Ok(Err(e)) => return Err(wording.problem(&e)),
            Ok(Ok(answer)) => answer,
        };
        if kinds.is_empty() {
            return Err(wording.too_old(&version.git_version));
        }
        Ok(Session { client, config, context, server, namespace, version: version.git_version, kinds, driver })
    }

    /// The same connection with what the server serves now, after definitions were added.
    pub async fn rediscovered(&self) -> Result<Session, Failure> {
        let kinds = Kinds::discover(&self.client).await?;
        Ok(Session { kinds, ..self.clone() })
    }
}
