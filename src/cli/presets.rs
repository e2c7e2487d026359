//! `iomctl presets`: the partial answers that one can begin with.

use clap::Args;

use super::output::{Format, columns, write};
use super::own_presets;
use super::values::named_preset;
use crate::plan::{Facts, Severity, Spec, evaluate};
use crate::problem::Problems;

/// Lists the presets, or prints one
#[derive(Debug, Args)]
pub struct Presets {
    /// Print the answers of this preset
    name: Option<String>,
    /// Format of the list
    #[arg(short, long, value_enum, default_value = "table")]
    output: Format,
}

#[derive(serde::Serialize)]
struct Row {
    name: String,
    about: String,
    /// The questions that it leaves to the operator.
    asks: Vec<String>,
}

impl Presets {
    /// Prints.
    ///
    /// # Errors
    /// An unknown name.
    pub fn run(self) -> Result<(), Problems> {
        if let Some(name) = &self.name {
            return write(&named_preset(name)?.text);
        }
        let spec = Spec::builtin();
        let rows: Vec<Row> = own_presets::all()
            .iter()
            .map(|preset| {
                let evaluation = evaluate(spec, &preset.answers(spec), &Facts::default());
                let asks = evaluation.of(Severity::Hard).filter_map(|finding| finding.field.clone()).collect();
                Row { name: preset.name.to_string(), about: preset.about().to_string(), asks }
            })
            .collect();
        self.output.print(&rows, |rows| {
            let cells = |row: &Row| vec![row.name.clone(), row.asks.len().to_string(), row.about.clone()];
            columns(&["preset", "asks", "for"], &rows.iter().map(cells).collect::<Vec<_>>())
        })
    }
}
