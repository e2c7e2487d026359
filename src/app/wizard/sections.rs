//! The map of the wizard: the cluster, the sections of the spec, the review; and how each of them stands.

use super::model::{Model, Obstacle};
use crate::plan::{Field, Section, Spec};

/// A stop on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Stop {
    /// The cluster, the namespace, what to begin with.
    #[default]
    Cluster,
    /// A section of the spec, by its place in it.
    Section(usize),
    /// What will be done.
    Review,
}

impl Stop {
    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Stop> {
        let sections = (0..Spec::builtin().sections.len()).map(Stop::Section);
        std::iter::once(Stop::Cluster).chain(sections).chain([Stop::Review])
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Stop::Cluster => "Cluster",
            Stop::Section(_) => self.section().map_or("", |section| section.title.as_str()),
            Stop::Review => "Review",
        }
    }

    /// The section of the spec.
    pub fn section(self) -> Option<&'static Section> {
        match self {
            Stop::Section(at) => Spec::builtin().sections.get(at),
            Stop::Cluster | Stop::Review => None,
        }
    }

    /// Its place among all, from 0.
    pub fn position(self) -> usize {
        Stop::all().position(|stop| stop == self).unwrap_or(0)
    }

    /// The next, or the one before; the ends are ends.
    pub fn beside(self, forward: bool) -> Stop {
        let at = self.position();
        let to = if forward { at + 1 } else { at.saturating_sub(1) };
        Stop::all().nth(to).unwrap_or(self)
    }

    /// The stop at which a question is asked.
    pub fn of(id: &str) -> Option<Stop> {
        let has = |section: &Section| section.fields.iter().any(|field| field.id == id);
        Spec::builtin().sections.iter().position(has).map(Stop::Section)
    }

    /// The stop at which something is shown that is about `field`, which may be a values path without a question.
    pub fn about(field: Option<&str>) -> Stop {
        let named = |name: &str| Spec::builtin().sections.iter().position(|section| section.id == name);
        match field {
            Some(id) if Stop::of(id).is_some() => Stop::of(id).unwrap_or_default(),
            Some(id) if id.starts_with("services") => named("autoscaling").map_or(Stop::Review, Stop::Section),
            _ => Stop::Review,
        }
    }

    /// Whether this is the section with that id.
    pub fn is(self, id: &str) -> bool {
        self.section().is_some_and(|section| section.id == id)
    }

    /// The questions that are asked here now.
    pub fn fields(self, model: &Model) -> Vec<&'static Field> {
        let fields = self.section().map(|section| section.fields.iter()).into_iter().flatten();
        fields.filter(|field| model.asks(&field.id)).collect()
    }

    /// What stands in the way here.
    pub fn obstacles(self, model: &Model) -> Vec<Obstacle<'_>> {
        let mut all = model.obstacles();
        all.retain(|obstacle| Stop::about(obstacle.field()) == self);
        all
    }
}

/// A row of a section.
#[derive(Debug, Clone, Copy)]
pub enum Row {
    /// The title of a group.
    Heading(&'static str),
    /// A question.
    Question(&'static Field),
}

/// The rows of a section: its questions under the titles of their groups. A title stands between groups, not before
/// questions that have none.
pub fn rows(stop: Stop, model: &Model) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut group: Option<&'static str> = None;
    for field in stop.fields(model) {
        let of = field.group.as_deref();
        if of != group {
            group = of;
            rows.extend(of.map(Row::Heading));
        }
        rows.push(Row::Question(field));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_cluster_the_nine_sections_and_review() {
        let titles: Vec<&str> = Stop::all().map(Stop::title).collect();
        assert_eq!(titles.len(), 11);
        assert_eq!((titles[0], titles[3], titles[10]), ("Cluster", "Database", "Review"));
        assert_eq!(Stop::Review.beside(true), Stop::Review);
        assert_eq!(Stop::Cluster.beside(false), Stop::Cluster);
        assert_eq!(Stop::Section(8).beside(true), Stop::Review);
    }

    #[test]
    fn every_question_has_its_stop() {
        for field in Spec::builtin().fields() {
            assert!(Stop::of(&field.id).is_some_and(|stop| stop.section().is_some()), "{}", field.id);
        }
        assert_eq!(Stop::about(Some("services")).title(), "Autoscaling");
        assert_eq!(Stop::about(None), Stop::Review);
    }

    #[test]
    fn only_what_is_asked_is_shown() {
        let model = Model::default();
        let questions = |rows: Vec<Row>| -> Vec<&str> {
            rows.iter()
                .filter_map(|row| match row {
                    Row::Question(field) => Some(field.id.as_str()),
                    Row::Heading(_) => None,
                })
                .collect()
        };
        let shown = questions(rows(Stop::of("storage.type").unwrap(), &model));
        assert!(
            shown.contains(&"storage.minioSettings.endpoint") && !shown.contains(&"storage.awsRoleArn"),
            "{shown:?}"
        );
    }
}
