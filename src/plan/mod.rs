//! What the operator wants: question spec, answers, presets, rules, waves, and the Helm values they give. No I/O.
//!
//! One spec (`assets/plan/spec`) drives everything that has to do with questions: [`Answers`] are read along it,
//! [`evaluate`] decides what is asked, required and wrong, and `schema` and `sample` describe it. Rules between
//! settings (`assets/plan/rules.yaml`) are judged on chart values, so that they hold for every state on the way that
//! [`waves`] plans.

mod answers;
mod branch;
mod chart;
mod check;
mod condition;
mod derive;
mod evaluate;
mod expand;
mod facts;
mod field;
mod finding;
mod import;
pub mod path;
mod place;
mod presets;
pub mod rules;
mod sample;
mod schema;
mod secret;
mod spec;
pub mod switches;
mod tree;
mod waves;
mod write;
mod yaml_text;

pub use answers::{Answer, Answers, Layer};
pub use chart::{bundled, bundled_files, bundled_values};
pub use check::{Misfit, check};
pub use condition::Condition;
pub use derive::Derived;
pub use evaluate::{Evaluation, Origin, evaluate};
pub use facts::{Facts, ForeignChart, Objects, Release, Waits};
pub use field::{Check, Choice, Emit, Field, Kind, Required, SecretTarget, Section, Shape};
pub use finding::{Finding, Severity};
pub use import::{Import, import};
pub use place::Place;
pub use presets::{Preset, preset, presets};
pub use rules::Waiting;
pub use sample::sample;
pub use schema::schema;
pub use secret::{Delivery, PlannedSecret, ResolvedValues, SecretRef};
pub use spec::{ACKNOWLEDGE, Spec};
pub use waves::{FlagChange, Gate, GateKind, Wave, waves};
pub use write::AnswersFile;
