//! Certificates as PEM: every block is taken apart, and what is wrong is said with its line.

use serde_json::Value;
use x509_parser::pem::Pem;

use super::{Checked, LITERAL, Misfit, as_result, invalid, wrong_type};
use crate::plan::field::Field;

const BEGIN: &str = "-----BEGIN ";
const CERTIFICATE: &str = "CERTIFICATE";

/// Checks a text of certificates.
pub(super) fn check(field: &Field, value: &Value) -> Checked {
    let Some(text) = value.as_str() else { return Err(vec![wrong_type(field, value)]) };
    let lines: Vec<&str> = text.lines().collect();
    let mut misfits = Vec::new();
    let mut found = 0;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if let Some(label) = line.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix("-----")) {
            found += 1;
            at += block(label, at, &lines, &mut misfits);
        } else if looks_like_a_body(line) {
            misfits
                .push(invalid(format!("line {at} belongs to no certificate; -----BEGIN CERTIFICATE----- is missing")));
            at += lines[at..].iter().take_while(|line| looks_like_a_body(line)).count();
        }
    }
    if found == 0 && misfits.is_empty() {
        misfits.push(Misfit {
            code: super::INVALID,
            what: "there is no certificate in it".into(),
            next: Some("paste a PEM file, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----".into()),
        });
    }
    as_result(misfits)
}

/// Checks the block that begins at line `begin` (from 1); gives the number of lines behind the first that it takes.
fn block(label: &str, begin: usize, lines: &[&str], misfits: &mut Vec<Misfit>) -> usize {
    let body = &lines[begin..];
    let Some(length) = body.iter().position(|line| line.trim().starts_with("-----")) else {
        misfits.push(invalid(format!("the block that begins at line {begin} has no end (-----END {label}-----)")));
        return body.len();
    };
    if label.contains("PRIVATE KEY") {
        misfits.push(Misfit {
            code: LITERAL,
            what: format!("a private key begins at line {begin}; only certificates belong here"),
            next: Some("remove it: keys are given as references".into()),
        });
        return length + 1;
    }
    if label != CERTIFICATE {
        misfits.push(invalid(format!("line {begin} begins a block `{}`, not a certificate", shortened(label))));
        return length + 1;
    }
    if body[length].trim() != "-----END CERTIFICATE-----" {
        misfits.push(invalid(format!("the certificate of line {begin} has no end before line {}", begin + length + 1)));
        return length;
    }
    let foreign = |line: &&str| line.trim().chars().any(|c| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
    if let Some(bad) = body[..length].iter().position(foreign) {
        misfits.push(invalid(format!("line {} is not base64", begin + bad + 1)));
        return length + 1;
    }
    let text = format!("{BEGIN}{CERTIFICATE}-----\n{}\n-----END CERTIFICATE-----\n", body[..length].join("\n"));
    let parsed = Pem::iter_from_buffer(text.as_bytes()).next();
    let whole = matches!(parsed, Some(Ok(pem)) if pem.parse_x509().is_ok());
    if !whole {
        misfits.push(invalid(format!("the certificate that begins at line {begin} is damaged or cut off")));
    }
    length + 1
}

fn looks_like_a_body(line: &&str) -> bool {
    let line = line.trim();
    line.len() >= 32 && line.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c))
}

fn shortened(label: &str) -> String {
    label.chars().filter(|c| !c.is_control()).take(30).collect()
}

#[cfg(test)]
mod tests {
    use crate::plan::Spec;

    fn said(text: &str) -> Vec<String> {
        let field = Spec::builtin().field("javaTrustStore.authorities").unwrap();
        super::check(field, &text.into()).err().unwrap_or_default().into_iter().map(|misfit| misfit.what).collect()
    }

    fn certificate() -> String {
        rcgen::generate_simple_self_signed(["pg.corp.example".to_string()]).unwrap().cert.pem()
    }

    #[test]
    fn certificates_fit_with_prose_around_them() {
        let text = format!("subject=corp\n{}\n\nissuer=corp\n{}", certificate(), certificate());
        assert_eq!(said(&text), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let pem = certificate();
        let lines: Vec<&str> = pem.lines().collect();
        let broken = format!("{}\n{}\n**\n{}", lines[0], lines[1], lines[2..].join("\n"));
        assert_eq!(said(&broken), ["line 3 is not base64"]);
        let cut = lines[..lines.len() - 1].join("\n");
        assert_eq!(said(&cut), ["the block that begins at line 1 has no end (-----END CERTIFICATE-----)"]);
        let short = format!("\n{}\n{}\n{}", lines[0], lines[1], lines.last().unwrap());
        assert_eq!(said(&short), ["the certificate that begins at line 2 is damaged or cut off"]);
        let headless = lines[1..].join("\n");
        assert!(said(&headless)[0].starts_with("line 1 belongs to no certificate"), "{:?}", said(&headless));
        assert_eq!(said("hello"), ["there is no certificate in it"]);
    }

    #[test]
    fn a_private_key_is_refused_and_not_repeated() {
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        let words = said(&key).join("\n");
        assert_eq!(words, "a private key begins at line 1; only certificates belong here");
    }
}
