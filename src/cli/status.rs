//! `iomctl status`: a release in one screen.

use clap::Args;

use super::output::columns;
use super::run::{Release, block_on, options};
use super::symbols::Symbols;
use super::{Format, Global};
use crate::cluster::Session;
use crate::deploy::{Judgement, Overview, State, status};
use crate::problem::{Outcome, Problem, Problems};

/// Show a release: its record, its workloads with the reason where one is not ready, its init job
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    release: Release,
    /// How it is printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Format,
    /// End with exit code 4 when something is not as it should be
    #[arg(long)]
    strict: bool,
}

impl Status {
    /// Looks and prints.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let symbols = Symbols::detect(global.ascii);
        let options = options(global);
        let overview = block_on(async {
            let session = Session::connect(&options).await?;
            Ok(status(&session, &self.release.name).await?)
        })?;
        self.output.print(&overview, |overview| screen(overview, symbols))?;
        if self.strict && !overview.is_well() {
            return Err(Problem::new(Outcome::Warned, "release.unwell", "the release is not as it should be").into());
        }
        Ok(())
    }
}

fn screen(overview: &Overview, symbols: Symbols) -> String {
    let ready = overview.workloads.iter().filter(|workload| workload.state == State::Done).count();
    let mut text = format!(
        "release    {}, revision {}: {}\nnamespace  {}\nchart      {}\ndeployed   {}\n",
        overview.release, overview.revision, overview.status, overview.namespace, overview.chart, overview.deployed
    );
    if !overview.is_well() && !overview.description.is_empty() {
        text.push_str(&format!("           {}\n", overview.description));
    }
    for job in &overview.jobs {
        let reason = if job.reason.is_empty() { String::new() } else { format!("  {}", job.reason) };
        text.push_str(&format!("init job   {} {} {}{reason}\n", symbols.of(job.state), job.object.name, job_word(job)));
    }
    for custom in &overview.custom {
        let state = custom.state.as_deref().unwrap_or("no controller has looked at it");
        text.push_str(&format!("custom     {}: {state}\n", custom.object));
    }
    text.push_str(&format!("workloads  {ready} of {} ready\n\n", overview.workloads.len()));
    let row = |workload: &Judgement| {
        let namespace = workload.object.namespace.clone().unwrap_or_default();
        vec![
            format!("{} {}", symbols.of(workload.state), workload.object.name),
            workload.object.kind.clone(),
            if namespace == overview.namespace { String::new() } else { namespace },
            format!("{}/{}", workload.ready, workload.desired),
            word(workload.state).to_string(),
            workload.reason.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = overview.workloads.iter().map(row).collect();
    text + &columns(&["  workload", "kind", "namespace", "ready", "state", "reason"], &rows)
}

fn word(state: State) -> &'static str {
    match state {
        State::Done => "ready",
        State::Running => "starting",
        State::Failed => "failed",
        State::Skipped => "off",
    }
}

fn job_word(job: &Judgement) -> &'static str {
    match job.state {
        State::Done => "succeeded",
        State::Running => "running",
        State::Failed => "failed",
        State::Skipped => "skipped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ObjectRef;

    #[test]
    fn one_screen_tells_what_is_not_ready_and_why() {
        let workload = |name: &str, state, reason: &str| Judgement {
            object: ObjectRef { kind: "Deployment".into(), namespace: Some("ns".into()), name: name.into() },
            state,
            ready: i32::from(state == State::Done),
            desired: 1,
            reason: reason.into(),
            crashed: None,
        };
        let overview = Overview {
            release: "data-plane".into(),
            namespace: "ns".into(),
            revision: 1,
            status: "deployed".into(),
            description: "Install complete".into(),
            chart: "chart-1.0.0".into(),
            deployed: "2026-11-22T22:44:36Z".into(),
            jobs: vec![workload("init", State::Done, "")],
            workloads: vec![
                workload("iom-core", State::Failed, "image of core: ErrImagePull: 404"),
                workload("iom-app", State::Done, ""),
            ],
            custom: Vec::new(),
        };
        insta::assert_snapshot!(screen(&overview, Symbols::detect(true)), @r"
        release    data-plane, revision 1: deployed
        namespace  ns
        chart      chart-1.0.0
        deployed   2026-11-22T22:44:36Z
                   Install complete
        init job   + init succeeded
        workloads  1 of 2 ready

          workload  kind        namespace  ready  state   reason
        x iom-core  Deployment             0/1    failed  image of core: ErrImagePull: 404
        + iom-app   Deployment             1/1    ready
        ");
    }
}
