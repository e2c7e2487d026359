//! Autoscaling as a grid: a row per service, a column per number. The cursor is a question, as everywhere; only the
//! way from one to the next differs.

use super::Wizard;
use super::model::Model;
use crate::app::keys::Action;
use crate::plan::{Field, Spec};
use crate::platform::{Service, catalogue};

/// The columns: the last key of the question, and the heading.
pub const COLUMNS: &[(&str, &str)] = &[
    ("enabled", "scaled"),
    ("minReplicas", "least"),
    ("maxReplicas", "most"),
    ("targetMemoryUtilizationPercentage", "memory"),
    ("targetCPUUtilizationPercentage", "CPU"),
];

/// The services that can be scaled, in the order of the catalogue.
pub fn services() -> impl Iterator<Item = &'static Service> {
    catalogue().services.iter().filter(|service| service.autoscaling.is_some())
}

/// The question of a service in a column.
pub fn question(service: &Service, column: &str) -> Option<&'static Field> {
    Spec::builtin().field(&format!("services.{}.autoscaling.{column}", service.values_key))
}

/// The place of a question: row and column.
pub fn place(id: &str) -> Option<(usize, usize)> {
    let column = COLUMNS.iter().position(|(key, _)| id.ends_with(&format!(".{key}")))?;
    let row = services().position(|s| id.starts_with(&format!("services.{}.autoscaling.", s.values_key)))?;
    Some((row, column))
}

/// Whether the service of a row exists at all; otherwise the flag that it waits for.
pub fn waits_for(service: &Service, model: &Model) -> Option<&'static str> {
    let asked = question(service, "enabled").is_some_and(|field| model.asks(&field.id));
    let flag = service.flag.as_deref().and_then(|name| catalogue().flag(name));
    flag.filter(|_| !asked).map(|flag| flag.key())
}

impl Wizard {
    /// Moves over the grid. Where a service has no such number, the cursor stands on its switch.
    pub(super) fn step_in_grid(&mut self, action: Action) {
        let (row, column) = self.cursor().and_then(place).unwrap_or_default();
        let last = services().count().saturating_sub(1);
        let row = match action {
            Action::Up => row.saturating_sub(1),
            Action::Down => (row + 1).min(last),
            Action::First | Action::PageUp => 0,
            Action::Last | Action::PageDown => last,
            _ => row,
        };
        let Some(service) = services().nth(row) else { return };
        let asked = |column: usize| {
            let field = question(service, COLUMNS.get(column)?.0)?;
            (column == 0 || self.model.asks(&field.id)).then_some(field)
        };
        let found = match action {
            Action::Left => (0..column).rev().find_map(asked),
            Action::Right => (column + 1..COLUMNS.len()).find_map(asked),
            _ => asked(column).or_else(|| asked(0)),
        };
        if let Some(field) = found {
            self.cursors.insert(self.stop, field.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_services_and_every_number_has_its_place() {
        assert_eq!(services().count(), 9);
        let section = Spec::builtin().sections.iter().find(|section| section.id == "autoscaling").unwrap();
        for field in &section.fields {
            assert!(place(&field.id).is_some(), "{}", field.id);
        }
    }
}
