//! The watches of the dashboard.

use tokio::sync::mpsc::unbounded_channel;

use super::{end, release};
use crate::app::Msg;
use crate::app::dashboard::{News, Scope};
use crate::cli::console::Hub;
use crate::observe::{Item, Observer};

/// Begins to watch, and ends what was watched before.
pub fn start(hub: &Hub) {
    let (follow, mut wanted) = unbounded_channel::<Scope>();
    let own = hub.clone();
    let task = hub.tie(async move {
        let Some(session) = own.session() else { return };
        let name = own.release().to_string();
        let (mut observer, mut news) = match Observer::start(session, &name) {
            Ok(started) => started,
            Err(failure) => {
                own.tell(Msg::Dashboard(News::Observed(vec![Item::Line(Some(failure.to_string()))])));
                return;
            }
        };
        // The release is read first: it tells which texts are secrets, before any foreign text is shown.
        release::read(&own).await;
        let mut lost = false;
        loop {
            tokio::select! {
                Some(scope) = wanted.recv() => {
                    if let Err(failure) = observer.follow(&scope.namespaces, &scope.measured) {
                        own.tell(Msg::Dashboard(News::Observed(vec![Item::Line(Some(failure.to_string()))])));
                    }
                }
                batch = news.recv() => {
                    let Some(mut batch) = batch else { return };
                    for item in &batch {
                        if let Item::Line(why) = item {
                            if lost && why.is_none() {
                                own.desk().line_is_back();
                            }
                            lost = why.is_some();
                        }
                    }
                    let redactor = own.desk().redactor();
                    batch.iter_mut().for_each(|item| item.clean(&redactor));
                    own.tell(Msg::Dashboard(News::Observed(batch)));
                }
            }
        }
    });
    let mut running = hub.desk().running();
    running.follow = Some(follow);
    end(running.watch.replace(task));
}
