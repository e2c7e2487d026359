//! What a new revision sets out from: the deployed one, and whatever failed attempts behind it may have left.

use crate::cluster::Object;
use crate::deploy::desired::Desired;
use crate::deploy::hooks::Moments;
use crate::deploy::operation::Context;
use crate::deploy::revise::place;
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};

/// The revisions that may have left objects: the current one, those behind it, and all that failed. Helm looks at the
/// deployed one alone, and forgets what a failed one had created.
pub fn remains(revisions: Vec<Release>, current: i64) -> Vec<Release> {
    let may = |release: &Release| release.version >= current || release.info.status == Status::Failed;
    revisions.into_iter().filter(may).collect()
}

/// The revisions that a new one takes the place of.
#[derive(Debug)]
pub struct Baseline {
    /// The revision whose values and labels are carried on: the deployed one, else the newest.
    pub current: Release,
    /// All deployed revisions, oldest first. There is more than one only after an accident.
    pub deployed: Vec<Release>,
    /// Number of the newest revision.
    pub newest: i64,
    /// The current revision, those behind it, and all that failed: each may have left objects.
    remains: Vec<Release>,
    /// Some revision has been deployed once.
    ever: bool,
}

impl Baseline {
    /// Of all revisions, oldest first; none of them pending.
    ///
    /// # Errors
    /// The release is in a state from which no revision can follow.
    pub fn of(revisions: Vec<Release>) -> Result<Baseline, Problem> {
        let is = |status| move |release: &&Release| release.info.status == status;
        let ever = revisions.iter().any(|release| matches!(release.info.status, Status::Deployed | Status::Superseded));
        let deployed: Vec<Release> = revisions.iter().filter(is(Status::Deployed)).cloned().collect();
        let Some(newest) = revisions.last() else {
            return Err(Problem::failed("release.absent", "there is no revision"));
        };
        let current = deployed.last().unwrap_or(newest).clone();
        if matches!(newest.info.status, Status::Uninstalling | Status::Uninstalled) {
            return Err(Problem::bad_input("release.state", format!("the release is `{}`", newest.info.status))
                .at(place(newest))
                .because("its removal was begun and has not ended")
                .next("end it with `iomctl uninstall`, then install again; nothing was changed"));
        }
        let newest = newest.version;
        let remains = remains(revisions, current.version);
        Ok(Baseline { current, deployed, newest, remains, ever })
    }

    /// Whether the newest revision is the deployed one.
    pub fn is_current(&self) -> bool {
        self.current.version == self.newest && !self.deployed.is_empty()
    }

    /// When hooks run: a release that was never deployed is still being installed.
    pub fn moments(&self) -> Moments {
        if self.ever { Moments::UPGRADE } else { Moments::INSTALL }
    }

    /// Everything that the current revision and failed attempts may have created.
    ///
    /// # Errors
    /// A record holds documents that are no objects.
    pub fn objects(&self, context: &Context) -> Result<Vec<Object>, Problems> {
        let mut objects = Vec::new();
        for release in &self.remains {
            objects.extend(Desired::of_record(&context.session, release)?.baseline(&context.session));
        }
        Ok(objects)
    }
}
