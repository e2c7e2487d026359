//! The words below the questions, and those of the windows: what a question means, what a flag brings, what the
//! waves are.

use super::super::flags;
use super::super::model::{Model, Source};
use super::super::over::Over;
use super::super::secrets::Way;
use super::super::sections::Stop;
use super::super::start::Entry;
use super::super::{Wizard, notation};
use super::form;
use crate::app::view::{Line, Span, Tone};
use crate::plan::{Field, GateKind, Kind, Severity, Wave, switches};
use crate::platform::{FlagClass, SparkEffect};

/// What the thing under the cursor means.
pub fn lines(wizard: &Wizard) -> Vec<Line<'_>> {
    if let Some(Over::Window(_) | Over::Find(_)) = wizard.over.last() {
        return Vec::new();
    }
    match wizard.stop {
        Stop::Review => super::review::explain(wizard),
        Stop::Cluster => vec![Line::from(entry(wizard.entry()))],
        Stop::Section(_) => wizard.question().map(|field| question(wizard, field)).unwrap_or_default(),
    }
}

fn entry(entry: Entry) -> &'static str {
    match entry {
        Entry::Context => "Which cluster, by the contexts of the kubeconfig. The draft of each place is kept apart.",
        Entry::Namespace => "Where the release goes. One that does not exist is made by the installation.",
        Entry::Preset => "Answers to begin with. What you answer stands over them, and stays when you choose another.",
        Entry::Import => {
            "An answers file, or the values of a Helm installation (`helm get values`): known paths become answers, the \
             rest is kept as it is. Secrets in plain text are taken to memory and never written again."
        }
        Entry::Discard => "Every answer goes, also from the draft on disk. `u` takes it back.",
    }
}

fn question<'a>(wizard: &'a Wizard, field: &'static Field) -> Vec<Line<'a>> {
    let mut lines = vec![Line::from(field.help.as_str())];
    if let Some(flag) = flags::flag(field) {
        lines.extend(needs(&wizard.model, flag));
    }
    let (value, source) = wizard.model.value(field);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(field.values.iter().map(|path| format!("values: {path}")));
    if field.values.is_none() && field.kind != Kind::Values {
        facts.push("not written to the values".into());
    }
    let elsewhere = value.and_then(|value| value.as_str()).and_then(Way::taken) == Some(Way::Existing);
    if let Some(target) = field.secret.as_ref().filter(|_| !elsewhere) {
        facts.push(format!("becomes Secret {} key {}", target.name, target.key));
    }
    facts.push(match source {
        Source::Answer => "answered here".into(),
        Source::Preset => format!("from the preset {}", wizard.model.draft.preset.as_deref().unwrap_or_default()),
        Source::Default => "default".into(),
        Source::Nobody if wizard.model.requires(&field.id) => "must be answered".into(),
        Source::Nobody => "not answered".into(),
    });
    if source == Source::Answer
        && let Some(under) = wizard.model.under(field).filter(|under| Some(*under) != value)
    {
        facts.push(format!("without it: {}", notation::brief(field.kind, under)));
    }
    if let Some(example) = field.example.as_ref().filter(|_| value.is_none()) {
        facts.push(format!("e.g. {}", notation::brief(field.kind, example)));
    }
    lines.push(Line::dim(facts.join(" · ")));
    lines
}

/// What a flag needs and who needs it.
fn needs<'a>(model: &Model, flag: &crate::platform::Flag) -> Vec<Line<'a>> {
    let names =
        |flags: Vec<&'static crate::platform::Flag>| flags.iter().map(|f| f.key()).collect::<Vec<_>>().join(", ");
    let mut words = Vec::new();
    let missing = switches::missing(flag, &model.evaluation.values);
    if !missing.is_empty() {
        words.push(format!("missing: {}", names(missing)));
    }
    let dependents = switches::dependents(flag, &model.evaluation.values);
    if !dependents.is_empty() {
        words.push(format!("needed by: {}", names(dependents)));
    }
    if !flag.needs.is_empty() {
        words.push(format!("needs: {}", flag.needs.join(", ")));
    }
    if words.is_empty() { Vec::new() } else { vec![Line::toned(words.join(" · "), Tone::Accent)] }
}

/// Everything there is to know about a flag.
pub fn flag_lines(model: &Model, field: &'static Field) -> Vec<Line<'static>> {
    let Some(flag) = flags::flag(field) else { return Vec::new() };
    let mut lines = vec![Line::from(field.help.as_str()), Line::blank()];
    let mut fact = |name: &str, text: String| {
        if !text.is_empty() {
            lines.push(Line::from(Span::new(format!("{name:<12}")).tone(Tone::Dim)).and(text));
        }
    };
    let class = match flag.class {
        FlagClass::Deployment => "deployment: objects come and go with it",
        FlagClass::Runtime => "runtime: the same objects behave differently",
    };
    fact("kind", class.into());
    fact("adds", switches::adds(flag));
    fact("objects", flag.objects.join(", "));
    fact("needs", flag.needs.join(", "));
    fact("flags", flag.requires.iter().map(|r| format!("{} ({})", r.flag, r.rule)).collect::<Vec<_>>().join(", "));
    let dependents = switches::dependents(flag, &model.evaluation.values);
    fact("needed by", dependents.iter().map(|f| f.key()).collect::<Vec<_>>().join(", "));
    fact("restarts", flag.restart.join(", "));
    fact("Spark", spark(flag.spark).into());
    fact("by itself", if flag.default { "on" } else { "off" }.into());
    fact("values", flag.path.clone());
    fact("since", flag.since.clone().unwrap_or_default());
    fact("source", flag.source.to_string());
    let findings: Vec<Line<'static>> = model.findings(&field.id).flat_map(|f| form::under(f, true)).collect();
    if !findings.is_empty() {
        lines.push(Line::blank());
        lines.extend(findings);
    }
    lines
}

fn spark(effect: Option<SparkEffect>) -> &'static str {
    match effect {
        None => "",
        Some(SparkEffect::Restart) => "clusters and jobs must restart before it takes effect in them",
        Some(SparkEffect::NewWorkloads) => "only workloads that start afterwards have it",
    }
}

/// The waves, one after the other.
pub fn wave_lines(model: &Model, room: usize) -> Vec<Line<'static>> {
    let Some(waves) = &model.waves else {
        let mut lines = vec![Line::toned("There is no way to this state as long as rules are broken:", Tone::Bad)];
        let hard = model.evaluation.of(Severity::Hard).filter(|finding| !finding.message.contains("is not answered"));
        lines.extend(hard.map(|finding| Line::from(format!("  {}: {}", finding.code, finding.message))));
        return lines;
    };
    if waves.is_empty() {
        return vec!["Nothing changes.".into()];
    }
    let mut lines = vec![
        "A flag is active after an upgrade has written it and the services that read it have restarted.".into(),
        "Where one must be active before another, one upgrade is not enough.".into(),
    ];
    for wave in waves {
        lines.push(Line::blank());
        lines.extend(wave_words(wave, model.facts.deployed().is_none(), room));
    }
    lines
}

/// One wave.
pub fn wave_words(wave: &Wave, fresh: bool, room: usize) -> Vec<Line<'static>> {
    let what = if fresh && wave.number == 1 { "with the installation" } else { "an upgrade of its own" };
    let mut lines = fact(&format!("wave {}", wave.number), what, room);
    let names = |to: bool| -> String {
        let flags = wave.flags.iter().filter(|change| change.to == to).map(|change| change.flag.as_str());
        flags.collect::<Vec<_>>().join(", ")
    };
    for gate in &wave.gates {
        let kind = match gate.kind {
            GateKind::Attestation => "  confirm",
            GateKind::Verification => "  verify",
            GateKind::NotApplicable => "  note",
        };
        lines.extend(fact(kind, &format!("{} ({})", gate.text, gate.code), room));
    }
    for (name, text) in [
        ("  flags on", names(true)),
        ("  flags off", names(false)),
        ("  restarts", wave.restarts.join(", ")),
        ("  Spark", spark(wave.spark).to_string()),
    ] {
        if !text.is_empty() {
            lines.extend(fact(name, &text, room));
        }
    }
    lines
}

/// A name in a column of its own, and a text that goes on below itself; `room` is the width of the text.
pub fn fact(name: &str, text: &str, room: usize) -> Vec<Line<'static>> {
    let mut rows: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let row = rows.last_mut().expect("begins with one");
        if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > room.max(20) {
            rows.push(word.to_string());
        } else {
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
    }
    let line = |(at, row): (usize, String)| {
        let name = if at == 0 { name } else { "" };
        Line::from(Span::new(format!("  {name:<12} ")).tone(Tone::Dim)).and(Span::new(row))
    };
    rows.into_iter().enumerate().map(line).collect()
}
