//! The library on the same case, in a thread of its own: a panic or a hang is an answer, too.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use iomctl::helm::capabilities::KubeVersion;
use iomctl::helm::{Capabilities, Chart, ReleaseInfo, RenderOptions, Values, render};

use super::case::{Case, RELEASE};
use super::compare::Answer;
use super::helm::Timed;

/// Nothing that Helm renders in a second may take us longer, even without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);

/// What every panic is reported as.
pub const PANIC: &str = "PANIC";
/// What taking too long is reported as.
pub const HANG: &str = "HANG";

/// What the library makes of `case`.
pub fn ask(case: &Case) -> Timed {
    let (give, take) = mpsc::channel();
    let own = case.clone();
    let started = Instant::now();
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        // Nobody may be listening any more.
        let _ = give.send(answer(&own));
    });
    let thread = thread.expect("a thread can be started");
    let answer = match take.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(HANG.into()),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = thread.join().err();
            let text = panic.as_ref().and_then(|p| p.downcast_ref::<String>().map(String::as_str));
            Err(format!("{PANIC} {}", text.unwrap_or_default()))
        }
    };
    Timed { answer, time: started.elapsed() }
}

fn answer(case: &Case) -> Answer {
    let mut values = Values::default();
    for file in &case.values {
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let read =
            Values::from_yaml_as(&text, case.profile).map_err(|error| format!("failed to parse {name}: {error}"))?;
        values = values.merge(read);
    }
    let chart = Chart::load(&case.chart).map_err(|error| without_place(error.to_string()))?;
    let mut capabilities = Capabilities::default();
    if let Some(kube) = case.kube {
        capabilities.kube_version = KubeVersion::parse(kube)?;
    }
    capabilities.api_versions.extend(case.apis.iter().map(ToString::to_string));
    let release = ReleaseInfo {
        is_install: !case.upgrade,
        is_upgrade: case.upgrade,
        ..ReleaseInfo::install(RELEASE.0, RELEASE.1)
    };
    let options =
        RenderOptions { capabilities, profile: case.profile, include_crds: case.crds, ..RenderOptions::new(release) };
    let rendered = render(&chart, &values, &options).map_err(|error| error.to_string())?;
    if case.notes {
        return Ok(rendered.notes);
    }
    let hooks: String = rendered.hooks.iter().map(|hook| hook.manifest.print()).collect();
    Ok(rendered.release_manifest().trim().to_string() + "\n" + &hooks)
}

/// Our errors of charts end with line and column, which Helm only has inside of its sentence, if at all.
fn without_place(text: String) -> String {
    match text.rfind(" (line ") {
        Some(at) if text.ends_with(')') => text[..at].to_string(),
        _ => text,
    }
}
