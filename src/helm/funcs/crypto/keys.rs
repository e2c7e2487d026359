//! Private keys: making them, and reading them from PEM in the forms that Go writes.

use rcgen::KeyPair;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, LineEnding};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use x509_parser::pem::Pem;

use super::super::encoding::base64_encode;
use super::super::random::fill;
use super::primes;

/// A private key in the two forms that are needed: to sign with, and as Go would print it.
pub struct Key {
    pub pair: KeyPair,
    pub pem: String,
}

/// `genPrivateKey`; a failure is told in the text, as Sprig does.
pub fn generate_pem(kind: &str) -> String {
    let key = match kind {
        "" | "rsa" => rsa_pem(4096),
        "ecdsa" => ecdsa_pem(),
        "ed25519" => ed25519_pem(),
        "dsa" => return "failed to generate private key: DSA keys are not supported".into(),
        _ => return format!("Unknown type {kind}"),
    };
    key.unwrap_or_else(|error| format!("failed to generate private key: {error}"))
}

/// The key that certificates get when none is given.
pub fn generate_rsa() -> Result<Key, String> {
    let pem = rsa_pem(2048).map_err(|error| format!("error generating rsa key: {error}"))?;
    Key::parse(&pem)
}

fn rsa_pem(bits: usize) -> Result<String, String> {
    let exponent = rsa::BigUint::from(primes::EXPONENT);
    let key = RsaPrivateKey::from_primes(primes::pair(bits)?.into(), exponent).map_err(|error| error.to_string())?;
    let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|error| error.to_string())?;
    Ok(pem.to_string())
}

fn ecdsa_pem() -> Result<String, String> {
    let pair = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(|error| error.to_string())?;
    Ok(sec1_pem(&pair))
}

/// SEC 1 as Go writes it: with the curve and the public key.
fn sec1_pem(pair: &KeyPair) -> String {
    // PKCS#8 of a P-256 key has a fixed frame around the 32 bytes of the key.
    const SECRET_AT: usize = 36;
    let pkcs8 = pair.serialized_der();
    let secret = &pkcs8[SECRET_AT..SECRET_AT + 32];
    let curve = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let public = pair.public_key_raw();
    let mut body = vec![0x02, 0x01, 0x01, 0x04, 0x20];
    body.extend_from_slice(secret);
    body.extend_from_slice(&[0xa0, curve.len() as u8]);
    body.extend_from_slice(&curve);
    body.extend_from_slice(&[0xa1, public.len() as u8 + 3, 0x03, public.len() as u8 + 1, 0x00]);
    body.extend_from_slice(public);
    let mut der = vec![0x30, body.len() as u8];
    der.extend(body);
    pem("EC PRIVATE KEY", &der)
}

fn ed25519_pem() -> Result<String, String> {
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let mut seed = [0; 32];
    fill(&mut seed)?;
    der.extend_from_slice(&seed);
    Ok(pem("PRIVATE KEY", &der))
}

/// A PEM block with lines of 64 characters.
pub fn pem(label: &str, der: &[u8]) -> String {
    let encoded = base64_encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in encoded.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// The first PEM block of a text.
pub fn first_block(text: &str) -> Option<Pem> {
    Pem::iter_from_buffer(text.as_bytes()).next()?.ok()
}

impl Key {
    /// Reads a private key of any form that Sprig reads.
    ///
    /// # Errors
    /// In Sprig's words where it is not the library that fails.
    pub fn parse(text: &str) -> Result<Key, String> {
        let block = first_block(text).ok_or("no PEM data in input")?;
        match block.label.as_str() {
            "PRIVATE KEY" => {
                let fail = |error: String| format!("decoding PEM as PKCS#8: {error}");
                if let Ok(key) = RsaPrivateKey::from_pkcs8_der(&block.contents) {
                    return Key::rsa(&key).map_err(fail);
                }
                let pair = KeyPair::try_from(&block.contents[..]).map_err(|error| fail(error.to_string()))?;
                let elliptic = pair.algorithm() == &rcgen::PKCS_ECDSA_P256_SHA256;
                let pem = if elliptic { sec1_pem(&pair) } else { pem(&block.label, &block.contents) };
                Ok(Key { pair, pem })
            }
            "RSA PRIVATE KEY" => {
                let fail = |error: String| format!("parsing RSA private key from PEM: {error}");
                let key = RsaPrivateKey::from_pkcs1_der(&block.contents).map_err(|error| fail(error.to_string()))?;
                Key::rsa(&key).map_err(fail)
            }
            "EC PRIVATE KEY" => {
                let fail = |error: rcgen::Error| format!("parsing EC private key from PEM: {error}");
                let pair = KeyPair::try_from(&pkcs8_of_sec1(&block.contents)[..]).map_err(fail)?;
                Ok(Key { pair, pem: pem(&block.label, &block.contents) })
            }
            label => match label.strip_suffix(" PRIVATE KEY") {
                Some(kind) => Err(format!("invalid private key type {kind}")),
                None => Err(format!("no private key data in PEM block of type {label}")),
            },
        }
    }

    fn rsa(key: &RsaPrivateKey) -> Result<Key, String> {
        let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|error| error.to_string())?.to_string();
        let der = key.to_pkcs8_der().map_err(|error| error.to_string())?;
        let pair = KeyPair::try_from(der.as_bytes()).map_err(|error| error.to_string())?;
        Ok(Key { pair, pem })
    }
}

/// Wraps a P-256 key, which is short enough for one-byte lengths, or a longer one with two-byte lengths.
fn pkcs8_of_sec1(sec1: &[u8]) -> Vec<u8> {
    const P256: [u8; 21] = [
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x03, 0x01, 0x07,
    ];
    const P384: [u8; 18] =
        [0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
    let algorithm: &[u8] = if sec1.windows(5).any(|window| window == &P384[13..]) { &P384 } else { &P256 };
    let body = [&[0x02, 0x01, 0x00], algorithm, &tagged(0x04, sec1)].concat();
    tagged(0x30, &body)
}

/// DER: a tag, a length, the content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..128 => out.push(length as u8),
        128..256 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}
