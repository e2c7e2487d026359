//! How an operation is shown while it runs: a calm live list on a terminal, one line per event in a pipe, one JSON
//! object per line with `-o json`. All three are drawn from the same events.

mod live;
mod text;

use std::io::{IsTerminal, Write};
use std::time::Duration;

use clap::ValueEnum;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};

use super::symbols::Symbols;
use crate::deploy::Stamped;
use live::Live;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(100);

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Stream {
    /// For people: live on a terminal, else one line per event.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Prints events until the operation is over.
pub async fn show(mut events: UnboundedReceiver<Stamped>, stream: Stream, symbols: Symbols) {
    match stream {
        Stream::Json => {
            while let Some(event) = events.recv().await {
                match serde_json::to_string(&event) {
                    Ok(line) => put(&line),
                    Err(e) => eprintln!("an event cannot be written: {e}"),
                }
            }
        }
        Stream::Text
            if std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb") =>
        {
            live(events, symbols).await;
        }
        Stream::Text => {
            while let Some(event) = events.recv().await {
                text::lines(&event.event, symbols).iter().for_each(|line| put(line));
            }
        }
    }
}

async fn live(mut events: UnboundedReceiver<Stamped>, symbols: Symbols) {
    let mut live = Live::new(symbols);
    let mut frames = interval(FRAME);
    frames.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => live.learn(&event.event),
                None => break,
            },
            _ = frames.tick() => live.draw(),
        }
    }
    live.finish();
}

/// A reader that went away (`| head`) is no reason to stop an installation.
fn put(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
