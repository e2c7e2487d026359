//! What becomes of the values of the revision before, in Helm's four ways.

use std::sync::Arc;

use crate::deploy::input::Input;
use crate::helm::Values;
use crate::helm::release::Release;
use crate::problem::Problem;

/// What becomes of the values of the revision before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reuse {
    /// They are forgotten, unless no values are given at all.
    #[default]
    WhenNoneAreGiven,
    /// They are forgotten.
    Never,
    /// They are kept, those of the chart before included; given ones are laid over them.
    Always,
    /// They are kept, and laid over the defaults of the new chart; given ones are laid over them.
    OverNewDefaults,
}

/// The input with the values of the revision before in it.
///
/// # Errors
/// The chart in the record is damaged.
pub fn with_earlier(input: &Input, before: &Release, reuse: Reuse) -> Result<Input, Problem> {
    let mut input = input.clone();
    let earlier = Values::from_json(serde_json::Value::Object(before.config.clone().unwrap_or_default()));
    match reuse {
        Reuse::Never => {}
        Reuse::WhenNoneAreGiven if !input.values.0.is_empty() => {}
        Reuse::WhenNoneAreGiven => input.values = Arc::new(earlier),
        Reuse::OverNewDefaults => input.values = Arc::new((*input.values).clone().over(&earlier)),
        Reuse::Always => {
            let damaged = |why: String| {
                Problem::failed("record.damaged", format!("the chart in the record of revision {}", before.version))
                    .because(why)
                    .next("use --reset-then-reuse-values, which does not need it; nothing was changed")
            };
            let stored = before.chart.as_ref().ok_or_else(|| damaged("there is none".into()))?;
            let stored = stored.restored().map_err(|e| damaged(e.to_string()))?;
            let mut chart = (*input.chart).clone();
            chart.values = earlier.with_defaults(&stored).map_err(|e| damaged(e.to_string()))?.into();
            input.chart = Arc::new(chart);
            input.values = Arc::new((*input.values).clone().over(&earlier));
        }
    }
    Ok(input)
}
