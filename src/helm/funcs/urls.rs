//! `urlParse` and `urlJoin`: Go's `net/url`.

use super::args::{map, text};
use super::{Function, Outcome};
use crate::helm::gofmt::quote;
use crate::helm::value::{Map, Type, Value};

pub const TABLE: &[Function] =
    &[Function::pure("urlParse", &[Type::Str], parse_to_dict), Function::pure("urlJoin", &[Type::Map], join)];

/// Which part of a URL is being escaped; each leaves other characters alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    User,
    Fragment,
}

#[derive(Debug, Default)]
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

fn must_escape(byte: u8, part: Part) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'[' | b']' | b'<'
        | b'>' | b'"'
            if part == Part::Host =>
        {
            false
        }
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::Path => byte == b'?',
            Part::User => matches!(byte, b'@' | b'/' | b'?' | b':'),
            Part::Host => true,
            Part::Fragment => false,
        },
        b'!' | b'(' | b')' | b'*' => part != Part::Fragment,
        _ => true,
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if must_escape(*byte, part) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(*byte);
        }
    }
    out
}

fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        if *byte == b'%' {
            let code = text.get(at + 1..at + 3).filter(|code| code.iter().all(u8::is_ascii_hexdigit));
            let value = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
            match value {
                Some(value) if part != Part::Host || value >= 0x80 || value == b'%' => out.push(value),
                _ => {
                    let shown = &text[at..text.len().min(at + 3)];
                    return Err(format!("invalid URL escape {}", quote(shown)));
                }
            }
            at += 3;
            continue;
        }
        if part == Part::Host && byte.is_ascii() && must_escape(*byte, part) {
            return Err(format!("invalid character {} in host name", quote(&[*byte])));
        }
        out.push(*byte);
        at += 1;
    }
    Ok(out)
}

fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    match memchr::memchr(at, text) {
        Some(found) => (&text[..found], &text[found + 1..]),
        None => (text, &[]),
    }
}

impl Url {
    fn parse(raw: &[u8]) -> Result<Url, String> {
        let (body, fragment) = cut(raw, b'#');
        let mut url = Url::parse_body(body).map_err(|error| format!("parse {}: {error}", quote(body)))?;
        url.fragment = unescape(fragment, Part::Fragment).map_err(|error| format!("parse {}: {error}", quote(raw)))?;
        Ok(url)
    }

    fn parse_body(raw: &[u8]) -> Result<Url, String> {
        if raw.iter().any(|byte| *byte < b' ' || *byte == 0x7f) {
            return Err("net/url: invalid control character in URL".into());
        }
        let mut url = Url::default();
        if raw == b"*" {
            url.path = raw.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = scheme(raw)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        url.query = query.to_vec();
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        if rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///")) {
            let authority = &rest[2..];
            let end = memchr::memchr(b'/', authority).unwrap_or(authority.len());
            rest = &authority[end..];
            url.authority(&authority[..end])?;
        }
        url.path = unescape(rest, Part::Path)?;
        Ok(url)
    }

    fn authority(&mut self, authority: &[u8]) -> Result<(), String> {
        let Some(at) = memchr::memrchr(b'@', authority) else {
            self.host = host(authority)?;
            return Ok(());
        };
        self.host = host(&authority[at + 1..])?;
        let user = &authority[..at];
        let valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !user.iter().all(valid) {
            return Err("net/url: invalid userinfo".into());
        }
        let (name, password) = cut(user, b':');
        let password = user.contains(&b':').then(|| unescape(password, Part::User)).transpose()?;
        self.user = Some((unescape(name, Part::User)?, password));
        Ok(())
    }

    fn user_text(&self) -> Vec<u8> {
        let Some((name, password)) = &self.user else { return Vec::new() };
        let mut out = escape(name, Part::User);
        if let Some(password) = password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        out
    }

    fn host_name(&self) -> &[u8] {
        if let Some(inner) = self.host.strip_prefix(b"[") {
            return cut(inner, b']').0;
        }
        match memchr::memchr(b':', &self.host) {
            Some(colon) => &self.host[..colon],
            None => &self.host,
        }
    }

    fn to_text(&self) -> Vec<u8> {
        let mut out = self.scheme.clone();
        if !out.is_empty() {
            out.push(b':');
        }
        if self.opaque.is_empty() {
            let authority = !self.host.is_empty() || self.user.is_some();
            if authority || (!self.scheme.is_empty() && !self.path.is_empty()) {
                out.extend_from_slice(b"//");
            }
            if self.user.is_some() {
                out.extend(self.user_text());
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
            let path = if self.path == b"*" { b"*".to_vec() } else { escape(&self.path, Part::Path) };
            if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }
}

fn scheme(raw: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, byte) in raw.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((&raw[..at], &raw[at + 1..])),
            _ => break,
        }
    }
    Ok((&[], raw))
}

fn host(host: &[u8]) -> Result<Vec<u8>, String> {
    let port = if host.starts_with(b"[") {
        let close = memchr::memrchr(b']', host).ok_or("missing ']' in host")?;
        &host[close + 1..]
    } else {
        memchr::memrchr(b':', host).map_or(&b""[..], |colon| &host[colon..])
    };
    let valid = port.is_empty() || (port[0] == b':' && port[1..].iter().all(u8::is_ascii_digit));
    if !valid {
        return Err(format!("invalid port {} after host", quote(port)));
    }
    unescape(host, Part::Host)
}

fn parse_to_dict(arguments: &[Value]) -> Outcome {
    let url = Url::parse(text(arguments, 0)).map_err(|error| format!("unable to parse url: {error}"))?;
    let map = Map::default();
    map.insert("scheme", Value::bytes(&url.scheme[..]));
    map.insert("host", Value::bytes(&url.host[..]));
    map.insert("hostname", Value::bytes(url.host_name()));
    map.insert("path", Value::bytes(&url.path[..]));
    map.insert("query", Value::bytes(&url.query[..]));
    map.insert("opaque", Value::bytes(&url.opaque[..]));
    map.insert("fragment", Value::bytes(&url.fragment[..]));
    map.insert("userinfo", Value::bytes(url.user_text()));
    Ok(Value::Map(map))
}

fn join(arguments: &[Value]) -> Outcome {
    let map = map(arguments, 0);
    let part = |key: &str| match map.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.to_vec()),
        Some(Value::Nil | Value::Missing) => Err(super::lists::NIL_DEREFERENCE.to_string()),
        Some(other) => {
            let kind = other.kind().name();
            Err(format!("unable to parse {key} key, must be of type string, but {kind} found"))
        }
    };
    let mut url = Url {
        scheme: part("scheme")?,
        host: part("host")?,
        path: part("path")?,
        query: part("query")?,
        opaque: part("opaque")?,
        fragment: part("fragment")?,
        user: None,
    };
    let user = part("userinfo")?;
    if !user.is_empty() {
        let raw = [b"proto://", &user[..], b"@host"].concat();
        let parsed = Url::parse(&raw).map_err(|error| format!("unable to parse userinfo in dict: {error}"))?;
        url.user = parsed.user;
    }
    Ok(Value::bytes(url.to_text()))
}
