//! `iomctl test`: runs the tests that the chart of a release brings.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Global;
use super::duration::Seconds;
use super::named::Named;
use super::progress::Stream;
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use crate::cluster::Session;
use crate::deploy::{Testing, test};
use crate::problem::{Problem, Problems};
use crate::redact::Redactor;

/// Run the tests of a release, with their logs while they run
///
/// Tests run one after the other until one fails; how they went is written into the record, where `helm status` shows it.
/// Exit codes: 0 all succeeded (or there are none), 2 there is no such release or test, 3 a test failed, 5 the cluster
/// cannot be reached, 130 stopped by the operator.
#[derive(Debug, Args)]
pub struct Test {
    #[command(flatten)]
    release: Named,
    /// Only the tests of these names (name=a,name=b), or all but these (!name=c); can be given several times
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    filter: Vec<String>,
    /// Most time for each test, e.g. 90s, 10m
    #[arg(long, default_value = "5m", value_name = "TIME")]
    timeout: Seconds,
    /// Folder of the journal; without it $XDG_STATE_HOME/iomctl, then ~/.local/state/iomctl
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// How events are printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Stream,
}

impl Test {
    /// Tests.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let symbols = Symbols::detect(global.ascii);
        let options = options(global);
        let testing = self.testing()?;
        let subject = Subject { state_dir: self.state_dir, ..Subject::default() };
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = subject.journal().await?;
            let run = |context| test(context, testing);
            shown(session, journal, Redactor::default(), self.output, symbols, run).await
        })
    }

    fn testing(&self) -> Result<Testing, Problem> {
        let mut testing =
            Testing { release: self.release.name(), patience: Duration::from(self.timeout), ..Testing::default() };
        for filter in &self.filter {
            match filter.split_once('=') {
                Some(("name", name)) => testing.only.push(name.trim().into()),
                Some((not, name)) if not.starts_with('!') && not[1..].trim() == "name" => {
                    testing.except.push(name.trim().into());
                }
                _ => {
                    return Err(Problem::bad_input("test.filter", format!("`{filter}` is no filter"))
                        .next("write name=TEST or '!name=TEST'"));
                }
            }
        }
        Ok(testing)
    }
}
