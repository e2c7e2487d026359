//! Regular expressions, file patterns and format strings.

use super::agree;
use super::oracle::Question;

const PIECES: &[&str] = &[
    "a",
    "b",
    "ab",
    ".",
    "*",
    "+",
    "?",
    "*?",
    "+?",
    "|",
    "(",
    ")",
    "(?:",
    "(?P<n>",
    "(?i)",
    "(?i:",
    "(?s)",
    "(?-i)",
    "(?U)",
    "[",
    "]",
    "[a-z]",
    "[^a]",
    "[\\w-\\.]",
    "[a-]",
    "[-a]",
    "[]a]",
    "[^]a]",
    "[[:alpha:]]",
    "[[:^digit:]]",
    "[a-z-9]",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "^",
    "$",
    "\\A",
    "\\z",
    "\\Z",
    "{2}",
    "{1,3}",
    "{2,}",
    "{,2}",
    "{",
    "}",
    "{1001}",
    "\\.",
    "\\-",
    "\\/",
    "\\x41",
    "\\x{e9}",
    "\\101",
    "\\07",
    "\\1",
    "\\pL",
    "\\p{Greek}",
    "\\P{L}",
    "\\p{Nope}",
    "\\Q.*\\E",
    "\\C",
    "é",
    "日",
    "-",
    ":",
    "/",
    "\\n",
    "\\t",
    "1",
    "0",
    "@",
    "#",
    "&&",
    "~~",
    "--",
    " ",
    "_",
    "(?x)",
    "\\<",
    "\\e",
    "(?P=n)",
    "(?=a)",
    "(a|b)*",
    "(a*)*",
    "x*",
    "\\pN+",
    "[\\pL\\d]",
    "[\\D]",
    "[^\\S]",
];

const SUBJECTS: &[&str] = &[
    "",
    "a",
    "ab",
    "aabb",
    "abab",
    "a.b-c_d",
    "A1 b2",
    "é日本",
    "line1\nline2",
    "a/b/c",
    "2024-01-02",
    "x@y.z",
    "aaa",
    "a,b;c",
    "foo123bar",
    " \t",
    "[a]",
];

const REPLACEMENTS: &[&str] =
    &["", "x", "$1", "${1}x", "$1x", "$0", "$n", "${n}", "$$", "$", "${", "$10", "\\\\1", "-$0-"];

#[test]
fn random_expressions() {
    agree("patterns", |random| {
        let pattern: String = (0..1 + random.below(4)).map(|_| *random.pick::<&str>(PIECES)).collect();
        let subject = random.pick::<&str>(SUBJECTS).replace('\n', "\\n");
        let replacement = *random.pick::<&str>(REPLACEMENTS);
        let count = *random.pick::<&str>(&["-1", "0", "1", "2"]);
        let must = if random.one_in(3) { "mustRegex" } else { "regex" };
        let call = match random.below(6) {
            0 => format!("{must}Match `{pattern}` \"{subject}\""),
            1 => format!("{must}Find `{pattern}` \"{subject}\" | quote"),
            2 => format!("{must}FindAll `{pattern}` \"{subject}\" {count} | toJson"),
            3 => format!("{must}ReplaceAll `{pattern}` \"{subject}\" \"{replacement}\" | quote"),
            4 => format!("{must}ReplaceAllLiteral `{pattern}` \"{subject}\" \"{replacement}\" | quote"),
            _ => format!("{must}Split `{pattern}` \"{subject}\" {count} | toJson"),
        };
        Question { template: format!("{{{{ {call} }}}}"), ..Question::default() }
    });
}

const VERBS: &[&str] = &[
    "d", "s", "v", "q", "x", "X", "t", "f", "e", "g", "G", "c", "U", "b", "o", "O", "p", "T", "w", "z", "%", "F", "E",
];

const FLAGS: &[&str] = &[
    "", "", "", "5", "-5", "05", "+", " ", "#", ".2", "8.3", "-8.3", "+.1", "[1]", "[2]", "*", ".*", "[5]", "0", "#+",
    ".", "x", "100",
];

/// Go's structs, whose insides only `printf` with an odd verb shows.
const OPAQUE: &[&str] = &["semver", "toDate", "duration", "KubeVersion"];

#[test]
fn random_formats() {
    agree("formats", |random| {
        let mut format = String::new();
        for _ in 0..1 + random.below(3) {
            format.push_str(&format!("%{}{} ", random.pick::<&str>(FLAGS), random.pick::<&str>(VERBS)));
        }
        let plain = |argument: &&str| !OPAQUE.iter().any(|name| argument.contains(name));
        let arguments: Vec<&str> = (0..random.below(4)).map(|_| super::arguments::any(random)).filter(plain).collect();
        let template = format!("{{{{ printf \"{format}\" {} }}}}", arguments.join(" "));
        Question { template, values: super::arguments::VALUES.into(), ..Question::default() }
    });
}
