//! The bundled chart: every preset, every case of its own tests, and a few hundred generated combinations.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use iomctl::helm::{Capabilities, Chart, ReleaseInfo, RenderOptions, Values, render};
use serde_json::{Value, json};

use super::cases;
use super::oracle::{Answer, difference, theirs};
use super::random::Random;

const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/chart");
/// Generated combinations.
const COMBINATIONS: usize = 240;

/// The same as `iomctl template`, without a process for each.
fn ours(chart: &Chart, values: &Value) -> Answer {
    let options = RenderOptions {
        capabilities: Capabilities::default(),
        ..RenderOptions::new(ReleaseInfo::install("dp", "iomete-system"))
    };
    let rendered = render(chart, &Values::from_json(values.clone()), &options).map_err(|error| error.to_string())?;
    let hooks: String = rendered.hooks.iter().map(|hook| hook.manifest.print()).collect();
    Ok(rendered.release_manifest().trim().to_string() + "\n" + &hooks)
}

/// A certificate or key that is made afresh in each rendering: the base64 of `-----BEGIN`.
const FRESH: &str = "LS0tLS1CRUdJTi";

/// What differs by chance, made equal.
fn settled(answer: Answer) -> Answer {
    let quiet = |line: &str| match line.split_once(FRESH) {
        Some((before, _)) => format!("{before}(made afresh)"),
        None => line.to_string(),
    };
    answer.map(|text| text.split('\n').map(quiet).collect::<Vec<_>>().join("\n"))
}

/// Renders all of them with both tools; Helm runs twice at a time.
fn compare(all: &[(String, Value)]) {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let worker = || {
        let chart = Chart::load(CHART.as_ref()).expect("the bundled chart loads");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("values.json");
        while let Some((name, values)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            std::fs::write(&file, values.to_string()).expect("values are written");
            let path = file.to_str().expect("a plain path");
            let theirs = settled(theirs(&["dp", CHART, "-n", "iomete-system", "-f", path]));
            if let Some(difference) = difference(&theirs, &settled(ours(&chart, values))) {
                wrong.lock().expect("no panic").push(format!("{name}: {difference}"));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(worker);
        scope.spawn(worker);
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), all.len(), wrong[..wrong.len().min(5)].join("\n"));
}

#[test]
fn every_preset_and_case_renders_as_with_helm() {
    let all: Vec<(String, Value)> = cases::all().map(|(name, values)| (name.clone(), values.clone())).collect();
    assert!(all.iter().filter(|(name, _)| name.starts_with("preset ")).count() >= 9, "every preset is a case");
    compare(&all);
}

/// Lays random settings over `values`: switches are turned, numbers and texts changed, branches of other cases taken.
fn vary(random: &mut Random, values: &mut Value, other: &Value, depth: usize) {
    if let (Value::Object(map), Value::Object(other)) = (&mut *values, other) {
        for (key, value) in other {
            match map.get_mut(key) {
                None if random.one_in(4) => {
                    map.insert(key.clone(), value.clone());
                }
                Some(mine) if random.one_in(2) => vary(random, mine, value, depth + 1),
                _ => {}
            }
        }
        for value in map.values_mut() {
            vary(random, value, &Value::Null, depth + 1);
        }
        return;
    }
    if random.one_in(if depth > 1 { 6 } else { 12 }) {
        match values {
            Value::Bool(b) => *b = !*b,
            Value::Number(n) => *values = json!(n.as_i64().unwrap_or(1) + random.below(3) as i64),
            Value::String(text) if !text.is_empty() && text.chars().all(char::is_alphanumeric) => text.push('x'),
            _ => {}
        }
    }
}

#[test]
fn generated_combinations_render_as_with_helm() {
    let sources: Vec<Value> = cases::all().map(|(_, values)| values.clone()).collect();
    let mut random = Random::new(7);
    let all: Vec<(String, Value)> = (0..COMBINATIONS)
        .map(|number| {
            let mut values = random.pick(&sources).clone();
            let other = random.pick(&sources).clone();
            vary(&mut random, &mut values, &other, 0);
            (format!("combination {number}"), values)
        })
        .collect();
    compare(&all);
}
