//! What the records of a release say: read, never written.

use super::operation::refused;
use super::record;
use super::status::absent;
use crate::cluster::{Failure, Session};
use crate::helm::release::Release;
use crate::problem::Problem;

/// All revisions of a release, oldest first.
///
/// # Errors
/// There is no such release, or its records cannot be read.
pub async fn history(session: &Session, release: &str) -> Result<Vec<Release>, Problem> {
    let revisions = record::read_all(session, release).await.map_err(|failure| unreadable(release, &failure))??;
    if revisions.is_empty() { Err(absent(session, release).await) } else { Ok(revisions) }
}

/// One revision of a release, the newest one when none is named. The others are not downloaded.
///
/// # Errors
/// There is no such release or revision, or its record cannot be read.
pub async fn revision(session: &Session, release: &str, number: Option<i64>) -> Result<Release, Problem> {
    let stored = match number {
        Some(number) => session.record_of(&session.namespace, release, number).await,
        None => session.newest_record(&session.namespace, release).await,
    };
    match (stored.map_err(|failure| unreadable(release, &failure))?, number) {
        (Some(stored), _) => record::read(&stored),
        (None, None) => Err(absent(session, release).await),
        (None, Some(number)) => Err(no_revision(session, release, number).await),
    }
}

async fn no_revision(session: &Session, release: &str, number: i64) -> Problem {
    match session.revisions(&session.namespace, release).await {
        Ok(known) if !known.is_empty() => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            Problem::bad_input("release.no-revision", format!("release `{release}` has no revision {number}"))
                .at(format!("namespace {} of {}", session.namespace, session.server))
                .because("Helm keeps the last ten by default")
                .next(format!("there are: {}", known.join(", ")))
        }
        Ok(_) => absent(session, release).await,
        Err(failure) => unreadable(release, &failure),
    }
}

fn unreadable(release: &str, failure: &Failure) -> Problem {
    refused("record.unreadable", format!("the records of release `{release}` cannot be read"), failure)
}
