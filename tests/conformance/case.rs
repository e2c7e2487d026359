//! One rendering that both sides are asked for.

use std::path::{Path, PathBuf};

use iomctl::helm::Profile;

/// A chart with values and a cluster.
#[derive(Debug, Clone)]
pub struct Case {
    /// Directory or archive.
    pub chart: PathBuf,
    /// What is special about it, for the table.
    pub name: String,
    /// Values files, the last wins.
    pub values: Vec<PathBuf>,
    /// `--kube-version`
    pub kube: Option<&'static str>,
    /// `--api-versions`
    pub apis: &'static [&'static str],
    /// `--is-upgrade`
    pub upgrade: bool,
    /// `--include-crds`
    pub crds: bool,
    /// The notes are compared instead of the manifest. Helm 4 only: the older one has none without a cluster.
    pub notes: bool,
    /// Which Helm.
    pub profile: Profile,
}

/// What charts ask clusters for most.
pub const APIS: &[&str] = &[
    "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1/ServiceMonitor",
    "networking.k8s.io/v1/Ingress",
    "cert-manager.io/v1",
    "route.openshift.io/v1",
    "security.openshift.io/v1",
    "policy/v1/PodDisruptionBudget",
    "gateway.networking.k8s.io/v1",
    "autoscaling.k8s.io/v1",
];

/// The name of the release and its namespace.
pub const RELEASE: (&str, &str) = ("try", "apps");

impl Case {
    /// The chart as it is.
    pub fn plain(chart: &Path, profile: Profile) -> Case {
        Case {
            chart: chart.to_path_buf(),
            name: "defaults".into(),
            values: Vec::new(),
            kube: None,
            apis: &[],
            upgrade: false,
            crds: true,
            notes: false,
            profile,
        }
    }

    /// An older cluster with more in it, and an upgrade.
    pub fn elsewhere(mut self, kube: &'static str) -> Case {
        self.name = format!("{}, {kube}", self.name);
        self.kube = Some(kube);
        self.apis = APIS;
        self.upgrade = true;
        self.crds = false;
        self
    }

    /// The notes of it.
    pub fn notes(mut self) -> Case {
        self.name = format!("{}, notes", self.name);
        self.notes = true;
        self
    }

    /// With a file of values.
    pub fn with(mut self, name: String, file: PathBuf) -> Case {
        self.name = name;
        self.values.push(file);
        self
    }

    /// The arguments of `helm`.
    pub fn arguments(&self) -> Vec<String> {
        let command = if self.notes { "install" } else { "template" };
        let mut all: Vec<String> = [command, RELEASE.0].map(String::from).into();
        all.push(self.chart.display().to_string());
        all.extend(["-n".into(), RELEASE.1.into()]);
        for file in &self.values {
            all.extend(["-f".into(), file.display().to_string()]);
        }
        if self.notes {
            all.extend(["--dry-run=client", "--output", "json"].map(String::from));
            return all;
        }
        if let Some(kube) = self.kube {
            all.extend(["--kube-version".into(), kube.into()]);
        }
        if !self.apis.is_empty() {
            all.extend(["--api-versions".into(), self.apis.join(",")]);
        }
        for (wanted, flag) in [(self.upgrade, "--is-upgrade"), (self.crds, "--include-crds")] {
            if wanted {
                all.push(flag.into());
            }
        }
        all
    }
}
