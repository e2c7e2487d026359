//! Rendering against a live cluster without a release: what `helm template --validate` does, with the server's own word
//! instead of its schema.

use futures::stream::{self, StreamExt};

use super::desired::Desired;
use super::input::definitions;
use super::operation::Context;
use super::permissions::wording::refusal;
use super::secrets::{is_public, is_secret};
use crate::cluster::Failure;
use crate::helm::Rendered;
use crate::helm::release::masked;
use crate::problem::{Problem, Problems};
use crate::redact::MASK;

/// Objects in flight.
const AT_ONCE: usize = 8;

/// Has the server try every object that was rendered, hooks too, without effect. Objects of kinds that the chart's own
/// definitions bring are left out until these are installed; how many there are is returned.
///
/// # Errors
/// Why objects would be refused, all of them.
pub async fn try_all(context: &Context, release: &str, rendered: &Rendered) -> Result<usize, Problems> {
    let session = &context.session;
    let hooks = rendered.hooks.iter().map(|hook| hook.manifest.clone());
    let manifests: Vec<_> = rendered.manifests.iter().cloned().chain(hooks).collect();
    let mut desired = Desired::default();
    desired.gather(session, release, &manifests, &definitions(rendered)?)?;
    desired.unknown_kinds_beside_definitions()?;
    let tried = stream::iter(&desired.objects).map(|wanted| async move {
        let tried = context.patiently("try an object", || session.apply_as(&wanted.object, true, true)).await;
        match tried {
            // Its namespace does not exist yet.
            Ok(_) | Err(Failure::NotFound(_)) => None,
            Err(failure) => Some(refusal(&wanted.object.reference(), &failure).at(wanted.source.clone())),
        }
    });
    let problems: Vec<Problem> = tried.buffered(AT_ONCE).filter_map(async |problem| problem).collect().await;
    // The server repeats what it refuses, and a password may stand anywhere.
    let texts = manifests.iter().map(|manifest| masked(&manifest.text, MASK).found);
    let secrets = texts.flatten().filter(|(key, value)| is_secret(key, value) && !is_public(value, &session.namespace));
    context.reporter.learn(secrets.map(|(_, value)| value));
    let problems: Vec<Problem> = problems.into_iter().map(|problem| context.reporter.clean_problem(problem)).collect();
    if problems.is_empty() { Ok(desired.unknown.len()) } else { Err(Problems(problems)) }
}
