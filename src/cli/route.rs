//! `iomctl route PATH`: what the gateway does with a path while certain flags are on.

use clap::Args;

use super::facts::{Sheet, unknown};
use super::output::Format;
use crate::platform::routing::{Answer, PathError, RequestPath, Router, Verdict};
use crate::platform::{FieldSources, FlagState, catalogue};
use crate::problem::{Problem, Problems};

/// Say where the gateway sends a path
#[derive(Debug, Args)]
pub struct Route {
    /// The path of a request, or a whole URL
    #[arg(value_name = "PATH")]
    path: String,
    /// Flags that are on, beside those that are on by default
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    flags: Vec<String>,
    /// Switch one flag on or off
    #[arg(long, value_name = "NAME=BOOL")]
    set_flag: Vec<String>,
    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

impl Route {
    /// Prints the gateway's answer.
    pub fn run(self) -> Result<(), Problems> {
        let mut problems = Vec::new();
        let path = RequestPath::parse(&self.path).map_err(|error| problems.push(worded(error))).ok();
        let flags = self.flag_state(&mut problems);
        let Some(path) = path.filter(|_| problems.is_empty()) else { return Err(Problems(problems)) };
        let router = Router::new(catalogue())
            .map_err(|error| Problem::failed("route.catalogue", format!("the built-in routes: {error}")))?;
        let answer = router.answer(&path, &flags);
        let answer = answer.ok_or_else(|| Problem::failed("route.none", format!("no route matches {path}")))?;
        self.output.print(&answer, sheet)
    }

    fn flag_state(&self, problems: &mut Vec<Problem>) -> FlagState {
        let catalogue = catalogue();
        let mut state = FlagState::defaults(catalogue);
        let mut set = |name: &str, on: bool, problems: &mut Vec<Problem>| {
            if state.set(catalogue, name, on).is_err() {
                problems.push(unknown("flag", "flags.unknown", name, catalogue.flags.iter().map(|flag| flag.key())));
            }
        };
        for name in self.flags.iter().filter(|name| !name.is_empty()) {
            set(name, true, problems);
        }
        for setting in &self.set_flag {
            match setting.split_once('=').map(|(name, value)| (name, value.parse::<bool>())) {
                Some((name, Ok(on))) => set(name, on, problems),
                _ => problems.push(
                    Problem::bad_input("route.set-flag", format!("`{setting}` does not say whether a flag is on"))
                        .at("--set-flag")
                        .next("write NAME=true or NAME=false"),
                ),
            }
        }
        state
    }
}

fn worded(error: PathError) -> Problem {
    let problem = Problem::bad_input("route.path", error.to_string()).at("PATH");
    match error {
        PathError::Empty => problem.next("write a path, for instance /api/v1/users"),
        PathError::Method { rest, .. } if rest.is_empty() => problem.next("write the path alone"),
        PathError::Method { rest, .. } => problem
            .because("the gateway chooses by the path, whatever the method")
            .next(format!("write {} alone", rest.split(' ').next().unwrap_or(&rest))),
        PathError::NoLeadingSlash(text) => problem.next(format!("write /{text}, or a whole URL with https://")),
        PathError::Blank(_) => problem.next("write a blank as %20"),
        PathError::BadEscape(_) => problem.next("write a per cent sign as %25"),
        PathError::AboveRoot(_) => problem.next("take away one of the `..`"),
    }
}

fn sheet(answer: &Answer) -> String {
    let none = FieldSources::new();
    let sheet = Sheet::new(&answer.path, &answer.source, &none);
    let sheet = match &answer.verdict {
        Verdict::Service { address, .. } | Verdict::Workload { address } => sheet.line("leads to", "", address),
        Verdict::FlagOff { flag, values_path, service } => sheet
            .line("answers", "", format!("404, because {flag} is off"))
            .line("with it", "", format!("{service} answers; the values need {values_path}: true")),
        Verdict::NotFound { reason, likely_owners } => {
            sheet.line("answers", "", format!("404: {reason}")).line("likely owner", "", likely_owners.join(" or "))
        }
    };
    let protocols: Vec<&str> = answer.protocols.iter().map(|protocol| protocol.as_str()).collect();
    let variables: Vec<String> = answer.variables.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    sheet
        .line("protocol", "", protocols.join(", "))
        .line("pattern", "", &answer.pattern)
        .line("variables", "", variables.join(", "))
        .line("note", "", answer.notes.join("; "))
        .print()
}
