//! The command lines of the control plane's processes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::certificates::{Authority, Identity};
use crate::supervisor::Supervisor;
use crate::{Binaries, Error, audit, kubeconfig, ports};

/// The range for Services; its first address is the API server's own.
const SERVICE_RANGE: &str = "10.96.0.0/16";

/// With the default of 20 requests per second the controllers, and not the tool under test, decide
/// how long a rollout takes.
const CLIENT_RATE: [&str; 2] = ["--kube-api-qps=500", "--kube-api-burst=1000"];

/// Flags of the API server that are the same for every cluster. It runs in the cluster's folder.
const API_SERVER: [&str; 22] = [
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    "--authorization-mode=RBAC",
    "--allow-privileged=true",
    "--client-ca-file=ca.crt",
    "--tls-cert-file=server.crt",
    "--tls-private-key-file=server.key",
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-account-key-file=tokens.pub",
    "--service-account-signing-key-file=tokens.key",
    "--kubelet-certificate-authority=ca.crt",
    "--kubelet-client-certificate=kubelet-client.crt",
    "--kubelet-client-key=kubelet-client.key",
    "--kubelet-preferred-address-types=InternalIP,Hostname",
    "--requestheader-client-ca-file=front-proxy-ca.crt",
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    "--proxy-client-cert-file=front-proxy.crt",
    "--proxy-client-key-file=front-proxy.key",
];

/// kwok's objects that tests may use.
const SIMULATED: &str = "Stage,Logs,ClusterLogs,Exec,ClusterExec,PortForward,ClusterPortForward,Attach,ClusterAttach,\
                         Metric,ResourceUsage,ClusterResourceUsage";

/// Where everybody listens.
#[derive(Debug, Clone, Copy)]
struct Ports {
    etcd: u16,
    etcd_peer: u16,
    api: u16,
    node: u16,
}

/// What the processes of one cluster share: the folder with certificates and logs, the ports and
/// the authority.
#[derive(Debug)]
pub(crate) struct Components {
    binaries: Binaries,
    folder: PathBuf,
    ports: Ports,
    authority: Authority,
}

impl Components {
    /// Writes certificates and kubeconfigs into `folder` and chooses ports. Nothing runs yet.
    pub(crate) fn prepare(binaries: Binaries, folder: &Path) -> Result<Self, Error> {
        let [etcd, etcd_peer, api, node] = ports::free()?;
        let ports = Ports { etcd, etcd_peer, api, node };
        let this = Self { binaries, folder: folder.to_owned(), ports, authority: Authority::new("test-cluster")? };
        let front_proxy = Authority::new("test-cluster-front-proxy")?;
        let tokens = rcgen::KeyPair::generate()?;

        this.write("ca.crt", &this.authority.certificate())?;
        this.write("front-proxy-ca.crt", &front_proxy.certificate())?;
        this.write("tokens.key", &tokens.serialize_pem())?;
        this.write("tokens.pub", &tokens.public_key_pem())?;
        let names = ["localhost", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];
        this.write_identity("server", &this.authority.server(&names, &[[127, 0, 0, 1], [10, 96, 0, 1]])?)?;
        this.write_identity("node", &this.authority.server(&["localhost"], &[[127, 0, 0, 1]])?)?;
        this.write_identity("kubelet-client", &this.authority.client("api-server", Some("system:masters"))?)?;
        this.write_identity("front-proxy", &front_proxy.client("front-proxy-client", None)?)?;
        for (file, user, group) in [
            ("admin", "test-admin", Some("system:masters")),
            ("controller-manager", "system:kube-controller-manager", None),
            ("scheduler", "system:kube-scheduler", None),
        ] {
            this.kubeconfig(file, user, group, "default")?;
        }
        Ok(this)
    }

    /// The API server's address.
    pub(crate) fn server(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.api)
    }

    /// A file of the cluster.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes a client certificate and writes a kubeconfig with it; returns its path.
    pub(crate) fn kubeconfig(
        &self,
        file: &str,
        user: &str,
        group: Option<&str>,
        namespace: &str,
    ) -> Result<PathBuf, Error> {
        let identity = self.authority.client(user, group)?;
        let text = kubeconfig::text(&self.server(), &self.authority.certificate(), user, &identity, namespace);
        self.write(&format!("{file}.kubeconfig"), &text)
    }

    /// Starts the store and the API server, which finds the store as soon as it answers.
    pub(crate) fn start_api(&self, supervisor: &mut Supervisor, audit: bool) -> Result<(), Error> {
        let (client, peer) = (self.ports.etcd, self.ports.etcd_peer);
        self.start(
            supervisor,
            "etcd",
            &[
                "--name=test",
                "--unsafe-no-fsync",
                &format!("--data-dir={}", self.file("etcd").display()),
                &format!("--listen-client-urls=http://127.0.0.1:{client}"),
                &format!("--advertise-client-urls=http://127.0.0.1:{client}"),
                &format!("--listen-peer-urls=http://127.0.0.1:{peer}"),
                &format!("--initial-advertise-peer-urls=http://127.0.0.1:{peer}"),
                &format!("--initial-cluster=test=http://127.0.0.1:{peer}"),
            ],
        )?;
        let mut own = vec![
            format!("--etcd-servers=http://127.0.0.1:{client}"),
            format!("--secure-port={}", self.ports.api),
            format!("--service-cluster-ip-range={SERVICE_RANGE}"),
        ];
        if audit {
            let policy = self.write("audit-policy.yaml", audit::POLICY)?;
            own.push(format!("--audit-policy-file={}", policy.display()));
            own.push(format!("--audit-log-path={}", self.file(audit::LOG).display()));
        }
        let flags: Vec<&str> = API_SERVER.into_iter().chain(own.iter().map(String::as_str)).collect();
        self.start(supervisor, "kube-apiserver", &flags)
    }

    /// Starts the controllers and the scheduler, once the API server is ready for them.
    pub(crate) fn start_controllers(&self, supervisor: &mut Supervisor) -> Result<(), Error> {
        let mut controllers = vec![
            "--kubeconfig=controller-manager.kubeconfig",
            "--service-account-private-key-file=tokens.key",
            "--root-ca-file=ca.crt",
            "--use-service-account-credentials=true",
            "--leader-elect=false",
            "--secure-port=0",
            "--controllers=*,-nodeipam,-cloud-node-lifecycle",
            "--horizontal-pod-autoscaler-sync-period=5s",
        ];
        controllers.extend(CLIENT_RATE);
        self.start(supervisor, "kube-controller-manager", &controllers)?;
        let mut scheduler = vec!["--kubeconfig=scheduler.kubeconfig", "--leader-elect=false", "--secure-port=0"];
        scheduler.extend(CLIENT_RATE);
        self.start(supervisor, "kube-scheduler", &scheduler)
    }

    /// Starts kwok, once its object definitions are known. The node name matters: without it the
    /// addresses of the nodes come and go, and with them logs and metrics.
    pub(crate) fn start_nodes(&self, supervisor: &mut Supervisor) -> Result<(), Error> {
        let port = self.ports.node;
        self.start(
            supervisor,
            "kwok",
            &[
                "--config=/dev/null",
                "--kubeconfig=admin.kubeconfig",
                "--manage-all-nodes",
                "--node-ip=127.0.0.1",
                "--node-name=localhost",
                &format!("--node-port={port}"),
                &format!("--server-address=127.0.0.1:{port}"),
                "--tls-cert-file=node.crt",
                "--tls-private-key-file=node.key",
                "--node-lease-duration-seconds=40",
                &format!("--enable-crds={SIMULATED}"),
            ],
        )
    }

    /// Starts one binary in the cluster's folder, its output going to `NAME.log` there.
    pub(crate) fn start(&self, supervisor: &mut Supervisor, name: &'static str, flags: &[&str]) -> Result<(), Error> {
        let path = self.file(&format!("{name}.log"));
        let log = File::create(&path).map_err(Error::file(&path))?;
        let errors = log.try_clone().map_err(Error::file(&path))?;
        let mut command = Command::new(self.binaries.path(name));
        command.args(flags).current_dir(&self.folder).stdout(log).stderr(errors);
        supervisor.start(name, &mut command)
    }

    /// Fails with the end of its log when a process has ended by itself.
    pub(crate) fn check(&self, supervisor: &mut Supervisor) -> Result<(), Error> {
        let Some((component, status)) = supervisor.ended() else { return Ok(()) };
        let path = self.file(&format!("{component}.log"));
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        let lines: Vec<&str> = text.lines().collect();
        Err(Error::Ended { component, status, log: lines[lines.len().saturating_sub(8)..].join("\n") })
    }

    fn write_identity(&self, name: &str, identity: &Identity) -> Result<(), Error> {
        self.write(&format!("{name}.crt"), &identity.certificate)?;
        self.write(&format!("{name}.key"), &identity.key).map(drop)
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.file(name);
        std::fs::write(&path, text).map_err(Error::file(&path))?;
        Ok(path)
    }
}
