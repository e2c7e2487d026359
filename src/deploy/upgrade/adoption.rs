//! Before a release is touched that others made: its stored chart and values are rendered again and held against its
//! stored objects. Where we come to something else than Helm did, the next revision would change what nobody asked to be
//! changed.
//!
//! What a chart prints may depend on more than chart and values. Each document is therefore rendered in every way that
//! may have been meant (first or later revision, either Helm, with and without looking at the cluster), and all of it
//! twice: what differs between two renderings is random, the time, or the revision, and says nothing.

mod compare;

use std::sync::Arc;

use compare::{Documents, Found, of_record, of_rendered};

use crate::deploy::input::{Input, Way};
use crate::deploy::operation::Context;
use crate::helm::release::Release;
use crate::helm::{Chart, Profile, Values};
use crate::problem::{Problem, Problems};

/// Lines of evidence.
const LINES: usize = 12;

/// Holds what a record says against what its chart and values render to. `given` is the chart of the next revision:
/// when it is the same as the stored one it has the subcharts that records do not keep.
///
/// # Errors
/// There is a difference, and `go_on` was not said.
pub async fn check(context: &Context, current: &Release, given: &Arc<Chart>, go_on: bool) -> Result<(), Problems> {
    let Some(Ok(stored)) = current.chart.as_ref().map(|chart| chart.restored()) else {
        context.reporter.note("the record of the release holds no chart that can be read: it could not be verified");
        return Ok(());
    };
    let whole = is_same_chart(&stored, given);
    let lacking = !whole && !stored.metadata.dependencies.is_empty();
    let chart = match whole {
        true => Arc::clone(given),
        false => Arc::new(without_subcharts(stored)),
    };
    let values = Values::from_json(serde_json::Value::Object(current.config.clone().unwrap_or_default()));
    let input = Input { release: current.name.clone(), chart, values: Arc::new(values) };
    let renderings = match renderings(context, &input, current.version).await {
        Ok(renderings) => renderings,
        Err(words) if lacking => {
            context.reporter.note(format!(
                "the release could not be verified: its record does not hold the subcharts that its templates need ({words})"
            ));
            return Ok(());
        }
        Err(words) => return go_on_or(context, go_on, differs(current, "it cannot be rendered").evidence(words)),
    };
    let of_subcharts = |source: &str| lacking && source.contains("/charts/");
    let mut stored = of_record(current);
    let all = stored.len();
    stored.retain(|key, _| !of_subcharts(&key.source));
    let unverified = all - stored.len();
    let found = compare::compare(&stored, &renderings);
    if unverified > 0 {
        context.reporter.note(format!(
            "{unverified} of {all} objects come from subcharts, which records do not hold: they could not be verified"
        ));
    }
    if found.is_empty() {
        let random = compare::random(&renderings);
        let but = match random {
            0 => String::new(),
            1 => ", but for one field that differs each time".to_string(),
            some => format!(", but for {some} fields that differ each time"),
        };
        context.reporter.note(format!(
            "revision {} was made by others; chart and values render to the {} objects of its record{but}",
            current.version,
            stored.len()
        ));
        return Ok(());
    }
    go_on_or(context, go_on, told(current, &found))
}

fn go_on_or(context: &Context, go_on: bool, problem: Problem) -> Result<(), Problems> {
    if !go_on {
        return Err(problem.into());
    }
    context.reporter.note(format!("{}; gone on, as was asked for", problem.what));
    Ok(())
}

/// Everything that chart and values may have been meant to render to; each way twice.
async fn renderings(context: &Context, input: &Input, revision: i64) -> Result<Vec<[Documents; 2]>, String> {
    let mut found = Vec::new();
    let mut words = String::new();
    for profile in [Profile::Helm3, Profile::Helm4] {
        for upgrade in [revision > 1, revision == 1] {
            for looks in [false, true] {
                let way = Way { profile, looks, checks: false, ..Way::of(upgrade) };
                let both = async {
                    let one = input.documents(context, revision, way.clone()).await.map_err(|e| e.to_string())?;
                    // What Helm rolled back was rendered as another revision: its number says nothing either.
                    let other = input.documents(context, revision + 1, way).await.map_err(|e| e.to_string())?;
                    Ok::<_, String>([of_rendered(&one), of_rendered(&other)])
                };
                match both.await {
                    Ok(both) => found.push(both),
                    Err(error) => words = context.reporter.clean(&error),
                }
            }
        }
    }
    if found.is_empty() { Err(words) } else { Ok(found) }
}

fn is_same_chart(stored: &Chart, given: &Chart) -> bool {
    let files = |chart: &Chart| {
        let mut all: Vec<_> = chart.templates.iter().chain(&chart.files).cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    };
    stored.name() == given.name() && stored.metadata.version == given.metadata.version && files(stored) == files(given)
}

/// A chart whose missing subcharts are not asked for.
fn without_subcharts(mut chart: Chart) -> Chart {
    chart.metadata.dependencies.clear();
    chart
}

fn differs(current: &Release, how: &str) -> Problem {
    let what = format!("release `{}` was made by others, and {how} as its record says", current.name);
    Problem::bad_input("adoption.differs", what)
        .at(format!("revision {} in namespace {}", current.version, current.namespace))
        .because("objects were rendered by another version, from another chart, or on another cluster")
        .next(
            "compare with `helm get manifest`; when the next revision may change these things as well, go on with \
             --adopt-differing. Nothing was changed",
        )
}

fn told(current: &Release, found: &[Found]) -> Problem {
    let problem = differs(current, "its chart and values do not render to the same objects");
    let problem = found.iter().take(LINES).fold(problem, |problem, one| problem.evidence(one.to_string()));
    match found.len().saturating_sub(LINES) {
        0 => problem,
        more => problem.evidence(format!("… and {more} more")),
    }
}
