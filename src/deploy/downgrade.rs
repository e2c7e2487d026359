//! Going back to an older chart. Its objects come back; what the newer one's jobs did to databases does not, and no tool
//! can tell from outside whether the older services still read it. So it is said before anything happens.

use super::operation::Context;
use super::record::chart_of;
use crate::helm::release::Release;
use crate::helm::semver::Version;

/// Tells when `next` is an older version of the chart of `current`.
pub fn tell(context: &Context, current: &Release, next: &Release) {
    if is_older(current, next) {
        context.reporter.note(format!(
            "the chart goes back from {} to {}: databases that jobs of the newer one migrated stay as they are, and older \
             services may not read them; have a backup from before that upgrade at hand",
            chart_of(current),
            chart_of(next)
        ));
    }
}

fn is_older(current: &Release, next: &Release) -> bool {
    let (Some(current), Some(next)) = (current.chart_metadata(), next.chart_metadata()) else { return false };
    let versions = (Version::parse(&current.version), Version::parse(&next.version));
    current.name == next.name && matches!(versions, (Ok(current), Ok(next)) if next.compare(&current).is_lt())
}
