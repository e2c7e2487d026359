//! Which services must restart after an upgrade, and in which order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{is_on, table};
use crate::platform::{Flag, Service, SparkEffect, catalogue};

/// Services that were there before and are there after, and read what has changed.
pub(super) fn restarts(flags: &[&Flag], others: &[String], before: &Value, after: &Value) -> Vec<String> {
    let mut readers: BTreeSet<&str> = flags.iter().flat_map(|flag| flag.restart.iter().map(String::as_str)).collect();
    let live = |path: &String| table().live.iter().any(|live| path == live || path.starts_with(&format!("{live}.")));
    if others.iter().any(|path| !live(path)) {
        // Which backend reads which value is not published: each reads the Secret, so each restarts.
        readers.extend(catalogue().services.iter().filter(|s| s.quarkus).map(|s| s.name.as_str()));
    }
    let there = |values: &Value, service: &Service| {
        let flag = service.flag.as_deref().and_then(|name| catalogue().flag(name));
        flag.is_none_or(|flag| is_on(values, flag))
    };
    let stays = |name: &&str| catalogue().service(name).is_some_and(|s| there(before, s) && there(after, s));
    let mut names: Vec<&str> = readers.into_iter().filter(stays).collect();
    names.sort_by_key(|name| (rank(name), *name));
    names.into_iter().map(str::to_string).collect()
}

fn rank(service: &str) -> usize {
    let (first, last) = (&table().first, &table().last);
    let place = |list: &[String]| list.iter().position(|name| name == service);
    match (place(first), place(last)) {
        (Some(place), _) => place,
        (None, None) => first.len(),
        (None, Some(place)) => first.len() + 1 + place,
    }
}

/// The strongest need of Spark workloads among these flags.
pub(super) fn spark(flags: &[&Flag]) -> Option<SparkEffect> {
    let effects: Vec<SparkEffect> = flags.iter().filter_map(|flag| flag.spark).collect();
    [SparkEffect::Restart, SparkEffect::NewWorkloads].into_iter().find(|effect| effects.contains(effect))
}
