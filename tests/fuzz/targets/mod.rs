//! What is fed with anything: one function for each door that bytes from outside come in by.
//!
//! The fuzzer (`tests/fuzz/engine`) and the replay of the kept corpora (`tests/fuzz/main.rs`) call the same functions. A
//! target may panic only when something is wrong: the library panicked, or a promise that the target holds is broken.

mod answers;
mod archive;
mod chart;
mod index;
mod record;
mod registry;
mod sections;
mod set;
mod template;
mod yaml;

/// A door.
pub struct Target {
    /// Its name, which is the name of the folder of its corpus.
    pub name: &'static str,
    /// Feeds it.
    pub run: fn(&[u8]),
}

/// All doors.
pub const TARGETS: &[Target] = &[
    Target { name: "template", run: template::run },
    Target { name: "chart", run: chart::run },
    Target { name: "yaml", run: yaml::run },
    Target { name: "set", run: set::run },
    Target { name: "archive", run: archive::run },
    Target { name: "index", run: index::run },
    Target { name: "record", run: record::run },
    Target { name: "registry", run: registry::run },
    Target { name: "answers", run: answers::run },
];
