//! Nothing outlives the process that started a cluster, however it ends.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use iomctl_test_cluster::{Options, TestCluster, eventually};

use super::Tested;

/// Set for the process that is to be killed: it runs the same test, as the victim.
const VICTIM: &str = "IOMCTL_TEST_VICTIM";

#[tokio::test]
async fn a_killed_process_leaves_nothing_behind() -> Tested {
    if std::env::var_os(VICTIM).is_some() {
        return hold_a_cluster().await;
    }
    let mut victim = Command::new(std::env::current_exe()?)
        .args(["--exact", "cluster_itself::end::a_killed_process_leaves_nothing_behind", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let output = BufReader::new(victim.stdout.take().ok_or("no output")?);
    let held = output.lines().map_while(Result::ok).find_map(|line| {
        let (_, held) = line.split_once("holding ")?;
        let (group, folder) = held.split_once(' ')?;
        Some((group.parse::<u32>().ok()?, folder.to_owned()))
    });
    let (group, folder) = held.ok_or("the victim did not start a cluster")?;
    let members = processes(group)?;
    assert!(members >= 6, "the cluster's processes are in its group: {members}");

    victim.kill()?; // SIGKILL
    victim.wait()?;
    eventually("the end of all processes", Duration::from_secs(20), || async {
        (processes(group).ok()? == 0 && !Path::new(&folder).exists()).then_some(())
    })
    .await?;
    Ok(())
}

/// Starts a cluster, says where, and waits to be killed.
async fn hold_a_cluster() -> Tested {
    let cluster = TestCluster::start(Options::default()).await?;
    println!("holding {} {}", cluster.process_group(), cluster.folder().display());
    std::io::stdout().flush()?;
    std::future::pending().await
}

/// How many processes of this group are running.
fn processes(group: u32) -> std::io::Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir("/proc")? {
        // A process may end while the folder is read.
        let Ok(stat) = std::fs::read_to_string(entry?.path().join("stat")) else { continue };
        // PID (NAME) STATE PARENT GROUP …, and the name may hold anything but is closed by the last bracket.
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect::<Vec<_>>());
        // Z: ended, and waiting for its parent to notice.
        if fields.is_some_and(|f| f.first() != Some(&"Z") && f.get(2) == Some(&group.to_string().as_str())) {
            count += 1;
        }
    }
    Ok(count)
}
