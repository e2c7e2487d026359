//! What a new revision sets out from: the deployed one, and whatever failed attempts behind it may have left.

use crate::cluster::Object;
use crate::deploy::desired::Desired;
use crate::deploy::hooks::Moments;
use crate::deploy::operation::Context;
use crate::deploy::revise::place;
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};

/// The revisions that a new one takes the place of.
#[derive(Debug)]
pub struct Baseline {
    /// The revision whose values and labels are carried on: the deployed one, else the newest.
    pub current: Release,
    /// All deployed revisions, oldest first. There is more than one only after an accident.
    pub deployed: Vec<Release>,
    /// Number of the newest revision.
    pub newest: i64,
    /// Revisions from the current one on: each may have created objects.
    since: Vec<Release>,
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
        let since = revisions.into_iter().filter(|release| release.version >= current.version).collect();
        Ok(Baseline { current, deployed, newest, since, ever })
    }

    /// Whether the newest revision is the deployed one.
    pub fn is_current(&self) -> bool {
        self.current.version == self.newest && !self.deployed.is_empty()
    }

    /// When hooks run: a release that was never deployed is still being installed.
    pub fn moments(&self) -> Moments {
        if self.ever { Moments::UPGRADE } else { Moments::INSTALL }
    }

    /// Everything that the current revision and failed attempts behind it may have created.
    ///
    /// # Errors
    /// A record holds documents that are no objects.
    pub fn objects(&self, context: &Context) -> Result<Vec<Object>, Problems> {
        let mut objects = Vec::new();
        for release in &self.since {
            objects.extend(Desired::of_record(&context.session, release)?.baseline(&context.session));
        }
        Ok(objects)
    }
}
