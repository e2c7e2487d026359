//! The chain of errors under a failed connection, told as one sentence an operator can act on.

use std::error::Error;
use std::time::Duration;

use kube::config::AuthInfo;

use crate::problem::{Outcome, Problem};

/// Signs in the text of an error chain, most specific first: code, sentence, cause, next action.
const SIGNS: &[(&[&str], &str, &str, &str)] = &[
    (
        &["dns error", "failed to lookup", "name or service not known"],
        "the host name is not known",
        "a typing error in the kubeconfig, or the VPN or DNS is not available",
        "check the name with `getent hosts`",
    ),
    (
        &["tunnel error", "proxy"],
        "the proxy on the way to it fails",
        "the proxy of the kubeconfig (proxy-url) or of HTTPS_PROXY is down, or does not let this connection pass",
        "check the proxy's address; a server that needs none belongs into NO_PROXY",
    ),
    (
        &["connection refused"],
        "the connection is refused",
        "the API server is down or listens on another port",
        "check the address of the context's cluster, and whether the server runs",
    ),
    (
        &["network is unreachable", "no route to host"],
        "there is no route to it",
        "the VPN is not connected, or a firewall blocks the way",
        "connect to the network of the cluster and try again",
    ),
    (
        &["deadline has elapsed", "timed out", "timeout"],
        "it does not answer",
        "a firewall drops the packets, or the VPN is not connected",
        "connect to the network of the cluster and try again",
    ),
    (
        &["unknownissuer", "unknown issuer", "unable to get local issuer", "badsignature"],
        "its certificate is signed by an unknown authority",
        "certificate-authority-data in the kubeconfig belongs to another cluster, or a proxy intercepts TLS",
        "get a fresh kubeconfig for this cluster",
    ),
    (
        &["notvalidforname", "not valid for name"],
        "its certificate is for another name",
        "the address in the kubeconfig is not among the names of the server's certificate",
        "use an address of the certificate, or set tls-server-name",
    ),
    (
        &["invalid peer certificate: expired", "certificate expired"],
        "its certificate has expired",
        "the server's certificate was not renewed, or this machine's clock is wrong",
        "check `date`, then renew the API server's certificate",
    ),
    (
        &["received fatal alert", "alertreceived"],
        "it does not accept the client certificate",
        "the client certificate is expired or of another authority",
        "get a fresh kubeconfig for this cluster",
    ),
    (
        &["invalidcontenttype", "corrupt message", "invalidmessage"],
        "it does not speak TLS",
        "the address is of a plain HTTP server, or the port is wrong",
        "check scheme and port of the context's cluster",
    ),
];

/// The words for everything that can go wrong before the first answer.
pub(super) struct Connection<'c> {
    server: &'c str,
    context: Option<&'c str>,
    expired: Option<String>,
    plugin: Option<String>,
}

impl<'c> Connection<'c> {
    pub fn new(server: &'c str, context: Option<&'c str>, auth: &AuthInfo) -> Self {
        let plugin = auth.exec.as_ref().and_then(|exec| exec.command.clone());
        Connection { server, context, expired: expired_certificate(auth), plugin }
    }

    /// The problem behind a failed first request.
    pub fn problem(&self, error: &kube::Error) -> Problem {
        match error {
            kube::Error::Api(status) if status.code == 401 => self.not_accepted(),
            kube::Error::Api(status) => self
                .unreachable(format!("it answers {} {}", status.code, status.message.trim()))
                .next("check with `kubectl version` whether the server is healthy"),
            kube::Error::Auth(_) => {
                let problem =
                    Problem::new(Outcome::Unreachable, "cluster.credentials", "the credentials cannot be obtained")
                        .at(self.place());
                match &self.plugin {
                    Some(plugin) => problem
                        .because(format!("the plugin `{plugin}` of the kubeconfig fails: {}", chain(error)))
                        .next(format!("run `{plugin}` by hand, or log in to the cluster again")),
                    None => problem.because(chain(error)).next("run the login command of your cluster, then try again"),
                }
            }
            kube::Error::SerdeError(_) => self
                .unreachable("what answers is not a Kubernetes API server".into())
                .next("check the address of the context's cluster"),
            _ => self.by_signs(&chain(error)),
        }
    }

    /// Connected, but no answer in time.
    pub fn silent(&self, waited: Duration) -> Problem {
        self.unreachable(format!("it gave no answer within {} s", waited.as_secs()))
            .because("the server is overloaded, or the connection is half dead")
            .next("try again; check with `kubectl get --raw /readyz`")
    }

    /// A server that does not offer the discovery we need.
    pub fn too_old(&self, version: &str) -> Problem {
        Problem::failed("cluster.too-old", format!("the API server {version} is too old"))
            .at(self.place())
            .because("it does not offer aggregated discovery, which Kubernetes has since 1.27")
            .next("upgrade the cluster")
    }

    fn by_signs(&self, chain: &str) -> Problem {
        let lower = chain.to_lowercase();
        match SIGNS.iter().find(|(signs, ..)| signs.iter().any(|sign| lower.contains(sign))) {
            Some((_, what, cause, next)) => {
                self.unreachable((*what).into()).because(*cause).next(*next).evidence(chain)
            }
            None => {
                self.unreachable("the connection fails".into()).because(chain).next("compare with `kubectl version`")
            }
        }
    }

    fn not_accepted(&self) -> Problem {
        let problem =
            Problem::new(Outcome::Unreachable, "cluster.credentials", "the API server does not accept the credentials")
                .at(self.place());
        match &self.expired {
            Some(when) => problem
                .because(format!("the client certificate expired on {when}"))
                .next("get a fresh kubeconfig for this cluster"),
            None => problem
                .because("the token or certificate is expired or of another cluster")
                .next("log in again, then try again"),
        }
    }

    fn unreachable(&self, how: String) -> Problem {
        Problem::new(Outcome::Unreachable, "cluster.unreachable", format!("the API server cannot be used: {how}"))
            .at(self.place())
    }

    fn place(&self) -> String {
        match self.context {
            Some(context) => format!("{} (context `{context}`)", self.server),
            None => self.server.into(),
        }
    }
}

/// When the client certificate of the kubeconfig has expired: the day.
fn expired_certificate(auth: &AuthInfo) -> Option<String> {
    use base64::Engine;
    let pem = match (&auth.client_certificate_data, &auth.client_certificate) {
        (Some(data), _) => base64::engine::general_purpose::STANDARD.decode(data).ok()?,
        (None, Some(path)) => std::fs::read(path).ok()?,
        (None, None) => return None,
    };
    let (_, pem) = x509_parser::pem::parse_x509_pem(&pem).ok()?;
    let until = pem.parse_x509().ok()?.validity().not_after.timestamp();
    let until = jiff::Timestamp::from_second(until).ok()?;
    (until < jiff::Timestamp::now()).then(|| until.strftime("%Y-%m-%d").to_string())
}

/// The messages of an error and its sources, each once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let message = inner.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        source = inner.source();
    }
    text
}
