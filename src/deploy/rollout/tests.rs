use super::*;
use crate::cluster::rows::{ClaimRow, WarningRow};
use crate::cluster::{ObjectRef, Watched};
use crate::deploy::State;
use crate::deploy::rollout::{Board, Fact, Judgement};

fn deployment() -> WorkloadRow {
    WorkloadRow {
        kind: "Deployment",
        namespace: "ns".into(),
        name: "iom-core".into(),
        generation: 2,
        observed: 2,
        desired: 2,
        replicas: 2,
        updated: 2,
        ready: 2,
        available: 2,
        ..WorkloadRow::default()
    }
}

fn pod(containers: Vec<ContainerRow>) -> PodRow {
    PodRow {
        namespace: "ns".into(),
        name: "iom-core-5d9-x".into(),
        owner: Some(("Deployment".into(), "iom-core".into())),
        phase: "Pending".into(),
        containers,
        ..PodRow::default()
    }
}

fn judged(row: WorkloadRow, facts: Vec<Fact>) -> Judgement {
    let object = ObjectRef { kind: row.kind.into(), namespace: Some("ns".into()), name: row.name.clone() };
    let mut board = Board::default();
    board.learn(Fact::Workloads(row.kind, "ns".into(), Watched::Listed(vec![row])));
    facts.into_iter().for_each(|fact| board.learn(fact));
    board.judge(&object)
}

fn starting() -> WorkloadRow {
    WorkloadRow { available: 0, ready: 0, ..deployment() }
}

fn pods(rows: Vec<PodRow>) -> Fact {
    Fact::Pods("ns".into(), Watched::Listed(rows))
}

fn warning(kind: &str, name: &str, reason: &str, message: &str) -> Fact {
    let row = WarningRow {
        kind: kind.into(),
        namespace: "ns".into(),
        name: name.into(),
        reason: reason.into(),
        message: message.into(),
        count: 1,
        last: 1,
    };
    Fact::Warnings("ns".into(), Watched::Changed(row))
}

#[test]
fn ready_means_rolled_out() {
    assert_eq!(judged(deployment(), vec![]).state, State::Done);
    let unseen = judged(WorkloadRow { observed: 1, ..deployment() }, vec![]);
    assert_eq!((unseen.state, unseen.reason.as_str()), (State::Running, "waits for its controller"));
    let old = judged(WorkloadRow { replicas: 3, ..deployment() }, vec![]);
    assert_eq!((old.state, old.reason.as_str()), (State::Running, "1 old pods are still there"));
    let rolling = WorkloadRow { kind: "StatefulSet", rolling: Some(("a".into(), "b".into())), ..deployment() };
    assert_eq!(judged(rolling, vec![]).state, State::Running);
}

#[test]
fn a_workload_that_is_not_there_is_not_ready() {
    let absent = ObjectRef { kind: "Deployment".into(), namespace: Some("ns".into()), name: "absent".into() };
    assert_eq!(Board::default().judge(&absent).state, State::Running);
}

#[test]
fn a_job_is_done_when_it_says_so() {
    let said = |kind: &str| {
        vec![Condition {
            kind: kind.into(),
            status: "True".into(),
            reason: "BackoffLimitExceeded".into(),
            message: "m".into(),
        }]
    };
    let job = |kind| judged(WorkloadRow { kind: "Job", conditions: said(kind), ..deployment() }, vec![]);
    assert_eq!(job("Complete").state, State::Done);
    assert_eq!(job("Failed").reason, "BackoffLimitExceeded: m");
}

#[test]
fn an_unschedulable_pod_tells_what_the_scheduler_said() {
    let condition = Condition {
        kind: "PodScheduled".into(),
        status: "False".into(),
        reason: "Unschedulable".into(),
        message: "0/2 nodes are available: 2 Insufficient cpu.".into(),
    };
    let waiting = PodRow { conditions: vec![condition], ..pod(vec![]) };
    assert_eq!(
        judged(starting(), vec![pods(vec![waiting])]).reason,
        "unschedulable: 0/2 nodes are available: 2 Insufficient cpu."
    );
}

#[test]
fn an_unbound_claim_is_named_with_its_class_and_why() {
    let condition = Condition {
        kind: "PodScheduled".into(),
        status: "False".into(),
        reason: "Unschedulable".into(),
        message: "pod has unbound immediate PersistentVolumeClaims".into(),
    };
    let waiting = PodRow { conditions: vec![condition], claims: vec!["data".into()], ..pod(vec![]) };
    let claim = ClaimRow { namespace: "ns".into(), name: "data".into(), phase: "Pending".into(), class: "fast".into() };
    let facts = vec![
        pods(vec![waiting]),
        Fact::Claims("ns".into(), Watched::Listed(vec![claim])),
        warning("PersistentVolumeClaim", "data", "ProvisioningFailed", "storageclass \"fast\" not found"),
    ];
    assert_eq!(
        judged(starting(), facts).reason,
        "volume claim data is pending (storage class fast): storageclass \"fast\" not found"
    );
}

#[test]
fn a_missing_image_will_not_pass_by_itself() {
    let waiting = Some(("ImagePullBackOff".into(), "Back-off pulling image \"x:1\"".into()));
    let container = ContainerRow { name: "core".into(), waiting, ..ContainerRow::default() };
    let judged = judged(starting(), vec![pods(vec![pod(vec![container])])]);
    assert_eq!(judged.state, State::Failed);
    assert_eq!(judged.reason, "image of core: ImagePullBackOff: Back-off pulling image \"x:1\"");
}

#[test]
fn a_crash_names_the_container_whose_log_tells_more() {
    let container = ContainerRow {
        name: "core".into(),
        restarts: 2,
        waiting: Some(("CrashLoopBackOff".into(), String::new())),
        ended_before: Some((1, "Error".into(), String::new())),
        ..ContainerRow::default()
    };
    let judged = judged(starting(), vec![pods(vec![pod(vec![container])])]);
    assert_eq!(judged.reason, "core exits with 1, restarted 2 times");
    assert_eq!(judged.crashed, Some(("iom-core-5d9-x".into(), "core".into(), true)));
    assert_eq!(judged.state, State::Running);
}

#[test]
fn memory_is_named_as_the_killer() {
    let ended = Some((137, "OOMKilled".into(), String::new()));
    let container = ContainerRow { name: "core".into(), ended, ..ContainerRow::default() };
    let reason = judged(starting(), vec![pods(vec![pod(vec![container])])]).reason;
    assert_eq!(reason, "core was killed for its memory (OOMKilled, exit 137)");
}

#[test]
fn a_failing_probe_and_a_refused_pod_are_told_from_their_warnings() {
    let running = ContainerRow { name: "core".into(), running: true, ..ContainerRow::default() };
    let probe =
        warning("Pod", "iom-core-5d9-x", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
    let reason = judged(starting(), vec![pods(vec![pod(vec![running])]), probe]).reason;
    assert_eq!(reason, "core is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503");

    let set = WorkloadRow { kind: "StatefulSet", ..starting() };
    let quota = warning("StatefulSet", "iom-core", "FailedCreate", "exceeded quota: q");
    assert_eq!(judged(set, vec![quota]).reason, "pods cannot be created: exceeded quota: q");
}

#[test]
fn a_relist_forgets_what_is_gone() {
    let failing =
        ContainerRow { name: "core".into(), ended: Some((1, String::new(), String::new())), ..ContainerRow::default() };
    let facts = vec![pods(vec![pod(vec![failing])]), pods(vec![])];
    assert_eq!(judged(starting(), facts).reason, "0 of 2 available");
}
