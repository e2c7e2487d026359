//! The functions that templates can call: Go's, Sprig's and Helm's, 238 names in Helm 3.
//!
//! A function is a line in a table: its name, the Go types of its parameters (which decide how arguments are
//! evaluated and what is refused), and its body. Bodies stand in small files by theme.

mod args;
mod builtins;
mod cast;
mod chart;
mod compare;
mod crypto;
mod dates;
mod decimal;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod equality;
mod escape;
mod identifiers;
mod json;
mod lists;
mod math;
mod merge;
mod paths;
mod prices;
mod random;
mod reflection;
mod regex;
mod semver;
mod strings;
mod toml;
mod urls;
mod words;
mod yaml_json;

use std::sync::OnceLock;

use super::profile::Profile;
use super::template::{Env, Machine, Price};
use super::value::{Map, Type, Value};
use super::yaml;

/// What a function returns; the text is what Go appends to `error calling NAME: `.
pub type Outcome = Result<Value, String>;

/// A function that templates can call.
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// The types of its parameters, without the variadic one.
    pub parameters: &'static [Type],
    /// The element type of the variadic parameter.
    pub rest: Option<Type>,
    /// What it does.
    pub body: Body,
    /// What it costs.
    pub price: Price,
    /// Only Helm 4 knows it.
    only_helm4: bool,
}

/// What a function does, by what it needs.
#[derive(Clone, Copy)]
pub enum Body {
    /// Nothing but its arguments.
    Pure(fn(&[Value]) -> Outcome),
    /// Time, zone or the cluster.
    Env(fn(&Env, &[Value]) -> Outcome),
    /// Other templates.
    Machine(fn(&mut Machine, &[Value]) -> Outcome),
    /// `call`, which needs to know how its first argument is written to complain about it.
    Callee,
    /// `and`, `or`: arguments are evaluated until one has this truth.
    Lazy {
        /// The truth that decides.
        stops_at: bool,
    },
}

impl Function {
    const fn new(name: &'static str, parameters: &'static [Type], body: Body) -> Function {
        Function { name, parameters, rest: None, body, price: prices::price(name), only_helm4: false }
    }

    const fn pure(name: &'static str, parameters: &'static [Type], body: fn(&[Value]) -> Outcome) -> Function {
        Function::new(name, parameters, Body::Pure(body))
    }

    const fn env(name: &'static str, parameters: &'static [Type], body: fn(&Env, &[Value]) -> Outcome) -> Function {
        Function::new(name, parameters, Body::Env(body))
    }

    /// Unknown to Helm 3.
    const fn only_helm4(mut self) -> Function {
        self.only_helm4 = true;
        self
    }

    /// Takes any number of further arguments of type `rest`.
    const fn rest(mut self, rest: Type) -> Function {
        self.rest = Some(rest);
        self
    }
}

const TABLES: &[&[Function]] = &[
    builtins::TABLE,
    cast::TABLE,
    chart::TABLE,
    compare::TABLE,
    crypto::TABLE,
    dates::TABLE,
    decimal::TABLE,
    defaults::TABLE,
    dicts::TABLE,
    durations::TABLE,
    encoding::TABLE,
    equality::TABLE,
    escape::TABLE,
    identifiers::TABLE,
    lists::TABLE,
    lists::TWINS,
    math::TABLE,
    merge::TABLE,
    paths::TABLE,
    random::TABLE,
    reflection::TABLE,
    regex::TABLE,
    semver::TABLE,
    strings::TABLE,
    toml::TABLE,
    urls::TABLE,
    words::TABLE,
    yaml_json::TABLE,
];

/// A function by name.
pub fn find(name: &[u8], profile: Profile) -> Option<&'static Function> {
    static INDEX: OnceLock<foldhash::HashMap<&'static [u8], &'static Function>> = OnceLock::new();
    let index = INDEX.get_or_init(|| all().map(|function| (function.name.as_bytes(), function)).collect());
    index.get(name).copied().filter(|function| profile == Profile::Helm4 || !function.only_helm4)
}

/// All functions of all profiles.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLES.iter().copied().flatten()
}

/// Whether a Go regular expression matches somewhere in `text`; schemas have them, too.
pub(super) fn regex_matches(pattern: &str, text: &str) -> Result<bool, String> {
    regex::matches_within_reason(pattern, text)
}

/// Whether a text is a Go regular expression; the error is Go's.
pub(super) fn regex_valid(pattern: &str) -> Result<(), String> {
    regex::valid(pattern)
}

/// Go's `time.Parse`, for the reason why a text is no date.
pub(super) fn parse_date(layout: &str, text: &str) -> Result<(), String> {
    dates::parse_time(layout, text, &Env::default()).map(|_| ())
}

/// `.Values.YAML`.
pub(super) fn values_yaml(map: &Map) -> Outcome {
    yaml::encode(&Value::Map(map.clone())).map(Value::bytes).map_err(|error| error.to_string())
}
