//! What the wizard wants from the world, and what comes back.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::super::found::Place;
use super::preview::Preview;
use crate::plan::{Facts, Preset};
use crate::problem::Problem;

/// Something that the wizard wants from the world. The driver executes it in `cli::console::wizard`.
#[derive(Debug, Clone)]
pub enum Order {
    /// Read what is needed to begin: the draft of this place, presets of one's own, contexts, facts of the cluster.
    Begin(Place),
    /// Learn anew what is known of the cluster.
    Look(Place),
    /// Keep the draft of this place; an empty text removes it. No secret is in it.
    SaveDraft {
        /// Whose draft.
        place: Place,
        /// The text.
        text: String,
    },
    /// Keep the draft of this place as it is under another name.
    SetAside(Place),
    /// Read an answers file or a Helm values file.
    Read(PathBuf),
    /// Write a file. Comes back as [`News::Exists`] when it is there already and may not be overwritten.
    Write(Writing),
    /// Render the chart with these values, masked.
    Render {
        /// Counts the states of the draft; comes back with the preview.
        generation: u64,
        /// Where.
        place: Place,
        /// The values; secrets are placeholders.
        values: Value,
    },
}

/// A file to be written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// Where to.
    pub to: Destination,
    /// The text. No secret is in it.
    pub text: String,
    /// May replace a file that is there.
    pub overwrite: bool,
}

/// Where a file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// An answers file.
    Answers(PathBuf),
    /// A preset of one's own.
    Preset(String),
}

/// What came of it, and what else the wizard should know.
#[derive(Debug)]
pub enum News {
    /// The draft of a place; none when there is none.
    Draft(Place, Result<Option<String>, Box<Problem>>),
    /// Presets of one's own.
    Presets(Vec<Preset>),
    /// The contexts of the kubeconfig.
    Contexts(Vec<String>),
    /// What is known of the cluster.
    Facts(Place, Box<Facts>),
    /// The draft could not be kept.
    NotKept(Box<Problem>),
    /// A file was read.
    Read(PathBuf, Result<String, Box<Problem>>),
    /// A file was written.
    Written(Writing, Result<PathBuf, Box<Problem>>),
    /// A file is there already.
    Exists(Writing),
    /// What the chart becomes.
    Rendered(u64, Result<Arc<Preview>, Box<Problem>>),
}
