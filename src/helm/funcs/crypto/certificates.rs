//! `genCA`, `genSelfSignedCert`, `genSignedCert` and what belongs to them.

use std::any::Any;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, SanType, SerialNumber,
};

use super::super::Outcome;
use super::super::args::{int, text, utf8};
use super::super::encoding::base64_decode;
use super::super::random::fill;
use super::keys::{Key, first_block, generate_rsa};
use crate::helm::gofmt::to_text;
use crate::helm::value::{Kind, Object, Value};

/// The name of the type in Go.
pub const TYPE: &str = "sprig.certificate";

/// A certificate and its key, both PEM.
struct Certificate {
    cert: String,
    key: String,
}

impl Object for Certificate {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(Value::str(&self.cert)),
            "Key" => Some(Value::str(&self.key)),
            _ => None,
        }
    }

    fn plain(&self) -> Value {
        let map = crate::helm::value::Map::default();
        map.insert("Cert", Value::str(&self.cert));
        map.insert("Key", Value::str(&self.key));
        Value::Map(map)
    }

    fn print(&self) -> Vec<u8> {
        format!("{{{} {}}}", self.cert, self.key).into_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn key(given: Option<&[u8]>) -> Result<Key, String> {
    match given {
        Some(pem) => Key::parse(&utf8(pem)).map_err(|error| format!("parsing private key: {error}")),
        None => generate_rsa(),
    }
}

fn creating(error: rcgen::Error) -> String {
    format!("error creating certificate: {error}")
}

/// What all certificates have in common.
fn params(name: &[u8], days: i64) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, utf8(name).into_owned());
    let mut serial = [0; 16];
    fill(&mut serial)?;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let now = SystemTime::now();
    let span = Duration::from_secs(days.unsigned_abs().saturating_mul(24 * 3600));
    let end = if days < 0 { now.checked_sub(span) } else { now.checked_add(span) };
    let out_of_range = || format!("{days} days are out of range of dates");
    params.not_before = now.into();
    // X.509 cannot tell a year beyond 9999.
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    params.not_after = end.filter(|end| *end <= last).ok_or_else(out_of_range)?.into();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

fn leaf(arguments: &[Value]) -> Result<CertificateParams, String> {
    let mut params = params(text(arguments, 0), int(arguments, 3))?;
    for address in list(arguments, 1) {
        let shown = utf8(&to_text(&address)?).into_owned();
        let parsed = match &address {
            Value::Str(_) => shown.parse::<IpAddr>().map_err(|_| format!("error parsing ip: {shown}"))?,
            _ => return Err(format!("error parsing ip: {shown} is not a string")),
        };
        params.subject_alt_names.push(SanType::IpAddress(parsed));
    }
    for name in list(arguments, 2) {
        let shown = utf8(&to_text(&name)?).into_owned();
        let Value::Str(_) = name else {
            return Err(format!("error processing alternate dns name: {shown} is not a string"));
        };
        params.subject_alt_names.push(SanType::DnsName(shown.try_into().map_err(creating)?));
    }
    params.is_ca = IsCa::ExplicitNoCa;
    Ok(params)
}

fn list(arguments: &[Value], at: usize) -> Vec<Value> {
    arguments.get(at).and_then(Value::as_list).map(|list| list.snapshot()).unwrap_or_default()
}

fn value(cert: String, key: Key) -> Outcome {
    Ok(Value::Object(Rc::new(Certificate { cert, key: key.pem })))
}

fn self_sign(params: &CertificateParams, key: Key) -> Outcome {
    let cert = params.self_signed(&key.pair).map_err(creating)?;
    value(unix(&cert.pem()), key)
}

/// PEM with plain line ends.
fn unix(pem: &str) -> String {
    pem.replace("\r\n", "\n")
}

pub fn authority(arguments: &[Value], given: Option<&[u8]>) -> Outcome {
    let mut params = params(text(arguments, 0), int(arguments, 1))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    self_sign(&params, key(given)?)
}

pub fn self_signed(arguments: &[Value], given: Option<&[u8]>) -> Outcome {
    self_sign(&leaf(arguments)?, key(given)?)
}

pub fn signed(arguments: &[Value], given: Option<&[u8]>) -> Outcome {
    let own = key(given)?;
    let Some(Value::Object(object)) = arguments.get(4) else { return Err("unable to decode certificate".into()) };
    let field = |name| object.field(name).and_then(|value| value.as_bytes().map(|text| utf8(text).into_owned()));
    let (cert, signer) = (field("Cert").unwrap_or_default(), field("Key").unwrap_or_default());
    if first_block(&cert).is_none() {
        return Err("unable to decode certificate".into());
    }
    let signer = Key::parse(&signer).map_err(|error| format!("error parsing private key: {error}"))?;
    let issuer = Issuer::from_ca_cert_pem(&cert, signer.pair)
        .map_err(|error| format!("error parsing certificate: decodedSignerCert.Bytes: {error}"))?;
    let mut params = leaf(arguments)?;
    params.use_authority_key_identifier_extension = true;
    let cert = params.signed_by(&own.pair, &issuer).map_err(creating)?;
    value(unix(&cert.pem()), own)
}

/// `buildCustomCert`: checks that both are what they are said to be.
pub fn build(cert: &[u8], key: &[u8]) -> Outcome {
    let cert = base64_decode(cert).map_err(|_| "unable to decode base64 certificate")?;
    let key = base64_decode(key).map_err(|_| "unable to decode base64 private key")?;
    let (cert, key) = (utf8(&cert).into_owned(), utf8(&key).into_owned());
    let block = first_block(&cert).ok_or("unable to decode certificate")?;
    block.parse_x509().map_err(|error| format!("error parsing certificate: decodedCert.Bytes: {error}"))?;
    Key::parse(&key).map_err(|error| format!("error parsing private key: {error}"))?;
    Ok(Value::Object(Rc::new(Certificate { cert, key })))
}
