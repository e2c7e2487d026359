//! `iomctl flags [NAME…]`: the feature flags, what each does, needs and restarts.

use clap::{Args, ValueEnum};

use super::facts::{Sheet, cell, footnote, indented, unknown};
use super::output::{Format, columns};
use crate::platform::{Certainty, Flag, FlagClass, OtherFlag, RequirementKind, SparkEffect, catalogue};
use crate::problem::{Problem, Problems};

/// Show the feature flags: values path, default, effect, needs, restarts
#[derive(Debug, Args)]
pub struct Flags {
    /// Show everything that is known about these flags (name, values path or key)
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only flags of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only flags that deploy or restart this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Flags that are known from elsewhere: they are kept in values files, but not offered
    #[arg(long, conflicts_with_all = ["names", "kind", "service"])]
    other: bool,
    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

/// The kinds of flags, as the command line names them.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Adds services or objects
    Deployment,
    /// Changes how services behave
    Runtime,
}

impl Kind {
    fn class(self) -> FlagClass {
        match self {
            Kind::Deployment => FlagClass::Deployment,
            Kind::Runtime => FlagClass::Runtime,
        }
    }
}

impl Flags {
    /// Prints the flags asked for.
    pub fn run(self) -> Result<(), Problems> {
        if self.other {
            return self.output.print(&catalogue().other_flags, |flags| others(flags));
        }
        let flags = self.chosen()?;
        let detailed = !self.names.is_empty();
        self.output.print(&flags, |flags| if detailed { sheets(flags) } else { list(flags) })
    }

    fn chosen(&self) -> Result<Vec<&'static Flag>, Problems> {
        let catalogue = catalogue();
        let mut problems: Vec<Problem> = Vec::new();
        for name in &self.names {
            if catalogue.flag(name).is_none() {
                problems.push(unknown("flag", "flags.unknown", name, catalogue.flags.iter().map(|flag| flag.key())));
            }
        }
        if let Some(name) = &self.service
            && catalogue.service(name).is_none()
        {
            let known = catalogue.services.iter().map(|service| service.name.as_str());
            problems.push(unknown("service", "services.unknown", name, known));
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let flags = catalogue.flags.iter().filter(|flag| {
            (self.names.is_empty() || self.names.iter().any(|name| flag.is_named(name)))
                && self.kind.is_none_or(|kind| flag.class == kind.class())
                && self.service.as_ref().is_none_or(|s| flag.deploys.contains(s) || flag.restart.contains(s))
        });
        Ok(flags.collect())
    }
}

fn on(value: bool) -> &'static str {
    if value { "on" } else { "off" }
}

fn list(flags: &Vec<&Flag>) -> String {
    let rows: Vec<Vec<String>> = flags
        .iter()
        .map(|flag| {
            let letter = flag.source.certainty.letter().into();
            vec![flag.name.clone(), class(flag).into(), on(flag.default).into(), flag.path.clone(), letter]
        })
        .collect();
    let table = columns(&["flag", "kind", "default", "values path", "src"], &rows);
    let mut lines = table.lines();
    let mut text = format!("{}\n", lines.next().unwrap_or_default());
    for (line, flag) in lines.zip(flags) {
        text.push_str(&format!("{line}\n{}", indented("  ", &flag.effect)));
        let restart = cell(restart(flag), "restart", &flag.source, &flag.sources);
        for (label, words) in [("needs", needs(flag)), ("restart", restart)] {
            if !words.is_empty() {
                text.push_str(&indented(&format!("  {label:7}  "), &words));
            }
        }
    }
    let footnote = footnote(&text);
    format!(
        "{text}\n{footnote}`iomctl flags NAME` tells all of a flag, `iomctl flags --other` names flags known from elsewhere\n"
    )
}

fn others(flags: &[OtherFlag]) -> String {
    let rows: Vec<Vec<String>> = flags
        .iter()
        .map(|flag| {
            let default = flag.default.map_or("unknown", on);
            let since = flag.since.clone().unwrap_or_default();
            vec![flag.path.clone(), default.into(), since, flag.effect.clone(), flag.source.certainty.letter().into()]
        })
        .collect();
    let table = columns(&["values path", "default", "since", "effect", "src"], &rows);
    let footnote = footnote(&table);
    format!("{table}\n{footnote}")
}

fn class(flag: &Flag) -> &'static str {
    match flag.class {
        FlagClass::Deployment => "deployment",
        FlagClass::Runtime => "runtime",
    }
}

/// Everything that must be there first: other flags, a migration, and what else.
fn needs(flag: &Flag) -> String {
    let mut needs: Vec<String> = flag
        .requires
        .iter()
        .map(|required| {
            let other = &required.flag;
            let words = match required.how {
                RequirementKind::Together => other.clone(),
                RequirementKind::Before => format!("{other} active before"),
                RequirementKind::ToHaveEffect => format!("{other}, without which it does nothing"),
                RequirementKind::ForMoreReplicas => format!("{other} for more than one replica"),
            };
            match required.source.certainty {
                Certainty::Stated => words,
                less => format!("{words} ({})", less.letter()),
            }
        })
        .collect();
    if flag.migration {
        needs.push("the migration run before, on an existing environment".into());
    }
    needs.extend(flag.needs.iter().map(|need| cell(need, "needs", &flag.source, &flag.sources)));
    needs.join("; ")
}

fn restart(flag: &Flag) -> String {
    let spark = flag.spark.map(|effect| match effect {
        SparkEffect::Restart => "Spark workloads".to_string(),
        SparkEffect::NewWorkloads => "Spark workloads started before".to_string(),
    });
    flag.restart.iter().cloned().chain(spark).collect::<Vec<_>>().join(", ")
}

fn sheets(flags: &Vec<&Flag>) -> String {
    let sheets: Vec<String> = flags.iter().map(|flag| sheet(flag)).collect();
    sheets.join("\n")
}

fn sheet(flag: &Flag) -> String {
    let rules: Vec<String> = flag.requires.iter().map(|r| format!("{} {} [{}]", r.rule, r.flag, r.source)).collect();
    let deploys: Vec<String> = flag.deploys.iter().chain(&flag.objects).cloned().collect();
    let overridable = flag.overridable_since.as_ref().map_or(String::new(), |version| {
        format!("from chart {version} on an administrator can override it; the value is then a fallback")
    });
    Sheet::new(&flag.name, &flag.source, &flag.sources)
        .line("effect", "effect", &flag.effect)
        .line("kind", "class", class(flag))
        .line("values", "path", &flag.path)
        .line("default", "default", on(flag.default))
        .line("deploys", "objects", deploys.join(", "))
        .line("needs", "needs", needs(flag))
        .line("rules", "requires", rules.join(", "))
        .line("restart", "restart", flag.restart.join(", "))
        .line("Spark", "spark", spark(flag))
        .line("run time", "overridable_since", overridable)
        .line("since", "since", flag.since.clone().unwrap_or_default())
        .print()
}

fn spark(flag: &Flag) -> &'static str {
    match flag.spark {
        Some(SparkEffect::Restart) => "running workloads must restart",
        Some(SparkEffect::NewWorkloads) => "only workloads started afterwards have it",
        None => "",
    }
}
