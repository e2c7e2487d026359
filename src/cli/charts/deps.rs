//! `iomctl chart deps`: the charts that a chart depends on.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::to_value;

use crate::charts::{Cache, Dependencies, build, list, update};
use crate::cli::chart::{AccessFlags, downloading, load};
use crate::cli::output::{columns, write};
use crate::cli::run::block_on;
use crate::cli::{Format, waiting};
use crate::problem::Problems;

/// What a chart depends on
#[derive(Debug, Args)]
pub struct Deps {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the charts that Chart.yaml names, and whether they are in charts/
    List {
        /// Folder or archive of the chart
        #[arg(value_name = "CHART", default_value = ".")]
        chart: PathBuf,
        /// How it is printed
        #[arg(long, short, value_enum, default_value_t)]
        output: Format,
    },
    /// Bring what Chart.lock says into charts/; refused when it is out of sync with Chart.yaml
    Build(Brought),
    /// Choose the newest versions that fit, bring them into charts/, and write Chart.lock
    Update(Brought),
}

#[derive(Debug, Args)]
struct Brought {
    /// Folder of the chart
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    access: AccessFlags,
}

impl Deps {
    /// Does it.
    pub fn run(self) -> Result<(), Problems> {
        match self.what {
            What::List { chart, output } => {
                let rows = list(&load(Some(&chart))?, chart.is_dir().then_some(chart.as_path()));
                output.print(&rows, |rows| table(rows, &chart))
            }
            What::Build(brought) => brought.run(true),
            What::Update(brought) => brought.run(false),
        }
    }
}

impl Brought {
    fn run(&self, locked: bool) -> Result<(), Problems> {
        let (access, cache) = (self.access.access(), Cache::of_user());
        let told = block_on(waiting::shown("looking for the charts", async |doing| {
            let progress = |what: &str, have, of| downloading(&doing, what, have, of);
            match locked {
                true => build(&self.folder, &access, &cache, &progress).await,
                false => update(&self.folder, &access, &cache, &progress).await,
            }
        }))?;
        if told.is_empty() {
            return write("the chart depends on no other\n");
        }
        write(&told.iter().map(|line| format!("{line}\n")).collect::<String>())
    }
}

fn table(rows: &[Dependencies], chart: &Path) -> String {
    if rows.is_empty() {
        return format!("{} depends on no other chart\n", chart.display());
    }
    let word = |row: &Dependencies| to_value(row.status).ok().and_then(|word| word.as_str().map(str::to_string));
    let cells = |row: &Dependencies| {
        vec![row.name.clone(), row.version.clone(), row.repository.clone(), word(row).unwrap_or_default()]
    };
    columns(&["name", "version", "repository", "status"], &rows.iter().map(cells).collect::<Vec<_>>())
}
