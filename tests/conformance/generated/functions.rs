//! Every function of the table with random arguments.

use iomctl::helm::funcs::{self, Function};

use super::arguments::{VALUES, argument};
use super::oracle::Question;
use super::{Random, agree};

/// Made by chance, from the clock, or for minutes.
const BY_CHANCE: &[&str] = &[
    "now",
    "ago",
    "shuffle",
    "bcrypt",
    "htpasswd",
    "encryptAES",
    "uuidv4",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "derivePassword",
    "getHostByName",
    "buildCustomCert",
];

fn compared() -> Vec<&'static Function> {
    let known = |f: &&Function| funcs::find(f.name.as_bytes(), iomctl::helm::Profile::Helm3).is_some();
    let fixed = |f: &&Function| !BY_CHANCE.contains(&f.name) && !f.name.starts_with("gen");
    funcs::all().filter(known).filter(fixed).collect()
}

/// Functions that make as much as they are told to: the oracle would run out of memory.
const SIZED: &[&str] = &["until", "untilStep", "seq", "repeat", "indent", "nindent", "printf", "abbrev", "round"];

/// The same with small numbers, where a large one would fill the memory.
fn bounded(template: String) -> String {
    if !SIZED.iter().any(|name| template.contains(name)) {
        return template;
    }
    let small = [
        ("9223372036854775807", "7"),
        ("9223372036854775808", "8"),
        ("1000000", "10"),
        ("1e300", "1.5"),
        ("1e21", "2.5"),
    ];
    small.iter().fold(template, |text, (large, small)| text.replace(large, small))
}

/// A call with about as many arguments as it wants.
fn call(random: &mut Random, function: &Function) -> String {
    let mut arguments: Vec<&str> = function.parameters.iter().map(|wanted| argument(random, *wanted)).collect();
    if let Some(rest) = function.rest {
        for _ in 0..random.below(4) {
            arguments.push(argument(random, rest));
        }
    }
    if random.one_in(12) {
        arguments.pop();
    }
    let name = function.name;
    if !arguments.is_empty() && random.one_in(3) {
        let last = arguments.pop().unwrap_or_default();
        return format!("{last} | {name} {}", arguments.join(" "));
    }
    format!("{name} {}", arguments.join(" "))
}

#[test]
fn functions_with_random_arguments() {
    let functions = compared();
    agree("functions", |random| {
        let function = *random.pick(&functions);
        let call = call(random, function);
        let template = match random.below(4) {
            0 => format!("{{{{ {call} }}}}"),
            1 => format!("{{{{ $r := {call} }}}}{{{{ $r }}}}|{{{{ toJson $r }}}}"),
            2 => format!("{{{{ $r := {call} }}}}{{{{ printf \"%v|%T|%q\" $r $r $r }}}}"),
            _ => format!("{{{{ {call} | toYaml }}}}"),
        };
        Question { template: bounded(template), values: VALUES.into(), ..Question::default() }
    });
}

#[test]
fn functions_of_functions() {
    let functions = compared();
    agree("nested", |random| {
        let within = *random.pick(&functions);
        let inner = call(random, within);
        let outer = *random.pick(&functions);
        let before: Vec<&str> = outer.parameters.iter().skip(1).map(|wanted| argument(random, *wanted)).collect();
        let template = format!("{{{{ ({inner}) | {} {} }}}}", outer.name, before.join(" "));
        Question { template: bounded(template), values: VALUES.into(), ..Question::default() }
    });
}
