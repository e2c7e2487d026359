//! Commands on a terminal: the live list that `install` draws into the ordinary screen, and secrets that are typed.

use std::path::PathBuf;
use std::time::Duration;

use k8s_openapi::api::core::v1::Secret;
use kube::api::ListParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use tokio::runtime::Runtime;

use crate::console::{CTRL_C, Console, Setting};
use crate::served::Served;
use crate::walk::ENTER;

/// What nobody may ever see.
const TYPED: [&str; 2] = ["storage-canary-7f3a", "database-canary-91bc"];

const ANSWERS: &str = "
adminUser: { email: admin@corp.example }
storage:
  minioSettings: { endpoint: 'https://minio.corp.example:9000', accessKey: iomete, secretKey: prompt }
database: { host: pg-1.corp.example, password: prompt }
";

/// An installation whose secrets are typed.
fn installation(sandbox: &Served) -> (Setting, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let answers: PathBuf = folder.path().join("site.yaml");
    std::fs::write(&answers, ANSWERS).unwrap();
    let answers = answers.to_string_lossy().into_owned();
    (sandbox.setting().args(&["install", "--preset", "on-prem-minio", "--answers", &answers]), folder)
}

#[test]
fn secrets_are_typed_and_the_installation_is_watched() {
    let sandbox = Served::scenario("fresh", &["--speed", "4"]);
    let (setting, _answers) = installation(&sandbox);
    let mut console = Console::start(setting.patient(Duration::from_secs(60)));
    console.wait_for("storage.minioSettings.secretKey (what you type is not shown): ");
    console.type_in(TYPED[0]);
    // A slip of the finger is taken back.
    console.type_in("x\x7f");
    console.type_in(ENTER);
    console.wait_for("database.password (");
    console.type_in(TYPED[1]);
    console.type_in(ENTER);
    // The terminal changes its size while the list stands there.
    console.wait_for("init job");
    console.resize(60, 24);
    console.wait_for("17 workloads rolled out");
    assert_eq!(console.exit_code(), 0);
    console.wait_for("revision 1 deployed");
    let screen = console.screen();
    for stage in ["connect", "permissions", "prerequisites", "record", "init job", "apply", "wait", "finish"] {
        let rows = screen.lines().filter(|line| line.starts_with(&format!(" ✓ {stage} "))).count();
        assert_eq!(rows, 1, "{stage} stands there {rows} times:\n{screen}");
    }
    console.is_restored();
    for secret in TYPED {
        assert!(memchr::memmem::find(&console.raw(), secret.as_bytes()).is_none(), "a secret was on the screen");
        assert_eq!(sandbox.files_with(secret), Vec::<PathBuf>::new(), "a secret is on the disk");
    }
    // What was typed is what arrived, without the slip.
    let arrived = Runtime::new().unwrap().block_on(values_of_secrets(&sandbox));
    for secret in TYPED {
        assert!(arrived.iter().any(|value| value == secret.as_bytes()), "{secret} is in no Secret");
    }
}

/// Every value of every Secret in the release's namespace.
async fn values_of_secrets(sandbox: &Served) -> Vec<Vec<u8>> {
    let kubeconfig = Kubeconfig::read_from(&sandbox.kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    let client = Client::try_from(config).unwrap();
    let secrets = Api::<Secret>::namespaced(client, "iomete-system").list(&ListParams::default()).await.unwrap();
    secrets.into_iter().flat_map(|secret| secret.data.unwrap_or_default()).map(|(_, value)| value.0).collect()
}

/// The notes say where to go on; a terminal that is too narrow breaks their lines instead of losing the ends.
#[test]
fn what_scrolls_away_above_the_list_is_whole() {
    let sandbox = Served::scenario("fresh", &["--speed", "4"]);
    let setting = sandbox.setting().args(&["install", "--preset", "evaluation"]).size(60, 200);
    let mut console = Console::start(setting.patient(Duration::from_secs(60)));
    console.wait_for("revision 1 deployed");
    assert_eq!(console.exit_code(), 0);
    let shown = console.screen().replace('\n', "");
    assert!(shown.contains("kubectl -n iomete-system get pods -l app.kubernetes.io/instance=data-plane"), "{shown}");
}

#[test]
fn ctrl_c_at_a_question_changes_nothing() {
    let sandbox = Served::scenario("fresh", &[]);
    let (setting, _answers) = installation(&sandbox);
    let mut console = Console::start(setting);
    console.wait_for("secretKey (what you type is not shown): ");
    console.type_in("half-a-canary");
    console.type_in(CTRL_C);
    assert_eq!(console.exit_code(), 130);
    console.wait_for("stopped by the operator");
    console.is_restored();
    assert!(memchr::memmem::find(&console.raw(), b"half-a-canary").is_none(), "a secret was on the screen");
    let status = sandbox.command(&["status"]).output().unwrap();
    assert!(!status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
}
