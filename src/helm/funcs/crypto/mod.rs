//! Keys, certificates, passwords and encryption.
//!
//! What is random differs from run to run here as with Helm; its form is the same: RSA where Helm makes RSA, the
//! same PEM labels, the same extensions in certificates.

mod aes;
mod certificates;
mod keys;
mod password;
mod primes;

use super::args::{int, shared, text, utf8};
use super::{Env, Function, Outcome};
use crate::helm::value::{Type, Value};

const CERT: Type = Type::Named(certificates::TYPE);
const TWO: &[Type] = &[Type::Str, Type::Str];

pub const TABLE: &[Function] = &[
    Function::pure("bcrypt", &[Type::Str], |a| Ok(Value::str(&password::bcrypt(text(a, 0))))),
    Function::pure("htpasswd", TWO, htpasswd),
    Function::pure("derivePassword", &[Type::Uint32, Type::Str, Type::Str, Type::Str, Type::Str], |a| {
        password::derive(int(a, 0) as u32, text(a, 1), text(a, 2), text(a, 3), text(a, 4))
    }),
    Function::env("genPrivateKey", &[Type::Str], private_key),
    Function::pure("encryptAES", TWO, |a| aes::encrypt(text(a, 0), text(a, 1))),
    Function::pure("decryptAES", TWO, |a| aes::decrypt(text(a, 0), text(a, 1))),
    Function::pure("buildCustomCert", TWO, |a| certificates::build(text(a, 0), text(a, 1))),
    Function::pure("genCA", &[Type::Str, Type::Int], |a| certificates::authority(a, None)),
    Function::pure("genCAWithKey", &[Type::Str, Type::Int, Type::Str], |a| {
        certificates::authority(a, Some(&shared(a, 2)))
    }),
    Function::pure("genSelfSignedCert", &[Type::Str, Type::List, Type::List, Type::Int], |a| {
        certificates::self_signed(a, None)
    }),
    Function::pure("genSelfSignedCertWithKey", &[Type::Str, Type::List, Type::List, Type::Int, Type::Str], |a| {
        certificates::self_signed(a, Some(&shared(a, 4)))
    }),
    Function::pure("genSignedCert", &[Type::Str, Type::List, Type::List, Type::Int, CERT], |a| {
        certificates::signed(a, None)
    }),
    Function::pure("genSignedCertWithKey", &[Type::Str, Type::List, Type::List, Type::Int, CERT, Type::Str], |a| {
        certificates::signed(a, Some(&shared(a, 5)))
    }),
];

/// What a private key costs in steps: those of curves are made in no time, one of RSA has 4096 bits and takes seconds.
const CURVE: u64 = 20_000;
const LARGE: u64 = 2_000_000;

fn private_key(env: &Env, arguments: &[Value]) -> Outcome {
    let kind = utf8(text(arguments, 0));
    env.budget.pay(if matches!(&*kind, "ecdsa" | "ed25519") { CURVE } else { LARGE })?;
    Ok(Value::str(&keys::generate_pem(&kind)))
}

fn htpasswd(arguments: &[Value]) -> Outcome {
    let (user, password) = (utf8(text(arguments, 0)), text(arguments, 1));
    Ok(Value::str(&if user.contains(':') {
        format!("invalid username: {user}")
    } else {
        format!("{user}:{}", password::bcrypt(password))
    }))
}

#[cfg(test)]
mod tests;
