//! Random arguments for functions: mostly of the type that is wanted, sometimes of any.

use iomctl::helm::value::Type;

use crate::random::Random;

/// Texts that functions read meaning into.
pub const TEXTS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""hello world""#,
    r#""Hello_World-fooBar""#,
    r#""é日本""#,
    r#""\xff\xfe""#,
    r#""a,b,c""#,
    r#""a.b.c""#,
    r#"" x ""#,
    r#""1""#,
    r#""007""#,
    r#""0x1F""#,
    r#""-5""#,
    r#""1.5""#,
    r#""1e3""#,
    r#""true""#,
    r#""1h30m""#,
    r#""90s""#,
    r#""2006-01-02""#,
    r#""2024-02-29T12:30:45Z""#,
    r#""UTC""#,
    r#""Europe/Berlin""#,
    r#""1.2.3""#,
    r#""v1.30.2-gke.1""#,
    r#"">=1.19-0""#,
    r#""~1.2 || ^2""#,
    r#""[a-z]+""#,
    r#""(a)(b)?""#,
    r#""(""#,
    r#""${1}x""#,
    r#""a: b\nc: [1, 2]""#,
    r#""- a\n- b""#,
    r#""{\"a\": {\"b\": 1}}""#,
    r#""[1, \"x\", null]""#,
    r#""YWJj""#,
    r#""!!""#,
    r#""MFRGG===""#,
    r#""http://u:p@h:80/p?q=1#f""#,
    r#""/a/b/../c.txt""#,
    r#""a\nb\n\nc""#,
    r#""%d %s""#,
    r#""key""#,
    r#""string""#,
    r#""map""#,
    r#""<a href='x'>&amp;</a>""#,
    r#""a\tb\\\"c""#,
    r#""2021""#,
    r#""yes""#,
    r#""~""#,
    r#""😀""#,
    r#""a  b   c""#,
    r#""ABC""#,
    r#""0""#,
];

const INTS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "-1",
    "-3",
    "10",
    "100",
    "1000000",
    "(int64 4)",
    "(int 2)",
    "'a'",
    "0x1F",
    "0b11",
    "0o17",
    "1_000",
    "9223372036854775807",
    "-9223372036854775808",
];

const FLOATS: &[&str] =
    &["1.5", "-0.5", "0.0", "2.0", "1e3", "1e21", "1e-7", "3.14159", "(float64 2)", ".Values.f", "1e300"];

const MAPS: &[&str] = &[
    "(dict)",
    "(dict \"a\" 1)",
    "(dict \"a\" (dict \"b\" \"c\"))",
    ".Values.m",
    ".Values",
    "(dict \"x\" nil)",
    "(dict \"a\" (list 1 2))",
    ".Release",
    "(dict \"1\" \"one\")",
    ".Values.em",
    "(fromYaml \"a: {b: 2}\")",
];

const LISTS: &[&str] = &[
    "(list)",
    "(list 1 2 3)",
    "(list \"b\" \"a\" \"b\")",
    "(list 1 nil \"x\" 2.5)",
    ".Values.l",
    "(until 3)",
    "(splitList \",\" \"b,a\")",
    "(list (dict \"a\" 1) (dict \"a\" 1))",
    "(list (list 1) (list 2))",
    "(tuple \"x\")",
    ".Values.el",
    "(fromYamlArray \"[1, a]\")",
    "(list true false)",
    "(list \"\" \"a\" nil)",
    "(regexFindAll \"[a-z]\" \"a1b\" -1)",
];

const OTHERS: &[&str] = &[
    "nil",
    "true",
    "false",
    ".Values.nothing",
    ".Values.nope",
    ".Values.t",
    ".Values.i",
    ".Values.s",
    ".Files",
    ".Chart.Name",
    "(semver \"1.2.3\")",
    "(toDate \"2006-01-02\" \"2024-02-29\")",
    "(duration \"90\")",
    "(printf \"%d\" 3)",
    "(index \"abc\" 1)",
    "(b64dec \"aGk=\" | toString)",
    ".Capabilities.KubeVersion",
    ".Capabilities.APIVersions",
    "(urlParse \"http://a/b\")",
];

/// The values that the arguments speak of.
pub const VALUES: &str =
    "s: text\nf: 1.5\ni: 8080\nt: true\nnothing: null\nl: [a, 1, null, 2.5]\nel: []\nem: {}\nm: {k: v}\n";

/// An argument where a function wants `wanted`.
pub fn argument(random: &mut Random, wanted: Type) -> &'static str {
    let odd = random.one_in(7);
    match wanted {
        _ if odd => any(random),
        Type::Str => random.pick::<&str>(TEXTS),
        Type::Int | Type::Uint32 => random.pick::<&str>(INTS),
        Type::Float => random.pick::<&str>(FLOATS),
        Type::Map => random.pick::<&str>(MAPS),
        Type::List => random.pick::<&str>(LISTS),
        Type::Bool => random.pick::<&str>(&["true", "false", ".Values.t"]),
        Type::Any | Type::Reflect | Type::Named(_) => any(random),
    }
}

/// An argument of any type.
pub fn any(random: &mut Random) -> &'static str {
    let pool: &[&[&'static str]] = &[TEXTS, TEXTS, INTS, FLOATS, MAPS, LISTS, OTHERS];
    let choices: &[&'static str] = random.pick::<&[&str]>(pool);
    random.pick::<&str>(choices)
}
