//! A folder of charts, by hand: `tests/conformance/run DIR...`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use iomctl::helm::{Chart, Profile};

use super::case::Case;
use super::compare::{Compared, compare};
use super::mutate::{self, Kind};
use super::{find, table};

/// The cases of a chart. Values that are made up are written into `scratch`.
pub fn cases(chart: &Path, profile: Profile, random: usize, scratch: &Path) -> Vec<Case> {
    let plain = Case::plain(chart, profile);
    let mut all = vec![plain.clone(), plain.clone().elsewhere("1.21.3")];
    for file in find::values(chart) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        all.push(plain.clone().with(name, file));
    }
    if profile == Profile::Helm4 {
        let notes: Vec<Case> = all.iter().filter(|case| case.kube.is_none()).cloned().map(Case::notes).collect();
        all.extend(notes);
    }
    let Ok(loaded) = Chart::load(chart) else { return all };
    let kinds = [Kind::AllOn, Kind::Mild, Kind::Wild];
    for number in 0..random {
        let kind = kinds[number % 3];
        let name = format!("{kind:?} {number}");
        let key = chart.display().to_string().replace('/', "+");
        let file = scratch.join(format!("{key}-{number}.json"));
        let seed = number as u64 * 7919 + key.bytes().map(u64::from).sum::<u64>();
        std::fs::write(&file, mutate::values(&loaded, kind, seed)).expect("values can be written");
        let case = plain.clone().with(name, file);
        all.push(if number % 3 == 2 { case.elsewhere("1.25.0") } else { case });
    }
    all
}

/// Compares them all, two at a time.
pub fn run(all: Vec<Case>) -> Vec<Compared> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let worker = || {
        while let Some(case) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let one = compare(case.clone());
            done.lock().expect("no panic").push(one);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(worker);
        scope.spawn(worker);
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by(|a, b| a.case.chart.cmp(&b.case.chart));
    done
}

/// The entry of `tests/conformance/run`, which sets the variables.
#[test]
#[ignore = "by hand: tests/conformance/run DIR..."]
fn by_hand() {
    let Ok(folders) = std::env::var("IOMCTL_CORPUS") else { panic!("run it with tests/conformance/run DIR...") };
    let number = |name: &str, default| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let random = number("IOMCTL_CORPUS_RANDOM", 3);
    let profile = if std::env::var_os("IOMCTL_CORPUS_HELM4").is_some() { Profile::Helm4 } else { Profile::Helm3 };
    let scratch = std::env::var_os("IOMCTL_CORPUS_SCRATCH").map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&scratch).expect("the folder for values can be made");
    for folder in folders.split(':') {
        let folder = Path::new(folder);
        let charts = find::charts(folder);
        let all = charts.iter().flat_map(|chart| cases(chart, profile, random, &scratch)).collect();
        let compared = run(all);
        println!("{}\n{}", table::details(&compared), table::table(folder, &compared));
    }
}
