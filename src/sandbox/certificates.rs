//! A certificate authority of the sandbox's own, and a server certificate for the loopback address.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::problem::Problem;

/// What the server shows, and what clients check it by.
pub struct Certificates {
    /// The authority's certificate.
    pub authority: String,
    /// Takes connections.
    pub acceptor: TlsAcceptor,
}

/// Makes them anew; they live as long as the sandbox.
///
/// # Errors
/// The library refuses, which it does not.
pub fn make() -> Result<Certificates, Problem> {
    let failed = |what: &str, e: &dyn std::fmt::Display| {
        Problem::failed("sandbox.certificates", format!("the sandbox cannot make {what}")).because(e.to_string())
    };
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|e| failed("its authority", &e))?;
    params.distinguished_name.push(DnType::CommonName, "iomctl sandbox");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate().map_err(|e| failed("a key", &e))?;
    let issuer = CertifiedIssuer::self_signed(params, key).map_err(|e| failed("its authority", &e))?;
    let names = ["localhost", "127.0.0.1", "::1", "kubernetes.default.svc"].map(str::to_string);
    let params = CertificateParams::new(names).map_err(|e| failed("its certificate", &e))?;
    let key = KeyPair::generate().map_err(|e| failed("a key", &e))?;
    let certificate = params.signed_by(&key, &issuer).map_err(|e| failed("its certificate", &e))?;
    let chain = vec![certificate.der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed("its TLS settings", &e))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| failed("its TLS settings", &e))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Certificates { authority: issuer.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) })
}
