//! Partial answers to start from, in the same format as an answers file. What a preset leaves to the operator stands
//! in it as a key without a value and must be answered.

use std::borrow::Cow;

use serde::Serialize;

use super::answers::{Answers, Layer};
use super::spec::Spec;

/// A named set of partial answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its answers file.
    #[serde(skip)]
    pub text: Cow<'static, str>,
}

macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        &[$(Preset {
            name: Cow::Borrowed($name),
            text: Cow::Borrowed(include_str!(concat!("../../presets/", $name, ".yaml"))),
        }),*]
    };
}

const PRESETS: &[Preset] = presets![
    "evaluation",
    "on-prem-minio",
    "on-prem-ecs",
    "aws-s3",
    "gcp-gcs",
    "azure-gen1",
    "azure-gen2",
    "multi-region",
    "air-gapped",
];

/// The presets compiled into the program.
pub fn presets() -> &'static [Preset] {
    PRESETS
}

/// The preset with this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl Preset {
    /// A preset that somebody has saved.
    pub fn own(name: impl Into<String>, text: impl Into<String>) -> Preset {
        Preset { name: Cow::Owned(name.into()), text: Cow::Owned(text.into()) }
    }

    /// Its first comment line: what it is for.
    pub fn about(&self) -> &str {
        let first = self.text.lines().next().unwrap_or_default();
        first.strip_prefix('#').unwrap_or_default().trim_start_matches('#').trim()
    }

    /// Its answers.
    pub fn answers(&self, spec: &Spec) -> Answers {
        Answers::read(spec, &self.text, &format!("preset {}", self.name), Layer::Preset)
    }
}
