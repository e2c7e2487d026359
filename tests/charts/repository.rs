//! Charts from repositories over HTTP, those that behave and those that do not.

use std::collections::BTreeMap;

use crate::server::{Answer, LOGIN, Server, Setup, Tls, pages};
use crate::setting::{Person, digest};

/// A repository as ChartMuseum lays it out: archives below `charts/`, relative to the index.
fn museum(person: &Person) -> BTreeMap<String, Answer> {
    let folder = person.packed(&["1.2.3", "1.10.0", "2.0.0-rc.1"]);
    let folder_text = folder.display().to_string();
    person.helm(&["repo", "index", &folder_text, "--url", "charts"]);
    let mut all = pages(&folder, "/museum/charts");
    let index = all.remove("/museum/charts/index.yaml").expect("an index");
    all.insert("/museum/index.yaml".into(), index);
    all
}

fn with(pages: BTreeMap<String, Answer>) -> Setup {
    Setup { pages, ..Setup::default() }
}

#[test]
fn the_version_that_is_meant_is_got_verified_and_kept() {
    let person = Person::new();
    let server = Server::start(with(museum(&person)));
    let repository = format!("{}/museum", server.url);
    let pull = ["chart", "pull", "told", "--repo", &repository, "-d", "got", "-o", "json"];
    let newest = person.run(&pull);
    assert_eq!(newest.ended(0).json()["version"], "1.10.0", "the newest stable one, by numbers");
    let theirs = person.path("packed/told-1.10.0.tgz");
    assert_eq!(newest.json()["digest"], digest(&theirs).as_str());
    assert_eq!(std::fs::read(person.path("got/told-1.10.0.tgz")).unwrap(), std::fs::read(&theirs).unwrap());
    person.helm(&["pull", "told", "--repo", &repository, "--version", "~1.2"]);
    let ranged = person.run(&[&pull[..], &["--chart-version", "~1.2"]].concat());
    assert_eq!(ranged.ended(0).json()["version"], "1.2.3", "as helm: {}", ranged.out);
    assert!(person.path("told-1.2.3.tgz").exists());

    let downloads = || server.asked().iter().filter(|(path, _)| path.ends_with("told-1.10.0.tgz")).count();
    let before = downloads();
    person.run(&pull).ended(0);
    assert_eq!(downloads(), before, "the digest in the index says that it is here already");
    let rendered = person.run(&["template", "x", "told", "--repo", &repository, "--chart-version", "1.2.3"]);
    let same = person.helm(&["template", "x", &person.path("told-1.2.3.tgz").display().to_string()]);
    assert_eq!(rendered.ended(0).out, same.out);
    rendered.complains("chart told 1.2.3 from").complains("sha256:");

    drop(server);
    let offline = person.run(&pull);
    assert!(offline.ended(0).json()["kept_since"].is_string(), "{}", offline.out);
    person.run(&[&pull[..], &["--chart-version", "9"]].concat()).ended(5).complains("cannot be reached");
    let pinned = person.run(&["chart", "pull", "told", "--repo", &repository, "--digest", &digest(&theirs), "-d", "x"]);
    pinned.ended(0);
}

#[test]
fn logins_come_from_flags_or_helms_configuration_and_go_nowhere_else() {
    let person = Person::new();
    let mut museum = museum(&person);
    let elsewhere = Server::start(with(pages(&person.path("packed"), "")));
    let index = String::from_utf8(match museum.remove("/museum/index.yaml") {
        Some(Answer::Bytes(bytes)) => bytes,
        other => panic!("{other:?}"),
    });
    let moved = index.unwrap().replace("- charts/told-1.10.0", &format!("- {}/told-1.10.0", elsewhere.url));
    museum.insert("/museum/index.yaml".into(), Answer::Bytes(moved.into_bytes()));
    let server = Server::start(Setup { login: true, ..with(museum) });
    let repository = format!("{}/museum", server.url);
    let pull = ["chart", "pull", "told", "--repo", &repository];
    person.run(&pull).ended(2).complains("401").complains("helm repo add");
    person.run(&[&pull[..], &["--username", "x", "--password", "wrong"]].concat()).ended(2).complains("401");

    let flags = ["--username", LOGIN.0, "--password", LOGIN.1];
    person.run(&[&pull[..], &flags].concat()).ended(0);
    assert_eq!(elsewhere.asked(), [("/told-1.10.0.tgz".into(), false), ("/told-1.10.0.tgz.prov".into(), false)]);
    let config = format!(
        "apiVersion: \"\"\nrepositories:\n- name: museum\n  url: {repository}\n  username: {}\n  password: {}\n",
        LOGIN.0, LOGIN.1
    );
    person.write(".config/helm/repositories.yaml", config);
    person.run(&["chart", "pull", "museum/told", "--chart-version", "1.2.3"]).ended(0);
    let mut passed = person.command(&[&pull[..], &["--pass-credentials", "--username", LOGIN.0]].concat());
    passed.env("IOMCTL_CHART_PASSWORD", LOGIN.1).env("XDG_CACHE_HOME", person.path("other"));
    crate::setting::said(passed).ended(0);
    assert!(elsewhere.asked().last().is_some_and(|(_, login)| *login));
}

#[test]
fn trust_is_the_operators_to_give() {
    let person = Person::new();
    let tls = Tls::new(true);
    let ca = person.write("ca.pem", &tls.authority).display().to_string();
    let cert = person.write("client.pem", &tls.client.0).display().to_string();
    let key = person.write("client.key", &tls.client.1).display().to_string();
    let server = Server::start(Setup { tls: Some(tls), ..with(museum(&person)) });
    let repository = format!("{}/museum", server.url);
    let pull = ["chart", "pull", "told", "--repo", &repository];
    person.run(&pull).ended(5).complains("certificate is not trusted").complains("--ca-file");
    person.run(&[&pull[..], &["--ca-file", &ca]].concat()).ended(5);
    person.run(&[&pull[..], &["--ca-file", &ca, "--cert-file", &cert, "--key-file", &key]].concat()).ended(0);
    let insecure = ["--insecure-skip-tls-verify", "--cert-file", &cert, "--key-file", &key];
    person.run(&[&pull[..], &insecure].concat()).ended(0);
    let nothing = person.write("nothing.pem", "no certificate").display().to_string();
    person.run(&[&pull[..], &["--ca-file", &nothing]].concat()).ended(2).complains("nothing.pem");
}

#[test]
fn what_is_wrong_is_located_and_nothing_is_kept_of_it() {
    let person = Person::new();
    let good = museum(&person);
    let mut all = good.clone();
    let mut index =
        |folder: &str, text: &str| drop(all.insert(format!("/{folder}/index.yaml"), Answer::Bytes(text.into())));
    index("broken", "apiVersion: v1\nentries:\n  told: [\n");
    index("page", "<html><body>welcome</body></html>");
    let wrong = format!(
        "entries: {{told: [{{version: 1.0.0, urls: [../museum/charts/told-1.2.3.tgz], digest: {}}}]}}",
        "a".repeat(64)
    );
    index("wrong", &wrong);
    index("huge", "entries: {told: [{version: 1.0.0, urls: [huge.tgz]}]}");
    index("sick", "entries: {told: [{version: 1.0.0, urls: [sick.tgz]}]}");
    index("none", "entries: {told: [{version: 1.0.0, urls: ['file:///etc/passwd']}]}");
    index("text", "entries: {told: [{version: 1.0.0, urls: [text.tgz]}]}");
    for (page, answer) in [
        ("/huge/huge.tgz", Answer::Endless),
        ("/vast/index.yaml", Answer::Endless),
        ("/sick/sick.tgz", Answer::Status(503)),
        ("/secret/index.yaml", Answer::Status(403)),
        ("/text/text.tgz", Answer::Bytes(b"no archive".to_vec())),
    ] {
        all.insert(page.into(), answer);
    }
    let server = Server::start(with(all));
    for (folder, code, words) in [
        ("broken", 2, "index.yaml, line"),
        ("page", 2, "has no entries"),
        ("wrong", 2, "the index says: sha256:aaaa"),
        ("huge", 2, "larger than 100 MiB"),
        ("vast", 2, "larger than 48 MiB"),
        ("sick", 5, "503"),
        ("secret", 2, "403"),
        ("absent", 2, "404"),
        ("none", 2, "an address that cannot be used"),
        ("text", 2, "cannot be used"),
    ] {
        let said = person.run(&["chart", "pull", "told", "--repo", &format!("{}/{folder}", server.url)]);
        said.ended(code).complains(words).complains("where: ").complains("next: ");
    }
    let museum = format!("{}/museum", server.url);
    let pull = ["chart", "pull", "tolt", "--repo", &museum];
    person.run(&pull).ended(2).complains("has no chart `tolt`").complains("told");
    let versions = ["chart", "pull", "told", "--repo", &museum, "--chart-version", "3.0.0"];
    person.run(&versions).ended(2).complains("there are: 2.0.0-rc.1, 1.10.0, 1.2.3");
    let other = format!("sha256:{}", "b".repeat(64));
    let pinned = ["chart", "pull", "told", "--repo", &museum, "--digest", &other];
    person.run(&pinned).ended(2).complains("was pinned: sha256:bbbb").complains("found: sha256:");
    assert!(!person.path("told-1.10.0.tgz").exists());
}

#[test]
fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let person = Person::new();
    let server = Server::start(with(museum(&person)));
    let mut pull = person.command(&["chart", "pull", "told", "--repo", "http://charts.invalid/museum"]);
    // A port that nobody listens on: that of a server that is gone.
    let gone = Server::start(Setup::default()).url.replace("http://", "http://me:hunter2-secret@");
    pull.env("HTTP_PROXY", &gone).env("http_proxy", &gone);
    let said = crate::setting::said(pull);
    said.ended(5).complains("sends such requests through http://127.0.0.1");
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    drop(server);
}
