//! Charts from elsewhere: a real registry, a repository that does as it is told, and helm as the yardstick.

mod dependencies;
mod registry;
mod repository;
mod server;
mod setting;
mod show;
