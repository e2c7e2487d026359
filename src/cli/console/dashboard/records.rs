//! What the flight recorder kept of the init job.

use std::path::PathBuf;

use crate::app::Msg;
use crate::app::dashboard::{LogNews, News};
use crate::cli::console::Hub;
use crate::cluster::split_time;
use crate::deploy::{Subject, read_logs};
use crate::platform::catalogue;

/// Tells the recorded attempts of the init job.
pub async fn attempts(hub: &Hub) {
    let (Some(session), Ok(journal)) = (hub.session(), hub.journal().await) else { return };
    let subject = Subject {
        cluster: session.server.clone(),
        namespace: session.namespace.clone(),
        release: hub.release().to_string(),
    };
    let Ok(attempts) = journal.attempts(&subject).await else { return };
    let job = &catalogue().init_job.name;
    let ours = attempts.into_iter().filter(|attempt| attempt.job == *job);
    hub.tell(Msg::Dashboard(News::Attempts(ours.collect())));
}

/// Tells the recorded log of an attempt.
pub async fn read(hub: &Hub, log: u64, folder: PathBuf) {
    let place = folder.display().to_string();
    let read = tokio::task::spawn_blocking(move || read_logs(&folder)).await;
    let remark = |text: String| LogNews { source: 0, time: "".into(), text: text.into(), remark: true };
    let lines = match read {
        Ok(Ok(logs)) => {
            let several = logs.len() > 1;
            let mut lines = Vec::new();
            for (container, written) in logs {
                if several {
                    lines.push(remark(container));
                }
                lines.extend(written.iter().map(|line| {
                    let (time, text) = split_time(line);
                    LogNews { source: 0, time: time.into(), text: text.into(), remark: false }
                }));
            }
            lines
        }
        Ok(Err(e)) => vec![remark(format!("the record in {place} cannot be read: {e}"))],
        Err(_) => return,
    };
    hub.tell(Msg::Dashboard(News::Log(log, lines)));
}
