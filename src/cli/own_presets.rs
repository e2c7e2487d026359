//! Presets that people have saved: answers files in a folder of their own, beside those of the program.

use std::fs;
use std::path::PathBuf;

use super::replace;
use crate::plan::{Preset, presets};
use crate::problem::Problem;

/// `$XDG_CONFIG_HOME/iomctl/presets`, else `~/.config/iomctl/presets`.
fn folder() -> Option<PathBuf> {
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = config.or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    config.map(|config| config.join("iomctl/presets"))
}

/// The code of the problem of a name that is taken by another preset of this person.
pub const EXISTS: &str = "preset.exists";

/// The presets of the program, then those of this person, by name.
pub(super) fn all() -> Vec<Preset> {
    presets().iter().cloned().chain(of_this_person()).collect()
}

/// The presets that this person has saved, by name.
pub fn of_this_person() -> Vec<Preset> {
    let files = folder().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().to_str()?.strip_suffix(".yaml").map(str::to_string));
    let mut names: Vec<String> = names.filter(|name| is_name(name)).collect();
    names.sort();
    names.iter().filter(|name| !presets().iter().any(|p| p.name == **name)).filter_map(|name| find(name)).collect()
}

/// The preset that this person has saved under a name.
pub(super) fn find(name: &str) -> Option<Preset> {
    let path = folder().filter(|_| is_name(name))?.join(format!("{name}.yaml"));
    Some(Preset::own(name, fs::read_to_string(path).ok()?))
}

/// Saves a preset; gives the file.
///
/// # Errors
/// The name cannot be one or is taken, or the file cannot be written.
pub fn save(name: &str, text: &str, overwrite: bool) -> Result<PathBuf, Problem> {
    let bad = |what: String| Problem::bad_input("preset.name", what);
    if !is_name(name) {
        return Err(bad(format!("`{}` cannot be the name of a preset", name.escape_debug()))
            .next("use lower-case letters, digits and `-`, at most 60 of them"));
    }
    if presets().iter().any(|preset| preset.name == name) {
        return Err(bad(format!("`{name}` is the name of a preset of the program")).next("choose another name"));
    }
    let folder = folder().ok_or_else(|| bad("there is no home directory to save it in".into()))?;
    let path = folder.join(format!("{name}.yaml"));
    let failed = |e: std::io::Error| {
        Problem::failed("preset.unwritable", "the preset cannot be saved")
            .at(path.display().to_string())
            .because(e.to_string())
            .next("make the folder writable, or set XDG_CONFIG_HOME")
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    if !overwrite && path.exists() {
        return Err(Problem::bad_input(EXISTS, format!("there is a preset `{name}` already")));
    }
    replace::file(&path, text).map_err(failed)?;
    Ok(path)
}

fn is_name(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    plain && !name.is_empty() && name.len() <= 60 && !name.starts_with('-')
}
