//! What the wizard wants from the world.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::{Hub, drafts, facts, preview};
use crate::app::wizard::{Destination, News, Order, Writing};
use crate::app::{Msg, Place};
use crate::cli::values::read_text;
use crate::cli::{own_presets, replace};
use crate::cluster;
use crate::problem::Problem;

/// Executes an order; its outcome is told as news.
pub fn execute(hub: &Hub, order: Order) {
    let tell = |hub: &Hub, news: News| hub.tell(Msg::Wizard(news));
    match order {
        Order::Begin(place) => begin(hub, place),
        Order::Look(place) => {
            let own = hub.clone();
            hub.spawn(async move {
                if let Some(session) = own.session() {
                    let facts = facts::look(&session, &place).await;
                    own.tell(Msg::Wizard(News::Facts(place, Box::new(facts))));
                }
            });
        }
        // At once and not in the background: the last change before the program ends must not be lost.
        Order::SaveDraft { place, text } => {
            if let Err(problem) = drafts::keep(hub.state_folder().as_deref(), &place, &text) {
                tell(hub, News::NotKept(Box::new(problem)));
            }
        }
        Order::SetAside(place) => {
            if let Err(problem) = drafts::set_aside(hub.state_folder().as_deref(), &place) {
                tell(hub, News::NotKept(Box::new(problem)));
            }
        }
        Order::Read(path) => in_background(hub, move || {
            let text = read_text(&at_home(&path)).map(|(_, text)| text);
            let first = |problems: crate::problem::Problems| problems.0.into_iter().next();
            let text = text.map_err(|problems| Box::new(first(problems).unwrap_or_else(nothing_said)));
            News::Read(path, text)
        }),
        Order::Write(writing) => in_background(hub, move || write(writing)),
        Order::Render { generation, place, values } => {
            let session = hub.session();
            in_background(hub, move || {
                let preview = preview::render(session.as_ref(), &place, values);
                News::Rendered(generation, preview.map(Arc::new).map_err(Box::new))
            });
        }
    }
}

/// Runs work that waits or computes, and tells what came of it.
fn in_background(hub: &Hub, work: impl FnOnce() -> News + Send + 'static) {
    let own = hub.clone();
    hub.spawn(async move {
        if let Ok(news) = spawn_blocking(work).await {
            own.tell(Msg::Wizard(news));
        }
    });
}

fn begin(hub: &Hub, place: Place) {
    let (folder, options) = (hub.state_folder(), hub.options().clone());
    let own = hub.clone();
    hub.spawn(async move {
        let of = place.clone();
        let read = spawn_blocking(move || {
            let draft = drafts::read(folder.as_deref(), &of).map_err(Box::new);
            (draft, own_presets::of_this_person(), cluster::contexts(&options))
        });
        let Ok((draft, presets, contexts)) = read.await else { return };
        own.tell(Msg::Wizard(News::Presets(presets)));
        own.tell(Msg::Wizard(News::Contexts(contexts)));
        own.tell(Msg::Wizard(News::Draft(place.clone(), draft)));
        execute(&own, Order::Look(place));
    });
}

fn write(writing: Writing) -> News {
    let outcome = match &writing.to {
        Destination::Answers(path) => {
            let path = at_home(path);
            if !writing.overwrite && path.exists() {
                return News::Exists(writing);
            }
            replace::file(&path, &writing.text).map(|()| path.clone()).map_err(|e| {
                Problem::failed("answers.unwritable", "the answers cannot be saved")
                    .at(path.display().to_string())
                    .because(e.to_string())
                    .next("choose a place that you may write to")
            })
        }
        Destination::Preset(name) => {
            let saved = own_presets::save(name, &writing.text, writing.overwrite);
            if saved.as_ref().is_err_and(|problem| problem.code == own_presets::EXISTS) {
                return News::Exists(writing);
            }
            saved
        }
    };
    News::Written(writing, outcome.map_err(Box::new))
}

/// `~/` as a shell would read it.
fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_path_buf(),
    }
}

fn nothing_said() -> Problem {
    Problem::bad_input("answers.unreadable", "the file cannot be read")
}
