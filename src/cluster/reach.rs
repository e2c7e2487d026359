//! What a failed request means for whoever made it.

use std::time::Duration;

use kube::core::Status;
use thiserror::Error;

use super::wording::chain;

/// A refused or failed request.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum Failure {
    /// The object, its namespace or its kind does not exist.
    #[error("not found: {0}")]
    NotFound(String),
    /// RBAC or an admission policy says no.
    #[error("{0}")]
    Forbidden(String),
    /// The credentials are no longer accepted.
    #[error("the credentials are no longer accepted: {0}")]
    Unauthorized(String),
    /// Another writer was first, another manager owns a field, or the object exists already.
    #[error("{0}")]
    Conflict(String),
    /// The server does not accept the object.
    #[error("{0}")]
    Invalid(String),
    /// The server is busy or restarting: worth another try, after the given time if the server said one.
    #[error("the API server is busy: {message}")]
    Busy {
        /// The server's words.
        message: String,
        /// The server's `Retry-After`.
        after: Option<Duration>,
    },
    /// The request or its answer was lost.
    #[error("the connection to the API server failed: {0}")]
    Lost(String),
    /// Anything else the server said.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// Whether the same request may succeed a little later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Failure::Busy { .. } | Failure::Lost(_))
    }

    /// From an answer of the server.
    pub(super) fn from_status(status: &Status) -> Failure {
        let mut message = status.message.trim().to_string();
        if message.is_empty() {
            message = format!("the API server answered {} {}", status.code, status.reason);
        }
        let after = status.details.as_ref().map(|details| details.retry_after_seconds).filter(|seconds| *seconds > 0);
        match status.code {
            404 => Failure::NotFound(message),
            401 => Failure::Unauthorized(message),
            403 => Failure::Forbidden(message),
            409 => Failure::Conflict(message),
            400 | 413 | 422 => Failure::Invalid(message),
            // The server's merge answers 500 to a value of the wrong type.
            500 if message.contains("failed to create typed patch object") => Failure::Invalid(message),
            429 | 500..=599 if status.code != 501 => {
                Failure::Busy { message, after: after.map(|seconds| Duration::from_secs(seconds.into())) }
            }
            _ => Failure::Other(message),
        }
    }

    /// The request took longer than any answer should.
    pub(super) fn late(waited: Duration) -> Failure {
        Failure::Lost(format!("no answer within {} s", waited.as_secs()))
    }
}

impl From<kube::Error> for Failure {
    fn from(error: kube::Error) -> Failure {
        match &error {
            kube::Error::Api(status) => Failure::from_status(status),
            kube::Error::SerdeError(_) | kube::Error::BuildRequest(_) => Failure::Other(chain(&error)),
            _ => Failure::Lost(chain(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16, retry_after: u32) -> Status {
        serde_json::from_value(serde_json::json!({
            "code": code, "message": "words", "details": {"retryAfterSeconds": retry_after},
        }))
        .unwrap()
    }

    #[test]
    fn only_a_busy_or_lost_server_is_worth_another_try() {
        for (code, passing) in
            [(404, false), (403, false), (409, false), (422, false), (429, true), (503, true), (504, true)]
        {
            assert_eq!(Failure::from_status(&status(code, 0)).is_passing(), passing, "{code}");
        }
    }

    #[test]
    fn the_servers_wish_to_wait_is_kept() {
        let busy = Failure::from_status(&status(429, 2));
        assert_eq!(busy, Failure::Busy { message: "words".into(), after: Some(Duration::from_secs(2)) });
    }
}
