//! base64 of gzip of JSON, in both directions.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::Release;

/// No record unpacks to more than this; the API server does not keep more than a megabyte of compressed text.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;

/// Why a record cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not base64.
    #[error("the release record is not base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// Not gzip, or cut off.
    #[error("the release record cannot be unpacked: {0}")]
    Gzip(#[from] std::io::Error),
    /// Too large to be true.
    #[error("the release record unpacks to more than {} MiB", MOST_UNPACKED >> 20)]
    TooLarge,
    /// Not the JSON of a release.
    #[error("the release record is not a release: {0}")]
    Json(#[from] serde_json::Error),
}

/// The bytes of `data.release`, before the base64 that the API adds to every Secret.
///
/// # Errors
/// The record cannot be written as JSON, which does not happen for records that were rendered or read.
pub fn encode(release: &Release) -> Result<Vec<u8>, RecordError> {
    let json = serde_json::to_vec(release)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&json)?;
    Ok(base64(&gzip.finish()?).into_bytes())
}

/// Reads the bytes of `data.release`, also when they were stored without compression.
///
/// # Errors
/// It is not a record, or it is damaged.
pub fn decode(data: &[u8]) -> Result<Release, RecordError> {
    let bytes = STANDARD.decode(data.trim_ascii())?;
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    let mut json = Vec::new();
    GzDecoder::new(bytes.as_slice()).take(MOST_UNPACKED + 1).read_to_end(&mut json)?;
    if json.len() as u64 > MOST_UNPACKED {
        return Err(RecordError::TooLarge);
    }
    Ok(serde_json::from_slice(&json)?)
}

/// base64 as Go writes `[]byte` in JSON.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
