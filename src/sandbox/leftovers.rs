//! Folders of sandboxes that were killed: nobody else removes them.

use std::path::{Path, PathBuf};

/// What the names of the folders begin with.
const PREFIX: &str = "iomctl-sandbox-";

/// The folder of this process' sandbox on a port.
pub fn folder(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("{PREFIX}{}-{port}", std::process::id()))
}

/// Removes the folders in `place` whose process does not live any more. What cannot be removed belongs to somebody else.
pub fn sweep(place: &Path) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_dead_left_is_removed() {
        let place = tempfile::tempdir().unwrap();
        // No process has this number: Linux gives at most 4,194,304 of them.
        let names =
            ["iomctl-sandbox-4194999-80", &format!("iomctl-sandbox-{}-80", std::process::id()), "iomctl-sandbox-x"];
        for name in names {
            std::fs::create_dir(place.path().join(name)).unwrap();
        }
        sweep(place.path());
        assert_eq!(names.map(|name| place.path().join(name).exists()), [false, true, true]);
    }
}
