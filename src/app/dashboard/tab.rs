//! The pages of the dashboard.

use crate::app::view::Id;

/// A page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    /// The services of the platform.
    #[default]
    Services,
    /// The init job.
    Init,
    /// Autoscaling.
    Scaling,
    /// Namespaces and their workloads.
    Namespaces,
    /// Events.
    Events,
    /// Routes of the gateway.
    Routes,
    /// Feature flags.
    Flags,
}

impl Tab {
    /// All, in order.
    pub const ALL: [Tab; 7] =
        [Tab::Services, Tab::Init, Tab::Scaling, Tab::Namespaces, Tab::Events, Tab::Routes, Tab::Flags];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Tab::Services => "Services",
            Tab::Init => "Init job",
            Tab::Scaling => "Scaling",
            Tab::Namespaces => "Namespaces",
            Tab::Events => "Events",
            Tab::Routes => "Routes",
            Tab::Flags => "Flags",
        }
    }

    /// The name of its table.
    pub fn id(self) -> Id {
        Id(self.title())
    }

    /// Its place.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The page so many places further, round the corner.
    pub fn step(self, by: isize) -> Tab {
        let at = (self.index() as isize + by).rem_euclid(Tab::ALL.len() as isize);
        Tab::ALL[at as usize]
    }
}
