//! Refusals, worded as the real server words them.

use serde_json::{Value, json};

use super::kinds::Kind;

/// What the server answers instead of an object: a `Status`.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub code: u16,
    /// One word for programs.
    pub reason: &'static str,
    /// A sentence for people.
    pub message: String,
    /// What it is about.
    pub details: Value,
}

/// The result of a request.
pub type Answer<T> = Result<T, ApiError>;

/// One violated rule of an object: field, kind of violation, sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    field: String,
    reason: &'static str,
    message: String,
}

impl Violation {
    /// A field is missing.
    pub fn required(field: impl Into<String>, why: &str) -> Self {
        let message = if why.is_empty() { "Required value".into() } else { format!("Required value: {why}") };
        Violation { field: field.into(), reason: "FieldValueRequired", message }
    }

    /// A field holds what it must not hold.
    pub fn invalid(field: impl Into<String>, value: &Value, why: impl std::fmt::Display) -> Self {
        Violation {
            field: field.into(),
            reason: "FieldValueInvalid",
            message: format!("Invalid value: {value}: {why}"),
        }
    }

    /// A field must not be changed or set.
    pub fn forbidden(field: impl Into<String>, why: &str) -> Self {
        Violation { field: field.into(), reason: "FieldValueForbidden", message: format!("Forbidden: {why}") }
    }

    /// A field names what is not there.
    pub fn not_found(field: impl Into<String>, value: &Value) -> Self {
        Violation { field: field.into(), reason: "FieldValueNotFound", message: format!("Not found: {value}") }
    }

    /// A field is too long.
    pub fn too_long(field: impl Into<String>, most: usize) -> Self {
        let message = format!("Too long: may not be more than {most} bytes");
        Violation { field: field.into(), reason: "FieldValueTooLong", message }
    }
}

impl ApiError {
    fn new(code: u16, reason: &'static str, message: impl Into<String>, details: Value) -> Self {
        ApiError { code, reason, message: message.into(), details }
    }

    /// There is no such object.
    pub fn not_found(kind: &Kind, name: &str) -> Self {
        let details = about(kind, name);
        Self::new(404, "NotFound", format!("{} \"{name}\" not found", kind.qualified()), details)
    }

    /// There is no such path.
    pub fn no_resource() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource", json!({}))
    }

    /// The path is not for this.
    pub fn method() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", message, json!({}))
    }

    /// There is one already.
    pub fn exists(kind: &Kind, name: &str) -> Self {
        let message = format!("{} \"{name}\" already exists", kind.qualified());
        Self::new(409, "AlreadyExists", message, about(kind, name))
    }

    /// Somebody else was faster.
    pub fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} \"{name}\": {why}", kind.qualified());
        Self::new(409, "Conflict", message, about(kind, name))
    }

    /// Somebody else was faster: the version is not the newest.
    pub fn stale(kind: &Kind, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(kind, name, why)
    }

    /// Fields belong to somebody else: manager as it is printed, and path.
    pub fn field_conflicts(conflicts: &[(String, String)]) -> Self {
        let message = match conflicts {
            [(manager, path)] => format!("Apply failed with 1 conflict: conflict with {manager}: {path}"),
            _ => {
                let mut managers: Vec<&String> = conflicts.iter().map(|(manager, _)| manager).collect();
                managers.sort();
                managers.dedup();
                let mut lines = Vec::new();
                for manager in managers {
                    lines.push(format!("conflicts with {manager}:"));
                    lines.extend(conflicts.iter().filter(|(m, _)| m == manager).map(|(_, path)| format!("- {path}")));
                }
                format!("Apply failed with {} conflicts: {}", conflicts.len(), lines.join("\n"))
            }
        };
        let causes: Vec<Value> = conflicts
            .iter()
            .map(|(manager, path)| {
                let message = format!("conflict with {manager}");
                json!({"reason": "FieldManagerConflict", "message": message, "field": path})
            })
            .collect();
        Self::new(409, "Conflict", message, json!({"causes": causes}))
    }

    /// The object breaks rules.
    pub fn invalid(kind: &Kind, name: &str, violations: &[Violation]) -> Self {
        let told: Vec<String> = violations.iter().map(|v| format!("{}: {}", v.field, v.message)).collect();
        let told = match told.as_slice() {
            [one] => one.clone(),
            all => format!("[{}]", all.join(", ")),
        };
        let causes: Vec<Value> =
            violations.iter().map(|v| json!({"reason": v.reason, "message": v.message, "field": v.field})).collect();
        let mut details = json!({"group": kind.group, "kind": kind.kind, "causes": causes});
        if !name.is_empty() {
            details["name"] = name.into();
        }
        if kind.group.is_empty() {
            details.as_object_mut().map(|details| details.remove("group"));
        }
        let message = format!("{} \"{name}\" is invalid: {told}", kind.qualified_kind());
        Self::new(422, "Invalid", message, details)
    }

    /// The user may not, or a rule of the namespace says no.
    pub fn forbidden(kind: &Kind, name: &str, why: &str) -> Self {
        let subject = match name {
            "" => kind.qualified(),
            name => format!("{} \"{name}\"", kind.qualified()),
        };
        Self::new(403, "Forbidden", format!("{subject} is forbidden: {why}"), about(kind, name))
    }

    /// Nobody knows who asks.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized", Value::Null)
    }

    /// A path outside of the API that the user may not read.
    pub fn forbidden_path(user: &str, verb: &str, path: &str) -> Self {
        let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
        Self::new(403, "Forbidden", message, json!({}))
    }

    /// The request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message, Value::Null)
    }

    /// The server, or what it asks, fails.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalError", message, json!({}))
    }

    /// An error the real server lets through without a shape of its own.
    pub fn unshaped(message: impl Into<String>) -> Self {
        Self::new(500, "", message, Value::Null)
    }

    /// What is asked for is too old.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message, Value::Null)
    }

    /// The server cannot take this now.
    pub fn too_many(seconds: u32) -> Self {
        let message = "The apiserver is overloaded: please retry later";
        Self::new(429, "TooManyRequests", message, json!({"retryAfterSeconds": seconds}))
    }

    /// A disruption budget would not be kept.
    pub fn disruption(budget: &str) -> Self {
        let message = "Cannot evict pod as it would violate the pod's disruption budget.";
        let cause = json!({"reason": "DisruptionBudget", "message": budget});
        Self::new(429, "TooManyRequests", message, json!({"causes": [cause]}))
    }

    /// The server is not there now.
    pub fn unavailable() -> Self {
        Self::new(503, "ServiceUnavailable", "apiserver is shutting down", json!({"retryAfterSeconds": 1}))
    }

    /// A body of a type the server does not read.
    pub fn media_type(known: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            known.join(", ")
        );
        Self::new(415, "UnsupportedMediaType", message, json!({}))
    }

    /// As a `Status` object.
    pub fn status(&self) -> Value {
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "code": self.code,
        });
        if !self.reason.is_empty() {
            status["reason"] = self.reason.into();
        }
        if !self.details.is_null() {
            status["details"] = self.details.clone();
        }
        status
    }
}

/// `details` of a status.
pub fn about(kind: &Kind, name: &str) -> Value {
    let mut details = json!({"kind": kind.plural});
    if !name.is_empty() {
        details["name"] = name.into();
    }
    if !kind.group.is_empty() {
        details["group"] = kind.group.as_str().into();
    }
    details
}
