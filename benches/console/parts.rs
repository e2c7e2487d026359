//! What is measured, part by part.

mod keys;
mod logs;
mod pods;
mod small;

/// A part and its name.
pub type Part = (&'static str, fn());

/// All of them.
pub const ALL: [Part; 5] = [
    ("start: no cluster, and a fresh platform of about 40 pods", small::measure),
    ("huge: 10,000 pods in 20 namespaces, at rest", pods::at_rest),
    ("huge, 100 changes a second", pods::at_100),
    ("huge, 500 changes a second", pods::at_500),
    ("log of 1,000 lines a second", logs::measure),
];
