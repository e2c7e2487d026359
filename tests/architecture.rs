//! Holds the house to its plan: which room may name which, how long a file may be, what may be linked.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may name (`crate::ROOM`). Every room may name `problem` and itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("problem", &[]),
    ("redact", &[]),
    ("platform", &[]),
    ("helm", &[]),
    ("plan", &["platform", "helm"]),
    ("cluster", &["platform", "helm", "plan", "redact"]),
    ("deploy", &["platform", "helm", "plan", "cluster", "redact"]),
    ("observe", &["platform", "helm", "plan", "cluster", "deploy", "redact"]),
    ("app", &["platform", "helm", "plan", "deploy", "observe", "diagnose", "redact"]),
    ("diagnose", &["platform", "plan"]),
    ("tui", &["app"]),
    ("charts", &["helm"]),
    ("sandbox", &["platform", "helm", "plan"]),
    ("cli", &["platform", "helm", "plan", "cluster", "deploy", "observe", "app", "tui", "sandbox", "charts", "redact"]),
    (
        "lib",
        &[
            "cli", "charts", "app", "tui", "platform", "helm", "plan", "cluster", "deploy", "observe", "redact",
            "sandbox",
        ],
    ),
    ("main", &["cli"]),
];

/// Arrows against the plan, each with its reason.
const ARROW_EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// The most lines a source file may have: a file that needs a second screen to understand is two files.
const MOST_LINES: usize = 500;

/// Files over the limit, each with its reason.
const LENGTH_EXCEPTIONS: &[(&str, &str)] = &[];

/// Packages that must not be linked, each with its reason.
const BANNED: &[(&str, &str)] = &[
    ("openssl", "one TLS stack: rustls with ring"),
    ("openssl-sys", "one TLS stack: rustls with ring"),
    ("native-tls", "one TLS stack: rustls with ring"),
    ("aws-lc-rs", "a second rustls provider makes rustls panic at start"),
    ("aws-lc-sys", "a second rustls provider makes rustls panic at start"),
    ("serde_yaml", "archived; its successor stands under its name"),
    ("serde_yml", "archived and unsound"),
    ("yaml-rust", "archived"),
    ("tui-textarea", "unmaintained; its successor stands under its name"),
];

#[test]
fn arrows_run_one_way() {
    let mut wrong = Vec::new();
    for file in sources("src") {
        let room = room_of(&file);
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{}: the room `{room}` is not in the plan (ARROWS)", file.display()));
            continue;
        };
        for (line, target) in named_rooms(&fs::read_to_string(&file).unwrap()) {
            let looks = room == "app" && target == "tui" && is_test(&file);
            let fine = target == room
                || looks
                || target == "problem"
                || allowed.contains(&target.as_str())
                || ARROW_EXCEPTIONS.iter().any(|(f, t, _)| Path::new(f) == file && *t == target);
            if !fine {
                wrong.push(format!("{}:{line}: `{room}` may not name `{target}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows against the plan:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_needs_a_second_screen() {
    let long: Vec<String> = ["src", "tests", "benches", "examples"]
        .iter()
        .flat_map(|dir| sources(dir))
        .filter(|file| !LENGTH_EXCEPTIONS.iter().any(|(name, _)| Path::new(name) == file))
        .filter_map(|file| {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            (lines > MOST_LINES).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "files over {MOST_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn exceptions_are_still_needed() {
    for (file, _) in LENGTH_EXCEPTIONS {
        let lines = fs::read_to_string(file).map(|text| text.lines().count()).unwrap_or(0);
        assert!(lines > MOST_LINES, "{file} has {lines} lines and needs no exception");
    }
    for (file, target, _) in ARROW_EXCEPTIONS {
        let text = fs::read_to_string(file).unwrap_or_default();
        assert!(named_rooms(&text).iter().any(|(_, t)| t == target), "{file} does not name {target}");
    }
}

#[test]
fn nothing_banned_is_linked() {
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let found: Vec<String> = BANNED
        .iter()
        .filter(|(name, _)| lock.contains(&format!("name = \"{name}\"\n")))
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    assert!(found.is_empty(), "banned packages in Cargo.lock:\n{}", found.join("\n"));
}

fn sources(dir: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![PathBuf::from(dir)];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The tests of screens look at them as they are drawn.
fn is_test(file: &Path) -> bool {
    let stem = file.file_stem().is_some_and(|stem| stem == "tests" || stem.to_string_lossy().ends_with("_tests"));
    stem || file.components().any(|part| part.as_os_str() == "tests")
}

/// `src/helm/yaml/encode.rs` is in room `helm`, `src/problem.rs` is its own room.
fn room_of(file: &Path) -> String {
    let inside = file.strip_prefix("src").unwrap();
    inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_string()
}

/// Every `crate::ROOM`, also those of a group `crate::{ROOM, ROOM}`, with its line number.
fn named_rooms(text: &str) -> Vec<(usize, String)> {
    let mut rooms = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or(line);
        for rest in code.split("crate::").skip(1) {
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap_or(group).split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name.starts_with(|c: char| c.is_lowercase()) {
                    rooms.push((number + 1, name));
                }
            }
        }
    }
    rooms
}
