//! A test's own place in the shared cluster.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::PolicyRule;
use kube::api::Api;
use kube::{Client, Resource};
use serde_json::json;

use crate::{Applied, Attempt, Behaviour, Error, ScriptedJob, TestCluster, apply, cluster, eventually, rights};

/// A namespace that only one test uses. It stays until the cluster ends.
pub struct Namespace<'c> {
    cluster: &'c TestCluster,
    name: String,
    kubeconfig: PathBuf,
    client: Client,
}

/// A user other than the administrator.
#[derive(Debug, Clone)]
pub struct User {
    /// The name that the API server knows, and says when it refuses something.
    pub name: String,
    /// A kubeconfig of this user, whose context is in the namespace where it was made.
    pub kubeconfig: PathBuf,
}

impl<'c> Namespace<'c> {
    pub(crate) async fn create(cluster: &'c TestCluster, prefix: &str) -> Result<Self, Error> {
        Self::named(cluster, format!("{prefix}-{}", cluster.next())).await
    }

    pub(crate) async fn named(cluster: &'c TestCluster, name: String) -> Result<Self, Error> {
        let client = cluster.client().await?;
        let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        apply::apply(&client, &apply::objects("Namespace", &namespace.to_string())?).await?;

        // Pods are refused until the controllers have made the default service account.
        let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), &name);
        eventually("the default service account", Duration::from_secs(60), || async {
            accounts.get_opt("default").await.ok().flatten()
        })
        .await?;
        let kubeconfig = cluster.components().kubeconfig(&name, "test-admin", Some("system:masters"), &name)?;
        let client = cluster::client_for(&kubeconfig).await?;
        Ok(Self { cluster, name, kubeconfig, client })
    }

    /// The namespace's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cluster it is in.
    #[must_use]
    pub fn cluster(&self) -> &'c TestCluster {
        self.cluster
    }

    /// An administrator's kubeconfig whose context is in this namespace.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// An administrator's client whose default namespace is this one.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The objects of one kind in this namespace.
    #[must_use]
    pub fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client(), &self.name)
    }

    /// A binary of the cluster (`kubectl`, `helm3`, `helm4`) that works in this namespace as administrator.
    #[must_use]
    pub fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(self.cluster.tool(tool));
        command.env("KUBECONFIG", &self.kubeconfig).env("HELM_NAMESPACE", &self.name);
        command
    }

    /// A new user who may do in this namespace what `rules` say, and nothing anywhere else.
    ///
    /// # Panics
    /// When the API server refuses the role.
    pub async fn user(&self, name: &str, rules: &[PolicyRule]) -> User {
        self.add_user(name, Some(&self.name), rules).await.unwrap_or_else(|e| panic!("user {name}: {e}"))
    }

    /// A new user who may do everywhere what `rules` say.
    ///
    /// # Panics
    /// When the API server refuses the role.
    pub async fn cluster_user(&self, name: &str, rules: &[PolicyRule]) -> User {
        self.add_user(name, None, rules).await.unwrap_or_else(|e| panic!("user {name}: {e}"))
    }

    async fn add_user(&self, name: &str, within: Option<&str>, rules: &[PolicyRule]) -> Result<User, Error> {
        let user = format!("{}-{name}-{}", self.name, self.cluster.next());
        rights::grant(&self.client, &user, within, rules).await?;
        let kubeconfig = self.cluster.components().kubeconfig(&user, &user, None, &self.name)?;
        Ok(User { name: user, kubeconfig })
    }

    /// From now on, pods with this label (key, value) behave so, until the returned value's
    /// [`Applied::end`]. Say it before the pods are created.
    ///
    /// # Panics
    /// When the API server refuses the behaviour.
    pub async fn behave(&self, pods: (&str, &str), behaviour: Behaviour<'_>) -> Applied {
        crate::behaviour::apply(self, pods, &behaviour).await.unwrap_or_else(|e| panic!("{behaviour:?}: {e}"))
    }

    /// From now on, the pods of the job named `job` do what `attempts` say, in the order in which
    /// they are created; the last attempt is repeated. Say it before the job is created. Ends when
    /// the returned value is dropped: later pods then wait for ever, so keep it.
    ///
    /// # Panics
    /// When the API server refuses it, or when there is no attempt.
    pub async fn script_job(&self, job: &str, attempts: impl IntoIterator<Item = Attempt>) -> ScriptedJob {
        let attempts: Vec<Attempt> = attempts.into_iter().collect();
        crate::attempts::script(self, job, attempts).await.unwrap_or_else(|e| panic!("job {job}: {e}"))
    }
}
