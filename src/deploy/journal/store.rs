//! The tables behind the journal.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row, SqlitePool};

use super::{Attempt, Remembered, Subject, unusable};
use crate::deploy::stage::Stage;
use crate::problem::Problem;

/// Bumped with every change of the tables; kept in `PRAGMA user_version`.
const VERSION: i64 = 1;

/// The code of the refusal when another process holds the lock of a release.
const LOCKED: &str = "journal.locked";

const TABLES: &str = "
CREATE TABLE operation (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, cluster TEXT NOT NULL, namespace TEXT NOT NULL, release TEXT NOT NULL,
    started TEXT NOT NULL, finished TEXT, outcome TEXT, detail TEXT
) STRICT;
CREATE INDEX operation_subject ON operation (cluster, namespace, release, id);
CREATE TABLE stage (
    operation TEXT NOT NULL REFERENCES operation (id), stage TEXT NOT NULL, started TEXT NOT NULL,
    finished TEXT, outcome TEXT, detail TEXT, PRIMARY KEY (operation, stage)
) STRICT;
CREATE TABLE attempt (
    operation TEXT NOT NULL REFERENCES operation (id), job TEXT NOT NULL, number INTEGER NOT NULL, pod TEXT NOT NULL,
    started TEXT NOT NULL, finished TEXT, exit INTEGER, reason TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL,
    PRIMARY KEY (operation, job, pod)
) STRICT;
PRAGMA user_version = 1;
";

/// The open journal.
#[derive(Debug, Clone)]
pub struct Journal {
    pool: SqlitePool,
    folder: PathBuf,
}

impl Journal {
    /// Opens the journal of a folder, which is made if needed, readable by its owner only.
    ///
    /// # Errors
    /// A [`Problem`] when the folder cannot be written or the file is of a newer version.
    pub async fn open(folder: &Path) -> Result<Journal, Problem> {
        private_folder(folder).map_err(|e| unusable(folder, e))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("journal.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        let pool = pool.map_err(|e| unusable(folder, e))?;
        let journal = Journal { pool, folder: folder.into() };
        journal.prepare().await?;
        Ok(journal)
    }

    async fn prepare(&self) -> Result<(), Problem> {
        let version: i64 =
            sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.pool).await.map_err(|e| self.broken(e))?;
        match version {
            0 => {
                let mut all = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|e| self.broken(e))?;
                // Another process may have been first.
                let now: i64 =
                    sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *all).await.map_err(|e| self.broken(e))?;
                if now == 0 {
                    sqlx::raw_sql(TABLES).execute(&mut *all).await.map_err(|e| self.broken(e))?;
                }
                all.commit().await.map_err(|e| self.broken(e))
            }
            VERSION => {
                // An empty write: a read-only journal is found now, not in the middle of the operation.
                sqlx::raw_sql("BEGIN IMMEDIATE; COMMIT;")
                    .execute(&self.pool)
                    .await
                    .map(drop)
                    .map_err(|e| self.broken(e))
            }
            newer => {
                Err(unusable(&self.folder, format!("it was written by a newer iomctl (version {newer} of its tables)")))
            }
        }
    }

    /// The folder of the records of an operation.
    pub fn records(&self, operation: &str) -> PathBuf {
        self.folder.join("records").join(operation)
    }

    /// Makes sure that only one process on this machine works on a release; the lock is gone when the process is.
    pub fn lock(&self, subject: &Subject) -> Result<File, Problem> {
        let folder = self.folder.join("locks");
        let plain = |text: &str| -> String {
            text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
        };
        let name = [&subject.cluster, &subject.namespace, &subject.release].map(|part| plain(part)).join("+");
        private_folder(&folder).map_err(|e| unusable(&folder, e))?;
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(folder.join(name));
        let file = file.map_err(|e| unusable(&folder, e))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let what = format!("another iomctl on this machine is working on release `{}`", subject.release);
                Err(Problem::failed(LOCKED, what)
                    .at(format!("namespace {} of {}", subject.namespace, subject.cluster))
                    .next("wait until it is done, or stop it; nothing was changed"))
            }
            Err(TryLockError::Error(e)) => Err(unusable(&folder, e)),
        }
    }

    /// Whether a process on this machine works on a release now.
    pub fn is_locked(&self, subject: &Subject) -> bool {
        self.lock(subject).is_err_and(|problem| problem.code == LOCKED)
    }

    /// Writes down that an operation begins; its identifier.
    pub async fn begin(&self, kind: &'static str, subject: &Subject) -> Result<String, Problem> {
        let started = jiff::Timestamp::now();
        let id = format!("{}-{kind}-{}", started.strftime("%Y%m%dT%H%M%S.%3f"), std::process::id());
        self.write(
            sqlx::query(
                "INSERT INTO operation (id, kind, cluster, namespace, release, started) VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(&id)
            .bind(kind)
            .bind(&subject.cluster)
            .bind(&subject.namespace)
            .bind(&subject.release)
            .bind(started.to_string()),
        )
        .await?;
        Ok(id)
    }

    /// Writes down how an operation ended.
    pub async fn end(&self, operation: &str, outcome: &str, detail: &str) -> Result<(), Problem> {
        let query = "UPDATE operation SET finished = ?, outcome = ?, detail = ? WHERE id = ?";
        self.write(sqlx::query(query).bind(now()).bind(outcome).bind(detail).bind(operation)).await
    }

    /// Writes down that a stage begins.
    pub async fn stage_begins(&self, operation: &str, stage: Stage) -> Result<(), Problem> {
        let query = "INSERT INTO stage (operation, stage, started) VALUES (?, ?, ?)
                     ON CONFLICT DO UPDATE SET started = excluded.started, finished = NULL, outcome = NULL";
        self.write(sqlx::query(query).bind(operation).bind(stage.key()).bind(now())).await
    }

    /// Writes down how a stage ended.
    pub async fn stage_ends(&self, operation: &str, stage: Stage, outcome: &str, detail: &str) -> Result<(), Problem> {
        let query = "UPDATE stage SET finished = ?, outcome = ?, detail = ? WHERE operation = ? AND stage = ?";
        self.write(sqlx::query(query).bind(now()).bind(outcome).bind(detail).bind(operation).bind(stage.key())).await
    }

    /// Writes down an attempt of a hook job, or what has become of it.
    pub async fn attempt(&self, attempt: &Attempt) -> Result<(), Problem> {
        let query = "INSERT INTO attempt (operation, job, number, pod, started, finished, exit, reason, folder)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                     ON CONFLICT DO UPDATE SET finished = excluded.finished, exit = excluded.exit, reason = excluded.reason";
        self.write(
            sqlx::query(query)
                .bind(&attempt.operation)
                .bind(&attempt.job)
                .bind(attempt.number)
                .bind(&attempt.pod)
                .bind(&attempt.started)
                .bind(&attempt.finished)
                .bind(attempt.exit)
                .bind(&attempt.reason)
                .bind(attempt.folder.to_string_lossy().into_owned()),
        )
        .await
    }

    /// The newest operation that changed a release, or tried to.
    pub async fn last(&self, subject: &Subject) -> Result<Option<Remembered>, Problem> {
        let query = "SELECT id, kind, started, finished, outcome,
                            (SELECT stage FROM stage WHERE operation = operation.id ORDER BY started DESC, rowid DESC LIMIT 1) AS stage
                     FROM operation WHERE cluster = ? AND namespace = ? AND release = ? AND kind NOT IN ('test', 'init-logs')
                     ORDER BY id DESC LIMIT 1";
        let query = sqlx::query(query).bind(&subject.cluster).bind(&subject.namespace).bind(&subject.release);
        let row = query.fetch_optional(&self.pool).await.map_err(|e| self.broken(e))?;
        row.map(|row| remembered(&row).map_err(|e| self.broken(e))).transpose()
    }

    /// The attempts of hook jobs recorded for a release, oldest first; tests are none of them.
    pub async fn attempts(&self, subject: &Subject) -> Result<Vec<Attempt>, Problem> {
        let query = "SELECT attempt.* FROM attempt JOIN operation ON operation.id = attempt.operation
                     WHERE cluster = ? AND namespace = ? AND release = ? AND kind != 'test'
                     ORDER BY attempt.operation, attempt.number";
        let query = sqlx::query(query).bind(&subject.cluster).bind(&subject.namespace).bind(&subject.release);
        let rows = query.fetch_all(&self.pool).await.map_err(|e| self.broken(e))?;
        rows.iter().map(|row| attempt(row).map_err(|e| self.broken(e))).collect()
    }

    async fn write(
        &self,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> Result<(), Problem> {
        query.execute(&self.pool).await.map(drop).map_err(|e| self.broken(e))
    }

    fn broken(&self, error: sqlx::Error) -> Problem {
        unusable(&self.folder, error)
    }
}

fn remembered(row: &SqliteRow) -> Result<Remembered, sqlx::Error> {
    let stage: Option<String> = row.try_get("stage")?;
    Ok(Remembered {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        started: row.try_get("started")?,
        finished: row.try_get("finished")?,
        outcome: row.try_get("outcome")?,
        stage: stage.and_then(|key| Stage::from_key(&key)),
    })
}

fn attempt(row: &SqliteRow) -> Result<Attempt, sqlx::Error> {
    let folder: String = row.try_get("folder")?;
    Ok(Attempt {
        operation: row.try_get("operation")?,
        job: row.try_get("job")?,
        number: row.try_get("number")?,
        pod: row.try_get("pod")?,
        started: row.try_get("started")?,
        finished: row.try_get("finished")?,
        exit: row.try_get("exit")?,
        reason: row.try_get("reason")?,
        folder: folder.into(),
    })
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// Makes a folder that only its owner may read: records may hold what an operator would not show around.
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject { cluster: "https://127.0.0.1:6443".into(), namespace: "ns".into(), release: "data-plane".into() }
    }

    #[tokio::test]
    async fn an_interrupted_operation_is_remembered_with_its_stage() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).await.unwrap();
        let id = journal.begin("install", &subject()).await.unwrap();
        for stage in [Stage::Connect, Stage::InitJob] {
            journal.stage_begins(&id, stage).await.unwrap();
        }
        drop(journal);
        let again = Journal::open(dir.path()).await.unwrap().last(&subject()).await.unwrap().unwrap();
        assert_eq!((again.id, again.stage, again.finished), (id, Some(Stage::InitJob), None));
        let other = Subject { namespace: "other".into(), ..subject() };
        assert_eq!(Journal::open(dir.path()).await.unwrap().last(&other).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_attempt_is_completed_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).await.unwrap();
        let operation = journal.begin("install", &subject()).await.unwrap();
        let began = Attempt {
            operation,
            job: "init".into(),
            number: 1,
            pod: "init-x".into(),
            started: now(),
            finished: None,
            exit: None,
            reason: String::new(),
            folder: dir.path().join("1"),
        };
        journal.attempt(&began).await.unwrap();
        let ended = Attempt { finished: Some(now()), exit: Some(1), reason: "Error".into(), ..began };
        journal.attempt(&ended).await.unwrap();
        assert_eq!(journal.attempts(&subject()).await.unwrap(), [ended]);
    }

    #[tokio::test]
    async fn a_release_is_locked_once() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).await.unwrap();
        let held = journal.lock(&subject()).unwrap();
        assert_eq!(journal.lock(&subject()).unwrap_err().code, "journal.locked");
        drop(held);
        journal.lock(&subject()).unwrap();
    }

    #[tokio::test]
    async fn a_journal_that_cannot_be_written_says_where_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let problem = Journal::open(&file.join("state")).await.unwrap_err();
        assert_eq!(problem.code, "journal.unusable");
        assert!(problem.next.unwrap().contains("--state-dir"));
    }

    #[tokio::test]
    async fn a_newer_journal_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 9").execute(&journal.pool).await.unwrap();
        drop(journal);
        let problem = Journal::open(dir.path()).await.unwrap_err();
        assert!(problem.cause.unwrap().contains("newer iomctl"));
    }
}
