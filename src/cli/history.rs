//! `iomctl history`: the revisions of a release.

use clap::Args;

use super::named::Named;
use super::output::{columns, write};
use super::run::{block_on, options};
use super::{Format, Global, waiting};
use crate::cluster::Session;
use crate::deploy::history;
use crate::helm::release::{Line, Time, to_json, to_yaml};
use crate::problem::{Problem, Problems};

/// List the revisions of a release, oldest first
///
/// With -o json and -o yaml it prints what `helm history` prints.
#[derive(Debug, Args)]
pub struct History {
    #[command(flatten)]
    release: Named,
    /// Most revisions that are listed, the newest ones
    #[arg(long, default_value_t = 256, value_name = "N")]
    max: usize,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
}

impl History {
    /// Reads and prints.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let options = options(global);
        let name = self.release.name();
        let revisions = block_on(waiting::shown("reading the revisions", async |_| {
            let session = Session::connect(&options).await?;
            Ok(history(&session, &name).await?)
        }))?;
        let oldest = revisions.len().saturating_sub(self.max);
        let lines: Vec<Line> = revisions[oldest..].iter().map(|release| release.line()).collect();
        let failed = |e: String| Problem::failed("output", format!("the history cannot be written: {e}"));
        let text = match self.output {
            Format::Table => table(&lines),
            Format::Json => to_json(&lines).map_err(|e| failed(e.to_string()))?,
            Format::Yaml => {
                let json = serde_json::to_value(&lines).map_err(|e| failed(e.to_string()))?;
                to_yaml(json).map_err(|e| failed(e.to_string()))?
            }
        };
        write(&text)
    }
}

fn table(lines: &[Line]) -> String {
    let row = |line: &Line| {
        let updated = Time(line.updated.clone()).timestamp().map(|at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string());
        vec![
            line.revision.to_string(),
            updated.unwrap_or_default(),
            line.status.clone(),
            line.chart.clone(),
            line.app_version.clone(),
            line.description.clone(),
        ]
    };
    let head = ["revision", "updated", "status", "chart", "app version", "description"];
    columns(&head, &lines.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_a_line() {
        let line = |revision, status: &str| Line {
            revision,
            updated: "2026-11-22T23:30:00.25+01:00".into(),
            status: status.into(),
            chart: "small-1.0.0".into(),
            app_version: "1".into(),
            description: "Install complete".into(),
        };
        insta::assert_snapshot!(table(&[line(9, "superseded"), line(10, "deployed")]), @"
        revision  updated               status      chart        app version  description
        9         2026-11-22 22:30:00Z  superseded  small-1.0.0  1            Install complete
        10        2026-11-22 22:30:00Z  deployed    small-1.0.0  1            Install complete
        ");
    }
}
