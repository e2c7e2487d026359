//! What the cluster offers, as far as charts ask for it.

use super::profile::Profile;

/// Kubernetes version and API versions of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Kubernetes version, e.g. `v1.37.0`.
    pub kube_version: KubeVersion,
    /// `group/version`, and for live clusters also `group/version/Kind`.
    pub api_versions: Vec<String>,
}

/// A Kubernetes version in the parts that templates see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// The whole version with its `v`.
    pub version: String,
    /// First number.
    pub major: String,
    /// Second number.
    pub minor: String,
}

/// The API versions that Helm assumes without a cluster: those of client-go 0.37 with apiextensions.
const KNOWN: &str = "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 \
    admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 \
    authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 \
    authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 \
    certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 \
    coordination.k8s.io/v1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 \
    extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 \
    flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 lifecycle.k8s.io/v1alpha1 \
    networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 \
    policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 \
    resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 \
    scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1 \
    storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1 storagemigration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 \
    apiextensions.k8s.io/v1";

impl Default for Capabilities {
    /// What `helm template` assumes without a cluster.
    fn default() -> Self {
        Capabilities {
            kube_version: KubeVersion { version: "v1.37.0".into(), major: "1".into(), minor: "37".into() },
            api_versions: KNOWN.split_whitespace().map(String::from).collect(),
        }
    }
}

impl KubeVersion {
    /// Reads `--kube-version`: two or more numbers; everything after the third is dropped, as Helm does.
    ///
    /// # Errors
    /// The sentence of Kubernetes' version parser.
    pub fn parse(text: &str) -> Result<KubeVersion, String> {
        let trimmed = text.trim();
        let body = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let end = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
        let (numbers, rest) = body.split_at(end);
        let numbers = if rest.is_empty() { numbers } else { numbers.trim_end_matches('.') };
        let parts: Vec<&str> = numbers.split('.').collect();
        let not_parsed = || format!("could not parse {text:?} as version");
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
            return Err(not_parsed());
        }
        if let Some(part) = parts.iter().find(|part| part.len() > 1 && part.starts_with('0')) {
            return Err(format!("illegal zero-prefixed version component {part:?} in {text:?}"));
        }
        let numbers: Vec<u64> =
            parts.iter().map(|part| part.parse().map_err(|_| not_parsed())).collect::<Result<_, _>>()?;
        let shown: Vec<String> = numbers.iter().map(u64::to_string).collect();
        Ok(KubeVersion { version: format!("v{}", shown.join(".")), major: shown[0].clone(), minor: shown[1].clone() })
    }
}

/// The version of Helm that templates are told, and the Go version it was built with.
pub fn helm_version(profile: Profile) -> (&'static str, &'static str) {
    match profile {
        Profile::Helm3 => ("v3.22.0", "go1.26.8"),
        Profile::Helm4 => ("v4.3.1", "go1.26.8"),
    }
}
