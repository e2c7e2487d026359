//! Generated cases: a seeded generator makes questions, one process that holds Helm's own packages answers them all,
//! and the library answers each.
//!
//! In CI each generator makes a few hundred; `IOMCTL_GENERATED=20000 IOMCTL_SEED=7 cargo test --test conformance
//! generated` makes as many as wanted. A case that differs belongs into `tests/helm/vectors` once it is mended.

mod arguments;
mod documents;
mod functions;
mod grammar;
mod oracle;
mod patterns;
mod settings;
mod times;
mod versions;

use super::random::Random;
use oracle::Question;

/// How many questions each generator makes without further notice.
const COUNT: usize = 300;

fn variable(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

/// Asks both sides `make`'s questions and holds them to each other.
fn agree(what: &str, make: impl Fn(&mut Random) -> Question) {
    let count = variable("IOMCTL_GENERATED", COUNT);
    let seed = variable("IOMCTL_SEED", 1);
    let mut random = Random::new(seed as u64 * 1_000_003 + what.len() as u64);
    let questions: Vec<Question> = (0..count).map(|_| make(&mut random)).collect();
    let differences = oracle::differences(&questions);
    let shown: Vec<&str> = differences.iter().take(variable("IOMCTL_SHOWN", 12)).map(String::as_str).collect();
    assert!(differences.is_empty(), "{what}: {} of {count} differ\n{}", differences.len(), shown.join("\n"));
}
