//! The tests of a release: the hooks of the event `test` of its newest revision, one after the other as Helm runs them,
//! with the flight recorder running, and their outcome in the record.

use std::time::Duration;

use jiff::Timestamp;

use super::desired::Desired;
use super::hooks::Runner;
use super::operation::{Context, Operation, Staged};
use super::stage::{Stage, counted};
use super::status::absent;
use super::{hooks, permissions, record, secrets};
use crate::cluster::Object;
use crate::helm::Hook;
use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::release::{Release, Status, Time};
use crate::problem::{Problem, Problems};

/// Which tests of which release.
#[derive(Debug, Clone, Default)]
pub struct Testing {
    /// Name of the release.
    pub release: String,
    /// Only these, by name; all when there are none.
    pub only: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// The most time one test may take.
    pub patience: Duration,
}

/// Runs the tests until one fails.
///
/// # Errors
/// There is no such release or no such test, rights are missing, or a test failed.
pub async fn test(context: Context, testing: Testing) -> Result<(), Problems> {
    let operation = Operation::begin(context, "test", &testing.release).await?;
    let result = run(&operation, &testing).await;
    operation.end(result).await
}

async fn run(operation: &Operation, testing: &Testing) -> Result<String, Problems> {
    let context = &operation.context;
    let (mut newest, mut desired) = operation.stage(Stage::Connect, find(context, testing)).await?;
    desired.hooks = chosen(&desired.hooks, testing)?;
    let count = desired.hooks.len();
    if count == 0 {
        return Ok("the chart has no tests".into());
    }
    operation.stage(Stage::Permissions, may_it(context, &desired)).await?;
    secrets::learn_rendered(context, &desired);
    let recorder = context.recorder(&operation.id);
    let runner =
        Runner { context, recorder: &recorder, patience: testing.patience, empty: false, since: newest.version };
    // A test is run whenever somebody asks for it: what an earlier run left behind is not taken for this one.
    let mut run = newest.clone();
    run.info.first_deployed = Time::at(Timestamp::now());
    let tests = async {
        let told = runner.run(HookEvent::Test, &desired, &mut run).await;
        newest.hooks = run.hooks;
        let written = record::write(context, &newest, true).await;
        let told = told.map_err(|problems| Problems(problems.0.into_iter().map(of_test).collect()))?;
        written?;
        Ok(((), told))
    };
    operation.stage(Stage::Test, tests).await?;
    Ok(format!("{} succeeded", counted(count, "test")))
}

async fn find(context: &Context, testing: &Testing) -> Staged<(Release, Desired)> {
    let newest = record::revisions(context, &testing.release).await?.pop();
    let Some(newest) = newest.filter(|newest| newest.info.status != Status::Uninstalled) else {
        return Err(absent(&context.session, &testing.release).await.into());
    };
    let desired = Desired::of_record(&context.session, &newest)?;
    let detail = format!("{}, revision {} ({})", context.session.version, newest.version, newest.info.status);
    Ok(((newest, desired), detail))
}

/// The tests that are wanted, in order.
fn chosen(hooks: &[Hook], testing: &Testing) -> Result<Vec<Hook>, Problem> {
    let tests = in_order(hooks, HookEvent::Test);
    let known: Vec<&str> = tests.iter().map(|test| test.manifest.name.as_str()).collect();
    if let Some(name) = testing.only.iter().chain(&testing.except).find(|name| !known.contains(&name.as_str())) {
        let next = match known.as_slice() {
            [] => "the chart has none: leave --filter away".to_string(),
            known => format!("choose from: {}", known.join(", ")),
        };
        return Err(Problem::bad_input("test.unknown", format!("there is no test `{name}`")).next(next));
    }
    let wanted = |test: &&Hook| {
        let name = &test.manifest.name;
        (testing.only.is_empty() || testing.only.contains(name)) && !testing.except.contains(name)
    };
    Ok(tests.into_iter().filter(wanted).cloned().collect())
}

async fn may_it(context: &Context, desired: &Desired) -> Staged<()> {
    let hooks = hooks::of_event(&context.session, desired, HookEvent::Test).map_err(Problems)?;
    let objects: Vec<Object> = hooks.into_iter().map(|(_, object)| object).collect();
    let needs = permissions::for_test(&objects, &context.session.namespace);
    match permissions::rights(context, &needs).await? {
        Some(problem) => Err(problem.into()),
        None => Ok(((), format!("{} rights", needs.len()))),
    }
}

/// The failure of a hook in the words for a test: there is nothing to go on with.
fn of_test(problem: Problem) -> Problem {
    let (code, next) = match problem.code {
        "init-job.failed" => {
            ("test.failed", "its log is above and in the record; run the tests again once it is mended")
        }
        "init-job.deleted" => ("test.deleted", "run the tests again"),
        "init-job.timeout" => ("test.timeout", "it goes on in the cluster; give it more time with --timeout"),
        _ => return problem,
    };
    Problem { code, ..problem.next(next) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::Manifest;

    fn hook(name: &str, weight: i64, event: HookEvent) -> Hook {
        Hook {
            manifest: Manifest { name: name.into(), ..Manifest::default() },
            events: vec![event],
            weight,
            delete_policies: Vec::new(),
            output_log_policies: Vec::new(),
        }
    }

    #[test]
    fn tests_are_chosen_by_name_and_a_wrong_name_is_told() {
        let hooks =
            [hook("b", 1, HookEvent::Test), hook("a", 2, HookEvent::Test), hook("init", 0, HookEvent::PreInstall)];
        let names = |testing: Testing| {
            chosen(&hooks, &testing).map(|all| all.iter().map(|hook| hook.manifest.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names(Testing::default()).unwrap(), ["b", "a"]);
        assert_eq!(names(Testing { only: vec!["a".into()], ..Testing::default() }).unwrap(), ["a"]);
        assert_eq!(names(Testing { except: vec!["a".into()], ..Testing::default() }).unwrap(), ["b"]);
        let wrong = names(Testing { only: vec!["init".into()], ..Testing::default() }).unwrap_err().to_string();
        assert!(wrong.contains("choose from: b, a"), "{wrong}");
    }
}
