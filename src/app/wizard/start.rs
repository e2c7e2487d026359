//! The first stop: where the data plane goes, what is there already, and what to begin with (nothing, a preset, a
//! file, or the draft of last time).

use serde_json::Value;

use super::draft::Draft;
use super::order::Order;
use super::over::{Ask, Item, Menu, Over, Pick, Purpose, Window};
use super::{Wizard, notation};
use crate::app::keys::Action;
use crate::app::view::{Line, Tone};
use crate::app::{Effect, Found, Go, Target};
use crate::helm::yaml::parse_keeping_integers;
use crate::plan::{Answers, Finding, Import, Layer, Severity, check, evaluate, import};

/// A row of the first stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The context of the kubeconfig.
    Context,
    /// The namespace.
    Namespace,
    /// What to begin with.
    Preset,
    /// A file to read.
    Import,
    /// Throw everything away.
    Discard,
}

impl Entry {
    /// All of them, in order.
    pub const ALL: [Entry; 5] = [Entry::Context, Entry::Namespace, Entry::Preset, Entry::Import, Entry::Discard];

    /// The name under which the cursor stands on it.
    pub fn id(self) -> &'static str {
        match self {
            Entry::Context => "@context",
            Entry::Namespace => "@namespace",
            Entry::Preset => "@preset",
            Entry::Import => "@import",
            Entry::Discard => "@discard",
        }
    }

    /// The row with this name.
    pub fn of(id: &str) -> Option<Entry> {
        Entry::ALL.into_iter().find(|entry| entry.id() == id)
    }
}

impl Wizard {
    /// The row under the cursor.
    pub(super) fn entry(&self) -> Entry {
        self.cursor().and_then(Entry::of).unwrap_or(Entry::Preset)
    }

    /// A key on the first stop.
    pub(super) fn act_on_start(&mut self, action: Action) -> Vec<Effect> {
        match (action, self.entry()) {
            (Action::Open | Action::Toggle, Entry::Context) => {
                let now = self.place().context;
                let item = |name: &String| Item {
                    label: name.clone(),
                    note: String::new(),
                    pick: Pick::Context(name.clone()),
                    chosen: *name == now,
                };
                let mut menu = Menu::new("Context", self.contexts.iter().map(item).collect());
                if menu.items.is_empty() {
                    menu.about = vec!["The kubeconfig has no contexts that can be chosen.".into()];
                }
                self.over.push(Over::Menu(menu));
            }
            (Action::Open | Action::Toggle, Entry::Namespace) => {
                let now = self.place().namespace;
                self.over.push(Over::Ask(Ask::new(Purpose::Namespace, &now)));
            }
            (Action::Open | Action::Toggle, Entry::Preset) => {
                let menu = self.presets_menu();
                self.over.push(Over::Menu(menu));
            }
            (Action::Open | Action::Toggle, Entry::Import) => {
                self.over.push(Over::Ask(Ask::new(Purpose::Import, "")));
            }
            (Action::Open | Action::Toggle | Action::Remove, Entry::Discard) => return self.discard(),
            (Action::Remove, Entry::Preset) => {
                self.model.begin_with(None);
            }
            (action, entry) => {
                let at = Entry::ALL.iter().position(|known| *known == entry).unwrap_or(0);
                let last = Entry::ALL.len() - 1;
                let to = match action {
                    Action::Up => at.saturating_sub(1),
                    Action::Down => (at + 1).min(last),
                    Action::First | Action::PageUp => 0,
                    Action::Last | Action::PageDown => last,
                    _ => at,
                };
                self.cursors.insert(self.stop, Entry::ALL[to].id().to_string());
            }
        }
        Vec::new()
    }

    fn presets_menu(&self) -> Menu {
        let spec = self.model.spec;
        let item = |preset: &crate::plan::Preset| {
            let open = evaluate(spec, &preset.answers(spec), &self.model.facts).of(Severity::Hard).count();
            let asks = if open == 0 { "asks nothing".to_string() } else { format!("asks {open}") };
            Item {
                label: preset.name.to_string(),
                note: format!("{asks} · {}", preset.about()),
                pick: Pick::Preset(Some(preset.name.to_string())),
                chosen: self.model.draft.preset.as_deref() == Some(preset.name.as_ref()),
            }
        };
        let mut items: Vec<Item> = self.model.presets.iter().map(item).collect();
        items.push(Item {
            label: "none".into(),
            note: "every question is yours".into(),
            pick: Pick::Preset(None),
            chosen: self.model.draft.preset.is_none(),
        });
        let mut menu = Menu::new("Begin with a preset", items);
        menu.about = vec!["A preset answers some questions; your own answers stand over it and stay.".into()];
        menu
    }

    fn discard(&mut self) -> Vec<Effect> {
        let words = match self.model.change(None, |draft| *draft = Draft::default()) {
            true => "everything is thrown away; `u` takes it back",
            false => "there is nothing to throw away",
        };
        vec![Effect::Go(Go::Say(words.into()))]
    }

    /// What was asked for in a line that is no answer.
    pub(super) fn accept_word(&mut self, mut ask: Ask, text: &str) -> Vec<Effect> {
        if text.is_empty() {
            ask.fault = vec!["nothing is typed; Esc leaves".into()];
            self.over.push(Over::Ask(ask));
            return Vec::new();
        }
        if let (Purpose::Namespace, Some(what)) = (&ask.purpose, self.no_namespace(text)) {
            ask.fault = vec![what];
            self.over.push(Over::Ask(ask));
            return Vec::new();
        }
        self.over.clear();
        match ask.purpose {
            Purpose::Namespace => self.connect(None, Some(text.to_string())),
            Purpose::Import => vec![Effect::Wizard(Order::Read(text.into()))],
            Purpose::Answers => vec![self.write_answers(text)],
            Purpose::Preset => vec![self.write_preset(text)],
            Purpose::Answer(_) | Purpose::Reference(..) | Purpose::Secret(_) => Vec::new(),
        }
    }

    /// Why this cannot be the name of a namespace.
    fn no_namespace(&self, text: &str) -> Option<String> {
        let field = self.model.spec.field("namespaces")?;
        let misfits = check(field, &serde_json::json!([text])).err()?;
        misfits.into_iter().next().map(|misfit| misfit.what)
    }

    /// Looks at another context or namespace.
    pub(super) fn connect(&mut self, context: Option<String>, namespace: Option<String>) -> Vec<Effect> {
        let place = self.place();
        let or = |word: String| (!word.is_empty()).then_some(word);
        let release = or(place.release).unwrap_or_else(|| "data-plane".into());
        vec![Effect::Connect(Target {
            context: context.or_else(|| or(place.context)),
            namespace: namespace.or_else(|| or(place.namespace)),
            release,
        })]
    }

    /// Takes over what a file says: an answers file, or else the values of a Helm installation.
    pub(super) fn import(&mut self, name: &str, text: &str) -> Vec<Effect> {
        let spec = self.model.spec;
        let read = Answers::read(spec, text, name, Layer::Answer);
        let values = parse_keeping_integers(text.as_bytes()).ok().map(|data| data.to_json());
        let as_values = values.filter(Value::is_object).map(|values| import(spec, &values, &self.model.facts));
        // `nats: {enabled: true}` is no answer, but fine as a value.
        let misfit = |(id, answer): (&str, &crate::plan::Answer)| {
            let misfits = spec.field(id).and_then(|field| check(field, &answer.value).err()).unwrap_or_default();
            misfits.iter().any(|misfit| !misfit.holds_a_secret())
        };
        let faults = read.findings().len() + read.iter().filter(|one| misfit(*one)).count();
        let strangers = as_values.as_ref().map_or(usize::MAX, |import| import.extra.len() + import.changed.len());
        let report = match as_values {
            Some(import) if faults > 0 && faults > strangers => self.take_values(import),
            _ => self.take_answers(text, name),
        };
        self.over.push(Over::Window(Window { title: format!("Read {name}"), lines: report, first: 0 }));
        Vec::new()
    }

    fn take_answers(&mut self, text: &str, name: &str) -> Vec<Line<'static>> {
        let (draft, findings) = Draft::read(self.model.spec, text, name);
        let mut lines = vec![counted(draft.answers.len(), &draft)];
        lines.extend(findings.iter().flat_map(finding_lines));
        let unread = findings.iter().any(|finding| finding.code == "answers.not-yaml");
        if unread {
            return findings.iter().flat_map(finding_lines).collect();
        }
        self.model.change(None, |now| {
            now.preset = draft.preset.or(now.preset.take());
            now.answers.extend(draft.answers);
            now.acknowledged.extend(draft.acknowledged);
            now.typed.extend(draft.typed);
        });
        lines
    }

    fn take_values(&mut self, import: Import) -> Vec<Line<'static>> {
        let draft = Draft { typed: import.typed, answers: import.answers, ..Draft::default() };
        let mut lines = vec![counted(draft.answers.len(), &draft)];
        if !import.extra.is_empty() {
            lines.push(Line::blank());
            lines.push("No question covers these; they are kept under `extraValues`:".into());
            lines.extend(import.extra.iter().map(|path| Line::from(format!("  {path}"))));
        }
        if !import.changed.is_empty() {
            lines.push(Line::blank());
            lines.push(Line::toned("These come out differently:", Tone::Warning));
            lines.extend(import.changed.iter().map(|(path, why)| Line::from(format!("  {path}: {why}"))));
        }
        self.model.change(None, |now| *now = draft);
        lines
    }

    /// What the namespace holds, in a sentence.
    pub(super) fn what_is_there(&self) -> (Tone, String) {
        let Some(found) = &self.found else {
            return (Tone::Warning, "not connected: answers can be given, nothing can be installed".into());
        };
        match found {
            Found { unreadable: Some(why), .. } => (Tone::Warning, format!("nobody knows: {why}")),
            Found { release: Some(release), .. } if found.is_deployed() => {
                (Tone::Warning, format!("{} r{} is {} there", found.place.release, release.revision, release.status))
            }
            Found { release: Some(release), .. } => {
                let stopped = found.stopped_words().unwrap_or_else(|| match release.status.as_str() {
                    "failed" => "an installation failed".into(),
                    status => format!("an installation is {status}"),
                });
                (Tone::Warning, format!("{stopped}; `I` on the review goes on with it"))
            }
            Found { namespace_exists: Some(false), .. } => {
                (Tone::Normal, "the namespace does not exist; the installation makes it".into())
            }
            Found { others, .. } if !others.is_empty() => (
                Tone::Warning,
                format!(
                    "belongs to another release: {}. A namespace of its own keeps them apart; here, objects of the same \
                     name are refused before anything is changed. If that is the data plane, `iomctl --release NAME` \
                     opens it.",
                    others.join(", ")
                ),
            ),
            _ => (Tone::Normal, "nothing is installed there".into()),
        }
    }
}

fn counted(count: usize, draft: &Draft) -> Line<'static> {
    let secrets = match draft.typed.len() {
        0 => String::new(),
        1 => "; 1 secret stood there in plain text and is kept in memory only".into(),
        n => format!("; {n} secrets stood there in plain text and are kept in memory only"),
    };
    Line::from(format!("{count} answers taken over{secrets}. `u` takes it back."))
}

/// A finding as lines of a window.
pub(super) fn finding_lines(finding: &Finding) -> Vec<Line<'static>> {
    let tone = if finding.blocks() { Tone::Bad } else { Tone::Warning };
    let place = finding.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let mut lines = vec![Line::toned(format!("{place}{}", finding.message), tone)];
    lines.extend(finding.next.iter().map(|next| Line::from(format!("  {next}"))));
    lines
}

/// The value of a question as it is shown in a line.
pub(super) fn shown_value(field: &crate::plan::Field, value: &Value) -> String {
    notation::brief(field.kind, value)
}
