//! A commented answers file with every question, ready to be edited. Lines that begin with `#` and no blank are
//! settings to switch on; lines with a blank after `#` are prose.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::answers::Answers;
use super::branch::Branch;
use super::evaluate::evaluate;
use super::facts::Facts;
use super::field::{Field, Required, Section};
use super::presets::Preset;
use super::spec::Spec;
use super::yaml_text::scalar;

/// Width at which prose is broken.
const WIDTH: usize = 100;

/// The sample: every question, those of `preset` answered as it answers them, and those that must be answered
/// switched on with an example.
pub fn sample(spec: &Spec, preset: Option<&Preset>) -> String {
    let answers = preset.map_or_else(Answers::none, |preset| preset.answers(spec));
    let required = evaluate(spec, &answers, &Facts::default()).required;
    let mut writer = Writer { answers, required: required.into_iter().collect(), text: String::new(), section: None };
    let first = match preset {
        Some(preset) => format!("Answers for iomctl, from the preset {}: {}", preset.name, preset.about()),
        None => "Answers for iomctl.".to_string(),
    };
    writer.prose(0, &first);
    writer.prose(
        0,
        "`#key` is a question that nobody has answered, with its default or an example; remove the `#` to answer it.",
    );
    writer.prose(
        0,
        "Secrets are never written here, only where they are: env:NAME, file:PATH, prompt, generate, secret:NAME/KEY.",
    );
    let tree = Branch::of(spec);
    for child in &tree.children {
        writer.node(child, 0, None);
    }
    writer.text
}

struct Writer<'s> {
    answers: Answers,
    required: BTreeSet<String>,
    text: String,
    section: Option<&'s str>,
}

impl<'s> Writer<'s> {
    /// Writes a key and what is below it. `off` is the indentation of the outermost key that is switched off.
    fn node(&mut self, branch: &Branch<'s>, indent: usize, off: Option<usize>) {
        self.banner(branch.first_section(), indent);
        let off = off.or_else(|| (!self.is_on(branch)).then_some(indent));
        match branch.leaf {
            Some((_, field)) => {
                self.explain(field, indent);
                let value = self.value(field);
                let text = value.map(|value| format!(" {}", scalar(&value))).unwrap_or_default();
                self.setting(indent, off, &format!("{}:{text}", branch.key));
            }
            None => {
                self.setting(indent, off, &format!("{}:", branch.key));
                for child in &branch.children {
                    self.node(child, indent + 2, off);
                }
            }
        }
        if indent == 0 {
            self.text.push('\n');
        }
    }

    /// Whether any question of the branch is answered or must be.
    fn is_on(&self, branch: &Branch<'s>) -> bool {
        branch.has(&|field| self.answers.get(&field.id).is_some() || self.required.contains(&field.id))
    }

    fn banner(&mut self, section: Option<&'s Section>, indent: usize) {
        let Some(section) = section.filter(|section| self.section != Some(section.id.as_str())) else { return };
        self.section = Some(&section.id);
        if indent == 0 {
            self.text.push('\n');
        }
        let rule = "-".repeat(WIDTH.saturating_sub(indent + section.title.len() + 7));
        self.prose_line(indent, &format!("--- {} {rule}", section.title));
        self.prose(indent, &section.about);
        if indent == 0 {
            self.text.push('\n');
        }
    }

    fn explain(&mut self, field: &Field, indent: usize) {
        self.prose(indent, &format!("{}. {}", field.title, field.help));
        if !field.choices.is_empty() {
            let choices: Vec<String> = field.choices.iter().map(|c| format!("{} ({})", c.value, c.title)).collect();
            self.prose(indent, &format!("One of: {}.", choices.join(", ")));
        }
        match (&field.required, &field.visible) {
            (Required::Always(true), _) => self.prose(indent, "Required."),
            (Required::When(condition), _) => self.prose(indent, &format!("Required when {condition}.")),
            (_, Some(condition)) => self.prose(indent, &format!("Asked when {condition}.")),
            _ => {}
        }
    }

    /// What a question shows: the preset's answer, its default, or an example. None where a preset asks.
    fn value(&self, field: &Field) -> Option<Value> {
        match self.answers.get(&field.id) {
            Some(answer) if answer.value.is_null() => None,
            Some(answer) => Some(answer.value.clone()),
            None => {
                let choice = || field.choices.first().map(|choice| Value::String(choice.value.clone()));
                field.default.clone().or_else(|| field.example.clone()).or_else(choice)
            }
        }
    }

    fn setting(&mut self, indent: usize, off: Option<usize>, line: &str) {
        let written = match off {
            // The marks of a branch stand in one column, so that they can be removed together.
            Some(column) => writeln!(self.text, "{}#{}{line}", " ".repeat(column), " ".repeat(indent - column)),
            None => writeln!(self.text, "{}{line}", " ".repeat(indent)),
        };
        written.expect("writing to a String does not fail");
    }

    fn prose(&mut self, indent: usize, text: &str) {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && indent + 2 + line.len() + 1 + word.len() > WIDTH {
                self.prose_line(indent, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.prose_line(indent, &line);
    }

    fn prose_line(&mut self, indent: usize, line: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str("# ");
        self.text.push_str(line);
        self.text.push('\n');
    }
}
