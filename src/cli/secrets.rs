//! From references in answers to secrets: environment, files, the terminal. Nothing is echoed, nothing is repeated in
//! a message.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use secrecy::{ExposeSecret, SecretString};

use crate::deploy::{Entry, SecretObject, SecretReference};
use crate::plan::{Delivery, PlannedSecret, SecretRef};
use crate::problem::{Outcome, Problem, Problems};

/// The secrets of a plan, as far as this machine knows them.
#[derive(Debug, Default)]
pub struct Secrets {
    /// By question.
    known: BTreeMap<String, SecretString>,
}

/// Secrets that were typed, by question.
pub type Typed = BTreeMap<String, SecretString>;

impl Secrets {
    /// Reads everything that is referred to. `typed` holds, by question, what was typed already; without it, what is to
    /// be typed is asked for on the terminal.
    ///
    /// # Errors
    /// Everything that cannot be read, all at once and before anything is asked for; then the first question that is
    /// not answered.
    pub fn read(planned: &[PlannedSecret], typed: Option<&Typed>) -> Result<Secrets, Problems> {
        let mut secrets = Secrets::default();
        let mut problems = Vec::new();
        let asked = |secret: &&PlannedSecret| typed.is_none() && secret.reference == SecretRef::Prompt;
        let place = |secret: &PlannedSecret| format!("{} = {}", secret.field, secret.reference);
        for secret in planned.iter().filter(|secret| !asked(secret)) {
            match fetch(secret, typed) {
                Ok(Some(value)) => secrets.add(&secret.field, value),
                Ok(None) => {}
                Err(problem) => problems.push(problem.at(place(secret))),
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        for secret in planned.iter().filter(asked) {
            secrets.add(&secret.field, prompt(&secret.field).map_err(|problem| problem.at(place(secret)))?);
        }
        Ok(secrets)
    }

    /// Adds one that was found elsewhere.
    pub fn add(&mut self, field: &str, value: SecretString) {
        self.known.insert(field.into(), value);
    }

    /// The secret of a question.
    pub fn get(&self, field: &str) -> Option<&SecretString> {
        self.known.get(field)
    }

    /// All of them, for the redactor.
    pub fn exposed(&self) -> impl Iterator<Item = &str> {
        self.known.values().map(ExposeSecret::expose_secret)
    }

    /// The Kubernetes Secrets to be made, several keys of one name together.
    pub fn objects(&self, planned: &[PlannedSecret]) -> Vec<SecretObject> {
        let mut objects: BTreeMap<&str, SecretObject> = BTreeMap::new();
        for secret in planned.iter().filter(|secret| secret.delivery == Delivery::Reference && !secret.exists_already())
        {
            let entry = match self.get(&secret.field) {
                Some(value) => Entry::Given(value.clone()),
                None => Entry::Random,
            };
            let empty = || SecretObject { name: secret.name.clone(), entries: BTreeMap::new() };
            objects.entry(&secret.name).or_insert_with(empty).entries.insert(secret.key.clone(), entry);
        }
        objects.into_values().collect()
    }
}

/// The keys that must exist in the cluster.
pub fn references(planned: &[PlannedSecret]) -> Vec<SecretReference> {
    let existing = planned.iter().filter(|secret| secret.exists_already());
    let reference = |secret: &PlannedSecret| SecretReference {
        field: secret.field.clone(),
        name: secret.name.clone(),
        key: secret.key.clone(),
    };
    existing.map(reference).collect()
}

fn fetch(secret: &PlannedSecret, typed: Option<&Typed>) -> Result<Option<SecretString>, Problem> {
    match &secret.reference {
        SecretRef::Env(name) => match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(Some(value.into())),
            Ok(_) => Err(Problem::bad_input("secret.empty", format!("the variable `{name}` is empty"))),
            Err(_) => Err(Problem::bad_input("secret.unset", format!("the variable `{name}` is not set"))
                .next("export it, or answer with another reference")),
        },
        SecretRef::File(path) => match std::fs::read_to_string(path) {
            Ok(text) if !text.trim().is_empty() => Ok(Some(text.strip_suffix('\n').unwrap_or(&text).into())),
            Ok(_) => Err(Problem::bad_input("secret.empty", format!("the file `{}` is empty", path.display()))),
            Err(e) => Err(Problem::bad_input(
                "secret.unreadable",
                format!("the file `{}` cannot be read: {e}", path.display()),
            )
            .next("check the path and its rights, or answer with another reference")),
        },
        SecretRef::Prompt => match typed.and_then(|typed| typed.get(&secret.field)) {
            Some(value) => Ok(Some(value.clone())),
            None => Err(Problem::bad_input("secret.untyped", "the secret has not been typed")
                .next("type it in the wizard; it is not kept between sessions")),
        },
        SecretRef::Generate | SecretRef::Existing { .. } => Ok(None),
    }
}

fn prompt(field: &str) -> Result<SecretString, Problem> {
    let failed = |why: String| {
        Problem::bad_input("secret.prompt", "the secret cannot be asked for")
            .because(why)
            .next("run it on a terminal, or answer with env:NAME or file:PATH")
    };
    if !std::io::stdin().is_terminal() {
        return Err(failed("standard input is not a terminal".into()));
    }
    loop {
        eprint!("{field} (what you type is not shown): ");
        let _ = std::io::stderr().flush();
        let typed = hidden_line().map_err(|e| failed(e.to_string()));
        eprintln!();
        let Some(typed) = typed? else {
            let what = "stopped by the operator; nothing was changed";
            return Err(Problem::new(Outcome::Cancelled, "secret.unanswered", what));
        };
        match typed {
            typed if typed.expose_secret().is_empty() => eprintln!("nothing was typed; Ctrl-C leaves"),
            typed => return Ok(typed),
        }
    }
}

/// Reads a line in raw mode, so that nothing is echoed; none when the operator leaves.
fn hidden_line() -> std::io::Result<Option<SecretString>> {
    use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
    crossterm::terminal::enable_raw_mode()?;
    let mut line = String::new();
    let result = loop {
        match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Enter => break Ok(true),
                KeyCode::Backspace => {
                    line.pop();
                }
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    break Ok(false);
                }
                KeyCode::Char(c) => line.push(c),
                _ => {}
            },
            Ok(Event::Paste(text)) => line.push_str(&text),
            Ok(_) => {}
            Err(e) => break Err(e),
        }
    };
    crossterm::terminal::disable_raw_mode()?;
    result.map(|entered| entered.then(|| SecretString::from(line)))
}
