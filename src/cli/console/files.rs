//! Files that are saved from a screen.

use std::io::Write as _;

use super::Hub;
use crate::app::Msg;
use crate::problem::Problem;

/// Writes a new file in the background, and tells under which name.
pub fn save_and_tell(hub: &Hub, name: String, text: String) {
    let own = hub.clone();
    hub.spawn(async move {
        let written = tokio::task::spawn_blocking(move || save(&name, &text)).await;
        own.tell(match written {
            Ok(Ok(path)) => Msg::Done(format!("saved as {path}")),
            Ok(Err(problem)) => Msg::Refused(Box::new(problem)),
            Err(_) => return,
        });
    });
}

/// Writes a new file in the working directory; an existing one is never written over.
fn save(name: &str, text: &str) -> Result<String, Problem> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "log"));
    for n in 1..1000 {
        let path = if n == 1 { format!("{stem}.{ending}") } else { format!("{stem}-{n}.{ending}") };
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path).map_err(unwritable),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(unwritable(e)),
        }
    }
    Err(unwritable(std::io::Error::other("there are too many files of this name")))
}

fn unwritable(error: std::io::Error) -> Problem {
    Problem::failed("save.unwritable", "the file cannot be written")
        .at("the directory iomctl was started in")
        .because(error.to_string())
        .next("start iomctl where you may write")
}
