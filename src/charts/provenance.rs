//! Provenance files: a signed text with the digest of the archive. What it says is compared; who signed it is not
//! verified here, and that is said.

use serde::Serialize;

/// What a provenance file says about an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The digest that it names for the archive, if it names any.
    pub digest: Option<String>,
    /// Whether that is the archive's.
    pub matches: bool,
    /// Always false: the signature is not checked.
    pub verified: bool,
}

impl Provenance {
    /// Reads a file for the archive with this digest.
    pub fn read(file: &[u8], digest: &str) -> Provenance {
        let text = String::from_utf8_lossy(file);
        let signed = text.split("-----BEGIN PGP SIGNATURE-----").next().unwrap_or_default();
        // `files:` maps names of archives to digests; a provenance file is about one archive.
        let files = signed.split("\nfiles:").nth(1).unwrap_or_default();
        let named = files.lines().find_map(|line| line.split_once("sha256:"));
        let named = named.map(|(_, hex)| format!("sha256:{}", hex.trim().trim_matches(['"', '\''])));
        Provenance { matches: named.as_deref() == Some(digest), digest: named, verified: false }
    }

    /// In a few words.
    pub fn words(&self) -> String {
        match (&self.digest, self.matches) {
            (Some(_), true) => "there is one, and it names this digest; who signed it is not verified".into(),
            (Some(named), false) => format!("there is one, and it names ANOTHER digest: {named}"),
            (None, _) => "there is a file that names no digest; not verified".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_compared_with_what_is_there() {
        let file =
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nname: a\n\n...\nfiles:\n  a-1.tgz: sha256:aa11\n\
            -----BEGIN PGP SIGNATURE-----\nx\n";
        assert!(Provenance::read(file, "sha256:aa11").matches);
        let other = Provenance::read(file, "sha256:bb");
        assert!(!other.matches && other.words().contains("ANOTHER digest: sha256:aa11"));
        assert_eq!(Provenance::read(b"<html>", "sha256:bb").digest, None);
    }
}
