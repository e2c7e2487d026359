//! Semantic versions and constraints on them.

use super::agree;
use super::oracle::Question;

const VERSIONS: &[&str] = &[
    "1.2.3",
    "v1.2.3",
    "1.2",
    "1",
    "1.2.3-alpha.1",
    "1.2.3-rc.2+build.5",
    "v1.30.2-gke.1",
    "1.30.2+k3s1",
    "0.0.0",
    "01.2.3",
    "1.2.3.4",
    "",
    "x",
    "1.x",
    "1.2.3-01",
    "1.2.3-",
    "1.2.3+",
    "99999999999999999999.0.0",
    "2.0.0",
    "0.2.3",
    "0.0.3",
    "1.2.3-alpha",
    "1.2.3-beta",
    " 1.2.3",
    "1.2.3-a..b",
    "V1.2.3",
    "1.2.3-0",
    "1.2.3--",
];

const OPERATORS: &[&str] =
    &["", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", "> ", "== ", ">= ", "^ ", "~ ", "><"];

const RANGES: &[&str] = &[
    "1.2.3",
    "1.2",
    "1",
    "1.x",
    "1.2.x",
    "*",
    "x",
    "X",
    "0",
    "0.0",
    "0.0.3",
    "0.2",
    "1.2.3-0",
    "1.2.3-alpha",
    "1.19-0",
    "2.x.x",
    "v1.2",
    "1.2.*",
    "",
    "1.2.3+b",
    "a",
    "1.2.3.4",
    "1.30",
    "1.*.3",
];

#[test]
fn random_constraints() {
    agree("versions", |random| {
        let mut constraint = String::new();
        for number in 0..1 + random.below(3) {
            if number > 0 {
                constraint.push_str(random.pick::<&str>(&[", ", ",", " ", " || ", "||", " - ", " , ", "  "]));
            }
            constraint.push_str(random.pick::<&str>(OPERATORS));
            constraint.push_str(random.pick::<&str>(RANGES));
        }
        let version = *random.pick::<&str>(VERSIONS);
        let template = match random.below(5) {
            0 => format!(
                "{{{{ $v := semver \"{version}\" }}}}{{{{ $v }}}} {{{{ $v.Major }}}} {{{{ $v.Prerelease }}}} {{{{ $v.Metadata }}}} {{{{ $v.Original }}}} {{{{ toJson $v }}}}"
            ),
            1 => format!("{{{{ (semver \"{version}\").Compare (semver \"{}\") }}}}", random.pick::<&str>(VERSIONS)),
            _ => format!("{{{{ semverCompare \"{constraint}\" \"{version}\" }}}}"),
        };
        Question { template, ..Question::default() }
    });
}
