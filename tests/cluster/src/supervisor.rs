//! No process outlives the test, however the test ends.
//!
//! All processes of a cluster are in one process group. A shell outside of it reads from a pipe
//! whose other end this process holds. When that end closes (normally, in a panic, or because the
//! kernel closed it after SIGKILL), the shell kills the group and removes the cluster's folder.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Error;

/// `$1` is the process group, `$2` the folder (empty: keep it). Killed processes may still write
/// for a moment, therefore the folder is removed with patience.
const GUARD: &str = r#"
cat >/dev/null
kill -KILL "-$1"
[ -n "$2" ] || exit 0
for again in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$2" 2>/dev/null && exit 0
  sleep 0.1
done
"#;

/// Holds the process group of a cluster; dropping it ends everything in it.
#[derive(Debug)]
pub(crate) struct Supervisor {
    /// First member of the group, which exists so that the group does. Ends with this process.
    anchor: Child,
    guard: Child,
    members: Vec<(&'static str, Child)>,
}

impl Supervisor {
    /// An empty group whose end also removes `folder`, if one is given.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, Error> {
        let quiet = |command: &mut Command| {
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn()
        };
        let anchor = quiet(&mut Command::new("cat")).map_err(Error::run("cat"))?;
        let guard = quiet(
            Command::new("sh")
                .args(["-c", GUARD, "guard", &anchor.id().to_string()])
                .arg(folder.unwrap_or(Path::new("")))
                .current_dir("/"),
        )
        .map_err(Error::run("sh"))?;
        Ok(Self { anchor, guard, members: Vec::new() })
    }

    /// The process group's id.
    pub(crate) fn group(&self) -> u32 {
        self.anchor.id()
    }

    /// Starts a process in the group.
    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> Result<(), Error> {
        let group = i32::try_from(self.anchor.id()).unwrap_or_else(|_| unreachable!("process ids are positive i32"));
        let child = command.stdin(Stdio::null()).process_group(group).spawn().map_err(Error::run(name))?;
        self.members.push((name, child));
        Ok(())
    }

    /// A member that has ended although nobody asked it to.
    pub(crate) fn ended(&mut self) -> Option<(&'static str, std::process::ExitStatus)> {
        self.members.iter_mut().find_map(|(name, child)| Some((*name, child.try_wait().ok()??)))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Waiting makes sure that all is gone when the owner goes on. A process that cannot be
        // waited for has been: there is nothing left to do about it.
        let _ = self.guard.wait();
        let _ = self.anchor.wait();
        for (_, member) in &mut self.members {
            let _ = member.kill();
            let _ = member.wait();
        }
    }
}
