//! The scenarios of the sandbox are what they say, to the product and to the field's own tools.

use std::io::{BufRead, Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use iomctl::sandbox::{Options, Sandbox, scenarios};
use iomctl_test_cluster::eventually;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams};
use tempfile::TempDir;

use crate::ground::{Ground, Site, client, on_both};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// What a command printed; panics when it failed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.into_owned()
}

/// What a tool prints in a namespace.
fn tool(ns: &Site<'_>, tool: &str, arguments: &[&str]) -> String {
    let mut command = ns.command(tool);
    if tool == "kubectl" {
        command.args(["-n", ns.name()]);
    }
    run(command.args(arguments))
}

async fn helm_and_kubectl_work_as_anywhere(ground: &Ground) -> Tested {
    let ns = ground.namespace("tools").await;
    let folder = tempfile::tempdir()?;
    run(ns.command("helm3").args(["create", "app"]).current_dir(folder.path()));
    let chart = folder.path().join("app");
    let chart = chart.to_str().ok_or("no text")?;
    for (helm, release) in [("helm3", "three"), ("helm4", "four")] {
        tool(&ns, helm, &["install", release, chart, "--wait", "--timeout=60s"]);
        tool(&ns, helm, &["upgrade", release, chart, "--set=replicaCount=2", "--wait", "--timeout=60s"]);
        assert!(tool(&ns, helm, &["history", release]).contains("superseded"), "{helm}");
        tool(&ns, helm, &["rollback", release, "1", "--wait"]);
        assert!(tool(&ns, helm, &["list"]).contains(release), "{helm}");
    }
    let deployment = "deployment/three-app";
    assert!(tool(&ns, "kubectl", &["get", "deployments"]).contains("READY   UP-TO-DATE   AVAILABLE"));
    assert!(tool(&ns, "kubectl", &["rollout", "status", deployment]).contains("successfully rolled out"));
    tool(&ns, "kubectl", &["rollout", "restart", deployment]);
    tool(&ns, "kubectl", &["rollout", "status", deployment, "--timeout=60s"]);
    let described = tool(&ns, "kubectl", &["describe", deployment]);
    assert!(described.contains("NewReplicaSet:") && described.contains("ScalingReplicaSet"), "{described}");
    if matches!(ground, Ground::Sandbox(_)) {
        // The real control plane has no containers that could write.
        assert_eq!(tool(&ns, "kubectl", &["logs", deployment, "--tail=2"]).lines().count(), 2);
    }
    let manifest = folder.path().join("map.yaml");
    let path = manifest.to_str().ok_or("no text")?;
    for value in ["1", "2"] {
        let map = format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: map}}, data: {{a: \"{value}\"}}}}");
        std::fs::write(&manifest, map)?;
        tool(&ns, "kubectl", &["apply", "-f", path]);
    }
    assert!(tool(&ns, "kubectl", &["apply", "-f", path]).contains("unchanged"));
    assert_eq!(tool(&ns, "kubectl", &["get", "configmap", "map", "-o", "jsonpath={.data.a}"]), "2");
    for (helm, release) in [("helm3", "three"), ("helm4", "four")] {
        tool(&ns, helm, &["uninstall", release, "--wait"]);
    }
    assert!(tool(&ns, "kubectl", &["get", "deployments", "-o", "name"]).is_empty());
    Ok(())
}

on_both![helm_and_kubectl_work_as_anywhere];

/// A pod that listens on port 80, and a budget that keeps it.
const KEPT: &str = r#"
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"#;

/// Commands, ports and evictions, over WebSockets and over SPDY as older kubectl speaks it. The real control plane has
/// no containers to reach.
#[tokio::test]
async fn kubectl_reaches_into_pods() -> Tested {
    let ground = Ground::sandbox().await;
    let ns = ground.namespace("reach").await;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kept.yaml");
    std::fs::write(&path, KEPT)?;
    tool(&ns, "kubectl", &["apply", "-f", path.to_str().ok_or("no text")?]);
    tool(&ns, "kubectl", &["wait", "--for=condition=Ready", "pod/web", "--timeout=60s"]);
    let kubectl = |websockets: &str| {
        let mut command = ns.command("kubectl");
        command.args(["-n", ns.name()]);
        command.env("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", websockets);
        command.env("KUBECTL_PORT_FORWARD_WEBSOCKETS", websockets);
        command
    };
    for websockets in ["true", "false"] {
        assert_eq!(run(kubectl(websockets).args(["exec", "web", "--", "echo", "hi"])), "hi\n", "{websockets}");
        // What goes in comes out: more than one frame of it.
        let input = folder.path().join("input");
        let text = "0123456789\n".repeat(20_000);
        std::fs::write(&input, &text)?;
        let mut cat = kubectl(websockets);
        cat.args(["exec", "-i", "web", "--", "cat"]).stdin(std::fs::File::open(&input)?);
        assert!(run(&mut cat) == text, "{websockets}");
        ends_with(kubectl(websockets).args(["exec", "web", "--", "false"]), 1, "exit code 1");
        ends_with(kubectl(websockets).args(["exec", "web", "--", "sh"]), 1, "the sandbox runs no containers");
        ends_with(kubectl(websockets).args(["exec", "web", "-c", "no", "--", "echo"]), 1, "container no is not valid");
        ends_with(kubectl(websockets).args(["attach", "web"]), 1, "nothing to attach to");
        let mut forwarding = kubectl(websockets);
        let mut forwarding = forwarding.args(["port-forward", "web", ":80"]).stdout(Stdio::piped()).spawn()?;
        let mut said = String::new();
        // Kept: it says more later, and ends when nobody listens.
        let mut output = std::io::BufReader::new(forwarding.stdout.take().ok_or("no output")?);
        output.read_line(&mut said)?;
        let address = said.split(' ').nth(2).ok_or("no address")?.to_string();
        for path in ["/first", "/second"] {
            assert!(ask(&address, path)?.contains(&format!("web answers GET {path} on port 80")), "{websockets}");
        }
        forwarding.kill()?;
        forwarding.wait()?;
    }
    let eviction = r#"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web"}}"#;
    let file = folder.path().join("eviction.json");
    std::fs::write(&file, eviction)?;
    let file = file.to_str().ok_or("no text")?.to_string();
    let url = format!("/api/v1/namespaces/{}/pods/web/eviction", ns.name());
    let evict = ["create", "--raw", &url, "-f", &file];
    ends_with(ns.command("kubectl").args(evict), 1, "violate the pod's disruption budget");
    tool(&ns, "kubectl", &["delete", "pdb", "keep"]);
    run(ns.command("kubectl").args(evict));
    tool(&ns, "kubectl", &["wait", "--for=delete", "pod/web", "--timeout=60s"]);
    Ok(())
}

/// What an address answers to a request.
fn ask(address: &str, path: &str) -> std::io::Result<String> {
    let mut line = std::net::TcpStream::connect(address)?;
    line.set_read_timeout(Some(Duration::from_secs(30)))?;
    line.write_all(format!("GET {path} HTTP/1.1\r\nHost: web\r\n\r\n").as_bytes())?;
    let mut answer = vec![0; 4096];
    let length = line.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
}

/// `iomctl` with the kubeconfig of a sandbox.
fn iomctl(sandbox: &Sandbox, state: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
    command.args(arguments).env("KUBECONFIG", &sandbox.kubeconfig).env("XDG_STATE_HOME", state.path());
    command.env("NO_COLOR", "1").env("TEST_PASSWORD", "correct-horse");
    command
}

/// Ends with this code, and says this.
fn ends_with(command: &mut Command, code: i32, words: &str) {
    ends(command, code, &[words]);
}

/// Ends with this code, and says all of this.
fn ends(command: &mut Command, code: i32, words: &[&str]) {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    for words in words {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}

async fn started(scenario: &str) -> Result<(Ground, TempDir), Box<dyn std::error::Error>> {
    Ok((Ground::scenario(scenario).await, TempDir::new()?))
}

/// The sandbox of a ground.
fn sandbox(ground: &Ground) -> &Sandbox {
    match ground {
        Ground::Sandbox(sandbox) => sandbox,
        Ground::Real(_) => panic!("not a sandbox"),
    }
}

const INSTALL: [&str; 5] = ["install", "--preset", "evaluation", "--timeout", "60s"];

#[tokio::test]
async fn the_init_job_fails_until_the_password_is_right() -> Tested {
    let options = Options { scenario: "init-job-fails".into(), speed: 10.0, ..Options::default() };
    let ground = Ground::with(options).await;
    let (sandbox, state) = (sandbox(&ground), TempDir::new()?);
    ends(&mut iomctl(sandbox, &state, &INSTALL), 3, &["failed after 3 attempts", "password authentication failed"]);
    let repaired = [&INSTALL[..], &["--set", "database.password=env:TEST_PASSWORD"]].concat();
    ends(&mut iomctl(sandbox, &state, &repaired), 0, &["iomete-data-plane-init"]);
    Ok(())
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_told() -> Tested {
    let (ground, state) = started("image-pull").await?;
    let hasty = ["install", "--preset", "evaluation", "--timeout", "8s"];
    ends(&mut iomctl(sandbox(&ground), &state, &hasty), 3, &["iom-sql", "image of", "401 Unauthorized"]);
    Ok(())
}

#[tokio::test]
async fn without_a_storage_class_claims_stay_pending() -> Tested {
    let (ground, state) = started("no-storage-class").await?;
    let hasty = ["install", "--preset", "evaluation", "--timeout", "8s"];
    ends(&mut iomctl(sandbox(&ground), &state, &hasty), 3, &["volume claim", "pending"]);
    Ok(())
}

#[tokio::test]
async fn an_installation_survives_a_bad_line() -> Tested {
    let (ground, state) = started("flaky").await?;
    // The first question of all is not repeated by itself; an operator does that.
    for _ in 0..6 {
        let output = iomctl(sandbox(&ground), &state, &INSTALL).output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.code() {
            Some(0) => {
                assert!(said.contains("is deployed as revision 1"), "{said}");
                return Ok(());
            }
            Some(5) => assert!(said.contains("next:"), "{said}"),
            _ => panic!("{said}"),
        }
    }
    Err("the line was too bad".into())
}

#[tokio::test]
async fn an_installed_platform_is_one_to_everybody() -> Tested {
    for scenario in ["installed", "installed-by-helm"] {
        let (ground, state) = started(scenario).await?;
        let sandbox = sandbox(&ground);
        ends(&mut iomctl(sandbox, &state, &["status", "--strict"]), 0, &["17 of 17 ready", "deployed"]);
        let ns = ground.namespace("look").await;
        for helm in ["helm3", "helm4"] {
            let mut list = ns.command(helm);
            let listed = run(list.env("KUBECONFIG", &sandbox.kubeconfig).args(["list", "-n", &sandbox.namespace]));
            assert!(listed.contains("data-plane") && listed.contains("deployed"), "{listed}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_viewer_looks_and_touches_nothing() -> Tested {
    let (ground, state) = started("view-only").await?;
    let sandbox = sandbox(&ground);
    let client = client(&sandbox.kubeconfig).await;
    let pods: Api<Pod> = Api::namespaced(client.clone(), &sandbox.namespace);
    let found = pods.list(&ListParams::default()).await?;
    assert!(found.items.len() > 15);
    let refused = pods.delete(found.items[0].metadata.name.as_deref().unwrap_or_default(), &Default::default()).await;
    let Err(kube::Error::Api(status)) = refused else { panic!("expected a refusal") };
    assert!(status.code == 403 && status.message.contains("User \"viewer\" cannot delete resource \"pods\""));
    ends(&mut iomctl(sandbox, &state, &["install", "--preset", "on-prem-minio", "--dry-run"]), 2, &[]);
    Ok(())
}

#[tokio::test]
async fn ten_thousand_pods_are_there_at_once() -> Tested {
    let began = Instant::now();
    let ground = Ground::scenario("huge").await;
    let took = began.elapsed();
    let client = client(&sandbox(&ground).kubeconfig).await;
    let page = Api::<Pod>::all(client.clone()).list(&ListParams::default().limit(500)).await?;
    assert_eq!(page.items.len(), 500);
    let all = Api::<Pod>::all(client).list_metadata(&ListParams::default()).await?;
    assert!(all.items.len() > 10_000, "{}", all.items.len());
    // Generous, because this is no release build; see the bench for the number that counts.
    assert!(took < Duration::from_secs(30), "{took:?}");
    Ok(())
}

#[tokio::test]
async fn the_same_seed_gives_the_same_names() -> Tested {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let ground = Ground::scenario("installed").await;
        let client = client(&sandbox(&ground).kubeconfig).await;
        let pods = Api::<Pod>::namespaced(client, "iomete-system").list(&ListParams::default()).await?;
        let names: Vec<_> = pods.items.into_iter().filter_map(|pod| pod.metadata.name).collect();
        seen.push(names);
    }
    assert_eq!(seen[0], seen[1]);
    Ok(())
}

#[tokio::test]
async fn autoscalers_move_on_a_busy_platform() -> Tested {
    let options = Options { scenario: "busy".into(), speed: 20.0, ..Options::default() };
    let ground = Ground::with(options).await;
    let client = client(&sandbox(&ground).kubeconfig).await;
    let deployments: Api<Deployment> = Api::namespaced(client, "iomete-system");
    let replicas = async || -> Option<i32> {
        let mut sum = 0;
        for name in ["iom-core", "iom-gateway", "iom-cluster"] {
            sum += deployments.get(name).await.ok()?.spec?.replicas?;
        }
        Some(sum)
    };
    let first = replicas().await;
    eventually("another number of replicas", Duration::from_secs(60), async || {
        (replicas().await != first).then_some(())
    })
    .await?;
    Ok(())
}

#[test]
fn every_scenario_is_listed_and_a_wrong_name_names_the_nearest() {
    let iomctl = || Command::new(env!("CARGO_BIN_EXE_iomctl"));
    let listed = run(iomctl().args(["sandbox", "--list"]));
    for scenario in scenarios() {
        assert!(listed.contains(scenario.name), "{listed}");
    }
    let mut wrong = iomctl();
    wrong.args(["sandbox", "--scenario", "hugh", "--serve"]);
    ends(&mut wrong, 2, &["there is no scenario `hugh`", "did you mean `huge`?"]);
}
