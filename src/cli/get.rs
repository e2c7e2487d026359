//! `iomctl get`: what the record of a revision says, in Helm's words.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::mask::Mask;
use super::named::Named;
use super::output::write;
use super::run::{block_on, options};
use super::{Format, Global, waiting};
use crate::cluster::Session;
use crate::deploy::revision;
use crate::helm::release::{About, Release, to_json, to_yaml};
use crate::problem::{Problem, Problems};

/// Show what the record of a release says: values, manifest, hooks, notes, metadata
///
/// It prints what `helm get` prints, except that secrets are masked unless --show-secrets is given.
#[derive(Debug, Args)]
pub struct Get {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The values that the release was given
    Values(OfValues),
    /// The objects, as they were rendered
    Manifest(Plain),
    /// The hooks, as they were rendered
    Hooks(Plain),
    /// What the chart tells the operator
    Notes(Plain),
    /// Name, chart, versions and state
    Metadata(Described),
    /// Everything above, one after the other
    All(Shown),
}

#[derive(Debug, Args)]
struct Plain {
    #[command(flatten)]
    of: Of,
}

/// Which record, and whether its secrets are shown.
#[derive(Debug, Args)]
struct Of {
    #[command(flatten)]
    release: Named,
    /// Number of the revision; without it the newest
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
    /// Print secrets as they are
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Debug, Args)]
struct Shown {
    #[command(flatten)]
    of: Of,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
}

#[derive(Debug, Args)]
struct OfValues {
    #[command(flatten)]
    shown: Shown,
    /// With the defaults of the chart
    #[arg(long, short)]
    all: bool,
}

#[derive(Debug, Args)]
struct Described {
    #[command(flatten)]
    release: Named,
    /// Number of the revision; without it the newest
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
}

impl Get {
    /// Reads and prints.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        match self.what {
            What::Manifest(plain) => plain.of.print(global, |release, mask| mask.manifest(&release.print_manifest())),
            What::Hooks(plain) => plain.of.print(global, |release, mask| mask.manifest(&release.print_hooks())),
            What::Notes(plain) => plain.of.print(global, |release, mask| mask.text(&release.print_notes())),
            What::Values(values) => values.run(global),
            What::All(shown) => shown.everything(global),
            What::Metadata(described) => {
                let release = read(global, &described.release, described.revision)?;
                let about = About::of(&release);
                write(&match described.output {
                    Format::Table => about.print(),
                    format => structured(format, serde_json::to_value(&about), || to_json(&about))?,
                })
            }
        }
    }
}

impl Of {
    fn read(&self, global: &Global) -> Result<(Release, Mask), Problems> {
        let release = read(global, &self.release, self.revision)?;
        let mask = if self.show_secrets { Mask::none() } else { Mask::of([&release]) };
        Ok((release, mask))
    }

    fn print(&self, global: &Global, text: impl FnOnce(&Release, &Mask) -> String) -> Result<(), Problems> {
        let (release, mask) = self.read(global)?;
        finish(&text(&release, &mask), &mask)
    }
}

impl OfValues {
    fn run(&self, global: &Global) -> Result<(), Problems> {
        let (release, mask) = self.shown.of.read(global)?;
        let values = mask.values(if self.all { computed(&release)? } else { release.supplied() });
        let text = match self.shown.output {
            Format::Table if self.all => format!("COMPUTED VALUES:\n{}", yaml(values)?),
            Format::Table => format!("USER-SUPPLIED VALUES:\n{}", yaml(values)?),
            format => structured(format, Ok(values.clone()), || to_json(&values))?,
        };
        finish(&text, &mask)
    }
}

impl Shown {
    fn everything(&self, global: &Global) -> Result<(), Problems> {
        let (release, mask) = self.of.read(global)?;
        let (supplied, computed) = (mask.values(release.supplied()), mask.values(computed(&release)?));
        let (hooks, manifest) = (mask.manifest(&release.print_hooks()), mask.manifest(&release.manifest));
        let notes = mask.text(&release.info.notes);
        let text = match self.output {
            Format::Table => {
                let mut text = release.print_head();
                text.push_str(&format!("USER-SUPPLIED VALUES:\n{}\n", yaml(supplied)?));
                text.push_str(&format!("COMPUTED VALUES:\n{}\n", yaml(computed)?));
                text.push_str(&format!("HOOKS:\n{hooks}MANIFEST:\n{manifest}\n"));
                if !notes.is_empty() {
                    text.push_str(&format!("NOTES:\n{}\n", notes.trim()));
                }
                text
            }
            format => {
                let all = json!({
                    "metadata": About::of(&release), "values": supplied, "computedValues": computed,
                    "hooks": hooks, "manifest": manifest, "notes": notes,
                });
                structured(format, Ok(all.clone()), || to_json(&all))?
            }
        };
        finish(&text, &mask)
    }
}

fn read(global: &Global, release: &Named, number: Option<i64>) -> Result<Release, Problems> {
    let options = options(global);
    let name = release.name();
    block_on(waiting::shown("reading the record", async |_| {
        let session = Session::connect(&options).await?;
        // Helm takes zero for the newest one, too.
        Ok(revision(&session, &name, number.filter(|number| *number > 0)).await?)
    }))
}

fn computed(release: &Release) -> Result<Value, Problem> {
    release.computed().map_err(|e| {
        Problem::failed("values.shape", "the values of the record do not fit its chart").because(e.to_string())
    })
}

fn yaml(values: Value) -> Result<String, Problem> {
    to_yaml(values).map_err(|e| unwritable(&e.to_string()))
}

/// JSON in Go's order of fields, YAML in the order of keys.
fn structured(
    format: Format,
    tree: Result<Value, serde_json::Error>,
    line: impl FnOnce() -> Result<String, serde_json::Error>,
) -> Result<String, Problem> {
    match format {
        Format::Json => line().map_err(|e| unwritable(&e.to_string())),
        Format::Yaml | Format::Table => yaml(tree.map_err(|e| unwritable(&e.to_string()))?),
    }
}

fn unwritable(why: &str) -> Problem {
    Problem::failed("output", format!("the result cannot be written: {why}"))
}

fn finish(text: &str, mask: &Mask) -> Result<(), Problems> {
    write(text)?;
    mask.confess(text);
    Ok(())
}
