//! Random text and numbers. Nothing here can equal what Helm would have produced; only its shape does.

use super::args::{int, shared};
use super::encoding::{base64_encode, hex};
use super::strings::chars;
use super::{Function, Outcome};
use crate::helm::value::{Type, Value};

const COUNT: &[Type] = &[Type::Int];

pub const TABLE: &[Function] = &[
    Function::pure("randAlpha", COUNT, |a| letters(a, |c| c.is_ascii_alphabetic())),
    Function::pure("randAlphaNum", COUNT, |a| letters(a, |c| c.is_ascii_alphanumeric())),
    Function::pure("randNumeric", COUNT, |a| letters(a, |c| c.is_ascii_digit())),
    Function::pure("randAscii", COUNT, |a| letters(a, |c| (b' '..=b'~').contains(c))),
    Function::pure("randBytes", COUNT, random_bytes),
    Function::pure("randInt", &[Type::Int, Type::Int], random_int),
    Function::pure("uuidv4", &[], |_| uuid()),
    Function::pure("shuffle", &[Type::Str], shuffle),
];

/// The longest random text.
const LONGEST: i64 = 16 * 1024 * 1024;

/// Fills a buffer from the system's generator.
pub fn fill(buffer: &mut [u8]) -> Result<(), String> {
    getrandom::fill(buffer).map_err(|error| format!("no random bytes: {error}"))
}

fn count(arguments: &[Value]) -> Result<i64, String> {
    let count = int(arguments, 0);
    if count > LONGEST { Err(format!("{count} is more than {LONGEST} random characters")) } else { Ok(count) }
}

fn letters(arguments: &[Value], wanted: fn(&u8) -> bool) -> Outcome {
    let count = usize::try_from(count(arguments)?).unwrap_or(0);
    let alphabet: Vec<u8> = (b' '..=b'~').filter(wanted).collect();
    // Bytes above the largest multiple of the alphabet's size would prefer its first letters.
    let fair = 256 - 256 % alphabet.len();
    let mut out = Vec::with_capacity(count);
    let mut pool = [0; 256];
    while out.len() < count {
        fill(&mut pool)?;
        let missing = count - out.len();
        let usable = pool.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        out.extend(usable.map(|byte| alphabet[byte % alphabet.len()]).take(missing));
    }
    Ok(Value::bytes(out))
}

fn random_bytes(arguments: &[Value]) -> Outcome {
    let count = usize::try_from(count(arguments)?).map_err(|_| "runtime error: makeslice: len out of range")?;
    let mut bytes = vec![0; count];
    fill(&mut bytes)?;
    Ok(Value::str(&base64_encode(&bytes)))
}

/// A number below `bound`, each as likely as the others.
fn below(bound: u64) -> Result<u64, String> {
    let fair = u64::MAX - u64::MAX % bound;
    loop {
        let mut bytes = [0; 8];
        fill(&mut bytes)?;
        let number = u64::from_le_bytes(bytes);
        if number < fair {
            return Ok(number % bound);
        }
    }
}

fn random_int(arguments: &[Value]) -> Outcome {
    let (least, most) = (int(arguments, 0), int(arguments, 1));
    match most.checked_sub(least).filter(|width| *width > 0) {
        Some(width) => Ok(Value::Int(least + below(width as u64)? as i64)),
        None => Err("invalid argument to Intn".into()),
    }
}

fn uuid() -> Outcome {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(Value::str(&parts.join("-")))
}

fn shuffle(arguments: &[Value]) -> Outcome {
    if shared(arguments, 0).is_empty() {
        return Ok(arguments[0].clone());
    }
    let mut chars = chars(arguments, 0);
    for last in (1..chars.len()).rev() {
        chars.swap(last, below(last as u64 + 1)? as usize);
    }
    Ok(Value::str(&chars.into_iter().collect::<String>()))
}
