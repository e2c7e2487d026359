//! `HELM_DRIVER`: where whoever called us keeps the records of their releases.

use crate::helm::release::Storage;
use crate::problem::Problem;

/// The variable by which Helm is told.
const VARIABLE: &str = "HELM_DRIVER";

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Driver(Storage);

impl Driver {
    /// What the environment says.
    ///
    /// # Errors
    /// The records are kept in a place that is not read here.
    pub fn from_env() -> Result<Driver, Problem> {
        Driver::read(&std::env::var(VARIABLE).unwrap_or_default())
    }

    /// Where new records go, and where they are looked for first.
    pub fn storage(self) -> Storage {
        self.0
    }

    fn read(value: &str) -> Result<Driver, Problem> {
        let unusable = |what: &str, cause: &str, next: &str| {
            let problem = Problem::bad_input("helm.driver", what).at(format!("{VARIABLE}={value}"));
            Err(problem.because(cause).next(next))
        };
        let next = "unset the variable (or say `secret` or `configmap`); nothing was changed";
        match value {
            "" | "secret" | "secrets" => Ok(Driver(Storage::Secret)),
            "configmap" | "configmaps" => Ok(Driver(Storage::ConfigMap)),
            "sql" => unusable(
                "the releases are kept in a SQL database, which iomctl does not read",
                "with HELM_DRIVER=sql the records of releases are not in the cluster, so that none would be found",
                "use `helm` for these releases, or unset the variable if the release is kept in the cluster; nothing \
                 was changed",
            ),
            "memory" => unusable(
                "Helm was told to forget its releases at once (HELM_DRIVER=memory)",
                "records that are kept in memory are gone with the process that made them",
                next,
            ),
            _ => unusable("there is no such storage of releases", "Helm knows secret, configmap, sql and memory", next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_is_not_read_is_named_with_a_way_out() {
        assert_eq!(Driver::read("").unwrap().storage(), Storage::Secret);
        assert_eq!(Driver::read("configmap").unwrap().storage(), Storage::ConfigMap);
        let sql = Driver::read("sql").unwrap_err().to_string();
        assert!(sql.contains("SQL database") && sql.contains("HELM_DRIVER=sql") && sql.contains("unset"), "{sql}");
        assert!(Driver::read("memory").is_err() && Driver::read("etcd").is_err());
    }
}
