//! Whole charts and generated cases through the real Helm and through the library, compared byte for byte.
//!
//! In CI the charts are those that come with the Go modules of the test cluster, and our own. Any other folder of
//! charts is compared by hand with `tests/conformance/run`. What differs and stays different is in `DIFFERENCES.md`.

mod case;
mod compare;
mod corpus;
mod find;
mod generated;
mod helm;
mod library;
mod modules;
mod mutate;
#[path = "../helm/random.rs"]
mod random;
mod shape;
mod table;
