//! A command in a container that is not there: a handful of them, enough to see that the way to it works.

use serde_json::{Value, json};

use super::{Input, Output};

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its words.
    pub words: Vec<String>,
    /// Where it runs: the pod.
    pub host: String,
    /// The client sends input.
    pub stdin: bool,
    /// It has a terminal.
    pub tty: bool,
}

/// Runs it; how it ended, as the server says it.
pub async fn run(command: &Command, input: Option<Input>, output: Option<Output>) -> Value {
    let mut words = command.words.iter().map(String::as_str);
    let name = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let line_end = if command.tty { "\r\n" } else { "\n" };
    let say = async |text: String| {
        if let Some(output) = &output {
            output.send(text).await;
        }
    };
    match name.rsplit('/').next().unwrap_or_default() {
        "echo" => match rest.as_slice() {
            ["-n", rest @ ..] => say(rest.join(" ")).await,
            rest => say(rest.join(" ") + line_end).await,
        },
        "hostname" => say(format!("{}{line_end}", command.host)).await,
        "cat" => {
            let mut input = input;
            while let Some(bytes) = match &mut input {
                Some(input) => input.recv().await,
                None => None,
            } {
                if let Some(output) = &output {
                    output.send(bytes).await;
                }
            }
        }
        "true" => {}
        "false" => return exited(1),
        _ => {
            return failed(&format!(
                "the sandbox runs no containers: `{name}` is not one of echo, cat, hostname, true and false, which is \
                 all it plays"
            ));
        }
    }
    json!({"metadata": {}, "status": "Success"})
}

fn exited(code: u8) -> Value {
    json!({
        "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
        "message": format!("command terminated with non-zero exit code: exit status {code}"),
        "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
    })
}

fn failed(message: &str) -> Value {
    json!({"metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500, "message": message})
}
