//! `iomctl chart pull`: a chart from elsewhere, as a file.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::charts::{Origin, Provenance};
use crate::cli::Format;
use crate::cli::chart::{SourceFlags, unusable};
use crate::helm::Chart;
use crate::helm::chart::Files;
use crate::problem::{Problem, Problems};

/// Get a chart, verify its digest, and write it to a file
#[derive(Debug, Args)]
pub struct Pull {
    /// https://…, oci://…, a .tgz, or a name with --repo
    #[arg(value_name = "CHART")]
    chart: String,
    /// Version of the chart, or a range such as '^1.2'; without it the newest stable one
    #[arg(long, value_name = "VERSION")]
    chart_version: Option<String>,
    /// Folder to write to
    #[arg(long, short, default_value = ".", value_name = "DIR")]
    destination: PathBuf,
    /// Unpack it into a folder of the chart's name
    #[arg(long)]
    untar: bool,
    #[command(flatten)]
    source: SourceFlags,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
}

/// What was got.
#[derive(Debug, Serialize)]
struct Pulled {
    name: String,
    version: String,
    #[serde(flatten)]
    origin: Origin,
    /// What the provenance file says, if there is one.
    provenance: Option<Provenance>,
    saved: PathBuf,
}

impl Pull {
    /// Gets, verifies and writes.
    pub fn run(self) -> Result<(), Problems> {
        let fetched = self.source.fetch(&self.chart, self.chart_version.as_deref(), true)?;
        let (Some(archive), Some(origin)) = (&fetched.archive, fetched.origin.clone()) else {
            return Err(Problem::bad_input("chart.is-folder", "this is a folder: there is nothing to get")
                .at(self.chart.clone())
                .into());
        };
        let chart = fetched.chart().map_err(|e| unusable(e, origin.place.clone()))?;
        let saved = match self.untar {
            true => self.unpack(&fetched.files().map_err(|e| unusable(e, origin.place.clone()))?, &chart)?,
            false => self.save(archive, fetched.provenance.as_deref(), &chart)?,
        };
        let provenance = fetched.provenance.as_ref().map(|file| Provenance::read(file, &origin.digest));
        let pulled = Pulled {
            name: chart.metadata.name.clone(),
            version: chart.metadata.version.clone(),
            origin,
            provenance,
            saved,
        };
        self.output.print(&pulled, text)
    }

    fn save(&self, archive: &[u8], provenance: Option<&[u8]>, chart: &Chart) -> Result<PathBuf, Problem> {
        std::fs::create_dir_all(&self.destination).map_err(|e| unwritable(&self.destination, &e))?;
        let path = self.destination.join(format!("{}-{}.tgz", chart.name(), chart.metadata.version));
        let beside = PathBuf::from(format!("{}.prov", path.display()));
        let files = std::iter::once((&path, archive)).chain(provenance.map(|file| (&beside, file)));
        for (path, bytes) in files {
            std::fs::write(path, bytes).map_err(|e| unwritable(path, &e))?;
        }
        Ok(path)
    }

    fn unpack(&self, files: &Files, chart: &Chart) -> Result<PathBuf, Problem> {
        let folder = self.destination.join(chart.name());
        if folder.exists() {
            return Err(Problem::bad_input("chart.exists", "there is something of this name already")
                .at(folder.display().to_string())
                .next("remove it, or name another folder with --destination; nothing was written"));
        }
        // Every path of an archive was found to stay inside of the chart.
        for (name, bytes) in files {
            let path = folder.join(name);
            let above = path.parent().unwrap_or(&folder);
            std::fs::create_dir_all(above).map_err(|e| unwritable(above, &e))?;
            std::fs::write(&path, bytes).map_err(|e| unwritable(&path, &e))?;
        }
        Ok(folder)
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::failed("chart.unwritable", "the chart cannot be written")
        .at(path.display().to_string())
        .because(error.to_string())
}

fn text(pulled: &Pulled) -> String {
    let Origin { place, digest, manifest, kept_since } = &pulled.origin;
    let mut text =
        format!("chart       {} {}\nfrom        {place}\ndigest      {digest}\n", pulled.name, pulled.version);
    if let Some(manifest) = manifest {
        text.push_str(&format!("manifest    {manifest}\n"));
    }
    let provenance = pulled.provenance.as_ref().map_or_else(|| "there is none".into(), Provenance::words);
    text.push_str(&format!("provenance  {provenance}\n"));
    if let Some(since) = kept_since {
        text.push_str(&format!("kept since  {since}: the server cannot be reached\n"));
    }
    text + &format!("saved       {}\n", pulled.saved.display())
}
