//! One program for all targets: `IOMCTL_FUZZ_TARGET` says which is fed.

#![no_main]

#[path = "../../targets/mod.rs"]
mod targets;

use std::sync::LazyLock;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    // In front of the fuzzer's own hook, which takes every panic for a finding.
    iomctl::helm::yaml::keep_scanner_quiet();
    let name = std::env::var("IOMCTL_FUZZ_TARGET").unwrap_or_default();
    match targets::TARGETS.iter().find(|target| target.name == name) {
        Some(target) => target.run,
        None => panic!("IOMCTL_FUZZ_TARGET={name:?} is no target"),
    }
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| (*TARGET)(input));
