//! Charts in directories: every regular file that `.helmignore` leaves, links followed as Helm follows them.

use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, mem};

use bytes::Bytes;

use super::ignore::Rules;
use super::left::{self, LeftFile};
use super::{ChartError, Files, MOST_BYTES, MOST_FILE_BYTES, without_mark};
use crate::helm::halves;

/// Links may lead in circles: no chart is nested deeper than this.
const DEEPEST: usize = 64;

/// So many files are found before they are read.
const AT_ONCE: usize = 1000;

/// The files of the chart in `root`, in byte order of their paths; apart from them, those that may `leave` their reading
/// until they are asked for.
pub fn files(root: &Path, leave: bool) -> Result<(Files, Vec<LeftFile>), ChartError> {
    let ignore = root.join(".helmignore");
    let rules = match fs::read(&ignore) {
        Ok(text) => Rules::parse(&String::from_utf8_lossy(&text))
            .map_err(|what| ChartError::Invalid(format!("{}: {what}", ignore.display())))?,
        Err(_) => Rules::default(),
    };
    let mut walk = Walk {
        rules: rules.with_defaults(),
        leave,
        found: Vec::new(),
        files: Vec::new(),
        waiting: Vec::new(),
        left: MOST_BYTES.into(),
    };
    let walked = walk.directory(root, "", 0);
    // What was found before a mistake may have one, too.
    walk.read()?;
    walked?;
    Ok((walk.files, walk.waiting))
}

struct Walk {
    rules: Rules,
    leave: bool,
    /// Files that are not read yet, with their paths inside of the chart.
    found: Vec<(PathBuf, String)>,
    files: Files,
    waiting: Vec<LeftFile>,
    /// Bytes that the chart may still have.
    left: AtomicU64,
}

/// What a file holds, or how much, if it is not read yet.
enum Content {
    Read(Bytes),
    Left(u64),
}

impl Walk {
    fn directory(&mut self, dir: &Path, inside: &str, depth: usize) -> Result<(), ChartError> {
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |source| ChartError::Io { path, source }
        };
        if depth > DEEPEST {
            return Err(ChartError::Invalid(format!(
                "{}: directories are nested deeper than {DEEPEST} levels; is there a link to a parent directory?",
                dir.display()
            )));
        }
        let entries = fs::read_dir(dir).map_err(io(dir))?;
        let named = |entry: std::io::Result<fs::DirEntry>| entry.and_then(|e| Ok((e.file_name(), e.file_type()?)));
        let mut names: Vec<_> = entries.map(named).collect::<Result<_, _>>().map_err(io(dir))?;
        names.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, mut kind) in names {
            let path = dir.join(&name);
            let name = name.to_string_lossy();
            let inner = if inside.is_empty() { name.into_owned() } else { format!("{inside}/{name}") };
            if kind.is_symlink() {
                kind = match fs::metadata(&path) {
                    Err(error) if error.kind() == ErrorKind::NotFound => return Err(dangling(&path)),
                    meta => meta.map_err(io(&path))?.file_type(),
                };
            }
            if self.rules.ignore(&inner, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.directory(&path, &inner, depth + 1)?;
            } else if kind.is_file() {
                self.found.push((path, inner));
                if self.found.len() == AT_ONCE {
                    self.read()?;
                }
            } else {
                let what = "as it has file mode type bits set";
                return Err(ChartError::Invalid(format!("cannot load irregular file {} {what}", path.display())));
            }
        }
        Ok(())
    }

    /// Reads what was found. To ask the system for hundreds of files takes a fifth of a rendering, so two threads do it.
    fn read(&mut self) -> Result<(), ChartError> {
        let found = mem::take(&mut self.found);
        let contents = halves::map(&found, |(path, inner)| self.content(path, inner));
        for ((path, inner), content) in found.into_iter().zip(contents) {
            match content? {
                Content::Read(data) => self.files.push((inner, data)),
                Content::Left(size) => self.waiting.push(LeftFile::new(inner, &path, size)),
            }
        }
        Ok(())
    }

    /// The content of a file, with as few questions to the system as there can be.
    fn content(&self, path: &Path, inner: &str) -> Result<Content, ChartError> {
        let io = |source| ChartError::Io { path: path.to_path_buf(), source };
        let file = fs::File::open(path).map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        if size > MOST_FILE_BYTES {
            let what = format!("chart file {inner:?} is larger than the maximum file size {MOST_FILE_BYTES}");
            return Err(ChartError::Invalid(what));
        }
        let fits = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(size));
        fits.map_err(|_| ChartError::Invalid(format!("the chart is larger than the maximum size {MOST_BYTES}")))?;
        if self.leave && size >= left::SHORTEST && left::may_wait(inner) {
            return Ok(Content::Left(size));
        }
        let mut data = Vec::with_capacity(size as usize + 1);
        file.take(size).read_to_end(&mut data).map_err(io)?;
        Ok(Content::Read(without_mark(data)))
    }
}

/// A link to nothing: Helm names the first part of its target that is not there.
fn dangling(link: &Path) -> ChartError {
    let target = fs::read_link(link).unwrap_or_default();
    let mut whole = PathBuf::new();
    for part in link.parent().unwrap_or(link).join(target).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    let missing = whole.ancestors().take_while(|part| part.symlink_metadata().is_err()).last().unwrap_or(&whole);
    let (link, missing) = (link.display(), missing.display());
    ChartError::Invalid(format!("error evaluating symlink {link}: lstat {missing}: no such file or directory"))
}
