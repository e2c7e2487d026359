//! Where a test takes place: on the real control plane, or on the sandbox. The same stories are told on both, which
//! is how the sandbox is held against the real thing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use iomctl::sandbox::{Act, Options, Sandbox};
use iomctl_test_cluster::{
    Applied, Attempt, Behaviour, Binaries, Namespace, ScriptedJob, TestCluster, User, eventually, grant,
};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{Namespace as NamespaceObject, ServiceAccount};
use k8s_openapi::api::rbac::v1::PolicyRule;
use kube::api::{Api, ObjectMeta, PostParams};
use kube::config::Kubeconfig;
use kube::{Client, Config, Resource};
use tokio::runtime::Runtime;

/// A cluster, real or simulated.
pub enum Ground {
    /// The shared test cluster.
    Real(&'static TestCluster),
    /// A sandbox of the test's own.
    Sandbox(Sandbox),
}

/// The sandbox runs beside the test, as a server does: a test may block its own thread.
fn beside() -> &'static Runtime {
    static BESIDE: OnceLock<Runtime> = OnceLock::new();
    BESIDE.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
    })
}

/// Where helm and kubectl are.
fn tools() -> &'static Binaries {
    static TOOLS: OnceLock<Binaries> = OnceLock::new();
    TOOLS.get_or_init(|| Binaries::for_cluster(&["helm3", "helm4"]).unwrap_or_else(|e| panic!("{e}")))
}

impl Ground {
    /// The real control plane.
    pub async fn real() -> Self {
        Ground::Real(TestCluster::shared().await)
    }

    /// A fresh sandbox.
    pub async fn sandbox() -> Self {
        Self::scenario("fresh").await
    }

    /// A sandbox of a scenario.
    pub async fn scenario(name: &str) -> Self {
        Self::with(Options { scenario: name.into(), ..Options::default() }).await
    }

    /// A sandbox with these options.
    pub async fn with(options: Options) -> Self {
        let sandbox = beside().spawn(Sandbox::start(options)).await.expect("the sandbox starts");
        Ground::Sandbox(sandbox.unwrap_or_else(|e| panic!("{e}")))
    }

    /// A namespace that only this test uses.
    pub async fn namespace(&self, prefix: &str) -> Site<'_> {
        match self {
            Ground::Real(cluster) => Site::Real(cluster.namespace(prefix).await),
            Ground::Sandbox(sandbox) => {
                static NEXT: AtomicUsize = AtomicUsize::new(1);
                let name = format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
                let kubeconfig = sandbox.kubeconfig_of("test-admin", true, &name).unwrap_or_else(|e| panic!("{e}"));
                let client = client(&kubeconfig).await;
                let metadata = ObjectMeta { name: Some(name.clone()), ..ObjectMeta::default() };
                let namespace = NamespaceObject { metadata, ..NamespaceObject::default() };
                let namespaces: Api<NamespaceObject> = Api::all(client.clone());
                namespaces.create(&PostParams::default(), &namespace).await.expect("a namespace");
                let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), &name);
                eventually("the default service account", Duration::from_secs(10), || async {
                    accounts.get_opt("default").await.ok().flatten()
                })
                .await
                .expect("the default service account");
                Site::Sandbox(Simulated { sandbox, name, kubeconfig, client })
            }
        }
    }
}

/// A client with a kubeconfig.
pub async fn client(kubeconfig: &Path) -> Client {
    let file = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = Config::from_custom_kubeconfig(file, &Default::default()).await.expect("a kubeconfig");
    Client::try_from(config).expect("a client")
}

/// A namespace of a test.
pub enum Site<'g> {
    /// In the real control plane.
    Real(Namespace<'g>),
    /// In a sandbox.
    Sandbox(Simulated<'g>),
}

/// A namespace in a sandbox.
pub struct Simulated<'g> {
    sandbox: &'g Sandbox,
    name: String,
    kubeconfig: PathBuf,
    client: Client,
}

/// A behaviour in force, until its end.
#[must_use]
pub enum InForce<'g> {
    Real(Applied),
    Sandbox(&'g Sandbox, u64),
}

impl InForce<'_> {
    /// Takes it away.
    pub async fn end(self) {
        match self {
            InForce::Real(applied) => applied.end().await,
            InForce::Sandbox(sandbox, number) => sandbox.end_behaviour(number),
        }
    }
}

/// A job under script, as long as it is kept.
#[must_use]
pub enum Scripted<'g> {
    Real(#[expect(dead_code, reason = "kept for its drop")] ScriptedJob),
    Sandbox(&'g Sandbox, u64),
}

impl Drop for Scripted<'_> {
    fn drop(&mut self) {
        if let Scripted::Sandbox(sandbox, number) = self {
            sandbox.end_behaviour(*number);
        }
    }
}

impl<'g> Site<'g> {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Site::Real(ns) => ns.name(),
            Site::Sandbox(ns) => &ns.name,
        }
    }

    /// An administrator's kubeconfig whose context is in it.
    pub fn kubeconfig(&self) -> &Path {
        match self {
            Site::Real(ns) => ns.kubeconfig(),
            Site::Sandbox(ns) => &ns.kubeconfig,
        }
    }

    /// An administrator's client.
    pub fn client(&self) -> Client {
        match self {
            Site::Real(ns) => ns.client(),
            Site::Sandbox(ns) => ns.client.clone(),
        }
    }

    /// The objects of one kind in it.
    pub fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client(), self.name())
    }

    /// `kubectl`, `helm3` or `helm4`, at work in it.
    pub fn command(&self, tool: &str) -> Command {
        match self {
            Site::Real(ns) => ns.command(tool),
            Site::Sandbox(ns) => {
                let mut command = Command::new(tools().path(tool));
                command.env("KUBECONFIG", &ns.kubeconfig).env("HELM_NAMESPACE", &ns.name);
                command
            }
        }
    }

    /// A new user who may do in it what `rules` say, and nothing anywhere else.
    pub async fn user(&self, name: &str, rules: &[PolicyRule]) -> User {
        match self {
            Site::Real(ns) => ns.user(name, rules).await,
            Site::Sandbox(ns) => {
                let name = format!("{}-{name}", ns.name);
                grant(&ns.client, &name, Some(&ns.name), rules).await.expect("a role");
                let kubeconfig = ns.sandbox.kubeconfig_of(&name, false, &ns.name).unwrap_or_else(|e| panic!("{e}"));
                User { name, kubeconfig }
            }
        }
    }

    /// From now on, pods with this label behave so.
    pub async fn behave(&self, pods: (&str, &str), behaviour: Behaviour<'_>) -> InForce<'g> {
        match self {
            Site::Real(ns) => InForce::Real(ns.behave(pods, behaviour).await),
            Site::Sandbox(ns) => {
                let number = ns.sandbox.behave(iomctl::sandbox::Behaviour {
                    namespace: Some(ns.name.clone()),
                    labels: [(pods.0.to_string(), pods.1.to_string())].into(),
                    acts: vec![act(&behaviour)],
                    ..Default::default()
                });
                InForce::Sandbox(ns.sandbox, number)
            }
        }
    }

    /// From now on, the pods of a job do what the attempts say.
    pub async fn script_job(&self, job: &str, attempts: impl IntoIterator<Item = Attempt>) -> Scripted<'g> {
        match self {
            Site::Real(ns) => Scripted::Real(ns.script_job(job, attempts).await),
            Site::Sandbox(ns) => {
                let acts = attempts.into_iter().map(|attempt| {
                    let (log, runs, exit_code) = attempt.parts();
                    Act::Runs { for_ms: millis(runs), exit_code, log: log.to_vec(), back_off_ms: None }
                });
                let number = ns.sandbox.behave(iomctl::sandbox::Behaviour {
                    namespace: Some(ns.name.clone()),
                    job: Some(job.into()),
                    acts: acts.collect(),
                    ..Default::default()
                });
                Scripted::Sandbox(ns.sandbox, number)
            }
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn act(behaviour: &Behaviour<'_>) -> Act {
    match behaviour {
        Behaviour::SlowStart { after } => Act::SlowStart { after_ms: millis(*after) },
        Behaviour::NeverReady { message } => Act::NeverReady { message: (*message).into() },
        Behaviour::CrashLoop { runs, exit_code, back_off, log } => Act::Runs {
            for_ms: millis(*runs),
            exit_code: *exit_code,
            log: log.iter().map(ToString::to_string).collect(),
            back_off_ms: Some(millis(*back_off)),
        },
        Behaviour::ImagePullFailure { message } => Act::ImagePull { message: (*message).into() },
        Behaviour::Unschedulable => {
            Act::Unschedulable { message: "0/4 nodes are available: 4 node(s) didn't match.".into() }
        }
    }
}

/// Tells stories on both grounds: `on_both![a, b]` makes the tests `real::a`, `sandbox::a` and so on.
macro_rules! on_both {
    ($($story:ident),* $(,)?) => {
        mod real {
            $(#[tokio::test]
            async fn $story() -> super::Tested {
                super::$story(&crate::ground::Ground::real().await).await
            })*
        }
        mod sandbox {
            $(#[tokio::test]
            async fn $story() -> super::Tested {
                super::$story(&crate::ground::Ground::sandbox().await).await
            })*
        }
    };
}
pub(crate) use on_both;
