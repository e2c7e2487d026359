//! Which port of a pod is forwarded: typed as kubectl takes it, `PORT` or `LOCAL:PORT`.

use super::order::{Order, Subject};
use crate::app::keys::{Action, Input};
use crate::app::view::{Line, Span, Tone};
use crate::app::{Effect, LineEdit};

/// A port while it is typed.
#[derive(Debug)]
pub struct Asking {
    pod: Subject,
    edit: LineEdit,
    /// What was typed cannot be used.
    wrong: Option<String>,
}

/// What came of a key.
pub enum Outcome {
    Stays,
    Closed,
    Does(Effect),
}

impl Asking {
    /// Asks for a port of this pod; `known` is what its service listens on.
    pub fn new(pod: Subject, known: Option<u16>) -> Asking {
        Asking { pod, edit: LineEdit::of(known.map(|port| port.to_string()).unwrap_or_default()), wrong: None }
    }

    /// A key.
    pub fn act(&mut self, input: &Input) -> Outcome {
        match input {
            Input::Action(Action::Back) => Outcome::Closed,
            Input::Action(Action::Open) => match ports(self.edit.text().trim()) {
                Ok((local, port)) => {
                    Outcome::Does(Effect::Dashboard(Order::Forward { pod: self.pod.clone(), port, local }))
                }
                Err(why) => {
                    self.wrong = Some(why);
                    Outcome::Stays
                }
            },
            input => {
                self.edit.take(input);
                self.wrong = None;
                Outcome::Stays
            }
        }
    }

    /// What is typed, and what it means.
    pub fn lines(&self) -> Vec<Line<'static>> {
        let label = format!("port of {}: ", self.pod.name);
        let typed = Line::from(Span::new(label).tone(Tone::Accent)).and(self.edit.text().to_string()).and("_");
        let help = "PORT, or LOCAL:PORT; empty takes the first that the pod names. Enter forwards, Esc leaves.";
        let below = match &self.wrong {
            Some(why) => Line::toned(why.clone(), Tone::Bad),
            None => Line::dim(help),
        };
        vec![typed, below]
    }
}

/// The port of this machine and that of the pod; none: whatever fits.
fn ports(text: &str) -> Result<(Option<u16>, Option<u16>), String> {
    let port = |text: &str| match text.parse::<u16>() {
        Ok(port @ 1..) => Ok(Some(port)),
        _ => Err(format!("`{text}` is no port: a number from 1 to 65535")),
    };
    match text.split_once(':') {
        None if text.is_empty() => Ok((None, None)),
        None => Ok((None, port(text)?)),
        // `:80` asks for any port of this machine, which is what is taken when the number is not free.
        Some(("", remote)) => Ok((None, port(remote)?)),
        Some((local, remote)) => Ok((port(local)?, port(remote)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_kubectl_reads_them() {
        assert_eq!(ports(""), Ok((None, None)));
        assert_eq!(ports("80"), Ok((None, Some(80))));
        assert_eq!(ports("8080:80"), Ok((Some(8080), Some(80))));
        assert_eq!(ports(":80"), Ok((None, Some(80))));
        for wrong in ["0", "65536", "http", "80:", "8080:x", "-1"] {
            assert!(ports(wrong).unwrap_err().contains("is no port"), "{wrong}");
        }
    }
}
