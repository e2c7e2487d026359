//! Proves that the tables fit together: every name that one table uses stands in another, nothing is told twice,
//! patterns can be understood. Runs when the catalogue is loaded in a debug build and in the tests, so that an edit
//! of the data is judged before it is shipped.

mod flags;
mod routes;
mod services;
mod settings;
mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::catalogue::Catalogue;

/// Everything that contradicts itself, each in one sentence; empty when all is well.
pub fn violations(catalogue: &Catalogue) -> Vec<String> {
    let mut report = Report { catalogue, found: Vec::new() };
    services::check(&mut report);
    flags::check(&mut report);
    routes::check(&mut report);
    settings::check(&mut report);
    sources::check(&mut report);
    report.found
}

/// What has been found so far, and the questions that every table asks.
struct Report<'a> {
    catalogue: &'a Catalogue,
    found: Vec<String>,
}

impl<'a> Report<'a> {
    /// Reports `words` unless `fine`.
    fn expect(&mut self, fine: bool, words: impl FnOnce() -> String) {
        if !fine {
            self.found.push(words());
        }
    }

    /// Every name of a table stands in it once.
    fn unique<'n>(&mut self, table: &str, names: impl IntoIterator<Item = &'n str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            let fresh = seen.insert(name);
            self.expect(fresh, || format!("{table}: `{name}` stands there twice"));
        }
    }

    /// `name` is a service.
    fn service(&mut self, who: &str, name: &str) {
        let known = self.catalogue.service(name).is_some();
        self.expect(known, || format!("{who}: `{name}` is no service"));
    }

    /// `name` is the name of a flag.
    fn flag(&mut self, who: &str, name: &str) {
        let known = self.catalogue.flags.iter().any(|flag| flag.name == name);
        self.expect(known, || format!("{who}: `{name}` is no flag"));
    }
}
