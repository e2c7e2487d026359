//! The kept inputs: `corpus/TARGET/` holds what the fuzzer found worth keeping, and a file with a name for everything that
//! was mended.

use std::path::{Path, PathBuf};

/// Most bytes of all inputs: they are kept for ever by everybody who clones the repository.
const MOST_BYTES: u64 = 1 << 20;

/// Folder of all corpora.
fn home() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/corpus"))
}

/// The inputs of a target, by name.
pub fn inputs(target: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home().join(target)).expect("a folder with the corpus");
    let mut inputs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    inputs.sort();
    inputs
}

#[test]
fn corpora_stay_small() {
    let all = super::targets::TARGETS.iter().flat_map(|target| inputs(target.name));
    let sizes: Vec<u64> = all.map(|path| std::fs::metadata(path).expect("a file").len()).collect();
    assert!(sizes.iter().sum::<u64>() < MOST_BYTES, "{} bytes in {} files", sizes.iter().sum::<u64>(), sizes.len());
}
