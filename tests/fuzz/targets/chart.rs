//! A chart of any files (`=== PATH` before each): metadata, `.helmignore`, values, schema, subcharts, templates. The text
//! before the first file is the user's values.

use iomctl::helm::{Chart, Profile, ReleaseInfo, RenderOptions, Values, render};

use super::sections::sections;
use super::template::{LIMITS, is_slow};

pub fn run(input: &[u8]) {
    if is_slow(input) {
        return;
    }
    let mut files = sections(input);
    let (_, values) = files.remove(0);
    let Ok(values) = Values::from_yaml(&String::from_utf8_lossy(&values)) else { return };
    let Ok(chart) = Chart::from_files(files) else { return };
    for profile in [Profile::Helm3, Profile::Helm4] {
        let options = RenderOptions { profile, limits: LIMITS, ..RenderOptions::new(ReleaseInfo::install("r", "n")) };
        if let Ok(rendered) = render(&chart, &values, &options) {
            rendered.release_manifest();
        }
    }
}
