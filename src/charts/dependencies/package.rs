//! Archives of folders, and archives in folders.

use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, Header};

use crate::helm::Chart;
use crate::helm::chart::files_of_folder;
use crate::problem::Problem;

/// The archive of a chart's folder: what `.helmignore` leaves, always the same bytes.
pub fn archive(folder: &Path) -> Result<Vec<u8>, Problem> {
    let unusable = |why: String| {
        Problem::bad_input("chart.unusable", format!("the chart cannot be packed: {why}"))
            .at(folder.display().to_string())
    };
    let name = Chart::load(folder).map_err(|e| unusable(e.to_string()))?.metadata.name;
    let mut tar = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (path, data) in files_of_folder(folder).map_err(|e| unusable(e.to_string()))? {
        let mut header = Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{name}/{path}"), &data[..]).map_err(|e| unusable(e.to_string()))?;
    }
    let packed = tar.into_inner().and_then(GzEncoder::finish);
    packed.map_err(|e| unusable(e.to_string()))
}

/// Puts archives (name of the chart, name of the file, content) into `charts/`, in the place of others of these charts.
pub fn place(folder: &Path, archives: &[(String, String, Vec<u8>)]) -> Result<(), Problem> {
    let unwritable = |e: std::io::Error| {
        Problem::failed("chart.unwritable", "the charts cannot be written")
            .at(folder.display().to_string())
            .because(e.to_string())
    };
    if archives.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    for (_, file, archive) in archives {
        let unfinished = folder.join(format!("_{file}.{}", std::process::id()));
        let written =
            std::fs::write(&unfinished, archive).and_then(|()| std::fs::rename(&unfinished, folder.join(file)));
        written.inspect_err(|_| drop(std::fs::remove_file(&unfinished))).map_err(unwritable)?;
    }
    for entry in std::fs::read_dir(folder).map_err(unwritable)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if !name.ends_with(".tgz") || archives.iter().any(|(_, file, _)| *file == name) {
            continue;
        }
        let chart = Chart::load(&path).map(|chart| chart.metadata.name).unwrap_or_default();
        if archives.iter().any(|(known, ..)| *known == chart) {
            std::fs::remove_file(&path).map_err(unwritable)?;
        }
    }
    Ok(())
}
