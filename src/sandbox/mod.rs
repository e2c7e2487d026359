//! A simulated Kubernetes API server on loopback: rehearsal, demos, tests and load without a cluster.
//!
//! It speaks HTTP and TLS with a kubeconfig, so that the product, `kubectl` and `helm` talk to it as to any cluster.
//! Objects have no types in it; controllers move them as the real ones do, on a clock that can be made faster, with
//! dice that can be thrown again. What it cannot do is run a container: what containers do is said by scenarios.

mod behaviour;
mod certificates;
mod clock;
mod controllers;
mod error;
mod faults;
mod fields;
mod http;
mod json;
mod kinds;
mod kubeconfig;
mod leftovers;
mod logs;
mod node;
mod quantity;
mod quota;
mod registry;
mod rights;
mod scenario;
mod store;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::problem::Problem;
use clock::Clock;
use controllers::Controllers;
use faults::Faults;
use rights::User;
use scenario::Scenario;
use world::{Making, World};

pub use behaviour::{Act, Behaviour, Condition};
pub use http::VERSION;
pub use scenario::{Summary, summaries as scenarios};

/// What to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the scenario.
    pub scenario: String,
    /// How many times as fast as a real cluster.
    pub speed: f64,
    /// Where the dice begin.
    pub seed: u64,
    /// Speak TLS.
    pub tls: bool,
    /// Status changes of pods per second, for measuring.
    pub changes: u32,
    /// Lines per second that every container writes, for measuring; none: as it usually does.
    pub log_lines: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Options { scenario: "fresh".into(), speed: 1.0, seed: 1, tls: true, changes: 0, log_lines: None }
    }
}

/// A running sandbox. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    world: Arc<World>,
    folder: PathBuf,
    /// Address of the server.
    pub url: String,
    /// Kubeconfig of the scenario's user.
    pub kubeconfig: PathBuf,
    /// Name of the scenario.
    pub scenario: String,
    /// The namespace that the scenario is about.
    pub namespace: String,
    authority: Option<String>,
}

impl Sandbox {
    /// Starts a sandbox on a free port of the loopback address. It runs on the runtime that this is called on.
    ///
    /// # Errors
    /// An unknown scenario; no port or no place for the kubeconfig.
    pub async fn start(options: Options) -> Result<Sandbox, Problem> {
        let scenario = Scenario::named(&options.scenario)?;
        let world = World::new(Making {
            seed: options.seed,
            clock: Clock::new(options.speed),
            faults: Faults::new(scenario.faults.clone(), options.seed),
            load: scenario.load.clone(),
            chatter: scenario::chatter()?,
            effects: scenario::effects()?,
            changes: options.changes,
            log_lines: options.log_lines,
        });
        // Making a past is work; whoever else lives on this runtime goes on meanwhile.
        let made = tokio::task::spawn_blocking({
            let (world, scenario) = (world.clone(), scenario.clone());
            move || {
                let mut controllers = Controllers::default();
                scenario.set(&world, &mut controllers).map(|()| controllers)
            }
        });
        let controllers = made.await.map_err(|e| {
            Problem::failed("sandbox.start", "the sandbox cannot be furnished").because(e.to_string())
        })??;
        let certificates = if options.tls { Some(certificates::make()?) } else { None };
        let cannot = |what: &str| {
            let what = what.to_string();
            move |e: std::io::Error| {
                Problem::failed("sandbox.start", format!("the sandbox cannot {what}")).because(e.to_string())
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot("listen on the loopback address"))?;
        let port = listener.local_addr().map_err(cannot("listen on the loopback address"))?.port();
        let url = format!("{}://127.0.0.1:{port}", if options.tls { "https" } else { "http" });
        leftovers::sweep(&std::env::temp_dir());
        let folder = leftovers::folder(port);
        private_folder(&folder).map_err(cannot("make a folder for its kubeconfig"))?;
        let (authority, acceptor) = certificates.map(|c| (c.authority, c.acceptor)).unzip();
        tokio::spawn(http::serve(world.clone(), listener, acceptor));
        tokio::spawn(controllers.run(world.clone()));
        let kubeconfig = folder.join("kubeconfig");
        let user = match &scenario.user {
            Some(user) => User::plain(&user.name),
            None => User::administrator("sandbox-admin"),
        };
        let namespace = scenario.namespace.clone();
        let sandbox = Sandbox {
            world,
            folder,
            url,
            kubeconfig,
            scenario: options.scenario,
            namespace: namespace.clone(),
            authority,
        };
        sandbox.write_kubeconfig(&sandbox.kubeconfig, user, &namespace)?;
        Ok(sandbox)
    }

    /// A kubeconfig of another user (an administrator when `administrator`), whose context is in `namespace`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn kubeconfig_of(&self, user: &str, administrator: bool, namespace: &str) -> Result<PathBuf, Problem> {
        let path = self.folder.join(format!("kubeconfig-{user}-{namespace}"));
        let user = if administrator { User::administrator(user) } else { User::plain(user) };
        self.write_kubeconfig(&path, user, namespace)?;
        Ok(path)
    }

    /// A folder that goes when the sandbox ends.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// From now on some pods behave so; the number ends it. The newest behaviour wins.
    pub fn behave(&self, behaviour: Behaviour) -> u64 {
        self.world.behaviours().add(behaviour)
    }

    /// Ends a behaviour: pods that are made or start again from now on do the usual.
    pub fn end_behaviour(&self, number: u64) {
        self.world.behaviours().end(number);
    }

    fn write_kubeconfig(&self, path: &Path, user: User, namespace: &str) -> Result<(), Problem> {
        let name = user.name.clone();
        let token = self.world.add_user(user);
        let text = kubeconfig::text(&self.url, self.authority.as_deref(), &name, &token, namespace);
        std::fs::write(path, text).map_err(|e| {
            Problem::failed("sandbox.kubeconfig", "the kubeconfig of the sandbox cannot be written")
                .at(path.display().to_string())
                .because(e.to_string())
        })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.world.end.send_replace(true);
        // Whoever still writes into it while it goes makes the first try fail. What is left behind in the end is in the
        // folder for temporary files.
        let _ = (0..3).find(|_| std::fs::remove_dir_all(&self.folder).is_ok());
    }
}

/// A folder that only its owner can read: the kubeconfig holds a token.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}
