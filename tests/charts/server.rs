//! A web server that answers as a test says, with or without TLS, and remembers what it was asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

fn beside() -> &'static Runtime {
    static BESIDE: OnceLock<Runtime> = OnceLock::new();
    BESIDE.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
    })
}

/// What is served at a path.
#[derive(Debug, Clone)]
pub enum Answer {
    Bytes(Vec<u8>),
    Status(u16),
    /// Zeros without an end.
    Endless,
}

/// A user and their password.
pub const LOGIN: (&str, &str) = ("operator", "hunter2-secret");

/// How the server is set up.
#[derive(Default)]
pub struct Setup {
    pub pages: BTreeMap<String, Answer>,
    /// Everything wants [`LOGIN`].
    pub login: bool,
    pub tls: Option<Tls>,
}

/// A certificate authority, a server certificate, and a client's.
pub struct Tls {
    pub authority: String,
    pub client: (String, String),
    /// Clients must show theirs.
    pub mutual: bool,
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    root: CertificateDer<'static>,
}

impl Tls {
    pub fn new(mutual: bool) -> Tls {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let signed = |name: &str| {
            let key = KeyPair::generate().expect("a key");
            let params = CertificateParams::new(vec![name.to_string()]).expect("parameters");
            (params.signed_by(&key, &issuer).expect("a certificate"), key)
        };
        let ((server, key), (client, client_key)) = (signed("127.0.0.1"), signed("client"));
        Tls {
            authority: issuer.pem(),
            client: (client.pem(), client_key.serialize_pem()),
            mutual,
            chain: vec![server.der().clone()],
            key: key.serialize_der(),
            root: issuer.der().clone(),
        }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = match self.mutual {
            true => {
                let mut roots = RootCertStore::empty();
                roots.add(self.root.clone()).expect("a certificate");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
            false => builder.with_no_client_auth(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        TlsAcceptor::from(Arc::new(builder.with_single_cert(self.chain.clone(), key).expect("a configuration")))
    }
}

/// A path that was asked for, and whether a login came with it.
type Asked = (String, bool);

/// A server, until it is dropped.
pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub fn start(setup: Setup) -> Server {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let url = format!("{}://{address}", if setup.tls.is_some() { "https" } else { "http" });
        let asked = Arc::default();
        let told = Arc::clone(&asked);
        let task = beside().spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a listener");
            let acceptor = setup.tls.as_ref().map(Tls::acceptor);
            let setup = Arc::new(setup);
            while let Ok((stream, _)) = listener.accept().await {
                let (setup, told, acceptor) = (Arc::clone(&setup), Arc::clone(&told), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, setup, told).await;
                            }
                        }
                        None => serve(stream, setup, told).await,
                    }
                });
            }
        });
        Server { url, asked, task }
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    setup: Arc<Setup>,
    asked: Arc<Mutex<Vec<Asked>>>,
) {
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (setup, asked) = (Arc::clone(&setup), Arc::clone(&asked));
        async move { Ok::<_, Infallible>(answer(&request, &setup, &asked)) }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn answer(
    request: &Request<hyper::body::Incoming>,
    setup: &Setup,
    asked: &Mutex<Vec<Asked>>,
) -> Response<BoxBody<Bytes, Infallible>> {
    let path = request.uri().path().to_string();
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    asked.lock().expect("no panic").push((path.clone(), given.is_some()));
    let wanted = format!("Basic {}", STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1)));
    let plain = |status: u16, body: Vec<u8>| {
        let mut response = Response::new(Full::new(Bytes::from(body)).boxed());
        *response.status_mut() = StatusCode::from_u16(status).expect("a status");
        response
    };
    if setup.login && given != Some(wanted.as_str()) {
        return plain(401, b"no".to_vec());
    }
    match setup.pages.get(&path) {
        None => plain(404, Vec::new()),
        Some(Answer::Bytes(bytes)) => plain(200, bytes.clone()),
        Some(Answer::Status(status)) => plain(*status, Vec::new()),
        Some(Answer::Endless) => {
            let zeros = Bytes::from(vec![0; 1 << 20]);
            Response::new(StreamBody::new(stream::repeat_with(move || Ok(Frame::data(zeros.clone())))).boxed())
        }
    }
}

/// The files of a folder, at `/PREFIX/NAME`.
pub fn pages(folder: &Path, prefix: &str) -> BTreeMap<String, Answer> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let page = |entry: std::fs::DirEntry| {
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy().replace('+', "%2B"));
        (path, Answer::Bytes(std::fs::read(entry.path()).expect("a file")))
    };
    entries.filter(|entry| entry.path().is_file()).map(page).collect()
}
