//! The manual pages in `man/` are generated from the command definition; this test fails when they are not current,
//! and writes them when `IOMCTL_WRITE_MAN` is set.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::CommandFactory;
use iomctl::cli::Cli;

#[test]
fn the_manual_pages_are_current() {
    let current = tempfile::tempdir().unwrap();
    clap_mangen::generate_to(Cli::command(), current.path()).unwrap();
    let current = pages(current.path());
    assert!(current.contains_key("iomctl.1"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    if std::env::var_os("IOMCTL_WRITE_MAN").is_some() {
        for name in pages(&folder).keys().filter(|name| !current.contains_key(*name)) {
            fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, text) in &current {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let written = pages(&folder);
    let stale: Vec<&String> = current.keys().filter(|name| written.get(*name) != current.get(*name)).collect();
    let gone: Vec<&String> = written.keys().filter(|name| !current.contains_key(*name)).collect();
    assert!(
        stale.is_empty() && gone.is_empty(),
        "manual pages that are missing or not current: {stale:?}; of commands that are gone: {gone:?}; \
         run `IOMCTL_WRITE_MAN=1 cargo test --test man` and commit man/"
    );
}

/// Every page of a folder by its name.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|e| e == "1"));
    pages
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}
