//! A corpus is fed in a process of its own: a stack overflow ends it, a hang is ended, and the system counts its memory.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use wait4::Wait4;

use super::corpus;
use super::targets::TARGETS;

/// Names the target in the other process.
const TARGET: &str = "IOMCTL_FUZZ_TARGET";

/// The longest that an input may take. Without optimisation and beside other tests it is a generous second.
const LONGEST: Duration = Duration::from_secs(20);

/// The most memory that a corpus may take, in bytes.
const MOST_MEMORY: u64 = 1 << 30;

/// What tells the process that an input took too long.
const HUNG: i32 = 3;

/// Feeds a target with all that is kept for it.
pub fn replayed(target: &str) {
    assert!(!corpus::inputs(target).is_empty(), "no corpus of {target}");
    let binary = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(binary);
    command.args(["--exact", "feed::fed", "--ignored", "--nocapture", "--test-threads=1"]).env(TARGET, target);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts again");
    let mut errors = child.stderr.take().expect("a pipe");
    let errors = std::thread::spawn(move || {
        let mut text = Vec::new();
        errors.read_to_end(&mut text).map(|_| String::from_utf8_lossy(&text).into_owned())
    });
    let mut told = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut told).expect("names of files");
    let end = child.wait4().expect("it ends");
    let errors = errors.join().expect("a reader").expect("a text");
    let last = told.lines().rfind(|line| line.starts_with("input ")).unwrap_or("nothing yet");
    assert!(end.status.success(), "{target}: {} at: {last}\n{errors}", end.status);
    assert!(told.contains("input "), "{target}: nothing was fed");
    assert!(end.rusage.maxrss < MOST_MEMORY, "{target}: {} MiB", end.rusage.maxrss >> 20);
}

#[test]
#[ignore = "started by the others, in a process of its own"]
fn fed() {
    let Ok(name) = std::env::var(TARGET) else { return };
    let target = TARGETS.iter().find(|target| target.name == name).expect("a known target");
    let (done, watched) = mpsc::channel();
    std::thread::spawn(move || {
        while let Ok(()) = watched.recv_timeout(LONGEST) {}
        // Also when the inputs are all done, but then nobody is there any more.
        eprintln!("an input took longer than {} s", LONGEST.as_secs());
        std::process::exit(HUNG);
    });
    for path in corpus::inputs(&name) {
        let input = std::fs::read(&path).expect("a file");
        println!("input {}", path.display());
        std::io::stdout().flush().expect("a pipe");
        let begin = Instant::now();
        (target.run)(&input);
        println!("took {} ms", begin.elapsed().as_millis());
        done.send(()).expect("a watch");
    }
    std::mem::forget(done);
}
