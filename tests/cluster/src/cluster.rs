//! Starting a cluster, and what a test can ask of it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use k8s_openapi::api::core::v1::Node;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::sync::OnceCell;

use crate::components::Components;
use crate::supervisor::Supervisor;
use crate::{Binaries, Error, Namespace, apply, audit, eventually, metrics};

/// Manifests that every cluster gets once kwok's object definitions are there.
const MANIFESTS: [(&str, &str); 3] = [
    ("stages.yaml", include_str!("../manifests/stages.yaml")),
    ("storage.yaml", include_str!("../manifests/storage.yaml")),
    ("nodes.yaml", include_str!("../manifests/nodes.yaml")),
];

/// How long a step of the start may take. Seconds on an idle machine; tests share theirs with compilers.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starting again with other ports, when somebody else took one in between.
const ATTEMPTS: usize = 3;

/// What a cluster should have beyond the usual.
#[derive(Debug, Clone)]
pub struct Options {
    /// Run metrics-server, for autoscaling. The first figures come after about a minute.
    pub metrics: bool,
    /// Record every API request, for [`TestCluster::requests_of`].
    pub audit: bool,
    /// More binaries to have at hand: `helm3`, `helm4`.
    pub tools: Vec<&'static str>,
    /// Leave the folder with all logs in place when the cluster ends.
    pub keep_folder: bool,
    /// Is told what is being started.
    pub progress: fn(&str),
}

impl Default for Options {
    fn default() -> Self {
        Self { metrics: false, audit: false, tools: Vec::new(), keep_folder: false, progress: |_| {} }
    }
}

/// A running cluster. When it is dropped, or when this process ends in any way, so do its processes.
#[derive(Debug)]
pub struct TestCluster {
    components: Components,
    binaries: Binaries,
    folder: PathBuf,
    supervisor: Mutex<Supervisor>,
    count: AtomicUsize,
}

impl TestCluster {
    /// The one cluster of a test binary, started by the first test that asks. It has `helm3` and `helm4`.
    ///
    /// # Panics
    /// When there can be no cluster, with one line that says why and what to install.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Result<TestCluster, String>> = OnceCell::const_new();
        let options = Options { tools: vec!["helm3", "helm4"], ..Options::default() };
        let shared = SHARED.get_or_init(|| async { Self::start(options).await.map_err(|e| e.to_string()) }).await;
        match shared {
            Ok(cluster) => cluster,
            Err(problem) => panic!("{problem}"),
        }
    }

    /// A cluster of one's own, ready for use: API server, controllers, scheduler and four nodes in two zones.
    ///
    /// # Errors
    /// When the binaries are missing and cannot be built, or when a part of the cluster does not come up.
    pub async fn start(options: Options) -> Result<Self, Error> {
        // Both kube and a test may ask for a provider; whoever comes first has chosen the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut more = options.tools.clone();
        if options.metrics {
            more.push("metrics-server");
        }
        let binaries = Binaries::for_cluster(&more)?;
        let mut attempt = 1;
        loop {
            match Self::try_start(binaries.clone(), &options).await {
                Err(Error::Ended { log, .. }) if attempt < ATTEMPTS && log.contains("address already in use") => {
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn try_start(binaries: Binaries, options: &Options) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("iomctl-test-cluster-")
            .tempdir()
            .map_err(Error::file(std::env::temp_dir()))?
            .keep();
        let mut supervisor = Supervisor::new((!options.keep_folder).then_some(folder.as_path()))?;
        let components = Components::prepare(binaries.clone(), &folder)?;
        (options.progress)("etcd and kube-apiserver");
        components.start_api(&mut supervisor, options.audit)?;

        let this =
            Self { components, binaries, folder, supervisor: Mutex::new(supervisor), count: AtomicUsize::default() };
        let client = this.client().await?;
        this.until("the API server", || async {
            let request = http_get("/readyz");
            client.request_text(request).await.ok().filter(|answer| answer == "ok").map(drop)
        })
        .await?;
        (options.progress)("kube-controller-manager and kube-scheduler");
        this.with_supervisor(|supervisor| this.components.start_controllers(supervisor))?;
        this.define_kwok(&client).await?;
        (options.progress)("kwok and four nodes in two zones");
        this.with_supervisor(|supervisor| this.components.start_nodes(supervisor))?;
        for (name, text) in MANIFESTS {
            apply::apply(&client, &apply::objects(name, text)?).await?;
        }
        this.until("the nodes", || async { nodes_ready(&client).await.then_some(()) }).await?;
        if options.metrics {
            (options.progress)("metrics-server");
            metrics::start(&this, &client).await?;
        }
        Ok(this)
    }

    /// Applies kwok's object definitions and waits until the API server serves them.
    async fn define_kwok(&self, client: &Client) -> Result<(), Error> {
        let folder = self.binaries.definitions();
        let mut objects = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(Error::file(&folder))? {
            let path = entry.map_err(Error::file(&folder))?.path();
            let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
            objects.extend(apply::objects(&path.display().to_string(), &text)?);
        }
        apply::apply(client, &objects).await?;
        let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
        self.until("the object definitions", || async {
            let all = definitions.list(&ListParams::default()).await.ok()?;
            all.items.iter().all(established).then_some(())
        })
        .await
    }

    /// Waits for a step of the start, and fails at once when a process has ended.
    async fn until<F: Future<Output = Option<()>>>(
        &self,
        what: &str,
        mut look: impl FnMut() -> F,
    ) -> Result<(), Error> {
        let found = eventually(what, PATIENCE, || {
            let ended = self.with_supervisor(|supervisor| self.components.check(supervisor));
            let look = look();
            async move {
                match ended {
                    Err(problem) => Some(Err(problem)),
                    Ok(()) => look.await.map(Ok),
                }
            }
        });
        found.await?
    }

    pub(crate) fn with_supervisor<T>(&self, act: impl FnOnce(&mut Supervisor) -> T) -> T {
        // A panic elsewhere while the lock was held leaves nothing half done here.
        act(&mut self.supervisor.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub(crate) fn components(&self) -> &Components {
        &self.components
    }

    /// A number that no other caller gets, for names.
    pub(crate) fn next(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The administrator's kubeconfig (namespace `default`).
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.components.file("admin.kubeconfig")
    }

    /// The API server's address, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn server(&self) -> String {
        self.components.server()
    }

    /// The folder with every file of the cluster, among them one log per process (`kwok.log` …).
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The process group that holds every process of the cluster.
    #[must_use]
    pub fn process_group(&self) -> u32 {
        self.with_supervisor(|supervisor| supervisor.group())
    }

    /// Where a binary of the cluster lies: `kubectl`, `helm3`, `helm4` …
    #[must_use]
    pub fn tool(&self, name: &str) -> PathBuf {
        self.binaries.path(name)
    }

    /// The folder with all binaries of the cluster, for `PATH`.
    #[must_use]
    pub fn tools(&self) -> &Path {
        self.binaries.folder()
    }

    /// What a user has asked the API server since the start, as `VERB PATH?QUERY`, in the order of
    /// completion (a watch when it ends). Needs [`Options::audit`]. Give what is to be counted a
    /// user of its own: [`Namespace::cluster_user`].
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn requests_of(&self, user: &str) -> Result<Vec<String>, Error> {
        audit::requests_of(&self.components.file(audit::LOG), user)
    }

    /// A client of the administrator. Clients belong to the runtime they were made in: make one per test.
    ///
    /// # Errors
    /// When the kubeconfig cannot be read.
    pub async fn client(&self) -> Result<Client, Error> {
        client_for(&self.kubeconfig()).await
    }

    /// A fresh namespace, its name beginning with `prefix`, with its default service account.
    ///
    /// # Panics
    /// When the API server refuses it.
    pub async fn namespace(&self, prefix: &str) -> Namespace<'_> {
        match Namespace::create(self, prefix).await {
            Ok(namespace) => namespace,
            Err(problem) => panic!("namespace {prefix}: {problem}"),
        }
    }

    /// The namespace of exactly this name, made if need be: for use by hand.
    ///
    /// # Errors
    /// When the API server refuses it.
    pub async fn existing_namespace(&self, name: &str) -> Result<Namespace<'_>, Error> {
        Namespace::named(self, name.to_owned()).await
    }
}

/// A client with the rights of this kubeconfig.
pub(crate) async fn client_for(kubeconfig: &Path) -> Result<Client, Error> {
    let file = Kubeconfig::read_from(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    Ok(Client::try_from(config)?)
}

/// A request for a path outside of the resources.
fn http_get(path: &str) -> http::Request<Vec<u8>> {
    http::Request::get(path).body(Vec::new()).unwrap_or_else(|_| unreachable!("a path of ours is a valid request"))
}

fn established(definition: &CustomResourceDefinition) -> bool {
    let conditions = definition.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|c| c.type_ == "Established" && c.status == "True"))
}

/// Whether all nodes are Ready and take pods: the taint of a new node goes a moment after its first report.
async fn nodes_ready(client: &Client) -> bool {
    let Ok(nodes) = Api::<Node>::all(client.clone()).list(&ListParams::default()).await else { return false };
    !nodes.items.is_empty()
        && nodes.items.iter().all(|node| {
            let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
            let ready = conditions.is_some_and(|all| all.iter().any(|c| c.type_ == "Ready" && c.status == "True"));
            let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
            ready && taints.is_none_or(Vec::is_empty)
        })
}
