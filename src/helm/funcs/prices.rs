//! What functions cost beyond what all do, in steps of a template ([`Price`]): measured with a build for release, where a
//! step is about a hundred nanoseconds.

use crate::helm::template::Price;

/// A function that looks at its arguments once, so many times slower than copying them.
const fn reads(times: u32) -> Price {
    Price { reading: times, ..Price::PLAIN }
}

/// A function that makes a value of many parts.
const fn makes(times: u32) -> Price {
    Price { reading: times, tree: true, ..Price::PLAIN }
}

/// A function that looks at everything below its arguments.
const fn walks(times: u32) -> Price {
    Price { reading: times, deep: true, ..Price::PLAIN }
}

/// A function that computes, whatever its arguments are.
const fn computes(steps: u32) -> Price {
    Price { call: steps, ..Price::PLAIN }
}

/// A function that compares items with each other.
const COMPARES: Price = Price { deep: true, squared: true, ..Price::PLAIN };

/// Functions that are not like all others.
pub const PRICES: &[(Price, &[&str])] = &[
    // Everything below a value is copied, compared or printed.
    (
        walks(1),
        &["deepCopy", "mustDeepCopy", "merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite", "deepEqual"],
    ),
    (walks(1), &["toString", "toStrings", "join", "print", "println", "printf", "cat", "sortAlpha", "has", "mustHas"]),
    (walks(4), &["quote", "squote", "html", "js", "urlquery"]),
    (walks(4), &["toYaml", "toYamlPretty", "mustToYaml", "toToml", "mustToToml"]),
    (walks(4), &["toJson", "mustToJson", "toRawJson", "mustToRawJson", "toPrettyJson", "mustToPrettyJson"]),
    (COMPARES, &["uniq", "mustUniq", "without", "mustWithout"]),
    // Text becomes a value of many parts.
    (makes(48), &["fromYaml", "fromYamlArray"]),
    (makes(32), &["fromJson", "mustFromJson", "fromJsonArray"]),
    (makes(64), &["fromToml"]),
    (reads(4), &["split", "splitn", "splitList"]),
    (Price { call: 40, reading: 64, ..Price::PLAIN }, &["tpl"]),
    // Text is looked at letter by letter.
    (reads(8), &["upper", "lower", "title", "untitle", "swapcase", "initials", "nospace", "abbrev", "abbrevboth"]),
    (reads(8), &["wrap", "wrapWith", "camelcase", "snakecase", "kebabcase", "trimAll", "trimall", "trim", "replace"]),
    (reads(8), &["b64enc", "b64dec", "b32enc", "b32dec", "sha1sum", "sha256sum", "sha512sum", "adler32sum"]),
    (reads(32), &["encryptAES", "decryptAES", "semver", "semverCompare", "urlParse"]),
    (reads(640), &["shuffle"]),
    // Keys: hundreds of milliseconds each. What `genPrivateKey` costs depends on the kind of the key.
    (computes(600_000), &["bcrypt", "htpasswd"]),
    (computes(1_500_000), &["derivePassword"]),
    (computes(150_000), &["genCA", "genSelfSignedCert", "genSignedCert"]),
    (computes(50_000), &["genCAWithKey", "genSelfSignedCertWithKey", "genSignedCertWithKey", "buildCustomCert"]),
];

/// The price of a function by its name.
pub const fn price(name: &str) -> Price {
    let mut row = 0;
    while row < PRICES.len() {
        let (price, names) = PRICES[row];
        let mut at = 0;
        while at < names.len() {
            if same(names[at].as_bytes(), name.as_bytes()) {
                return price;
            }
            at += 1;
        }
        row += 1;
    }
    Price::PLAIN
}

/// `==`, which constants cannot have yet.
const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::PRICES;

    #[test]
    fn every_price_is_that_of_a_function() {
        let unknown: Vec<&&str> = PRICES
            .iter()
            .flat_map(|(_, names)| names.iter())
            .filter(|name| !super::super::all().any(|function| function.name == **name))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
