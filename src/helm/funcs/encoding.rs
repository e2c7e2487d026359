//! Base 64 and 32, and checksums.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::args::text;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const ONE: &[Type] = &[Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("b64enc", ONE, |a| Ok(Value::str(&base64_encode(text(a, 0))))),
    Function::pure("b64dec", ONE, |a| {
        Ok(base64_decode(text(a, 0)).map_or_else(|error| Value::str(&error), Value::bytes)) as Outcome
    }),
    Function::pure("b32enc", ONE, |a| Ok(Value::str(&base32_encode(text(a, 0))))),
    Function::pure("b32dec", ONE, |a| {
        Ok(base32_decode(text(a, 0)).map_or_else(|error| Value::str(&error), Value::bytes)) as Outcome
    }),
    Function::pure("sha1sum", ONE, |a| Ok(Value::str(&hex(&Sha1::digest(text(a, 0)))))),
    Function::pure("sha256sum", ONE, |a| Ok(Value::str(&hex(&Sha256::digest(text(a, 0)))))),
    Function::pure("sha512sum", ONE, |a| Ok(Value::str(&hex(&Sha512::digest(text(a, 0)))))),
    Function::pure("adler32sum", ONE, |a| Ok(Value::str(&adler32(text(a, 0)).to_string()))),
];

/// Go ignores the unused bits of the last character, which the standard configuration refuses.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Standard base 64 with padding.
pub fn base64_encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Standard base 64 with padding; line breaks are skipped, as Go does.
pub fn base64_decode(encoded: &[u8]) -> Result<Vec<u8>, String> {
    let solid = |byte: &u8| !matches!(byte, b'\r' | b'\n');
    let bare: Vec<u8> = encoded.iter().copied().filter(|byte| solid(byte)).collect();
    BASE64.decode(&bare).map_err(|_| {
        let at = first_wrong_64(&bare);
        // The offset counts the skipped line breaks before it.
        let offset =
            encoded.iter().enumerate().filter(|(_, byte)| solid(byte)).nth(at).map_or(encoded.len(), |(i, _)| i);
        format!("illegal base64 data at input byte {offset}")
    })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Where Go says that the input is wrong.
fn first_wrong_64(bare: &[u8]) -> usize {
    let good = bare.iter().take_while(|byte| is_base64(**byte)).count();
    match &bare[good..] {
        // Too short: Go points at the start of the last group.
        [] => good - good % 4,
        [b'=', rest @ ..] => match (good % 4, rest) {
            (0 | 1, _) => good,
            (2, []) => bare.len(),
            (2, [b'=', ..]) => good + 2,
            (2, _) => good,
            _ => good + 1,
        },
        _ => good,
    }
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32_encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut group = [0; 5];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let used = (chunk.len() * 8).div_ceil(5);
        for i in 0..8 {
            let index = bits >> (35 - 5 * i) & 31;
            out.push(if i < used { char::from(BASE32[index as usize]) } else { '=' });
        }
    }
    out
}

fn base32_decode(encoded: &[u8]) -> Result<Vec<u8>, String> {
    let wrong = |at: usize| format!("illegal base32 data at input byte {at}");
    let bare: Vec<u8> = encoded.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bare.len() {
        let mut bits = 0u64;
        let mut used = 0;
        while used < 8 {
            let Some(byte) = bare.get(at + used) else { return Err(wrong(at)) };
            let here = at + used;
            let behind = bare.len() - here - 1;
            if *byte == b'=' && used >= 2 && behind < 8 {
                if behind + used < 7 {
                    return Err(wrong(bare.len()));
                }
                if let Some(other) = bare[here + 1..].iter().take(7 - used).position(|byte| *byte != b'=') {
                    return Err(wrong(here + other));
                }
                if matches!(used, 3 | 6) {
                    return Err(wrong(here));
                }
                break;
            }
            let Some(value) = BASE32.iter().position(|known| known == byte) else { return Err(wrong(here)) };
            bits = bits << 5 | value as u64;
            used += 1;
        }
        let bytes = used * 5 / 8;
        bits <<= 64 - used * 5;
        out.extend_from_slice(&bits.to_be_bytes()[..bytes]);
        if used < 8 {
            break;
        }
        at += 8;
    }
    Ok(out)
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}
