//! What came of many cases: a row per repository or folder, the sums, and where the answers part.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::compare::{Compared, Verdict};

const COLUMNS: [&str; 8] =
    ["identical", "same shape", "same error", "other error", "different", "we fail", "they fail", "broken"];

#[derive(Default)]
struct Row {
    charts: std::collections::BTreeSet<std::path::PathBuf>,
    counts: BTreeMap<&'static str, usize>,
    theirs: Duration,
    ours: Duration,
}

impl Row {
    fn add(&mut self, one: &Compared) {
        self.charts.insert(one.case.chart.clone());
        *self.counts.entry(one.verdict.column()).or_default() += 1;
        self.theirs += one.theirs;
        self.ours += one.ours;
    }

    fn print(&self, name: &str) -> String {
        let counts: String = COLUMNS.iter().map(|c| format!(" {:>11}", self.counts.get(c).unwrap_or(&0))).collect();
        let (theirs, ours) = (self.theirs.as_secs_f64(), self.ours.as_secs_f64());
        format!("{name:<42} {:>6}{counts} {theirs:>8.1} {ours:>8.1}\n", self.charts.len())
    }
}

/// The table of the cases below `root`, a row for each folder in it.
pub fn table(root: &Path, all: &[Compared]) -> String {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut sum = Row::default();
    for one in all {
        let inside = one.case.chart.strip_prefix(root).unwrap_or(&one.case.chart);
        let first = inside.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned());
        rows.entry(first.unwrap_or_default()).or_default().add(one);
        sum.add(one);
    }
    let heads: String = COLUMNS.iter().map(|c| format!(" {c:>11}")).collect();
    let mut text = format!("{:<42} {:>6}{heads} {:>8} {:>8}\n", "", "charts", "helm s", "ours s");
    rows.iter().for_each(|(name, row)| text.push_str(&row.print(name)));
    text + &sum.print("all")
}

/// Every case that is to be mended, with how to run it by hand.
pub fn details(all: &[Compared]) -> String {
    let worst = |one: &&Compared| match one.verdict {
        Verdict::Broken(_) => 0,
        Verdict::WeFail(_) | Verdict::TheyFail(_) => 1,
        Verdict::Different(_) => 2,
        _ => 3,
    };
    let mut bad: Vec<&Compared> = all.iter().filter(|one| !one.verdict.good()).collect();
    bad.sort_by_key(worst);
    let mut text = String::new();
    for one in bad {
        let detail = one.verdict.detail().unwrap_or_default();
        let command = one.case.arguments().join(" ");
        text.push_str(&format!(
            "{} [{}]: {}\n    {command}\n    {detail}\n",
            one.case.chart.display(),
            one.case.name,
            one.verdict.column()
        ));
    }
    text
}
