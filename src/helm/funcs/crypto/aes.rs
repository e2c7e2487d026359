//! AES-256 in CBC mode with PKCS#7 padding, the random block in front, all in base 64.

use aes::Aes256;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};

use super::super::Outcome;
use super::super::encoding::{base64_decode, base64_encode};
use super::super::random::fill;
use crate::helm::value::Value;

const BLOCK: usize = 16;

/// The password cut or filled with zeros to the key's length.
fn key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    let length = password.len().min(32);
    key[..length].copy_from_slice(&password[..length]);
    key
}

pub fn encrypt(password: &[u8], text: &[u8]) -> Outcome {
    if text.is_empty() {
        return Ok(Value::str(""));
    }
    let mut out = vec![0; BLOCK];
    fill(&mut out)?;
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&key(password), &out).map_err(|error| error.to_string())?;
    out.extend(cipher.encrypt_padded_vec::<Pkcs7>(text));
    Ok(Value::str(&base64_encode(&out)))
}

pub fn decrypt(password: &[u8], encoded: &[u8]) -> Outcome {
    if encoded.is_empty() {
        return Ok(Value::str(""));
    }
    let bytes = base64_decode(encoded)?;
    let Some((iv, body)) = bytes.split_at_checked(BLOCK) else {
        let capacity = encoded.len() / 4 * 3;
        return Err(format!("runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}"));
    };
    if body.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&key(password), iv).map_err(|error| error.to_string())?;
    let plain = cipher.decrypt_padded_vec::<NoPadding>(body).map_err(|error| error.to_string())?;
    let Some(padding) = plain.last().map(|last| usize::from(*last)) else {
        return Err("runtime error: index out of range [-1]".into());
    };
    match plain.len().checked_sub(padding) {
        Some(length) => Ok(Value::bytes(&plain[..length])),
        None => Err(format!("runtime error: slice bounds out of range [:{}]", plain.len() as i64 - padding as i64)),
    }
}
