//! Helm without helm: charts, values, the template language, hooks and release records.
//!
//! A library without I/O on clusters: what rendering needs of a live cluster is handed in. The yardstick is
//! byte-identity with `helm template` of the pinned Helm version; values therefore keep Go's kinds ([`value`]).

pub mod capabilities;
pub mod chart;
pub mod data;
pub mod funcs;
pub mod gofmt;
mod halves;
pub mod hooks;
pub mod manifest;
mod objects;
mod parsed;
pub mod profile;
pub mod release;
pub mod render;
mod rune;
pub mod semver;
mod sorted_map;
pub mod template;
pub mod value;
pub mod values;
pub mod yaml;

pub use capabilities::Capabilities;
pub use chart::Chart;
pub use hooks::Hook;
pub use manifest::Manifest;
pub use parsed::Parsed;
pub use profile::Profile;
pub use render::{ReleaseInfo, RenderError, RenderOptions, Rendered, render};
pub use template::{Limits, Lookup};
pub use values::Values;
