//! Volumes and quotas.

use super::names::Name;
use crate::cluster::rows::ClaimRow;

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Its name.
    pub name: Name,
    /// `Pending`, `Bound`, `Lost`.
    pub phase: Name,
    /// Storage class; empty for the default one.
    pub class: Name,
    /// What it holds, as Kubernetes writes it.
    pub size: Name,
}

impl Bound {
    /// The row as rollouts judge it.
    pub fn as_row(&self, namespace: &str) -> ClaimRow {
        ClaimRow {
            namespace: namespace.into(),
            name: self.name.to_string(),
            phase: self.phase.to_string(),
            class: self.class.to_string(),
        }
    }
}

/// A ResourceQuota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Its name.
    pub name: Name,
    /// Resource, used and hard, as Kubernetes writes them.
    pub limits: Vec<(Name, Name, Name)>,
}

impl Quota {
    /// The resource that is used up most, with its share in percent.
    pub fn tightest(&self) -> Option<(&str, u32)> {
        let share = |(resource, used, hard): &'_ (Name, Name, Name)| {
            let hard = quantity(hard)?;
            let part = if hard == 0.0 { 100.0 } else { quantity(used)? * 100.0 / hard };
            Some((resource.clone(), part.round() as u32))
        };
        let (index, (_, part)) = self
            .limits
            .iter()
            .enumerate()
            .filter_map(|(index, limit)| Some((index, share(limit)?)))
            .max_by_key(|(_, (_, part))| *part)?;
        Some((&self.limits[index].0, part))
    }
}

/// A quantity of Kubernetes as a number: `500m`, `2`, `1Gi`, `1e3`.
pub fn quantity(text: &str) -> Option<f64> {
    const UNITS: &[(&str, f64)] = &[
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
    ];
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((text, 1.0));
    number.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        let read = |text| quantity(text).map(|number| number as i64);
        assert_eq!(
            [read("2"), read("1Gi"), read("1500m"), read("1e3"), read("3k")].map(Option::unwrap),
            [2, 1_073_741_824, 1, 1000, 3000]
        );
        assert_eq!((read(""), read("many"), read("NaN")), (None, None, None));
    }

    #[test]
    fn the_resource_nearest_to_its_limit_is_the_tightest() {
        let limit = |resource: &str, used: &str, hard: &str| (resource.into(), used.into(), hard.into());
        let quota = Quota {
            name: "q".into(),
            limits: vec![limit("pods", "10", "40"), limit("requests.cpu", "15500m", "20"), limit("x", "?", "1")],
        };
        assert_eq!(quota.tightest(), Some(("requests.cpu", 78)));
    }
}
