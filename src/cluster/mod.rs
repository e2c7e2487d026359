//! The only room that speaks to Kubernetes.
//!
//! Everything above works with owned, slim data: a [`Session`] is opened once, tells what the server serves
//! ([`Kinds`]), applies and reads [`Object`]s, and turns watches into [`rows`]. Requests are few on purpose: an
//! installer is often run through a slow tunnel against a busy API server.

mod access;
mod client;
mod connect;
mod covers;
mod fields;
mod forward;
mod kinds;
mod kubeconfig;
mod lease;
mod line;
mod logs;
mod object;
mod reach;
mod releases;
mod requests;
mod restart;
pub mod rows;
mod watch;
mod wording;

pub use access::{Need, missing_rights};
pub use connect::{ConnectOptions, Session, address};
pub use covers::{covers, encode_secret};
pub use fields::{conflicts, is_client_side, is_settled};
pub use forward::Forward;
pub use kinds::{Kind, Kinds};
pub use kubeconfig::contexts;
pub use lease::Held;
pub use line::{Change, Life, Line, Lives, Page, PageMeta, Query};
pub use logs::{Bookmark, LogWish, RawLine, pause, split_time};
pub use object::{Object, ObjectError, ObjectRef};
pub use reach::Failure;
pub use releases::{Driver, Head, Stored};
pub use requests::{Applied, Deleted, MANAGER};
pub use watch::{Follow, Watchable, Watched};
