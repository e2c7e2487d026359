//! The words for what goes wrong on the way to a chart. No credentials are in them: addresses are shown without theirs.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use reqwest::{StatusCode, Url};

use super::reference::plain;
use super::{MOST_BYTES, repositories};
use crate::problem::{Outcome, Problem};

/// The code of everything that another time or another line may mend.
const OUT_OF_REACH: &str = "chart.unreachable";

/// Variables by which the way through a proxy is set.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Whether the server was not reached, so that what was kept is as good as it gets.
pub fn is_out_of_reach(problem: &Problem) -> bool {
    problem.code == OUT_OF_REACH
}

/// A request without an answer.
pub fn unanswered(url: &Url, error: &reqwest::Error, patience: Duration) -> Problem {
    let why = chain(error);
    let at = |problem: Problem| problem.at(plain(url));
    if why.contains("certificate") || why.contains("Certificate") {
        return at(Problem::new(Outcome::Unreachable, "chart.untrusted", "the server's certificate is not trusted")
            .because(why)
            .next("name the certificate of the authority that signed it with --ca-file"));
    }
    if why.contains("InvalidContentType") || why.contains("corrupt message") {
        return at(Problem::new(Outcome::Unreachable, "chart.untrusted", "the server does not speak TLS")
            .because(why)
            .next("write http:// for a repository, or add --plain-http for a registry, if that is how it is run"));
    }
    let what = if error.is_timeout() {
        format!("the server did not answer within {} s", patience.as_secs())
    } else {
        "the server cannot be reached".into()
    };
    let why = match proxy(url) {
        Some(proxy) => format!("{why}; {proxy}"),
        None => why,
    };
    at(Problem::new(Outcome::Unreachable, OUT_OF_REACH, what).because(why).next(
        "check the address, the network and the proxy (HTTPS_PROXY, NO_PROXY); a chart that was got before is kept",
    ))
}

fn proxy(url: &Url) -> Option<String> {
    let wanted =
        |name: &&&str| !name.to_lowercase().starts_with(if url.scheme() == "https" { "http_" } else { "https_" });
    PROXIES.iter().filter(wanted).find_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        let shown =
            Url::parse(&value).map_or_else(|_| value.rsplit('@').next().unwrap_or("").into(), |url| plain(&url));
        Some(format!("{name} sends such requests through {shown}"))
    })
}

/// Causes from the outside to the inside, those that repeat each other left away.
fn chain(error: &dyn Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let word = cause.to_string();
        if !words.iter().any(|known| known.contains(&word)) {
            words.push(word);
        }
        next = cause.source();
    }
    if words.is_empty() { "no further reason was given".into() } else { words.join(": ") }
}

/// An answer that is none: 401, 403, 404, 5xx …
pub fn refused(url: &Url, status: StatusCode, what: &str, trouble: Option<String>) -> Problem {
    let place = plain(url);
    match status {
        StatusCode::UNAUTHORIZED => {
            let cause = trouble.unwrap_or_else(|| "it wants a login, or does not accept the one it was given".into());
            Problem::bad_input("chart.unauthorized", format!("the server does not let us have {what} (401)"))
                .because(cause)
                .next(
                    "log in with `helm registry login` or `docker login`, add the repository with `helm repo add`, or \
                     give --username and --password",
                )
        }
        StatusCode::FORBIDDEN => Problem::bad_input("chart.forbidden", format!("this user may not have {what} (403)"))
            .because("the server knows the user and does not give the right")
            .next("ask whoever runs it for the right to read"),
        StatusCode::NOT_FOUND => {
            Problem::bad_input("chart.not-found", format!("the server does not have {what} (404)"))
                .because("the name is another one there, or the user may not know that it exists")
                .next("check the address")
        }
        StatusCode::TOO_MANY_REQUESTS => {
            Problem::new(Outcome::Unreachable, OUT_OF_REACH, "the server has been asked too often (429)")
                .next("wait a while; a login raises the limit with many registries")
        }
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Problem::new(Outcome::Unreachable, OUT_OF_REACH, "the proxy wants a login (407)")
                .next("put user and password into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT")
        }
        status if status.is_server_error() => {
            Problem::new(Outcome::Unreachable, OUT_OF_REACH, format!("the server has trouble of its own ({status})"))
                .next("try again later")
        }
        status => Problem::failed("chart.answer", format!("the server answered {status}")).next("check the address"),
    }
    .at(place)
}

/// Something else than what was asked for.
pub fn too_large(place: impl Into<String>, what: &str, most: u64) -> Problem {
    Problem::bad_input("chart.too-large", format!("{what} is larger than {} MiB", most >> 20))
        .at(place)
        .because("no chart is that large; the address may lead to something else")
        .next("check the address")
}

/// An archive with another digest than it should have.
pub fn wrong_digest(place: &str, wanted: &str, found: &str, who: &str) -> Problem {
    Problem::bad_input("chart.digest", "the chart is not the one that was meant: its digest is another one")
        .at(place)
        .evidence(format!("{who}: {wanted}"))
        .evidence(format!("found: {found}"))
        .because("it was published anew under the same version, damaged on the way, or exchanged")
        .next("ask whoever publishes it; nothing of it is used or kept")
}

/// The bytes of an archive on this machine.
pub fn read_archive(path: &Path) -> Result<Vec<u8>, Problem> {
    use std::io::Read;
    let place = path.display().to_string();
    let unreadable = |e: std::io::Error| {
        Problem::bad_input("chart.unreadable", "the archive cannot be read").at(&place).because(e.to_string())
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large(place, "the archive", MOST_BYTES));
    }
    Ok(bytes)
}

/// A file of certificates or keys that cannot be used.
pub fn bad_file(path: &Path, what: &str, why: impl ToString) -> Problem {
    Problem::bad_input("chart.tls", format!("{what} cannot be used"))
        .at(path.display().to_string())
        .because(why.to_string())
        .next("name a file in PEM form")
}

/// A small file, or why there is none.
pub fn pem(path: &Path, what: &str) -> Result<Vec<u8>, Problem> {
    match std::fs::metadata(path) {
        Ok(meta) if meta.len() > repositories::MOST_BYTES => Err(bad_file(path, what, "it is larger than 4 MiB")),
        _ => std::fs::read(path).map_err(|e| bad_file(path, what, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let url = Url::parse("https://me:secret@h/x?t=secret").unwrap();
        for status in [401, 403, 404, 407, 418, 429, 503] {
            let problem = refused(&url, StatusCode::from_u16(status).unwrap(), "the chart", None);
            assert!(problem.next.is_some() && !problem.to_string().contains("secret"), "{problem}");
            assert_eq!(is_out_of_reach(&problem), [407, 429, 503].contains(&status), "{status}");
        }
    }
}
